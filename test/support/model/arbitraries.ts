/**
 * Random sequences of events. There are only a few names, values and receivers, so that changes often affect the same
 * receiver, and are often undone.
 */

import fc from '../fastCheck';
import {
  everything,
  type Change,
  type Event,
  type Failing,
  type FilterOptions,
  type FlowOptions,
  type Interruption,
  type Poll,
  type Wanted,
} from './events';

const group = fc.nat({ max: 3 });
const name = fc.nat({ max: 9 });
const who = fc.nat({ max: 5 });

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('register' as const, 'import' as const), group, name }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'edit' as const,
        'edit' as const,
        'tag' as const,
        'unsubscribe' as const,
        'subscribe' as const,
        'bounce' as const,
        'delete' as const,
        'rename' as const,
      ),
      group,
      who,
      value: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('move' as const, 'copy' as const), group, who, to: group }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('createGroup' as const),
      isLow: fc.boolean(),
      names: fc.array(name, { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('deleteGroup' as const, 'renameGroup' as const), group }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 59, 61, 600) }),
  },
);

/** A change that is undone between two polls can be found only by comparing contents. */
const clockJumps = { back: [-5000, -600, -61, -20], forth: [20, 400, 90_000] } as const;
const clockJump = (direction: keyof typeof clockJumps): fc.Arbitrary<Change> =>
  fc.record({ kind: fc.constant('clock' as const), seconds: fc.constantFrom(...clockJumps[direction]) });

const interruption = (latest: number): fc.Arbitrary<Interruption> =>
  fc.record({
    kind: fc.constantFrom('time' as const, 'emit' as const, 'record' as const, 'request' as const, 'death' as const),
    at: fc.integer({ min: 1, max: latest }),
    arrives: fc.boolean(),
  });

const poll = (isStale: fc.Arbitrary<boolean>): fc.Arbitrary<Poll> =>
  fc.record({
    kind: fc.constant('poll' as const),
    meanwhile: fc.array(fc.record({ before: fc.integer({ min: 1, max: 12 }), change }), { maxLength: 4 }),
    interruption: fc.option(interruption(12), { nil: undefined, freq: 2 }),
    isStale,
  });

/**
 * A receiver is changed and changed back repeatedly, with a poll after each change, so that it is easy to be wrong
 * about the version that was sent last.
 */
const toAndFro = (isStale: fc.Arbitrary<boolean>): fc.Arbitrary<Event[]> =>
  fc
    .record({
      kinds: fc.constantFrom(['edit', 'edit'] as const, ['tag', 'tag'] as const, ['unsubscribe', 'subscribe'] as const),
      group,
      who,
      steps: fc.array(
        fc.record({
          seconds: fc.constantFrom(0, 61),
          // few messages are due, so most interruptions come early
          interruption: fc.option(interruption(3), { nil: undefined, freq: 2 }),
          isStale,
        }),
        { minLength: 3, maxLength: 4 },
      ),
    })
    .map(({ kinds: [to, fro], steps, ...receiver }) =>
      steps.flatMap(({ seconds, ...disturbance }, index): Event[] => {
        const value = (index + 1) % 2;
        return [
          { kind: value === 1 ? to : fro, ...receiver, value },
          { kind: 'wait', seconds },
          { kind: 'poll', meanwhile: [], ...disturbance },
        ];
      }),
    );

/** Several polls in a row then meet the same failure. */
const failing: fc.Arbitrary<Failing> = fc.record({
  kind: fc.constant('failing' as const),
  who: fc.option(fc.nat({ max: 12 }), { nil: undefined, freq: 4 }),
  isAccountUnknown: fc.boolean(),
});

interface Weights {
  change: number;
  poll: number;
  toAndFro: number;
}

const eventsOf = (
  weights: Weights,
  isStale: fc.Arbitrary<boolean>,
  ...others: { weight: number; arbitrary: fc.Arbitrary<Event[]> }[]
): fc.Arbitrary<Event[]> =>
  fc
    .array(
      fc.oneof(
        { weight: weights.change, arbitrary: change.map((one): Event[] => [one]) },
        { weight: weights.poll, arbitrary: poll(isStale).map((one): Event[] => [one]) },
        { weight: weights.toAndFro, arbitrary: toAndFro(isStale) },
        { weight: 1, arbitrary: failing.map((one): Event[] => [one]) },
        ...others,
      ),
      { maxLength: 14 },
    )
    .map((chunks) => chunks.flat());

export const events = eventsOf({ change: 8, poll: 6, toAndFro: 1 }, fc.constant(false));

/** With edits of whole groups, and most polls interrupted. */
export const crowdedEvents: fc.Arbitrary<Event[]> = eventsOf({ change: 6, poll: 8, toAndFro: 1 }, fc.constant(false), {
  weight: 3,
  arbitrary: fc
    .record({ kind: fc.constant('editAll' as const), group, value: fc.nat({ max: 2 }) })
    .map((one): Event[] => [one, { kind: 'wait', seconds: 700 }]),
});

/** With clocks that jump and snapshots that are stored too late. */
export const hazardousEvents = (direction: keyof typeof clockJumps): fc.Arbitrary<Event[]> =>
  eventsOf(
    { change: 8, poll: 8, toAndFro: 1 },
    fc.nat({ max: 5 }).map((value) => value === 0),
    { weight: 2, arbitrary: clockJump(direction).map((one): Event[] => [one]) },
  );

const honestFilter: fc.Arbitrary<FilterOptions> = fc.record({
  behaviour: fc.constant('works' as const),
  isInclusive: fc.boolean(),
  drops: fc.constant(0),
  lag: fc.constantFrom(0, 30),
});

const lyingFilter: fc.Arbitrary<FilterOptions> = fc.record({
  behaviour: fc.constantFrom(
    'works' as const,
    'works' as const,
    'works' as const,
    'is missing' as const,
    'ignores rules' as const,
    'refuses registered' as const,
  ),
  isInclusive: fc.boolean(),
  drops: fc.constantFrom(0, 30, 100),
  lag: fc.constantFrom(0, 30, 900),
});

/** @param isHonest whether the filter works correctly, and the clock of the responses is that of the timestamps */
export const optionsOf = (isHonest: boolean): fc.Arbitrary<FlowOptions> =>
  fc.record({
    trigger: fc.constantFrom('all groups' as const, 'all groups' as const, 'one group' as const),
    pageSize: fc.integer({ min: 1, max: 6 }),
    emitDeletions: fc.boolean(),
    wanted: fc.constant(everything),
    fullReadMinutes: fc.constantFrom(0, 10, 60, 60, 600),
    cells: fc.constantFrom(16, 16, 64, 256),
    groups: fc.integer({ min: 1, max: 3 }),
    concurrency: fc.constantFrom(1, 2, 5),
    hasPolled: fc.boolean(),
    movesLeaveTrace: fc.boolean(),
    hasHistory: fc.boolean(),
    filter: isHonest ? honestFilter : lyingFilter,
    keepsReceiversWithoutGroup: fc.boolean(),
    unknownGroupIsEmpty: fc.boolean(),
    isSlow: fc.constantFrom(false, false, false, true),
    lead: isHonest ? fc.constant(0) : fc.constantFrom(0, 0, 5, 30, 120, 3600),
  });

const wanted: fc.Arbitrary<Wanted> = fc.record({
  kind: fc.constant('wanted' as const),
  types: fc.oneof(
    { weight: 1, arbitrary: fc.constant(everything.types) },
    { weight: 3, arbitrary: fc.subarray([...everything.types]) },
  ),
  tag: fc.constantFrom(undefined, undefined, 'vip' as const),
});

/**
 * For a flow that asks for some types of changes only.
 * @param isHonest as for {@link optionsOf}
 */
export const selectiveOptionsOf = (isHonest: boolean): fc.Arbitrary<FlowOptions> =>
  fc.tuple(optionsOf(isHonest), wanted).map(([options, asked]) => ({ ...options, wanted: asked }));

/** With changes of the requested types. */
export const selectiveEvents: fc.Arbitrary<Event[]> = eventsOf(
  { change: 8, poll: 6, toAndFro: 1 },
  fc.constant(false),
  { weight: 1, arbitrary: wanted.map((one): Event[] => [one]) },
);

/** A wrong filter, quick polls, and a sketch that is soon too small. */
export const crowdedOptions: fc.Arbitrary<FlowOptions> = fc
  .tuple(optionsOf(false), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 3 }))
  .map(([options, pageSize, groups]) => ({
    ...options,
    ...{ pageSize, groups, cells: 16, fullReadMinutes: 10, hasPolled: true, trigger: 'all groups' },
  }));
