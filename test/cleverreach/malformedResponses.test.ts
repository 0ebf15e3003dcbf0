import { idOf, listOf, parseAccount, parseAttributes, parseReceivers } from '../../lib/cleverreach/parseResponse';
import { paths } from '../../lib/cleverreach/paths';

const WHAT = 'GET /groups/1/receivers';
const cannotRead = (why: string): string =>
  `CleverReach answered ${WHAT} with something that cannot be read: ${why}. Waiting may help, for example after an update or a failure of CleverReach. If the error persists, send this message to CleverReach support.`;

describe('an id', () => {
  it.each([
    [' 7 ', '7'],
    [7, '7'],
    ['', ''],
    [Number.NaN, ''],
    [Infinity, ''],
    [null, ''],
    [undefined, ''],
    [true, ''],
    [{}, ''],
  ])('%j is the text %j', (value, id) => {
    expect(idOf(value)).toBe(id);
  });
});

describe('the rows of an answer', () => {
  it.each([
    [
      [1, 2],
      [1, 2],
    ],
    [undefined, []],
    [{}, []],
    [{ 0: 'a', 10: 'b' }, ['a', 'b']],
    [{ '1a': 'a' }, [{ '1a': 'a' }]],
    [{ a1: 'a' }, [{ a1: 'a' }]],
    [{ id: 1 }, [{ id: 1 }]],
  ])('%j are %j', (body, rows) => {
    expect(listOf(body, WHAT)).toEqual(rows);
  });

  it.each([
    [null, 'null instead of a list'],
    ['text', 'string instead of a list'],
    [1, 'number instead of a list'],
    [false, 'boolean instead of a list'],
  ])('are never %j', (body, why) => {
    expect(() => listOf(body, WHAT)).toThrow(new Error(cannotRead(why)));
  });
});

describe('a row', () => {
  it.each([
    [1, 'a row that is not an object'],
    [null, 'a row that is not an object'],
    [{}, 'a row without an id'],
    [{ id: ' ' }, 'a row without an id'],
  ])('%j cannot be read, and the error says why', (row, why) => {
    expect(() => parseReceivers([row], WHAT)).toThrow(new Error(cannotRead(why)));
  });

  it.each([[1], [{ name: ' ' }], [{}]])('%j is no attribute', (row) => {
    expect(() => parseAttributes([row], WHAT)).toThrow(new Error(cannotRead('an attribute without a name')));
  });

  it('of an attribute has its name without blanks and case, and a type in lower case', () => {
    expect(
      parseAttributes(
        [
          { name: ' First ', type: 'TEXT' },
          { name: 'n', type: '' },
        ],
        WHAT,
      ),
    ).toEqual([
      { name: 'first', type: 'text' },
      { name: 'n', type: 'text' },
    ]);
  });

  it('of the account is the first of a list', () => {
    expect(parseAccount([{ id: 1, company: 'A' }, { id: 2 }], WHAT)).toMatchObject({
      id: '1',
      company: 'A',
      email: '',
    });
  });
});

describe('a receiver', () => {
  const parsed = (row: object): unknown => parseReceivers([{ id: '1', ...row }], WHAT)[0];

  it.each([
    ['5', 5],
    [' 5 ', 5],
    ['1.25', 1],
    [1700000000.5, 1700000000],
    ['-5', 0],
    [-5, 0],
    [0, 0],
    [1e300, 99999999999],
    ['9'.repeat(30), 99999999999],
    [253402300800999, 99999999999],
    [100000000000, 100000000],
    [99999999999, 99999999999],
    [1700000000123, 1700000000],
    ['1700000000123', 1700000000],
    [' 1700000000 ', 1700000000],
    ['1.7e9', 1700000000],
    ['2023-11-14T22:13:20Z', 1700000000],
    ['2023-11-14 22:13:20', 1700000000],
    ['2023-11-14T23:13:20.500+01:00', 1700000000],
    ['2023-11-14 23:13:20 +0100', 1700000000],
    ['2023-11-14', 1699920000],
    ['0000-00-00 00:00:00', 0],
    ['2023-13-45', 0],
    ['1969-12-31', 0],
    ['gestern', 0],
    ['x5', 0],
    ['5x', 0],
    ['5 5', 0],
    ['1.x', 0],
    ['', 0],
    [null, 0],
    [true, 0],
    [7, 7],
  ])('has for the stamp %j the unix seconds %j', (value, stamp) => {
    expect(parsed({ registered: value, last_changed: value })).toMatchObject({
      registered: stamp,
      last_changed: stamp,
    });
  });

  it('has an address that is a text', () => {
    expect(parsed({ email: 5 })).toMatchObject({ email: '5' });
    expect(parsed({})).toMatchObject({ email: '' });
    expect(parsed({ email: ' A@b.org ' })).toMatchObject({ email: ' A@b.org ' });
  });

  it('has texts for the values of attributes', () => {
    expect(parsed({ attributes: { a: 1, b: null, c: 'x' }, global_attributes: [] })).toMatchObject({
      attributes: { a: '1', b: '', c: 'x' },
      global_attributes: {},
    });
  });

  it('has tags that are texts, and events with a type and a stamp, from lists with gaps too', () => {
    expect(parsed({ tags: { 1: 'a', 3: 5 }, events: { 2: { stamp: '9', type: 8 }, 4: 'none' } })).toMatchObject({
      tags: ['a', '5'],
      events: [{ stamp: 9, type: '8' }],
    });
    expect(parsed({ tags: 'one', events: 'none' })).toMatchObject({ tags: ['one'], events: [] });
    expect(parsed({ tags: ' ', events: 5 })).toMatchObject({ tags: [], events: [] });
  });

  it.each([
    [{ group_id: 5 }, '5'],
    [{ groups_id: ' 5 ' }, '5'],
    [{}, '9'],
  ])('%j is in the group %j', (row, group) => {
    expect(parseReceivers([{ id: '1', ...row }], WHAT, '9')).toMatchObject([{ group_id: group }]);
  });
});

describe('a path', () => {
  it('holds an id as one segment, whatever is in it', () => {
    expect(paths.form(' 1/2 ')).toBe('/forms/1%2F2');
    expect(paths.groupReceiver('1', 'a b')).toBe('/groups/1/receivers/a%20b');
    expect(paths.receiver('..a')).toBe('/receivers/..a');
  });

  it.each([
    ['group', '', 'The id of a group is empty; nothing was sent to CleverReach.'],
    ['group', '..', 'The id of a group is unusable (".."); nothing was sent to CleverReach.'],
    ['form', ' . ', 'The id of a form is unusable ("."); nothing was sent to CleverReach.'],
    ['receiver', ' ', 'The id of a receiver is empty; nothing was sent to CleverReach.'],
    [
      'receiver',
      '\ud800',
      'The id of a receiver is unusable ("a string that is not valid Unicode"); nothing was sent to CleverReach.',
    ],
  ] as const)('to a %s with the id %j is refused in plain words', (kind, id, message) => {
    expect(() => paths[kind](id)).toThrow(new Error(message));
  });
});
