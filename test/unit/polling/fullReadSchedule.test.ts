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
    ['is quick between two full reads', state, 60, 'quick'],
    [
      'is both once the last full read is old enough',
      { ...state, full: { ...full, at: NOW - HOUR } },
      60,
      'quick + full',
    ],
    [
      'is both if the tick is half a minute early',
      { ...state, full: { ...full, at: NOW - HOUR + 30 } },
      60,
      'quick + full',
    ],
    ['is quick if the tick is earlier than that', { ...state, full: { ...full, at: NOW - HOUR + 31 } }, 60, 'quick'],
    ['is a full read if every poll must be one', state, 0, 'full'],
    ['is a full read if one takes at most five requests', { ...state, full: { ...full, requests: 5 } }, 60, 'full'],
    ['is quick if a full read takes six requests', { ...state, full: { ...full, requests: 6 } }, 60, 'quick'],
    ['is a full read if there was none before', { ...state, full: undefined, sketch: undefined }, 60, 'full'],
    ['is a full read if the filter is off', { ...state, filterOffUntil: NOW + 1 }, 60, 'full'],
    ['is quick again when the filter is tried again', { ...state, filterOffUntil: NOW }, 60, 'quick'],
    [
      'is quick if the time until which the filter is off comes from a wrong clock',
      { ...state, filterOffUntil: NOW + 86_401 },
      60,
      'quick',
    ],
    [
      'is a full read if the snapshot names receivers by a filter only',
      { ...state, unlisted: BloomFilter.ofSize(10) },
      60,
      'full',
    ],
    ['is both if the clock was set back', { ...state, horizon: NOW + 1 }, 60, 'quick + full'],
    ['is both while a full read is under way', { ...state, read }, 60, 'quick + full'],
    ['is both while a full read is under way, also if every poll must be one', { ...state, read }, 0, 'quick + full'],
    [
      'is both where the full read may take longer than the run',
      { ...state, full: { ...full, at: NOW - HOUR, rows: 200_000 } },
      60,
      'quick + full',
    ],
    [
      'is both during the first full read',
      { ...state, sketch: undefined, full: undefined, read: { ...read, basis: 'all' } },
      60,
      'quick + full',
    ],
    [
      'is a full read before anything was read',
      { ...state, horizon: 0, sketch: undefined, full: undefined },
      60,
      'full',
    ],
  ])('%s', (_, one, minutes, expected) => {
    expect(kinds(one, every(minutes))).toBe(expected);
  });
});

describe('the next full read', () => {
  it('is due after the minutes of the field', () => {
    expect(nextReadText(state, 60)).toBe(`; next full read due at ${utc(full.at + HOUR)}`);
    expect(nextReadText(state, 10_080)).toBe(`; next full read due at ${utc(full.at + 7 * 86_400)}`);
  });

  it.each<[string, PollState, number]>([
    ['after no full read', { ...state, full: undefined }, 60],
    ['where each poll is to be one', state, 0],
    ['where it takes no more requests than a quick poll', { ...state, full: { ...full, requests: 5 } }, 60],
  ])('is the next poll %s', (_, one, minutes) => {
    expect(nextReadText(one, minutes)).toBe('; the next poll is a full read');
  });
});
