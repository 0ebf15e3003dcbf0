import { AuthorisationError, ConfigurationError, TemporaryError } from '../../../lib/utils/errors';
import type { PlatformSecretsPort } from '../../../lib/oauth/platformSecretsPort';
import { fakeClock, onTheWire, thrownBy } from '../../support/http';
import { basic, tokenAnswer, tokensFor, unique, type Exchange } from '../../support/oauth';

onTheWire();

const secretOf = (type: string, credentials: object, asList = false): unknown => {
  const data = { id: 's', type: 'auth-secret', attributes: { name: 'CR', type, credentials } };
  return { data: asList ? [data] : data };
};

const oauth2 = (token: string, asList = false): unknown => secretOf('oauth2', { access_token: token }, asList);

/** A platform that returns the responses in order, then the last one repeatedly; `calls` lists the requests. */
function answering(reads: unknown[], refreshes: unknown[] = []): PlatformSecretsPort & { calls: string[] } {
  const calls: string[] = [];
  const next = (answers: unknown[]): unknown => (answers.length > 1 ? answers.shift() : answers[0]);
  return {
    calls,
    readSecret: (id) => {
      calls.push(`read ${id.split('-')[0] ?? ''}`);
      return Promise.resolve(next(reads));
    },
    refreshSecret: () => {
      calls.push('refresh');
      return Promise.resolve(next(refreshes));
    },
  };
}

const newCfg = (): { secretId: string } => ({ secretId: unique('secret') });

describe('a secret of elastic.io', () => {
  it.each([false, true])('returns the token of its OAuth2 credentials (as a list: %s)', async (asList) => {
    await expect(tokensFor(newCfg(), answering([oauth2('token-1', asList)])).tokens.current()).resolves.toBe('token-1');
  });

  it('is read once for many calls, and again after five minutes', async () => {
    const cfg = newCfg();
    const platform = answering([oauth2('token-1'), oauth2('token-2')]);
    const clock = fakeClock();
    await Promise.all([
      tokensFor(cfg, platform, clock).tokens.current(),
      tokensFor(cfg, platform, clock).tokens.current(),
    ]);
    await expect(tokensFor(cfg, platform, clock).tokens.current()).resolves.toBe('token-1');
    expect(platform.calls).toEqual(['read secret']);
    clock.advance(300_000);
    await expect(tokensFor(cfg, platform, clock).tokens.current()).resolves.toBe('token-2');
  });

  it('that was already renewed is not renewed again after a 401', async () => {
    const platform = answering([oauth2('token-1'), oauth2('token-2')]);
    const { tokens } = tokensFor(newCfg(), platform);
    await tokens.current();
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
    expect(platform.calls).toEqual(['read secret', 'read secret']);
  });

  it('is renewed by the platform after a 401 when it still holds the refused token', async () => {
    const platform = answering([oauth2('token-1')], [oauth2('token-2', true)]);
    const { tokens } = tokensFor(newCfg(), platform);
    await tokens.current();
    await expect(Promise.all([tokens.renew('token-1'), tokens.renew('token-1')])).resolves.toEqual([
      'token-2',
      'token-2',
    ]);
    expect(platform.calls).toEqual(['read secret', 'read secret', 'refresh']);
  });

  it('is read again when the response to the renewal does not contain it', async () => {
    const platform = answering([oauth2('token-1'), oauth2('token-1'), oauth2('token-2')], ['']);
    const { tokens } = tokensFor(newCfg(), platform);
    await tokens.current();
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
  });

  it('that stays the same after a renewal throws an error that asks to reconnect the account', async () => {
    const { tokens } = tokensFor(newCfg(), answering([oauth2('token-1')], [oauth2('token-1')]));
    await tokens.current();
    const error = await thrownBy(tokens.renew('token-1'));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toBe(
      'CleverReach rejected the token of the secret, and elastic.io has no newer one: reconnect the account in the secret.',
    );
  });

  it('that has become a client in the meantime is used as a client after a 401', async () => {
    const client = secretOf('basic', { username: unique('id'), password: 'pw' });
    tokenAnswer(200, '{"access_token":"token-2","expires_in":3600}');
    const platform = answering([oauth2('token-1'), client]);
    const { tokens } = tokensFor(newCfg(), platform);
    await tokens.current();
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
    expect(platform.calls).toEqual(['read secret', 'read secret']);
  });

  it('is read again when the renewal returns the refused token', async () => {
    const platform = answering([oauth2('token-1'), oauth2('token-1'), oauth2('token-2')], [oauth2('token-1')]);
    const { tokens } = tokensFor(newCfg(), platform);
    await tokens.current();
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
    expect(platform.calls).toEqual(['read secret', 'read secret', 'refresh', 'read secret']);
  });

  it.each([[undefined], [null], [''], ['text'], [{}], [7]])(
    'is read again when the response to its renewal is %j',
    async (answer) => {
      const platform = answering([oauth2('token-1'), oauth2('token-1'), oauth2('token-2')], [answer]);
      const { tokens } = tokensFor(newCfg(), platform);
      await tokens.current();
      await expect(tokens.renew('token-1')).resolves.toBe('token-2');
    },
  );

  it('is not read again if another token was refused', async () => {
    const platform = answering([oauth2('token-2')]);
    const { tokens } = tokensFor(newCfg(), platform);
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
    expect(platform.calls).toEqual(['read secret']);
  });

  it('that the platform cannot renew throws an AuthorisationError', async () => {
    const { calls, ...platform } = answering([oauth2('token-1')]);
    delete platform.refreshSecret;
    const { tokens } = tokensFor(newCfg(), platform);
    await tokens.current();
    expect(await thrownBy(tokens.renew('token-1'))).toBeInstanceOf(AuthorisationError);
    expect(calls).toEqual(['read secret', 'read secret']);
  });

  it('with a user name and a password is a client, whose token comes from CleverReach', async () => {
    const seen: Exchange[] = [];
    const username = unique('id');
    tokenAnswer(200, '{"access_token":"token-1","expires_in":3600}', seen);
    const { tokens } = tokensFor(newCfg(), answering([secretOf('basic', { username, password: 'pw' })]));
    await expect(tokens.current()).resolves.toBe('token-1');
    expect(seen[0]?.authorization).toBe(basic(username, 'pw'));
    tokenAnswer(200, '{"access_token":"token-2","expires_in":3600}');
    await expect(tokens.renew('token-1')).resolves.toBe('token-2');
  });

  it('with an API key is a token that the platform never renews', async () => {
    const platform = answering([secretOf('api_key', { headerName: 'Authorization', headerValue: 'Bearer token-1' })]);
    const { tokens } = tokensFor(newCfg(), platform);
    await expect(tokens.current()).resolves.toBe('token-1');
    expect(await thrownBy(tokens.renew('token-1'))).toBeInstanceOf(AuthorisationError);
    expect(platform.calls).not.toContain('refresh');
  });

  it.each([
    ['noauth', {}],
    ['oauth2', {}],
    ['basic', { username: 'x' }],
    ['api_key', { headerValue: '' }],
  ])('with an unsupported type or missing values throws a ConfigurationError (%s)', async (type, credentials) => {
    const { tokens } = tokensFor(newCfg(), answering([secretOf(type, credentials)]));
    expect(await thrownBy(tokens.current())).toBeInstanceOf(ConfigurationError);
  });

  it.each([[undefined], [null], ['text'], [{ data: [] }]])(
    'that is not a secret is a temporary error: %j',
    async (answer) => {
      expect(await thrownBy(tokensFor(newCfg(), answering([answer])).tokens.current())).toBeInstanceOf(TemporaryError);
    },
  );
});
