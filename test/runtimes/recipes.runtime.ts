import { z } from 'zod';
import { NOW } from '../support/account';
import {
  change,
  expectAsShown,
  fieldsIn,
  incoming,
  outgoing,
  prepare,
  recipesOfActions,
  recipesOfTriggers,
} from '../support/recipes';
import { runtimes, useStage } from '../support/runtimes/stage';
import { componentFunction, type FlowRecord } from '../support/runtimes/plan';

const DAY = 86_400;
const record = z.object({ metadata: z.record(z.string(), z.unknown()), data: z.record(z.string(), z.unknown()) });
const travelling = (given: object): FlowRecord => record.parse(given);

describe.each(runtimes)('each recipe of the README works under $name:', (runtime) => {
  const stage = useStage();

  it.each(recipesOfTriggers.map((recipe) => [recipe.name, recipe] as const))('%s, the trigger', async (_, recipe) => {
    const account = await stage.account({ now: NOW });
    const group = account.account.addGroup('Newsletter');
    prepare(account, group);
    const plan = { function: componentFunction.parse(recipe.step), fields: recipe.fields };
    const step = await stage.step(runtime, account, plan);
    const first = await step.tick();
    account.clock.advance(2 * DAY);
    change(account, group);
    account.clock.advance(DAY);
    const second = await step.tick();
    account.account.confirm(group, 'eve@example.org');
    account.clock.advance(DAY);
    const third = await step.tick();
    expect([...first.errors, ...second.errors, ...third.errors]).toEqual([]);
    expectAsShown(recipe, first.data, [...second.data, ...third.data]);
  });

  it.each(recipesOfActions.map((recipe) => [recipe.name, JSON.stringify(recipe.fields), recipe] as const))(
    '%s, the action with %s',
    async (_, __, recipe) => {
      const account = await stage.account({ now: NOW });
      const group = account.account.addGroup('Newsletter');
      const fields = fieldsIn(recipe, prepare(account, group));
      const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields });
      const { data, errors } = await step.handle(travelling(incoming(recipe)));
      expect({ data, errors }).toEqual({ data: [outgoing(recipe)], errors: [] });
      expect(account.account.mails).toHaveLength(fields['doiFormId'] === undefined ? 0 : 1);
      expect(account.hazards).toEqual([]);
    },
  );
});
