import nock from 'nock';
import { AuthorisationError, ConfigurationError, TemporaryError } from '../../../lib/utils/errors';
import type { PlatformSecretsPort } from '../../../lib/oauth/platformSecretsPort';
import { onTheWire, origin, thrownBy } from '../../support/http';
import { tokenAnswer, tokensFor, unique, basic, type Exchange } from '../../support/oauth';

onTheWire();

/** As many accounts as one process remembers, each with one call of a step. */
function othersCome(cfgOf: (name: string) => Record<string, unknown>): void {
  for (let count = 0; count < 500; count += 1) tokensFor(cfgOf(unique('other')));
}

const clientOf = (name: string): Record<string, unknown> => ({ client_id: name, client_secret: 's' });
const secretOf = (name: string): Record<string, unknown> => ({ secretId: name });

const pairOf = (name: string): Record<string, unknown> => ({
  oauth: { access_token: name, refresh_token: `refresh-${name}` },
  client_id: 'id',
  client_secret: 's',
  _account: 'acc',
});

const granted = (token: string): string => JSON.stringify({ access_token: token, expires_in: 3600 });

/** A promise to be kept later. */
function later(): { promise: Promise<void>; keep: () => void } {
  let keep = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { promise, keep };
}

describe('the token of a client', () => {
  it('is evicted after five hundred other accounts', async () => {
    const cfg = clientOf(unique('id'));
    tokenAnswer(200, granted('token-1'));
    await tokensFor(cfg).tokens.current();
    othersCome(clientOf);
    tokenAnswer(200, granted('token-2'));
    await expect(tokensFor(cfg).tokens.current()).resolves.toBe('token-2');
  });

  it('is not evicted during its request, so that it is requested once', async () => {
    const cfg = clientOf(unique('id'));
    tokenAnswer(200, granted('token-1'));
    tokenAnswer(200, granted('token-2'));
    const first = tokensFor(cfg).tokens.current();
    othersCome(clientOf);
    await expect(Promise.all([first, tokensFor(cfg).tokens.current()])).resolves.toEqual(['token-1', 'token-1']);
  });
});

describe('a secret of elastic.io', () => {
  const answer = { data: { attributes: { type: 'oauth2', credentials: { access_token: 'token-1' } } } };

  function counting(held?: Promise<void>): PlatformSecretsPort & { reads: number } {
    const platform = {
      reads: 0,
      readSecret: async () => {
        platform.reads += 1;
        await held;
        return answer;
      },
    };
    return platform;
  }

  it('is evicted after five hundred other accounts', async () => {
    const [cfg, platform] = [secretOf(unique('secret')), counting()];
    await tokensFor(cfg, platform).tokens.current();
    othersCome(secretOf);
    await tokensFor(cfg, platform).tokens.current();
    expect(platform.reads).toBe(2);
  });

  it('is not evicted while it is being read, so that it is read once', async () => {
    const { promise, keep } = later();
    const [cfg, platform] = [secretOf(unique('secret')), counting(promise)];
    const first = tokensFor(cfg, platform).tokens.current();
    othersCome(secretOf);
    const second = tokensFor(cfg, platform).tokens.current();
    keep();
    await expect(Promise.all([first, second])).resolves.toEqual(['token-1', 'token-1']);
    expect(platform.reads).toBe(1);
  });
});

describe('a pair that was renewed', () => {
  /** A platform that stores a pair when it may, and fails to until it works. */
  function storing(held?: Promise<void>): PlatformSecretsPort & { works: boolean } {
    const platform = {
      works: true,
      storeKeys: async () => {
        await held;
        if (!platform.works) throw new TemporaryError('not now');
      },
    };
    return platform;
  }

  it('is evicted after five hundred other accounts once it is stored', async () => {
    const access = unique('access');
    tokenAnswer(200, granted(unique('next')));
    await tokensFor(pairOf(access), storing()).tokens.renew(access);
    othersCome(pairOf);
    await expect(tokensFor(pairOf(access), storing()).tokens.current()).resolves.toBe(access);
  });

  it('is not evicted before it is stored, since it exists nowhere else', async () => {
    const [access, next, platform] = [unique('access'), unique('next'), storing()];
    platform.works = false;
    tokenAnswer(200, granted(next));
    const error = await thrownBy(tokensFor(pairOf(access), platform).tokens.renew(access));
    expect(error.message).toBe(
      'The token was renewed, but could not be stored, so it is not used yet: not now The component tries to store it again before the next request.',
    );
    othersCome(pairOf);
    platform.works = true;
    await expect(tokensFor(pairOf(access), platform).tokens.current()).resolves.toBe(next);
  });

  it('is not evicted while it is being renewed, since its refresh token is valid only once', async () => {
    const [access, next] = [unique('access'), unique('next')];
    tokenAnswer(200, granted(next));
    const first = tokensFor(pairOf(access), storing()).tokens.renew(access);
    othersCome(pairOf);
    const second = tokensFor(pairOf(access), storing()).tokens.renew(access);
    await expect(Promise.all([first, second])).resolves.toEqual([next, next]);
  });
});

describe('a token that cannot be renewed', () => {
  const dead = '{"error":"invalid_grant"}';
  const noStore =
    'The access token has expired or CleverReach does not accept it, and it cannot be renewed: a new one can be stored only in an elastic.io credential. Remove the token (in the environment: CLEVERREACH_ACCESS_TOKEN), so that the client id and secret are used, or enter a new one.';

  it.each([
    [
      'a fixed one',
      { key: 'a' },
      {},
      AuthorisationError,
      'CleverReach rejected the token of the secret, and the token cannot be renewed. Waiting does not help: put a new one into the secret.',
    ],
    ...[{}, { readOihToken: () => Promise.resolve(undefined) }].map(
      (platform): [string, Record<string, unknown>, PlatformSecretsPort, typeof AuthorisationError, string] => [
        'one of OIH',
        { accessToken: 'a' },
        platform,
        AuthorisationError,
        'CleverReach rejected the access token, and the secret service has no newer one: reconnect the account.',
      ],
    ),
    [
      'a secret away from elastic.io',
      { secretId: 's' },
      {},
      ConfigurationError,
      'A secret ("secretId") can only be read on elastic.io.',
    ],
    [
      'a pair without a refresh token',
      { oauth: { access_token: 'a' }, client_id: 'id', client_secret: 's' },
      { storeKeys: () => Promise.resolve() },
      AuthorisationError,
      'The access token has expired or CleverReach does not accept it, and it cannot be renewed: the credential holds no refresh token. Reconnect the account in the credential.',
    ],
    [
      'a pair without a client',
      { oauth: { access_token: 'a', refresh_token: 'r' } },
      { storeKeys: () => Promise.resolve() },
      AuthorisationError,
      'The access token has expired or CleverReach does not accept it, and it cannot be renewed: the client is missing. Set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET to those of the OAuth app that the account was connected with.',
    ],
    ['a pair without a place to store it', pairOf('a'), {}, AuthorisationError, noStore],
    [
      'a pair without both, for which a client alone would not help',
      { oauth: { access_token: 'a', refresh_token: 'r' } },
      {},
      AuthorisationError,
      noStore,
    ],
  ])('gives an error that states what to do: %s', async (_kind, cfg, platform: PlatformSecretsPort, type, text) => {
    const error = await thrownBy(tokensFor(cfg, platform).tokens.renew('a'));
    expect(error).toBeInstanceOf(type);
    expect(error.message).toBe(text);
  });

  it('and is about to expire is used until it is refused if a new one could not be stored', async () => {
    const cfg = pairOf('a');
    const oauth = { access_token: 'a', refresh_token: 'r', expires_at: '2025-01-01T00:00:00Z' };
    await expect(tokensFor({ ...cfg, oauth }, {}).tokens.current()).resolves.toBe('a');
  });

  it.each([
    ['nothing is read', {}],
    ['the config has no pair', { readConfig: () => Promise.resolve({}) }],
    ['the config has the same pair', { readConfig: () => Promise.resolve({ oauth: { access_token: 'kept' } }) }],
  ])('because its refresh token is invalid gives an error that says so when %s', async (_case, reading) => {
    const oauth = { access_token: 'kept', refresh_token: unique('refresh') };
    tokenAnswer(400, dead);
    const platform = { storeKeys: () => Promise.resolve(), ...reading };
    const error = await thrownBy(tokensFor({ ...pairOf('x'), oauth }, platform).tokens.renew('kept'));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toBe(
      'CleverReach does not renew the token (400): invalid_grant. Waiting does not help: reconnect the account in the credential.',
    );
  });

  it('because the client is refused is not read from the stored config', async () => {
    const access = unique('access');
    tokenAnswer(400, '{"error":"invalid_client"}');
    let reads = 0;
    const readConfig = (): Promise<Record<string, unknown>> => {
      reads += 1;
      return Promise.resolve(pairOf('other'));
    };
    const platform = { storeKeys: () => Promise.resolve(), readConfig };
    const error = await thrownBy(tokensFor(pairOf(access), platform).tokens.renew(access));
    expect(error.message).toContain('does not accept the client id and client secret');
    expect(reads).toBe(0);
  });

  it('but was renewed by another call is not requested again', async () => {
    let reads = 0;
    const readOihToken = (): Promise<string> => {
      reads += 1;
      return Promise.resolve(`b${reads}`);
    };
    const { tokens } = tokensFor({ accessToken: 'a' }, { readOihToken });
    await expect(tokens.renew('a')).resolves.toBe('b1');
    await expect(tokens.renew('a')).resolves.toBe('b1');
    expect(reads).toBe(1);
  });
});

describe('a renewal', () => {
  it('is logged', async () => {
    const access = unique('access');
    tokenAnswer(200, granted(unique('next')));
    const { tokens, logger } = tokensFor(pairOf(access), { storeKeys: () => Promise.resolve() });
    await tokens.renew(access);
    expect(logger.lines).toEqual(['The access token was renewed and stored.']);
  });

  it('that is retried is logged with the number of the attempt and the wait', async () => {
    tokenAnswer(503, '{}');
    tokenAnswer(503, '{}');
    tokenAnswer(200, granted('token-1'));
    const { tokens, logger, clock } = tokensFor(clientOf(unique('id')));
    await tokens.current();
    const waits = clock.sleeps.map((milliseconds) => Math.ceil(milliseconds / 100) / 10);
    const failed = 'CleverReach could not process the request for a token (503).';
    expect(logger.lines).toEqual([`${failed} Retry 1 in ${waits[0]} s.`, `${failed} Retry 2 in ${waits[1]} s.`]);
  });

  it('does not follow a redirect, which would carry the client secret elsewhere', async () => {
    const elsewhere = nock(origin).persist().post('/elsewhere').reply(200, granted('token-1'));
    for (let count = 0; count < 6; count += 1) tokenAnswer(302, '', [], { Location: `${origin}/elsewhere` });
    await expect(tokensFor(clientOf(unique('id'))).tokens.current()).rejects.toThrow(TemporaryError);
    expect(elsewhere.isDone()).toBe(false);
  });

  it('with a secret that is not valid in a header gives an error that says so', async () => {
    const error = await thrownBy(tokensFor({ client_id: 'id', client_secret: 'ü' }).tokens.current());
    expect(error).toEqual(
      new ConfigurationError(
        'The client id or client secret for CleverReach contains characters that are not allowed.',
      ),
    );
  });

  it('sends a client id and secret unchanged, without encoding special characters', async () => {
    const id = unique('a+b@c d');
    const seen: Exchange[] = [];
    tokenAnswer(200, granted('token-1'), seen);
    await tokensFor({ client_id: id, client_secret: 'x/y=%z' }).tokens.current();
    expect(seen[0]?.authorization).toBe(basic(id, 'x/y=%z'));
  });
});

describe('a fixed token', () => {
  it('cannot be renewed', async () => {
    const { tokens } = tokensFor({ key: 'token-1' });
    await expect(tokens.current()).resolves.toBe('token-1');
    expect(await thrownBy(tokens.renew('token-1'))).toBeInstanceOf(AuthorisationError);
  });
});
