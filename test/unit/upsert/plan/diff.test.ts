import { contentOf, diff } from '../../../../lib/upsert/plan/diff';
import type { Types } from '../../../../lib/upsert/plan/attributeFilter';
import { receiver } from '../../../support/receiver';
import { row } from '../../../support/upsert/records';

const types = (group: Record<string, string>, account: Record<string, string> = {}): Types => ({
  attributes: new Map(Object.entries(group)),
  global_attributes: new Map(Object.entries(account)),
});

const known = types({ a: 'text', n: 'number', d: 'date' }, { g: 'text' });

describe('the difference to write', () => {
  it('is empty if a receiver matches the record', () => {
    const stored = receiver('1', { attributes: { a: 'x' }, global_attributes: { g: 'y' }, tags: ['t'] });
    const same = row({ attributes: { a: 'x' }, global_attributes: { g: 'y' }, tags: ['t'] });
    expect(diff(same, stored, known)).toBeUndefined();
    expect(diff(row({}), stored, known)).toBeUndefined();
  });

  it('contains only different values, in each of the two scopes, and missing tags', () => {
    const stored = receiver('1', { attributes: { a: 'x', n: '1' }, global_attributes: { g: 'y' }, tags: ['t'] });
    expect(diff(row({ attributes: { a: 'z', n: '1' } }), stored, known)).toEqual({ attributes: { a: 'z' } });
    expect(diff(row({ global_attributes: { g: 'z' } }), stored, known)).toEqual({
      global_attributes: { g: 'z' },
    });
    expect(diff(row({ tags: ['t', 'u'] }), stored, known)).toEqual({ tags: ['u'] });
  });

  it('contains a value that is not shown, unless it is empty', () => {
    const stored = receiver('1');
    expect(diff(row({ attributes: { a: 'x' } }), stored, known)).toEqual({ attributes: { a: 'x' } });
    expect(diff(row({ attributes: { a: '' } }), stored, known)).toBeUndefined();
  });

  it('contains an empty value for a stored one, and a value for an empty one', () => {
    const stored = receiver('1', { attributes: { a: 'x', n: '' } });
    expect(diff(row({ attributes: { a: ' ' } }), stored, known)).toEqual({ attributes: { a: ' ' } });
    expect(diff(row({ attributes: { n: '0' } }), stored, known)).toEqual({ attributes: { n: '0' } });
  });

  it.each([
    ['n', '5', '5.0', true],
    ['n', ' 5', '5', true],
    ['n', '5', '6', false],
    ['n', 'x', 'y', false],
    ['n', ' ', '0', false],
    ['n', '0', ' ', false],
    ['d', ' 2.1.1970 ', '1970-01-02', true],
    ['d', '1.11.1970', '11.1.1970', false],
    ['a', '5', '5.0', false],
    ['d', '2.1.1970', '1970-01-02', true],
    ['d', '1970-1-2', '02.01.1970', true],
    ['d', ' 1970-01-02 ', '1970-01-02', true],
    ['d', '1970-01-02', '1970-01-03', false],
    ['d', '1970-01-02', '1970-02-02', false],
    ['d', '1970-01-02', '1971-01-02', false],
    ['d', 'x', 'y', false],
    ['d', 'on 1970-01-02', '1970-01-02', false],
    ['d', '1970-01-02 at noon', '1970-01-02', false],
    ['d', 'on 2.1.1970', '1970-01-02', false],
    ['d', '2.1.1970 at noon', '1970-01-02', false],
    ['a', '2.1.1970', '1970-01-02', false],
  ])('treats, by the type of %s, %j and a stored %j as equal: %p', (name, wanted, value, isSame) => {
    const stored = receiver('1', { attributes: { [name]: value } });
    expect(diff(row({ attributes: { [name]: wanted } }), stored, known) === undefined).toBe(isSame);
  });

  it('contains, without definitions, shown values that differ, and only with these also values that are not shown', () => {
    const stored = receiver('1', { attributes: { a: 'x', d: '1970-01-02', n: '5' } });
    expect(diff(row({ attributes: { hidden: '1' } }), stored, undefined)).toBeUndefined();
    expect(diff(row({ attributes: { hidden: '1', a: 'y' } }), stored, undefined)).toEqual({
      attributes: { hidden: '1', a: 'y' },
    });
    // what looks like the same date may be one, what looks like the same number is told apart
    expect(diff(row({ attributes: { d: '2.1.1970' } }), stored, undefined)).toBeUndefined();
    expect(diff(row({ attributes: { n: '5.0' } }), stored, undefined)).toEqual({ attributes: { n: '5.0' } });
    expect(diff(row({ global_attributes: { hidden: '1' }, tags: ['t'] }), stored, undefined)).toEqual({
      global_attributes: { hidden: '1' },
      tags: ['t'],
    });
  });
});

it('the content to write has no empty fields', () => {
  expect(contentOf({}, {}, [])).toStrictEqual({});
  expect(contentOf({ a: '1' }, { g: '2' }, ['t'])).toStrictEqual({
    attributes: { a: '1' },
    global_attributes: { g: '2' },
    tags: ['t'],
  });
});
