import { readFileSync } from 'node:fs';
import path from 'node:path';
import component from '../../../component.json';
import { parseGroupPollingFields, parsePollingFields, parseUpsertFields } from '../../../lib/config/stepConfig';
import {
  defaultOf,
  FIELD_DOCUMENTS,
  shortTableOf,
  tableOf,
  withFieldTables,
  type Field,
} from '../../../tools/lib/fieldTables';
import { root } from '../../support/tools';

/** What a field is after its check. */
type Value = string | number | boolean | object | undefined;

const field = (members: Partial<Field> = {}): Field => ({
  label: 'Label',
  viewClass: 'TextFieldView',
  note: 'A note.',
  help: { description: 'More help.' },
  order: 10,
  ...members,
});

describe('the tables of fields', () => {
  it.each(Object.entries(FIELD_DOCUMENTS))(
    'in %s match those that "npm run fields" generates from component.json, except for column widths',
    (name, extent) => {
      const document = readFileSync(path.join(root, name), 'utf8');
      const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
      expect(plain(document)).toBe(plain(withFieldTables(document, extent)));
    },
  );

  it('give the first sentence of a note where they are short', () => {
    const one = field({ note: 'The group. It must exist.', placeholder: '5' });
    expect(shortTableOf({ a: { fields: { one } } }).split('\n')[2]).toBe('| `one` | `5` | The group. |');
  });

  it.each([
    ['getReceiversPolling', component.triggers.getReceiversPolling, parsePollingFields({})],
    [
      'getReceiversByGroupIdPolling',
      component.triggers.getReceiversByGroupIdPolling,
      parseGroupPollingFields({ groupId: '1' }),
    ],
    ['upsertReceiver', component.actions.upsertReceiver, parseUpsertFields({})],
  ])('show the defaults with which %s runs', (_, step, parsed: Readonly<Record<string, Value>>) => {
    const fields: Readonly<Record<string, Field>> = step.fields;
    const shown = Object.entries(fields).map(([name, one]) => [name, defaultOf(one).replaceAll('`', '')]);
    const used = (name: string): string => {
      const value = name === 'groupId' ? undefined : parsed[name];
      return value === undefined || typeof value === 'object' ? '' : String(value);
    };
    expect(shown).toEqual(Object.keys(fields).map((name) => [name, used(name)]));
  });

  it('show which of several steps has a field, in the order of the form', () => {
    const [one, two] = [field(), field({ order: 20 })];
    const table = tableOf({ a: { fields: { one } }, b: { fields: { one, two } } });
    expect(table.split('\n').slice(2)).toEqual([
      '| `two` | `b` | Label |  | A note. More help. |',
      '| `one` | all | Label |  | A note. More help. |',
    ]);
  });

  it('reject a field with different descriptions in two steps', () => {
    const steps = { a: { fields: { one: field() } }, b: { fields: { one: field({ note: 'Another note.' }) } } };
    expect(() => tableOf(steps)).toThrow('The field "one" differs between a and b.');
  });

  it('list the values of a drop-down and its default', () => {
    const model = { slow: 'Slowly', fast: 'In a hurry' };
    const table = tableOf({
      a: { fields: { pace: field({ viewClass: 'SelectView', model, prompt: 'Default: Slowly' }) } },
    });
    expect(table).toContain('| `slow` | A note. `slow`: Slowly; `fast`: In a hurry. More help. |');
  });

  it('show braces as code, and escape a bar in a cell', () => {
    const table = tableOf({ a: { fields: { one: field({ note: 'Give {"a": {"b": 1}} | {c}.' }) } } });
    expect(table).toContain('Give `{"a": {"b": 1}}` \\| `{c}`. More help.');
  });

  it('reject a document without their comments', () => {
    expect(() => withFieldTables('# Title\n', 'full')).toThrow('"<!-- fields of the triggers -->"');
  });
});
