/** The recipes of the README work as they are written: with their fields, a step turns `in` into `out`. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import component from '../../../component.json';
import { process as upsert } from '../../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { FakeRuntime, type Sent } from '../../support/runtime';
import { DAY, NOW, useStage, type Stage } from '../../support/stage';
import type { Fields } from '../../support/steps';
import { root } from '../../support/tools';

const [, section = ''] = readFileSync(path.join(root, 'README.md'), 'utf8').split(/^## Recipes$|^## Triggers$/m);

interface Recipe {
  name: string;
  step: string;
  fields: Fields;
  given: unknown;
  expected: object[];
}

/** One for each step of a block; a block has one `in` at most. */
const recipes: Recipe[] = [...section.matchAll(/^\*\*(.+?)\*\*.*?```text\n(.*?)```/gms)].flatMap(
  ([, name = '', block = '']) => {
    const lines = block
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), JSON.parse(line.slice(line.indexOf(' ')))] as [string, object]);
    const of = (word: string): object[] => lines.flatMap(([first, json]) => (first === word ? [json] : []));
    return lines
      .filter(([first]) => first !== 'in' && first !== 'out')
      .map(([step, fields]) => ({ name, step, fields: { ...fields }, given: of('in')[0], expected: of('out') }));
  },
);

const account = (stage: Stage) => stage.sandbox.account;

/** A receiver of each state in "Newsletter", ann also in "Customers". */
function prepare(stage: Stage): { customers: string; form: string; flow: string } {
  const customers = stage.addGroup('Customers');
  for (const name of ['ann', 'bob', 'carl', 'dora'])
    account(stage).addReceiver(stage.group, { email: `${name}@example.org`, registered: NOW - 10 * DAY });
  const tags = ['Shop.customer'];
  account(stage).addReceiver(stage.group, { email: 'tina@example.org', tags, registered: NOW - 10 * DAY });
  account(stage).addReceiver(customers, { email: 'ann@example.org', registered: NOW - 10 * DAY });
  return {
    customers,
    form: String(account(stage).addForm({ groupId: stage.group }).id),
    flow: account(stage).addFlow({ groupId: stage.group }).id,
  };
}

/** One change of every type; the new receiver of a form confirms later. */
function change(stage: Stage): void {
  const { group } = stage;
  account(stage).unsubscribe(group, 'bob@example.org');
  account(stage).edit(group, 'dora@example.org', { tags: ['vip'] });
  account(stage).bounce(group, 'ann@example.org');
  account(stage).removeEverywhere('carl@example.org');
  account(stage).addReceiver(group, { email: 'eve@example.org', tags: ['Shop.customer'], activated: 0 });
  account(stage).addReceiver(group, { email: 'finn@example.org' });
}

/** What the first poll sends, and those after it. */
async function polled(stage: Stage, { step, fields }: Recipe): Promise<{ first: Sent[]; sent: Sent[] }> {
  const runtime = new FakeRuntime('oih', step === 'getReceiversPolling' ? pollAll : pollOne, {
    ...fields,
    ...stage.credentials,
  });
  await runtime.run();
  const first = runtime.sent;
  stage.later(2 * DAY);
  change(stage);
  stage.later(DAY);
  await runtime.run();
  const second = runtime.sent;
  account(stage).confirm(stage.group, 'eve@example.org');
  stage.later(DAY);
  await runtime.run();
  return { first, sent: [...second, ...runtime.sent] };
}

describe('each recipe of the README works:', () => {
  const enter = useStage();

  it('there are recipes for triggers and for the action', () => {
    const functions = [...Object.keys(component.triggers), ...Object.keys(component.actions)];
    expect(new Set(recipes.map(({ step }) => step))).toEqual(new Set(functions));
    expect(recipes.length).toBeGreaterThan(8);
  });

  const triggers = recipes.filter(({ step }) => step in component.triggers);
  it.each(triggers.map((recipe) => [recipe.name, recipe] as const))('%s, the trigger', async (_, recipe) => {
    const stage = await enter();
    prepare(stage);
    const { first, sent } = await polled(stage, recipe);
    expect(sent.length).toBeGreaterThan(0);
    for (const expected of recipe.expected) expect(sent).toContainEqual(matching(expected));
    const types = new Set(sent.map(({ metadata }) => metadata['changeType']));
    const { changeTypes } = recipe.fields;
    expect(types).toEqual(typeof changeTypes === 'string' ? new Set(changeTypes.split(', ')) : types);
    expect(recipe.fields['startTime'] === undefined ? [] : first).toEqual([]);
  });

  const actions = recipes.filter(({ step }) => step in component.actions);
  it.each(actions.map((recipe) => [recipe.name, JSON.stringify(recipe.fields), recipe] as const))(
    '%s, the action with %s',
    async (_, __, { fields, given, expected }) => {
      const stage = await enter();
      const { form, flow } = prepare(stage);
      const id = fields['doiFormId'];
      const doiFormId = typeof id === 'string' ? { doiFormId: /^\d+$/.test(id) ? form : flow } : {};
      const runtime = new FakeRuntime('oih', upsert, { ...fields, ...doiFormId, ...stage.credentials });
      const receiver = { id: '9', email: 'gus@example.org', activated: NOW - DAY, registered: NOW - DAY, active: true };
      await runtime.run(given ?? { metadata: { recordUid: '9' }, data: receiver });
      expect(runtime.sent).toEqual([matching(expected[0] ?? { data: { email: receiver.email } })]);
      expect(account(stage).mails).toHaveLength(id === undefined ? 0 : 1);
    },
  );
});

/** Objects and lists that contain at least these members, at every depth. */
function matching(expected: unknown): unknown {
  if (Array.isArray(expected)) return expect.arrayContaining(expected.map(matching));
  if (typeof expected !== 'object' || expected === null) return expected;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, matching(value)])),
  );
}
