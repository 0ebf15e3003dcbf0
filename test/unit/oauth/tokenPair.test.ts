import { isDue, pairFromResponse, pairFromStore, pairToStore } from '../../../lib/oauth/tokenPair';

const NOW = 1_767_225_600;
const access_token = 'a';

describe('a stored pair', () => {
  it('is trimmed, and keeps all fields as they are', () => {
    const stored = { access_token: ' a\n', refresh_token: '\tr ', scope: 'all' };
    expect(pairFromStore(stored)).toStrictEqual({ accessToken: 'a', refreshToken: 'r', members: stored });
  });

  it.each([undefined, null, 'a', 7, [], [{ access_token }], {}, { access_token: ' ' }, { access_token: 7 }])(
    'does not exist without an access token: %j',
    (stored) => {
      expect(pairFromStore(stored)).toBeUndefined();
    },
  );

  it('does not exist without an access token, even if its expiry is known', () => {
    expect(pairFromStore({ refresh_token: 'r', expires_at: NOW })).toBeUndefined();
  });

  it.each([[undefined], [null], [''], [' \t'], [7]])('has no refresh token in %j', (refresh_token) => {
    expect(pairFromStore({ access_token, refresh_token })).toStrictEqual({
      accessToken: 'a',
      members: { access_token, refresh_token },
    });
  });

  it.each([
    ['a date', '2026-01-01T00:00:00.000Z', NOW],
    ['a date with a fraction', '2026-01-01T00:00:00.900Z', NOW],
    ['a day', '2026-01-01', NOW],
    ['a date of another form', 'Thu, 01 Jan 2026 00:00:00 GMT', NOW],
    ['seconds', NOW, NOW],
    ['seconds as a string', String(NOW), NOW],
    ['a single digit as a string', '7', 7],
    ['milliseconds', NOW * 1_000, NOW],
    ['milliseconds as a string', String(NOW * 1_000), NOW],
    ['a fraction of seconds', NOW + 0.9, NOW],
    ['the last that counts as seconds', 99_999_999_999, 99_999_999_999],
    ['the first that counts as milliseconds', 100_000_000_000, 100_000_000],
  ])('expires at %s', (_form, expires_at, expiresAt) => {
    expect(pairFromStore({ access_token, expires_at })?.expiresAt).toBe(expiresAt);
  });

  it.each([undefined, null, '', 'never', 'a1', '0', 0, -1, Number.NaN, Number.POSITIVE_INFINITY, {}])(
    'has no known expiry in %p',
    (expires_at) => {
      expect(pairFromStore({ access_token, expires_at })).not.toHaveProperty('expiresAt');
    },
  );
});

describe('the pair of a response', () => {
  it.each([
    [3600, NOW + 3600, 3600],
    ['3600', NOW + 3600, 3600],
    [0.5, NOW, 0.5],
    [1.5, NOW + 1, 1.5],
  ])('with a lifetime of %j seconds expires that long from now', (expires_in, expiresAt, lifetime) => {
    expect(pairFromResponse({ access_token, expires_in }, NOW)).toStrictEqual({
      accessToken: 'a',
      expiresAt,
      lifetime,
      members: { access_token, expires_in },
    });
  });

  it.each([undefined, null, 0, -1, '0', '', 'soon', Number.POSITIVE_INFINITY])(
    'has no known expiry with a lifetime of %p',
    (expires_in) => {
      const members = { access_token, expires_in };
      expect(pairFromResponse(members, NOW)).toStrictEqual({ accessToken: 'a', members });
    },
  );

  it.each([undefined, null, 'text', [], {}, { refresh_token: 'r', expires_in: 60 }])(
    'does not exist without an access token: %j',
    (answer) => {
      expect(pairFromResponse(answer, NOW, { accessToken: 'old', members: {} })).toBeUndefined();
    },
  );

  it('takes missing values from the previous pair, but not its expiry', () => {
    const previous = {
      accessToken: 'old',
      refreshToken: 'r',
      expiresAt: 1,
      lifetime: 2,
      members: { custom: 1, scope: 'x' },
    };
    expect(pairFromResponse({ access_token, scope: 'y' }, NOW, previous)).toStrictEqual({
      accessToken: 'a',
      refreshToken: 'r',
      members: { access_token, custom: 1, scope: 'y' },
    });
  });

  it('prefers its own refresh token', () => {
    const previous = { accessToken: 'old', refreshToken: 'r1', members: {} };
    expect(pairFromResponse({ access_token, refresh_token: 'r2' }, NOW, previous)?.refreshToken).toBe('r2');
  });
});

describe('the stored form of a pair', () => {
  it('contains all fields, with the expiry as a date', () => {
    const members = { scope: 'all', access_token: 'old', expires_at: 1 };
    expect(pairToStore({ accessToken: 'a', refreshToken: 'r', expiresAt: NOW, members })).toStrictEqual({
      scope: 'all',
      access_token: 'a',
      refresh_token: 'r',
      expires_at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('contains no unknown refresh token or expiry, and not those of the previous pair', () => {
    const members = { access_token: 'old', expires_at: '2020-01-01T00:00:00.000Z' };
    expect(pairToStore({ accessToken: 'a', members })).toStrictEqual({ access_token: 'a' });
  });
});

describe('a token', () => {
  const pair = { accessToken: 'a', members: {} };

  it.each([
    ['without a known expiry', {}, Number.MAX_SAFE_INTEGER, false],
    ['more than ten minutes before its expiry', { expiresAt: NOW + 601 }, NOW, false],
    ['ten minutes before its expiry', { expiresAt: NOW + 600 }, NOW, true],
    ['of a long life, more than ten minutes before', { expiresAt: NOW + 601, lifetime: 86_400 }, NOW, false],
    ['of a long life, ten minutes before', { expiresAt: NOW + 600, lifetime: 86_400 }, NOW, true],
    ['of a short life, before its last tenth', { expiresAt: NOW + 7, lifetime: 60 }, NOW, false],
    ['of a short life, in its last tenth', { expiresAt: NOW + 6, lifetime: 60 }, NOW, true],
  ])('%s is due: %#', (_when, expiry, now, due) => {
    expect(isDue({ ...pair, ...expiry }, now)).toBe(due);
  });
});
