/**
 * With any messages, any content of the account and any faults, no receiver is harmed, and a repeated message writes
 * nothing.
 */

import fc from '../support/fastCheck';
import { modelRuns } from '../support/runs';
import { meet, type Meeting } from '../support/model/meetings';
import { startStage } from '../support/stage';
import { describeEvents, play, writingFaults, type Event, type Settings } from '../support/model/writingEvents';

const who = fc.nat({ max: 3 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const message = {
  who,
  ours: maybe(who),
  fault: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ name: fc.constantFrom(...writingFaults), after: fc.nat({ max: 5 }) }) },
  ),
  isLate: fc.boolean(),
};
const state = fc.record({
  status: fc.constantFrom(
    'subscribed' as const,
    'unsubscribed' as const,
    'unsubscribed' as const,
    'pending' as const,
    'bounced' as const,
    'gold' as const,
  ),
  group: maybe(fc.constantFrom('here' as const, 'elsewhere' as const)),
});
const says = fc.record(
  {
    firstName: fc.constantFrom('Ada', 'Bo', ''),
    lastName: fc.constantFrom('Öz', ' '),
    birthday: fc.constantFrom('1990-01-02', ''),
    active: fc.boolean(),
  },
  { requiredKeys: [] },
);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('person' as const),
      ...message,
      says,
      state: maybe(state),
      tags: fc.subarray(['vip', 'own', 'crm.x']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), ...message }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('register' as const), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'unsubscribe' as const,
        'bounce' as const,
        'edit' as const,
        'tag' as const,
        'remove' as const,
        'rename' as const,
      ),
      who,
    }),
  },
);
const settings: fc.Arbitrary<Settings> = fc.record({
  newReceivers: fc.constantFrom('active', 'unconfirmed', 'skip'),
  optOuts: fc.constantFrom(true, true, true, false),
  deletes: fc.boolean(),
  switches: fc.record({
    stampsOmitted: fc.constantFrom('active', 'waiting'),
    arrayOfOne: fc.constantFrom('array', 'unwrapped'),
    upsertplusTags: fc.boolean(),
    activatedOverridesUnsubscribe: fc.boolean(),
    wholeFailure: fc.constantFrom('error', 'false'),
    duplicateStatus: fc.constantFrom(400, 409),
  }),
});

it('no receiver is reactivated, cleared, duplicated or loses a tag, opt-outs are carried out, and the second run of a message writes nothing', async () => {
  const stage = await startStage();
  const { params, counted } = modelRuns('writing', 40);
  try {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(event, { minLength: 1, maxLength: 8 }),
        counted(async (set, events) => {
          const problem = await play(stage, set, events);
          if (problem !== undefined) throw new Error(`${problem}\n\nThe events:\n${describeEvents(set, events)}\n`);
        }),
      ),
      params,
    );
  } finally {
    expect(await stage.close()).toEqual([]);
  }
}, 3_600_000);

const OPT_OUT = { subscription: { status: 'unsubscribed' } };

/** Enough for a bulk insert of unconfirmed receivers. */
const several = fc.oneof(who, fc.nat({ max: 9 }));

const meeting: fc.Arbitrary<Meeting> = fc.record({
  messages: fc.array(
    fc.record({
      who: several,
      step: fc.constantFrom('active' as const, 'unconfirmed' as const),
      isOther: fc.constantFrom(false, false, true),
      says: fc.constantFrom({}, {}, { active: '0' }, { tags: ['vip'] }, OPT_OUT),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  deeds: fc.array(
    fc.record({
      kind: fc.constantFrom('signUp' as const, 'signUp' as const, 'confirm' as const, 'unsubscribe' as const),
      who: several,
      at: fc.nat({ max: 14 }),
    }),
    { maxLength: 5 },
  ),
});
const answers = fc.record({
  stampsOmitted: fc.constantFrom('active' as const, 'waiting' as const),
  upsertplusTags: fc.boolean(),
  eventForAttributes: fc.boolean(),
  bulkInsert: fc.constantFrom('refuses' as const, 'refuses' as const, 'missing' as const),
  arrayOfOne: fc.constantFrom('array' as const, 'unwrapped' as const),
  invalidRow: fc.constantFrom('string' as const, 'object' as const, 'missing' as const),
  duplicateStatus: fc.constantFrom(400 as const, 409 as const),
});

it('no receiver becomes active, or stays active after an opt-out, unless a step with "active" has created it from a record that is not inactive', async () => {
  const stage = await startStage();
  const { params, counted } = modelRuns('meetings', 60);
  try {
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.array(meeting, { minLength: 1, maxLength: 3 }),
        counted(async (switches, meetings) => {
          expect(await meet(stage, switches, meetings)).toBeUndefined();
        }),
      ),
      params,
    );
  } finally {
    expect(await stage.close()).toEqual([]);
  }
}, 3_600_000);
