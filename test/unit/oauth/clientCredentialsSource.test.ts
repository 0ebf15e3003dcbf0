import nock from 'nock';
import { AuthorisationError, RateLimitedError, TemporaryError } from '../../../lib/utils/errors';
import { fakeClock, onTheWire, origin, thrownBy, visibleIn } from '../../support/http';
import { basic, tokenAnswer, tokensFor, unique, type Exchange } from '../../support/oauth';

onTheWire();

const newClient = (): { client_id: string; client_secret: string } => ({
  client_id: unique('id'),
  client_secret: unique('shh'),
});
const grant = (token: string, expires_in: unknown = 3600): nock.Body =>
  JSON.stringify({ access_token: token, expires_in, token_type: 'bearer' });

describe('a client id and secret', () => {
  it('get a token by the client-credentials grant, with Basic authentication and a form', async () => {
    const cfg = newClient();
    const seen: Exchange[] = [];
    tokenAnswer(200, grant('token-1'), seen);
    await expect(tokensFor(cfg).tokens.current()).resolves.toBe('token-1');
    expect(seen).toEqual([
      { authorization: basic(cfg.client_id, cfg.client_secret), form: { grant_type: 'client_credentials' } },
    ]);
  });

  it('keep their token from one tick to the next', async () => {
    const cfg = newClient();
    tokenAnswer(200, grant('token-1'));
    await expect(tokensFor(cfg).tokens.current()).resolves.toBe('token-1');
    await expect(tokensFor(cfg).tokens.current()).resolves.toBe('token-1');
  });

  it('share nothing with another account', async () => {
    tokenAnswer(200, grant('token-1'));
    tokenAnswer(200, grant('token-2'));
    const [one, two] = [newClient(), newClient()];
    await tokensFor(one).tokens.current();
    await expect(tokensFor(two).tokens.current()).resolves.toBe('token-2');
    await expect(tokensFor(one).tokens.current()).resolves.toBe('token-1');
  });

  it('send one request for concurrent callers', async () => {
    const cfg = newClient();
    tokenAnswer(200, grant('token-1'));
    const callers = Array.from({ length: 5 }, () => tokensFor(cfg).tokens.current());
    await expect(Promise.all(callers)).resolves.toEqual(Array(5).fill('token-1'));
  });

  it.each([
    ['a number', 3600],
    ['a string', '3600'],
  ])('get a new token shortly before the old one expires (expires_in as %s)', async (_form, expiresIn) => {
    const cfg = newClient();
    const clock = fakeClock();
    const { tokens } = tokensFor(cfg, {}, clock);
    tokenAnswer(200, grant('token-1', expiresIn));
    tokenAnswer(200, grant('token-2', expiresIn));
    await tokens.current();
    clock.advance(3_200_000);
    await expect(tokens.current()).resolves.toBe('token-1');
    clock.advance(100_000);
    await expect(tokens.current()).resolves.toBe('token-2');
  });

  it('never loop when tokens are issued already expiring', async () => {
    const { tokens } = tokensFor(newClient());
    tokenAnswer(200, grant('token-1', 0.5));
    await expect(tokens.current()).resolves.toBe('token-1');
  });

  it('keep a token of unknown lifetime until it is refused', async () => {
    const cfg = newClient();
    const clock = fakeClock();
    const { tokens } = tokensFor(cfg, {}, clock);
    tokenAnswer(200, JSON.stringify({ access_token: 'token-1' }));
    await tokens.current();
    clock.advance(1e11);
    await expect(tokens.current()).resolves.toBe('token-1');
  });

  it('get another token after a 401, one for all refused calls', async () => {
    const cfg = newClient();
    const { tokens } = tokensFor(cfg);
    tokenAnswer(200, grant('token-1'));
    tokenAnswer(200, grant('token-2'));
    await tokens.current();
    await expect(Promise.all([tokens.renew('token-1'), tokens.renew('token-1')])).resolves.toEqual([
      'token-2',
      'token-2',
    ]);
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
  });
});

describe('the token endpoint', () => {
  it('that does not know the client is an error that names the fields, and is not retried', async () => {
    tokenAnswer(
      400,
      JSON.stringify({ error: 'invalid_client', error_description: 'The client credentials are invalid' }),
    );
    const error = await thrownBy(tokensFor(newClient()).tokens.current());
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toMatch(/invalid_client: The client credentials are invalid.*CLEVERREACH_CLIENT_ID/);
  });

  it.each([
    ['a 502 with a page', 502, '<html>Bad Gateway</html>'],
    ['a 503', 503, '{"error":"x"}'],
    ['a 404 of a gateway', 404, '<html>no such host</html>'],
    ['a page instead of a token', 200, '<html>welcome</html>'],
    ['an empty response', 200, ''],
    ['an answer without a token', 200, '{"token_type":"bearer"}'],
  ])('is retried after %s', async (_case, status, body) => {
    tokenAnswer(status, body, [], { 'Content-Type': 'text/html' });
    tokenAnswer(200, grant('token-1'));
    const { tokens, logger } = tokensFor(newClient());
    await expect(tokens.current()).resolves.toBe('token-1');
    expect(logger.lines).toHaveLength(1);
  });

  it('may return JSON with any content type', async () => {
    tokenAnswer(200, grant('token-1'), [], { 'Content-Type': 'text/html' });
    await expect(tokensFor(newClient()).tokens.current()).resolves.toBe('token-1');
  });

  it('that keeps failing is a temporary error', async () => {
    for (let count = 0; count < 6; count += 1) tokenAnswer(502, '');
    const error = await thrownBy(tokensFor(newClient()).tokens.current());
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/tried 6 times.*later/);
  });

  it('delays a caller no longer than the caller can wait', async () => {
    tokenAnswer(429, '{"error":"slow_down"}', [], { 'Retry-After': '60', 'Content-Type': 'application/json' });
    const { tokens, clock } = tokensFor(newClient());
    const error = await thrownBy(tokens.current());
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterSeconds: 60 });
    expect(clock.sleeps).toEqual([]);
  });

  it('is retried by the next caller after a failure', async () => {
    const cfg = newClient();
    tokenAnswer(400, '{"error":"invalid_client"}');
    await thrownBy(tokensFor(cfg).tokens.current());
    tokenAnswer(200, grant('token-1'));
    await expect(tokensFor(cfg).tokens.current()).resolves.toBe('token-1');
  });

  it.each([
    [
      'an answer that echoes the secret',
      (secret: string) =>
        tokenAnswer(400, JSON.stringify({ error: 'invalid_client', error_description: `bad ${secret}` })),
    ],
    [
      'a page that echoes the secret',
      (secret: string) => [1, 2, 3, 4, 5, 6].map(() => tokenAnswer(500, `<p>${secret}</p>`)),
    ],
    ['a network that fails', () => nock(origin).post('/oauth/token.php').times(6).reply(503)],
  ])('never reveals the secret: %s', async (_case, arrange: (secret: string) => unknown) => {
    const cfg = newClient();
    arrange(cfg.client_secret);
    const { tokens, logger } = tokensFor(cfg);
    const error = await thrownBy(tokens.current());
    const header = basic(cfg.client_id, cfg.client_secret).slice(6);
    const seen = visibleIn(error, logger.lines);
    expect(seen).not.toContain(cfg.client_secret);
    expect(seen).not.toContain(header);
  });

  it('receives no secret that the library would repeat in its error', async () => {
    const { tokens, logger } = tokensFor({ client_id: 'id', client_secret: 'geheim-ü-123' });
    const error = await thrownBy(tokens.current());
    expect(error).toMatchObject({ name: 'ConfigurationError' });
    expect(visibleIn(error, logger.lines)).not.toContain('geheim');
  });
});
