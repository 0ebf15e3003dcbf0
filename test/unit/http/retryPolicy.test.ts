import {
  readRetryAfter,
  requestedWait,
  retryPolicy,
  waitBeforeNextTry,
  type WaitReason,
} from '../../../lib/http/retryPolicy';

const NOW = Date.UTC(2026, 0, 1);
const wait = (reason: Partial<WaitReason>) =>
  waitBeforeNextTry(retryPolicy, { tries: 1, rateLimited: false, random: 0.25, ...reason });

describe('the wait before the next attempt', () => {
  it.each([
    [1, 250],
    [2, 500],
    [5, 4_000],
    [6, 7_500],
    [20, 7_500],
  ])(
    'after %i attempts is a random part of a limit that doubles with each attempt, up to half a minute',
    (tries, ms) => {
      expect(wait({ tries })).toBe(ms);
    },
  );

  it('is as long as the server requests plus a random part of a second, so that callers do not retry at once', () => {
    expect(wait({ retryAfterMs: 7_000 })).toBe(7_250);
    expect(wait({ rateLimited: true, retryAfterMs: 0 })).toBe(250);
  });

  it('is a minute, doubled with each attempt, plus a random part of a second, for a 429 without Retry-After', () => {
    expect(wait({ rateLimited: true })).toBe(60_250);
    expect(wait({ rateLimited: true, tries: 3 })).toBe(240_250);
  });

  it('is never longer than a quarter of an hour', () => {
    expect(wait({ retryAfterMs: 10 * 365 * 86_400_000 })).toBe(900_250);
    expect(wait({ rateLimited: true, tries: 9 })).toBe(900_250);
  });
});

describe('a Retry-After', () => {
  it.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['1.25', 1_250],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['Thursday, 01-Jan-26 00:00:09 GMT', 9_000],
    ['Thu Jan  1 00:00:09 2026 GMT', 9_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['86401', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    [`${'9'.repeat(400)}.5`, 86_400_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
    ['Sat, 13 Sep 275760 00:00:00 GMT', 86_400_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['0.0005', 0.5],
  ])('of "%s" requests a wait of %i ms', (header, ms) => {
    expect(readRetryAfter(header, NOW)).toBe(ms);
  });

  it.each([undefined, '', 'soon', '7 s', 'x7', '1.', '-7', '2026-01-01T00:00:09Z', '01 Jan 2026'])(
    'of %j requests no wait',
    (header) => {
      expect(readRetryAfter(header, NOW)).toBeUndefined();
    },
  );
});

it.each([
  [0, 0, '; it asks to wait 0 s'],
  [1, 1, '; it asks to wait 1 s'],
  [3_600_000, 3_600, '; it asks to wait 3600 s'],
  [readRetryAfter('9'.repeat(400), NOW), 86_400, '; it asks to wait 86400 s or more'],
  [undefined, undefined, ''],
])('a requested wait of %p ms is reported in whole seconds', (ms, seconds, text) => {
  expect(requestedWait(ms)).toEqual({ seconds, text });
});

describe('a network failure', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('with %s means that nothing was sent', (code) => {
    expect(retryPolicy.unsentCodes.has(code)).toBe(true);
  });
});
