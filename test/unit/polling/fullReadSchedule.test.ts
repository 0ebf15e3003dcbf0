import { filterOffUntil, nextReadText, readsDue } from '../../../lib/polling/fullReadSchedule';
import { emptyRetry, emptySeen } from '../../../lib/polling/state/boundedNotes';
import { BloomFilter } from '../../../lib/polling/state/bloomFilter';
import { utc } from '../../../lib/utils/clock';
import type { PollState, ReadState } from '../../../lib/polling/state/snapshot';
import { Sketch } from '../../../lib/polling/sketch/sketch';

const NOW = 1_764_000_000;
const HOUR = 3_600;
const every = (fullReadMinutes: number, now = NOW): { now: number; fullReadMinutes: number } => ({
  now,
  fullReadMinutes,
});
const full = { at: NOW - 600, horizon: NOW - 660, requests: 100, rows: 50_000 };
/** A larger account, ten minutes after a full read. */
const state: PollState = {
  horizon: NOW - 660,
  scope: 'all',
  sketch: Sketch.ofSize(16),
  full,
  seen: emptySeen(),
  retry: emptyRetry(),
};
const read: ReadState = {
  ...{ startedAt: NOW - 60, horizon: NOW - 120, basis: 'changes', from: NOW - 660, pass: 'first' },
  ...{ explained: 0, rows: 10, requests: 5, difference: Sketch.ofSize(16), total: Sketch.ofSize(16) },
};

/** The reads that a poll runs. */
function kinds(one: PollState, settings = every(60)): string {
  const { quick, full: isFull } = readsDue(one, settings);
  return [quick && 'quick', isFull && 'full'].filter(Boolean).join(' + ');
}

describe('a poll', () => {
  it.each<[string, PollState, number, string]>([
    ['runs only a quick poll between two full reads', state, 60, 'quick'],
    [
      'runs both when the last full read is old enough',
      { ...state, full: { ...full, at: NOW - HOUR } },
      60,
      'quick + full',
    ],
    [
      'runs both when the tick is half a minute early',
      { ...state, full: { ...full, at: NOW - HOUR + 30 } },
      60,
      'quick + full',
    ],
    [
      'runs only a quick poll when the tick is more than half a minute early',
      { ...state, full: { ...full, at: NOW - HOUR + 31 } },
      60,
      'quick',
    ],
    ['runs only a full read when "fullReadMinutes" is 0', state, 0, 'full'],
    [
      'runs only a full read when one takes at most five requests',
      { ...state, full: { ...full, requests: 5 } },
      60,
      'full',
    ],
    [
      'runs only a quick poll when a full read takes six requests',
      { ...state, full: { ...full, requests: 6 } },
      60,
      'quick',
    ],
    ['runs only a full read when there was none before', { ...state, full: undefined, sketch: undefined }, 60, 'full'],
    ['runs only a full read while the filter is off', { ...state, filterOffUntil: NOW + 1 }, 60, 'full'],
    ['runs only a quick poll as soon as the filter may be used again', { ...state, filterOffUntil: NOW }, 60, 'quick'],
    [
      'runs only a quick poll when a wrong clock has set the time until which the filter is off',
      { ...state, filterOffUntil: NOW + 86_401 },
      60,
      'quick',
    ],
    [
      'runs only a full read when the snapshot has unsent receivers in a Bloom filter',
      { ...state, unlisted: BloomFilter.ofSize(10) },
      60,
      'full',
    ],
    [
      'runs a full read for a whole day after the filter has failed',
      { ...state, filterOffUntil: NOW + 86_400 },
      60,
      'full',
    ],
    ['runs a full read when the sketch is missing', { ...state, sketch: undefined }, 60, 'full'],
    ['runs a full read when no change of state was sent before', { ...state, horizon: 0 }, 60, 'full'],
    [
      'runs a full read when no change of state was sent before the full read that is under way',
      { ...state, sketch: undefined, horizon: 0, read },
      60,
      'full',
    ],
    ['runs both when the clock was set back', { ...state, horizon: NOW + 1 }, 60, 'quick + full'],
    ['runs a quick poll when everything was read up to this second', { ...state, horizon: NOW }, 60, 'quick'],
    ['runs both while a full read is under way', { ...state, read }, 60, 'quick + full'],
    [
      'runs both while a full read is under way, even when "fullReadMinutes" is 0',
      { ...state, read },
      0,
      'quick + full',
    ],
    [
      'runs both when the full read may take longer than the run',
      { ...state, full: { ...full, at: NOW - HOUR, rows: 200_000 } },
      60,
      'quick + full',
    ],
    [
      'runs both during the first full read',
      { ...state, sketch: undefined, full: undefined, read: { ...read, basis: 'all' } },
      60,
      'quick + full',
    ],
    [
      'runs only a full read when nothing was read before',
      { ...state, horizon: 0, sketch: undefined, full: undefined },
      60,
      'full',
    ],
  ])('%s', (_, one, minutes, expected) => {
    expect(kinds(one, every(minutes))).toBe(expected);
  });
});

it('there are no quick polls for a day after the filter has failed', () => {
  expect(filterOffUntil(NOW)).toBe(NOW + 86_400);
  expect(kinds({ ...state, filterOffUntil: filterOffUntil(NOW) })).toBe('full');
  expect(kinds({ ...state, filterOffUntil: filterOffUntil(NOW) }, every(60, NOW + 86_400))).toBe('quick + full');
});

describe('the next full read', () => {
  it('is due "fullReadMinutes" after the last one', () => {
    expect(nextReadText(state, 60)).toBe(`; next full read due at ${utc(full.at + HOUR)}`);
    expect(nextReadText(state, 10_080)).toBe(`; next full read due at ${utc(full.at + 7 * 86_400)}`);
  });

  it.each<[string, PollState, number]>([
    ['when there was no full read', { ...state, full: undefined }, 60],
    ['when "fullReadMinutes" is 0', state, 0],
    ['when it takes no more requests than a quick poll', { ...state, full: { ...full, requests: 5 } }, 60],
    ['while the filter is off', { ...state, filterOffUntil: full.at + 1 }, 60],
    ['while the filter is off and there was no full read', { ...state, full: undefined, filterOffUntil: 1 }, 60],
  ])('is the next poll %s', (_, one, minutes) => {
    expect(nextReadText(one, minutes)).toBe('; the next poll is a full read');
  });
  it('is due as usual if it has ended after the filter was off', () => {
    for (const until of [full.at - 1, full.at])
      expect(nextReadText({ ...state, filterOffUntil: until }, 60)).toBe(
        `; next full read due at ${utc(full.at + HOUR)}`,
      );
  });

  it('is not announced while one is under way', () => {
    expect(nextReadText({ ...state, read }, 60)).toBe('');
    expect(nextReadText({ ...state, read, full: undefined }, 0)).toBe('');
  });
});
