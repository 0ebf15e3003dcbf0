/** The recipes of the README, and an account in which each of them has an effect. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import component from '../../component.json';
import type { Sandbox } from '../../sandbox';
import { NOW } from './account';
import { root } from './tools';

const [, section = ''] = readFileSync(path.join(root, 'README.md'), 'utf8').split(/^## Recipes$|^## Triggers$/m);
const DAY = 86_400;

export interface Recipe {
  name: string;
  step: string;
  fields: Record<string, unknown>;
  /** The message that the step receives; a recipe of a trigger has none. */
  given: object | undefined;
  expected: object[];
}

/** One for each step of a block; a block has at most one `in`. */
const recipes: readonly Recipe[] = [...section.matchAll(/^\*\*(.+?)\*\*.*?```text\n(.*?)```/gms)].flatMap(
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

export const recipesOfTriggers = recipes.filter(({ step }) => step in component.triggers);
export const recipesOfActions = recipes.filter(({ step }) => step in component.actions);

/** A record from a trigger, for recipes without one. */
const receiver = { id: '9', email: 'gus@example.org', activated: NOW - DAY, registered: NOW - DAY, active: true };

export const incoming = ({ given }: Recipe): object => given ?? { metadata: { recordUid: '9' }, data: receiver };
export const outgoing = ({ expected }: Recipe): unknown => matching(expected[0] ?? { data: { email: receiver.email } });

/** One receiver of each state in the group "Newsletter"; ann also in "Customers". Both groups have forms and flows. */
export function prepare({ account }: Sandbox, newsletter: string): { form: string; flow: string } {
  const customers = account.addGroup('Customers');
  for (const name of ['ann', 'bob', 'carl', 'dora'])
    account.addReceiver(newsletter, { email: `${name}@example.org`, registered: NOW - 10 * DAY });
  const tags = ['customer'];
  account.addReceiver(newsletter, { email: 'tina@example.org', tags, registered: NOW - 10 * DAY });
  account.addReceiver(customers, { email: 'ann@example.org', registered: NOW - 10 * DAY });
  return {
    form: String(account.addForm({ groupId: newsletter }).id),
    flow: account.addFlow({ groupId: newsletter }).id,
  };
}

/** One change of every type; the new receiver of a form confirms later. */
export function change({ account }: Sandbox, newsletter: string): void {
  account.unsubscribe(newsletter, 'bob@example.org');
  account.edit(newsletter, 'dora@example.org', { tags: ['vip'] });
  account.bounce(newsletter, 'ann@example.org');
  account.removeEverywhere('carl@example.org');
  account.addReceiver(newsletter, { email: 'eve@example.org', tags: ['customer'], activated: 0 });
  account.addReceiver(newsletter, { email: 'finn@example.org' });
}

/** The fields of a recipe, with a form or flow of the account in place of that of the recipe. */
export function fieldsIn({ fields }: Recipe, { form, flow }: { form: string; flow: string }): Recipe['fields'] {
  const id = fields['doiFormId'];
  return typeof id === 'string' ? { ...fields, doiFormId: /^\d+$/.test(id) ? form : flow } : fields;
}

/**
 * A first poll sends nothing if the recipe has a start time; later polls send the types of messages that the recipe
 * shows, and no others.
 */
export function expectAsShown(
  { fields, expected }: Recipe,
  first: readonly { metadata: Record<string, unknown> }[],
  later: readonly { metadata: Record<string, unknown> }[],
): void {
  expect(later.length).toBeGreaterThan(0);
  for (const one of expected) expect(later).toContainEqual(matching(one));
  const { changeTypes } = fields;
  if (typeof changeTypes === 'string')
    expect(new Set(later.map(({ metadata }) => metadata['changeType']))).toEqual(new Set(changeTypes.split(', ')));
  expect(fields['startTime'] === undefined ? [] : first).toEqual([]);
}

/** Matches objects and lists that contain at least these entries, at every depth. */
function matching(expected: unknown): unknown {
  if (Array.isArray(expected)) return expect.arrayContaining(expected.map(matching));
  if (typeof expected !== 'object' || expected === null) return expected;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, matching(value)])),
  );
}
