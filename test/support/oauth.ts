import { randomBytes } from 'node:crypto';
import nock from 'nock';
import { credentialKey, stepCredentials } from '../../lib/oauth/credentials';
import type { PlatformSecretsPort } from '../../lib/oauth/platformSecretsPort';
import type { TokenSource } from '../../lib/http/tokenSource';
import { selectTokenSource } from '../../lib/oauth/selectTokenSource';
import { fakeClock, origin, recordingLogger, type FakeClock, type RecordingLogger } from './http';

/** A value that no other test uses, because the component keeps the tokens of an account from test to test. */
export function unique(name: string): string {
  return `${name}-${randomBytes(8).toString('hex')}`;
}

export interface TokenBench {
  tokens: TokenSource;
  clock: FakeClock;
  logger: RecordingLogger;
}

/** The tokens that one call of a step gets, with its clock and its log. */
export function tokensFor(
  cfg: Record<string, unknown>,
  platform: PlatformSecretsPort = {},
  clock: FakeClock = fakeClock(),
): TokenBench {
  const logger = recordingLogger();
  const credentials = stepCredentials(cfg, {});
  const key = credentialKey(credentials, origin);
  return { tokens: selectTokenSource(credentials, key, { baseUrl: origin, platform, clock, logger }), clock, logger };
}

export interface Exchange {
  authorization: string;
  form: Record<string, string>;
}

/** The next response of the token endpoint; `seen` gets the request. */
export function tokenAnswer(
  status: number,
  body: nock.Body,
  seen: Exchange[] = [],
  headers?: Record<string, string>,
): nock.Scope {
  return nock(origin)
    .post('/oauth/token.php')
    .reply(function (_path, sent) {
      const form = typeof sent === 'string' ? Object.fromEntries(new URLSearchParams(sent)) : sent;
      seen.push({ authorization: String(this.req.headers['authorization']), form });
      return [status, body, headers ?? { 'Content-Type': 'application/json' }];
    });
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}
