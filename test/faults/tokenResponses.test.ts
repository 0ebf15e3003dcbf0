import { gzipSync } from 'node:zlib';
import { TemporaryError } from '../../lib/utils/errors';
import { tokenEndpoint } from '../../lib/oauth/tokenEndpoint';
import type { PlatformSecretsPort } from '../../lib/oauth/platformSecretsPort';
import { isDue } from '../../lib/oauth/tokenPair';
import {
  bench,
  fakeClock,
  onTheWire,
  recordingLogger,
  thrownBy,
  token,
  tokensInTurn,
  withServer,
} from '../support/http';
import { tokenAnswer, tokensFor, unique } from '../support/oauth';

onTheWire();

const JSON_OF = (access: string, rest: string): string => `{"access_token":"${access}","refresh_token":"r2",${rest}}`;
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

/** A step whose stored pair is refused, and the final content of the platform's store, as JSON. */
async function renewed(answer: string): Promise<{ token: string; stored: string[] }> {
  const stored: string[] = [];
  const platform: PlatformSecretsPort = {
    storeKeys: ({ oauth }) => {
      stored.push(JSON.stringify(oauth));
      return Promise.resolve();
    },
  };
  const pair = { access_token: unique('old'), refresh_token: unique('refresh') };
  tokenAnswer(200, answer);
  const { tokens } = tokensFor({ oauth: pair, client_id: 'id', client_secret: 'sec' }, platform);
  return { token: await tokens.renew(pair.access_token), stored };
}

describe('a renewed pair is stored and used, whatever else the response contains:', () => {
  it.each([
    '1e308',
    '1e309',
    '1e15',
    '"1e308"',
    '"99999999999999999999999999"',
    '-1',
    '0',
    '700.25',
    '"3600.5"',
    '"soon"',
    'null',
    'true',
    '[3600]',
    '{}',
    deep,
  ])('expires_in %#', async (value) => {
    const { token: used, stored } = await renewed(JSON_OF('a2', `"expires_in":${value}`));
    expect(used).toBe('a2');
    expect(stored.map((oauth) => JSON.parse(oauth) as unknown)).toEqual([
      expect.objectContaining({ access_token: 'a2', refresh_token: 'r2' }),
    ]);
  });

  it.each(['1e308', '"never"', '[1]', deep, `{"a":${deep}}`])('expires_at %#', async (value) => {
    expect((await renewed(JSON_OF('a2', `"expires_at":${value},"expires_in":60`))).token).toBe('a2');
  });

  it('fields that are nested too deeply, which are not stored', async () => {
    const { stored } = await renewed(JSON_OF('a2', `"scope":"all","more":${deep}`));
    expect(JSON.parse(stored[0] ?? '')).toEqual({ access_token: 'a2', refresh_token: 'r2', scope: 'all' });
  });

  it('an expiry beyond all calendars, which becomes one in ten years', async () => {
    const { stored } = await renewed(JSON_OF('a2', '"expires_in":1e308'));
    expect(JSON.parse(stored[0] ?? '')).toMatchObject({ expires_at: '2035-12-30T00:00:00.000Z' });
  });

  it.each(['\uFEFF', '\uFEFF\uFEFF', ' \r\n\uFEFF'])('a byte order mark before it', async (mark) => {
    expect((await renewed(mark + JSON_OF('a2', '"expires_in":60'))).token).toBe('a2');
  });

  it('a duplicate field', async () => {
    expect((await renewed('{"access_token":"a1","access_token":"a2","refresh_token":"r2"}')).token).toBe('a2');
  });
});

describe('an access token that is not a string', () => {
  it.each(['["a2"]', '{"a":1}', 'null', '7', '""', '" "'])('is requested again: %s', async (value) => {
    tokenAnswer(200, `{"access_token":${value}}`);
    tokenAnswer(200, '{"access_token":"a3"}');
    const cfg = { client_id: unique('id'), client_secret: 'sec' };
    await expect(tokensFor(cfg).tokens.current()).resolves.toBe('a3');
  });
});

describe('an access token with characters that are not valid in a header', () => {
  it.each(['a b', 'a\nb', 'a\r\nX-Evil: 1', 'tökén', 'a\u0000b', 'a\u200bb'])(
    'is never sent, and is an error that says so: %j',
    async (bad) => {
      const { http } = bench({ tokens: tokensInTurn(bad) });
      const error = await thrownBy(http.request({ method: 'GET', path: '/groups' }));
      expect(error).toMatchObject({ name: 'AuthorisationError' });
      expect(error.message).toMatch(
        /access token for CleverReach is empty or contains whitespace or non-ASCII characters\. Waiting does not help: enter the token/,
      );
      expect(http.requests).toBe(0);
    },
  );

  it('is stored with its refresh token, which is used for the next one', async () => {
    const pair = { access_token: unique('old'), refresh_token: 'r1' };
    const stored: unknown[] = [];
    const platform: PlatformSecretsPort = {
      storeKeys: ({ oauth }) => {
        stored.push(oauth['refresh_token']);
        return Promise.resolve();
      },
    };
    tokenAnswer(200, '{"access_token":"a b","refresh_token":"r2"}');
    tokenAnswer(200, '{"access_token":"a3","refresh_token":"r3"}');
    const { tokens } = tokensFor({ oauth: pair, client_id: 'id', client_secret: 'sec' }, platform);
    await expect(tokens.renew(pair.access_token)).resolves.toBe('a3');
    expect(stored).toEqual(['r2', 'r3']);
  });

  it('is due for renewal immediately', () => {
    expect(isDue({ accessToken: 'a b', members: {} }, 0)).toBe(true);
  });
});

describe('a token endpoint with an endless response', () => {
  const endpointAt = (baseUrl: string) =>
    tokenEndpoint({ baseUrl, client: { id: 'a', secret: 's' }, clock: fakeClock(), logger: recordingLogger() });

  it.each([
    ['plain', {}, Buffer.alloc(64 * 1024 * 1024, ' ')],
    ['compressed', { 'Content-Encoding': 'gzip' }, gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))],
  ])('is a temporary error, and little of the response is read: %s', async (_form, headers, body) => {
    const start = process.memoryUsage().rss;
    await withServer(
      (request, response) => {
        request.resume();
        response.writeHead(200, headers).end(body);
      },
      async (baseUrl) => {
        const error = await thrownBy(endpointAt(baseUrl).grant());
        expect(error).toBeInstanceOf(TemporaryError);
        expect(error.message).not.toContain(token);
      },
    );
    expect(process.memoryUsage().rss - start).toBeLessThan(200 * 1024 * 1024);
  });
});
