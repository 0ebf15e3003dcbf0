import nock from 'nock';
import { AuthorisationError, TemporaryError } from '../../../lib/utils/errors';
import type { PlatformSecretsPort } from '../../../lib/oauth/platformSecretsPort';
import { fakeClock, onTheWire, thrownBy, visibleIn } from '../../support/http';
import { basic, tokenAnswer, tokensFor, unique, type Exchange } from '../../support/oauth';

onTheWire();

interface Pair {
  access_token: string;
  refresh_token: string;
}

const newPair = (): Pair => ({ access_token: unique('access'), refresh_token: unique('refresh') });
const cfgOf = (oauth: Record<string, unknown> | Pair): Record<string, unknown> => ({
  oauth,
  client_id: 'id',
  client_secret: 'secret-of-client',
  _account: 'acc',
});
const answered = (pair: object, expires_in: unknown = 2_592_000): string =>
  JSON.stringify({ ...pair, expires_in, token_type: 'bearer', scope: 'all' });

/** A platform that keeps what is stored. `order` tells what happened when. */
function keeping(order: string[] = []): PlatformSecretsPort & { stored: Record<string, unknown>[] } {
  const stored: Record<string, unknown>[] = [];
  return {
    stored,
    storeKeys: ({ oauth }) => {
      order.push('stored');
      stored.push(oauth);
      return Promise.resolve();
    },
  };
}

describe('a stored token pair', () => {
  it('is used while its expiry is unknown: a stored expires_in is ignored', async () => {
    const pair = newPair();
    await expect(tokensFor(cfgOf({ ...pair, expires_in: 1 }), keeping()).tokens.current()).resolves.toBe(
      pair.access_token,
    );
  });

  it('is renewed after a 401, and the new pair is stored before it is used', async () => {
    const pair = newPair();
    const next = newPair();
    const order: string[] = [];
    const platform = keeping(order);
    const seen: Exchange[] = [];
    tokenAnswer(200, answered(next), seen);
    const { tokens } = tokensFor(cfgOf({ ...pair, custom: 'kept' }), platform);
    const token = await tokens.renew(pair.access_token).then((renewed) => {
      order.push('used');
      return renewed;
    });
    expect(token).toBe(next.access_token);
    expect(order).toEqual(['stored', 'used']);
    expect(seen).toEqual([
      {
        authorization: basic('id', 'secret-of-client'),
        form: { grant_type: 'refresh_token', refresh_token: pair.refresh_token },
      },
    ]);
    expect(platform.stored).toEqual([
      {
        ...next,
        custom: 'kept',
        expires_in: 2_592_000,
        token_type: 'bearer',
        scope: 'all',
        expires_at: '2026-01-31T00:00:00.000Z',
      },
    ]);
  });

  it('that was renewed takes precedence over the old one, which the next tick passes again', async () => {
    const [pair, next] = [newPair(), newPair()];
    tokenAnswer(200, answered(next));
    await tokensFor(cfgOf(pair), keeping()).tokens.renew(pair.access_token);
    await expect(tokensFor(cfgOf(pair), keeping()).tokens.current()).resolves.toBe(next.access_token);
  });

  it('that is new in the credential takes precedence over everything known, since the account was reconnected', async () => {
    const [pair, next, reconnected] = [newPair(), newPair(), newPair()];
    tokenAnswer(200, answered(next));
    await tokensFor(cfgOf(pair), keeping()).tokens.renew(pair.access_token);
    await expect(tokensFor(cfgOf(reconnected), keeping()).tokens.current()).resolves.toBe(reconnected.access_token);
  });

  it('is renewed once for all calls that were refused at the same time, in this tick and in another', async () => {
    const [pair, next] = [newPair(), newPair()];
    const platform = keeping();
    tokenAnswer(200, answered(next));
    const callers = Array.from({ length: 4 }, () => tokensFor(cfgOf(pair), platform).tokens.renew(pair.access_token));
    await expect(Promise.all(callers)).resolves.toEqual(Array(4).fill(next.access_token));
    expect(platform.stored).toHaveLength(1);
  });

  it.each([
    ['a date', '2026-01-01T00:05:00.000Z'],
    ['unix seconds', 1_767_225_900],
    ['unix milliseconds', 1_767_225_900_000],
  ])('is renewed before its expiry if that is known, as %s', async (_form, expires_at) => {
    const [pair, next] = [newPair(), newPair()];
    const seen: Exchange[] = [];
    tokenAnswer(200, answered(next), seen);
    await expect(tokensFor(cfgOf({ ...pair, expires_at }), keeping()).tokens.current()).resolves.toBe(
      next.access_token,
    );
  });

  it('is used until shortly before it expires', async () => {
    const pair = newPair();
    const { tokens } = tokensFor(cfgOf({ ...pair, expires_at: '2026-01-01T01:00:00Z' }), keeping());
    await expect(tokens.current()).resolves.toBe(pair.access_token);
  });

  it('keeps its old refresh token when the response has none', async () => {
    const pair = newPair();
    const platform = keeping();
    const access = unique('access');
    tokenAnswer(200, answered({ access_token: access }));
    const { tokens } = tokensFor(cfgOf(pair), platform);
    await tokens.renew(pair.access_token);
    expect(platform.stored[0]).toMatchObject({ access_token: access, refresh_token: pair.refresh_token });
    const seen: Exchange[] = [];
    tokenAnswer(200, answered(newPair()), seen);
    await tokens.renew(access);
    expect(seen[0]?.form['refresh_token']).toBe(pair.refresh_token);
  });

  it('whose tokens are valid for seconds is renewed once per call, not endlessly', async () => {
    const [pair, next] = [newPair(), newPair()];
    tokenAnswer(200, answered(next, 0.5));
    tokenAnswer(200, answered(newPair(), 0.5));
    tokenAnswer(200, answered(newPair(), 0.5));
    const { tokens } = tokensFor(cfgOf(pair), keeping());
    await expect(tokens.renew(pair.access_token)).resolves.toMatch(/^access/);
    expect(nock.pendingMocks().length).toBeGreaterThan(0);
  });
});

describe('a pair that cannot be stored', () => {
  it('is not used, and is stored before the next use instead of being renewed again', async () => {
    const [pair, next] = [newPair(), newPair()];
    let works = false;
    const stored: Record<string, unknown>[] = [];
    const platform: PlatformSecretsPort = {
      storeKeys: ({ oauth }) => {
        if (!works) return Promise.reject(new TemporaryError('elastic.io did not store the renewed token.'));
        stored.push(oauth);
        return Promise.resolve();
      },
    };
    tokenAnswer(200, answered(next));
    const error = await thrownBy(tokensFor(cfgOf(pair), platform).tokens.renew(pair.access_token));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/could not be stored.*did not store/);
    expect(visibleIn(error)).not.toContain(next.access_token);

    // the next tick, with the old pair in its config
    expect(await thrownBy(tokensFor(cfgOf(pair), platform).tokens.current())).toBeInstanceOf(TemporaryError);
    works = true;
    await expect(tokensFor(cfgOf(pair), platform).tokens.current()).resolves.toBe(next.access_token);
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatchObject(next);
  });

  it.each([
    (keys: Record<string, unknown>) => `Request failed: ${JSON.stringify(keys)}`,
    ({ oauth }: Record<string, Record<string, unknown>>) => `Cannot store ${String(oauth?.['refresh_token'])}`,
  ])('is not shown in a message of the runtime', async (text) => {
    const [pair, next] = [newPair(), newPair()];
    const platform: PlatformSecretsPort = { storeKeys: (keys) => Promise.reject(new Error(text(keys))) };
    tokenAnswer(200, answered(next));
    const error = await thrownBy(tokensFor(cfgOf(pair), platform).tokens.renew(pair.access_token));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/could not be stored, so it is not used yet: (Request failed|Cannot store)/);
    const tokens = [pair, next].flatMap((one) => [one.access_token, one.refresh_token]);
    for (const token of tokens) expect(visibleIn(error)).not.toContain(token);
  });

  it('because the platform does not support it is not renewed at all', async () => {
    const pair = newPair();
    expect(await thrownBy(tokensFor(cfgOf(pair), {}).tokens.renew(pair.access_token))).toBeInstanceOf(
      AuthorisationError,
    );
  });
});

describe('a refresh token that is invalid', () => {
  const dead = JSON.stringify({ error: 'invalid_grant', error_description: 'Invalid refresh token' });

  it('may have been used by another process, whose stored pair is then used', async () => {
    const [pair, others] = [newPair(), newPair()];
    tokenAnswer(400, dead);
    let reads = 0;
    const platform = {
      ...keeping(),
      readConfig: () => {
        reads += 1;
        return Promise.resolve(cfgOf(others));
      },
    };
    const { tokens } = tokensFor(cfgOf(pair), platform);
    await expect(tokens.renew(pair.access_token)).resolves.toBe(others.access_token);
    await expect(tokens.current()).resolves.toBe(others.access_token);
    expect(reads).toBe(1);
    expect(platform.stored).toEqual([]);
  });

  it('requires a reconnection when nothing newer is stored', async () => {
    const pair = newPair();
    tokenAnswer(400, dead);
    const platform = { ...keeping(), readConfig: () => Promise.resolve(cfgOf(pair)) };
    const error = await thrownBy(tokensFor(cfgOf(pair), platform).tokens.renew(pair.access_token));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toMatch(/invalid_grant.*reconnect the account/);
  });

  it('is a temporary error while the platform cannot be reached', async () => {
    const pair = newPair();
    tokenAnswer(400, dead);
    const platform = {
      ...keeping(),
      readConfig: () => Promise.reject(new TemporaryError('The API of elastic.io failed.')),
    };
    expect(await thrownBy(tokensFor(cfgOf(pair), platform).tokens.renew(pair.access_token))).toBeInstanceOf(
      TemporaryError,
    );
  });

  it('results from a refresh whose response was lost, and then the stored credentials decide', async () => {
    const [pair, others] = [newPair(), newPair()];
    tokenAnswer(502, '<html>');
    tokenAnswer(400, dead);
    const platform = { ...keeping(), readConfig: () => Promise.resolve(cfgOf(others)) };
    await expect(tokensFor(cfgOf(pair), platform).tokens.renew(pair.access_token)).resolves.toBe(others.access_token);
  });

  it('is never shown in an error or the log', async () => {
    const pair = newPair();
    tokenAnswer(502, `<p>${pair.refresh_token}`);
    tokenAnswer(
      400,
      JSON.stringify({
        error: 'invalid_grant',
        error_description: `Invalid ${pair.refresh_token} for secret-of-client`,
      }),
    );
    const { tokens, logger } = tokensFor(cfgOf(pair), keeping());
    const error = await thrownBy(tokens.renew(pair.access_token));
    const seen = visibleIn(error, logger.lines);
    for (const secret of [pair.refresh_token, pair.access_token, 'secret-of-client'])
      expect(seen).not.toContain(secret);
  });
});

describe('a pair that cannot be renewed', () => {
  it('gives an error that says that the client is missing and where to add it', async () => {
    const pair = newPair();
    const expiring = { ...pair, expires_at: '2026-01-01T00:05:00Z' };
    const { tokens } = tokensFor({ oauth: expiring, _account: 'acc' }, keeping());
    await expect(tokens.current()).resolves.toBe(pair.access_token);
    const error = await thrownBy(tokens.renew(pair.access_token));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toContain('CLEVERREACH_CLIENT_SECRET');
  });

  it('gives an error that says that the refresh token is missing', async () => {
    const { access_token } = newPair();
    const { tokens } = tokensFor(cfgOf({ access_token, expires_at: '2025-01-01T00:00:00Z' }), keeping(), fakeClock());
    await expect(tokens.current()).resolves.toBe(access_token);
    expect(await thrownBy(tokens.renew(access_token))).toBeInstanceOf(AuthorisationError);
  });
});
