/** Whatever comes in, whatever the account holds and whatever goes wrong on the way: nobody is harmed, and the second time nothing is written. */

import fc from 'fast-check';
import { examples } from '../support/runs';
import { startStage } from './support/stage';
import { faultNames, play, told, type Event, type Settings } from './support/writingStory';

const who = fc.nat({ max: 3 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const message = {
  who,
  ours: maybe(who),
  fault: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ name: fc.constantFrom(...faultNames), after: fc.nat({ max: 5 }) }) },
  ),
};
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

it('nobody is re-activated, blanked, robbed of a tag or doubled, and the second run of a message writes nothing', async () => {
  const stage = await startStage();
  try {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(event, { minLength: 1, maxLength: 8 }), async (set, events) => {
        const problem = await play(stage, set, events);
        if (problem !== undefined) throw new Error(`${problem}\n\nThe story:\n${told(set, events)}\n`);
      }),
      examples(40),
    );
  } finally {
    expect(await stage.close()).toEqual([]);
  }
}, 240_000);
