import { nextReadText, readsDue } from '../../../lib/polling/fullReadSchedule';
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

/** Which of the two a poll does. */
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
    ['runs both when the clock was set back', { ...state, horizon: NOW + 1 }, 60, 'quick + full'],
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

describe('the next full read', () => {
  it('is due "fullReadMinutes" after the last one', () => {
    expect(nextReadText(state, 60)).toBe(`; next full read due at ${utc(full.at + HOUR)}`);
    expect(nextReadText(state, 10_080)).toBe(`; next full read due at ${utc(full.at + 7 * 86_400)}`);
  });

  it.each<[string, PollState, number]>([
    ['when there was no full read', { ...state, full: undefined }, 60],
    ['when "fullReadMinutes" is 0', state, 0],
    ['when it takes no more requests than a quick poll', { ...state, full: { ...full, requests: 5 } }, 60],
  ])('is the next poll %s', (_, one, minutes) => {
    expect(nextReadText(one, minutes)).toBe('; the next poll is a full read');
  });
});
