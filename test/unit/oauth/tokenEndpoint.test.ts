import nock from 'nock';
import type { OAuthClient } from '../../../lib/oauth/credentials';
import { tokenEndpoint, type TokenEndpoint } from '../../../lib/oauth/tokenEndpoint';
import { AuthorisationError, TemporaryError } from '../../../lib/utils/errors';
import { fakeClock, onTheWire, origin, recordingLogger, thrownBy, visibleIn } from '../../support/http';
import { basic, tokenAnswer, type Exchange } from '../../support/oauth';

onTheWire();

const client: OAuthClient = { id: 'app', secret: 'client-secret-1' };
const REDIRECT_URI = 'http://127.0.0.1:8910/callback';
const ANSWER = { access_token: 'a1', refresh_token: 'r1', expires_in: 60, scope: 'groups' };

function bench(): { endpoint: TokenEndpoint; log: string[]; now: number } {
  const [clock, logger] = [fakeClock(), recordingLogger()];
  return { endpoint: tokenEndpoint({ baseUrl: origin, client, clock, logger }), log: logger.lines, now: clock.now() };
}

describe('the code of a consent', () => {
  it('is exchanged for a pair, with Basic authentication, a form, and the redirect URI of the consent', async () => {
    const seen: Exchange[] = [];
    tokenAnswer(200, ANSWER, seen);
    const { endpoint, now } = bench();
    await expect(endpoint.exchange('c1', REDIRECT_URI)).resolves.toMatchObject({
      accessToken: 'a1',
      refreshToken: 'r1',
      lifetime: 60,
      expiresAt: now / 1_000 + 60,
      members: { scope: 'groups' },
    });
    const form = { grant_type: 'authorization_code', code: 'c1', redirect_uri: REDIRECT_URI };
    expect(seen).toEqual([{ authorization: basic('app', 'client-secret-1'), form }]);
  });

  it('is retried if the endpoint fails temporarily', async () => {
    tokenAnswer(502, '<html>');
    tokenAnswer(200, ANSWER);
    await expect(bench().endpoint.exchange('c1', REDIRECT_URI)).resolves.toMatchObject({ accessToken: 'a1' });
  });

  it('names the host and the cause if the request cannot be sent', async () => {
    for (let tries = 0; tries < 6; tries += 1)
      nock(origin)
        .post('/oauth/token.php')
        .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const error = await thrownBy(bench().endpoint.exchange('c1', REDIRECT_URI));
    expect(error.message).toContain(
      `CleverReach could not be reached at ${new URL(origin).host} for the request for a token (ECONNREFUSED)`,
    );
    expect(error.message).not.toContain('client-secret-1');
  });

  it('that is refused requires a new consent, not a renewal', async () => {
    tokenAnswer(400, { error: 'invalid_grant', error_description: 'no code-123' });
    const error = await thrownBy(bench().endpoint.exchange('code-123', REDIRECT_URI));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toMatch(/code of this consent \(invalid_grant\).*Request a new one/);
  });

  it('is shown in no error and no log line', async () => {
    const { endpoint, log } = bench();
    for (let tries = 0; tries < 6; tries += 1)
      tokenAnswer(503, { error: 'down', error_description: 'code-123 client-secret-1' });
    const error = await thrownBy(endpoint.exchange('code-123', REDIRECT_URI));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(log.length).toBeGreaterThan(0);
    expect(visibleIn(error, log)).toContain('503');
    expect(visibleIn(error, log)).not.toMatch(/code-123|client-secret-1/);
  });
});
