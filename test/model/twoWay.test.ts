/** A week of a CleverReach group and a CRM that two flows keep equal. */

import fc from '../support/fastCheck';
import { FIELDS } from '../support/model/crm';
import { faultNames } from '../support/model/faultNames';
import { PERSONS, playWeek, describeWeek, type Edit, type Moment, type Week } from '../support/model/week';
import { modelRuns } from '../support/runs';
import { startStage } from '../support/stage';

/** Of a few persons, so that the changes of both sides meet, and of all. */
const who = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: PERSONS + 20 }));
const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('edit' as const, 'new' as const) },
  { weight: 2, arbitrary: fc.constantFrom('unsubscribe' as const, 'delete' as const) },
  { weight: 1, arbitrary: fc.constantFrom('tag' as const, 'confirm' as const, 'bounce' as const) },
);
const edit: fc.Arbitrary<Edit> = fc.record({
  side: fc.constantFrom('CleverReach' as const, 'CRM' as const),
  kind,
  who,
  field: fc.constantFrom(...FIELDS),
  value: fc.nat({ max: 99 }),
});
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const moment: fc.Arbitrary<Moment> = fc.record({
  minutes: fc.oneof(
    fc.integer({ min: 1, max: 10 }),
    fc.integer({ min: 1, max: 10 }),
    fc.integer({ min: 30, max: 900 }),
  ),
  edits: fc.array(edit, { maxLength: 4 }),
  first: fc.constantFrom('CleverReach' as const, 'CRM' as const),
  fault: seldom(fc.record({ name: fc.constantFrom(...faultNames), after: fc.nat({ max: 8 }) })),
  failsAt: seldom(fc.integer({ min: 1, max: 3 })),
  isCrmDown: seldom(fc.constant(true)).map((isDown) => isDown === true),
});
const week: fc.Arbitrary<Week> = fc.record({
  platform: fc.constantFrom('oih' as const, 'elastic.io' as const),
  reading: fc.constantFrom('full reads' as const, 'quick polls' as const),
  showsOwnWrites: fc.boolean(),
  moments: fc.array(moment, { minLength: 1, maxLength: 30, size: 'max' }),
});

it('both sides end equal without echoes, no inactive receiver is activated, and opt-outs and deletions arrive on the other side', async () => {
  const { params, counted } = modelRuns('two-way', 10);
  await fc.assert(
    fc.asyncProperty(
      week,
      counted(async (one) => {
        // weeks one after the other on one clock would reach times that count as the future
        const stage = await startStage();
        const problem = await playWeek(stage, one).finally(async () => {
          expect(await stage.close()).toEqual([]);
        });
        if (problem !== undefined) throw new Error(`${problem}\n\nThe week:\n${describeWeek(one)}\n`);
      }),
    ),
    params,
  );
}, 3_600_000);
