/** The recipes of the README work as they are written: with their fields, a step turns `in` into `out`. */

import component from '../../../component.json';
import { process as upsert } from '../../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import {
  change,
  expectAsShown,
  fieldsIn,
  incoming,
  outgoing,
  prepare,
  recipesOfActions,
  recipesOfTriggers,
  type Recipe,
} from '../../support/recipes';
import { FakeRuntime, type Sent } from '../../support/runtime';
import { DAY, useStage, type Stage } from '../../support/stage';

/** What the first poll sends, and those after it. */
async function polled({ sandbox, group, credentials, later }: Stage, { step, fields }: Recipe): Promise<Sent[][]> {
  const runtime = new FakeRuntime('oih', step === 'getReceiversPolling' ? pollAll : pollOne, {
    ...fields,
    ...credentials,
  });
  await runtime.run();
  const first = runtime.sent;
  later(2 * DAY);
  change(sandbox, group);
  later(DAY);
  await runtime.run();
  const second = runtime.sent;
  sandbox.account.confirm(group, 'eve@example.org');
  later(DAY);
  await runtime.run();
  return [first, [...second, ...runtime.sent]];
}

describe('each recipe of the README works:', () => {
  const enter = useStage();

  it('there are recipes for triggers and for the action', () => {
    const recipes = [...recipesOfTriggers, ...recipesOfActions];
    const functions = [...Object.keys(component.triggers), ...Object.keys(component.actions)];
    expect(new Set(recipes.map(({ step }) => step))).toEqual(new Set(functions));
    expect(recipes.length).toBeGreaterThan(8);
  });

  it.each(recipesOfTriggers.map((recipe) => [recipe.name, recipe] as const))('%s, the trigger', async (_, recipe) => {
    const stage = await enter();
    prepare(stage.sandbox, stage.group);
    const [first = [], later = []] = await polled(stage, recipe);
    expectAsShown(recipe, first, later);
  });

  it.each(recipesOfActions.map((recipe) => [recipe.name, JSON.stringify(recipe.fields), recipe] as const))(
    '%s, the action with %s',
    async (_, __, recipe) => {
      const stage = await enter();
      const fields = fieldsIn(recipe, prepare(stage.sandbox, stage.group));
      const runtime = new FakeRuntime('oih', upsert, { ...fields, ...stage.credentials });
      await runtime.run(incoming(recipe));
      expect(runtime.sent).toEqual([outgoing(recipe)]);
      expect(stage.sandbox.account.mails).toHaveLength(fields['doiFormId'] === undefined ? 0 : 1);
    },
  );
});
