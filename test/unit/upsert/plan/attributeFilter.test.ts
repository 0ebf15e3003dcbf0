import { filterAttributes, typesOf, type Types } from '../../../../lib/upsert/plan/attributeFilter';
import { receiver } from '../../../support/receiver';
import { row } from '../../../support/upsert/records';

const types: Types = {
  attributes: new Map([
    ['a', 'text'],
    ['n', 'number'],
  ]),
  global_attributes: new Map([
    ['g', 'text'],
    ['m', 'number'],
    ['lastname', 'text'],
    ['name', 'text'],
  ]),
};

describe('a row compared with the definitions', () => {
  it('loses values whose attribute is not defined in their scope, and reports the names', () => {
    const wanted = row({
      attributes: { z: '1', a: '2', g: '3' },
      global_attributes: { g: '4', a: '5' },
      tags: ['t'],
    });
    expect(filterAttributes(wanted, undefined, types)).toEqual({
      row: { ...wanted, attributes: { a: '2' }, global_attributes: { g: '4' } },
      missing: [
        'Not written to "attributes", not defined there: g, z.',
        'Not written to "global_attributes", not defined there: a.',
      ],
      dropped: [],
    });
  });

  it('loses nothing if the same value is written to the other scope', () => {
    const wanted = row({ attributes: { a: '1', g: '2' }, global_attributes: { a: '1', g: '2' } });
    expect(filterAttributes(wanted, undefined, types)).toEqual({
      row: { ...wanted, attributes: { a: '1' }, global_attributes: { g: '2' } },
      missing: [],
      dropped: [],
    });
  });

  it.each(['', '  ', '\n', '\u00a0', '\u200b'])(
    'has the empty string for a blank value, whatever the type: %j',
    (blank) => {
      const names = ['text', 'number', 'date', 'gender'];
      const given = Object.fromEntries(names.map((name) => [name, blank]));
      const empty = row({ attributes: Object.fromEntries(names.map((name) => [name, ''])) });
      const byName = {
        attributes: new Map(names.map((name) => [name, name])),
        global_attributes: new Map<string, string>(),
      };
      for (const known of [byName, undefined])
        expect(filterAttributes(row({ attributes: given }), undefined, known)).toEqual({
          row: empty,
          missing: [],
          dropped: [],
        });
    },
  );

  it('loses nothing if an empty value has no attribute', () => {
    expect(filterAttributes(row({ attributes: { z: '', y: ' ', x: '\u200b' } }), undefined, types)).toEqual({
      row: row({}),
      missing: [],
      dropped: [],
    });
  });

  it('loses numbers with a leading sign, and no other value with one', () => {
    const wanted = row({ attributes: { n: ' -1', a: '+2' }, global_attributes: { m: '+1', g: '-x' } });
    expect(filterAttributes(wanted, undefined, types)).toEqual({
      row: { ...wanted, attributes: { a: '+2' }, global_attributes: { g: '-x' } },
      missing: [],
      dropped: [
        'Not written to "attributes", a number with a sign, which CleverReach would add to the stored number: n.',
        'Not written to "global_attributes", a number with a sign, which CleverReach would add to the stored number: m.',
      ],
    });
    expect(filterAttributes(row({ attributes: { n: '12' } }), undefined, types).dropped).toEqual([]);
  });

  it.each([' 5 ', '5\n', '\t5', '\u00a05', '\ufeff5'])('has the number in %j without what is around it', (n) => {
    const { row: found, dropped } = filterAttributes(row({ attributes: { n, a: n } }), undefined, types);
    expect([found.attributes, dropped]).toEqual([{ n: '5', a: n }, []]);
  });

  it('has dates in the format of CleverReach, and loses values that are not dates', () => {
    const wanted = row({ attributes: { d: '31.12.90', e: '3/4/1990', f: '', a: '31.12.90' } });
    const dates: Types = {
      attributes: new Map(['d', 'e', 'f', 'a'].map((name) => [name, name === 'a' ? 'text' : 'date'])),
      global_attributes: new Map(),
    };
    expect(filterAttributes(wanted, undefined, dates)).toMatchObject({
      row: { attributes: { d: '1990-12-31', f: '', a: '31.12.90' } },
      dropped: ['Not written to "attributes", not a date, or an ambiguous one: e.'],
    });
  });

  it('is unchanged if there are no definitions', () => {
    const wanted = row({
      attributes: { z: '1', y: '-', x: '- none -', w: '+', v: 'x' },
      global_attributes: { u: '0,5' },
    });
    expect(filterAttributes(wanted, undefined, undefined)).toEqual({ row: wanted, missing: [], dropped: [] });
  });

  it('loses what may be added to a number if there are no definitions, unless the stored value shows that it is a string', () => {
    const given = { a: '+5', b: ' -5', c: '+ 5', d: '-.5', e: '+49 40 1', f: '+49 40 2', g: '-5' };
    const stored = receiver('1', { attributes: { a: '10', e: '+49 40 1', f: ' +49 40 1', g: '-5' } });
    expect(filterAttributes(row({ attributes: given }), stored, undefined)).toEqual({
      row: row({ attributes: { e: '+49 40 1', f: '+49 40 2', g: '-5' } }),
      missing: [],
      dropped: [
        'Not written to "attributes", begins with a sign and a digit, and without the definitions of the attributes it is unknown whether CleverReach would add it to a number: a, b, c, d.',
      ],
    });
  });

  it('is compared with the types of its own scope', () => {
    const definitions = {
      group: [{ id: '1', name: 'a', type: 'number' }],
      account: [{ id: '2', name: 'b', type: 'date' }],
    };
    const read = typesOf(definitions);
    expect([...read.attributes, ...read.global_attributes]).toEqual([
      ['a', 'number'],
      ['b', 'date'],
    ]);
  });
});
