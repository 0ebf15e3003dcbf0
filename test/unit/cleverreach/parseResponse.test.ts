import { TemporaryError } from '../../../lib/utils/errors';
import {
  parseAccount,
  parseAttributes,
  parseGroups,
  parseOneOf,
  parseReceivers,
  idOf,
  listOf,
} from '../../../lib/cleverreach/parseResponse';

const what = 'GET /groups/1046/receivers';

const full = {
  id: '70211',
  email: 'jo@example.org',
  imported: 0,
  bounced: 0,
  group_id: '1046',
  activated: 1764000000,
  registered: 1764000000,
  deactivated: 0,
  points: 12,
  attributes: { store: '' },
  global_attributes: { firstname: 'Jo' },
  active: true,
  tags: ['business', 'OIH.customer'],
  events: [{ stamp: 1764083000, type: 'api', type_id: 'REST update' }],
};

const first = (row: unknown): unknown => parseReceivers([row], what)[0];

const WHAT = 'GET /groups/1/receivers';

const cannotRead = (why: string): string =>
  `CleverReach answered ${WHAT} with something that cannot be read: ${why}. Waiting may help, for example after an update or a failure of CleverReach. If the error persists, send this message to CleverReach support.`;

describe('a receiver', () => {
  it('is unchanged when it is complete, including unknown fields', () => {
    expect(first(structuredClone(full))).toEqual(full);
  });

  it('is not written to if it is complete, because a write costs more than a read', () => {
    const row = { ...structuredClone(full), last_changed: 1764000000 };
    for (const member of [row, row.attributes, row.global_attributes, row.tags, row.events, ...row.events])
      Object.freeze(member);
    expect(parseReceivers([row], what, '1046')).toEqual([row]);
    expect(parseReceivers([row], what)).toEqual([row]);
  });

  it('with only an id gets every field of its type', () => {
    expect(first({ id: 5 })).toEqual({
      id: '5',
      email: '',
      registered: 0,
      activated: 0,
      deactivated: 0,
      bounced: 0,
      imported: 0,
      active: false,
      attributes: {},
      global_attributes: {},
    });
  });

  it.each([
    ['ids that are numbers', { id: 70211, group_id: 1046 }, { id: '70211', group_id: '1046' }],
    ['the older name of the group', { groups_id: 1046 }, { group_id: '1046' }],
    [
      'timestamps as strings',
      { registered: '1764000000', deactivated: '' },
      { registered: 1764000000, deactivated: 0 },
    ],
    ['timestamps that are null', { activated: null, bounced: null }, { activated: 0, bounced: 0 }],
    [
      'maps that PHP wrote as lists',
      { attributes: [], global_attributes: [] },
      { attributes: {}, global_attributes: {} },
    ],
    [
      'values that are not strings',
      { attributes: { a: 5, b: null, c: true } },
      { attributes: { a: '5', b: '', c: 'true' } },
    ],
    ['active as "1"', { active: '1' }, { active: true }],
    ['active as 1', { active: 1 }, { active: true }],
    ['active as "true"', { active: 'true' }, { active: true }],
    ['active as "0"', { active: '0' }, { active: false }],
    ['tags with gaps in their keys', { tags: { 0: 'a', 2: 'b' } }, { tags: ['a', 'b'] }],
    ['no tags', { tags: null }, { tags: [] }],
    [
      'events with timestamps as strings',
      { events: [{ stamp: '7', type: null }, 'x'] },
      { events: [{ stamp: 7, type: '' }] },
    ],
    [
      'some events that are whole and some that are not',
      { events: [full.events[0], { stamp: 8, type: 5 }, { stamp: '9', type: 'form' }] },
      {
        events: [
          { stamp: 1764083000, type: 'api' },
          { stamp: 8, type: '5' },
          { stamp: 9, type: 'form' },
        ],
      },
    ],
    [
      'events that only lack a timestamp',
      { events: [{ stamp: '9', type: 'form' }] },
      { events: [{ stamp: 9, type: 'form' }] },
    ],
    [
      'timestamps that are lists',
      { registered: [5], events: [{ stamp: [5], type: 'x' }] },
      { registered: 0, events: [{ stamp: 0 }] },
    ],
    ['tags of which only some are strings', { tags: ['a', 5] }, { tags: ['a', '5'] }],
    ['timestamps that are not times', { registered: Number.NaN, bounced: Infinity }, { registered: 0, bounced: 0 }],
    ['last_changed as a string', { last_changed: '9' }, { last_changed: 9 }],
  ])('is parsed with %s', (_case, sent, parsed) => {
    expect(first({ id: '1', ...sent })).toMatchObject(parsed);
  });

  it('gets the requested group if it does not name a group', () => {
    expect(parseReceivers([{ id: '1' }, { id: '2', group_id: '7' }], what, '1046').map((row) => row.group_id)).toEqual([
      '1046',
      '7',
    ]);
  });

  it.each([
    [[null]],
    [['text']],
    [[{ email: 'jo@example.org' }]],
    [[{ id: '' }]],
    [[{ id: 'x'.repeat(101) }]],
    [[{ id: '5\ud800' }]],
    [[{ id: '__proto__' }]],
    ['text'],
    [true],
    [null],
    [17],
  ])('is an error that names the request when the response is %j', (body) => {
    const parse = (): unknown => parseReceivers(body, what);
    expect(parse).toThrow(TemporaryError);
    expect(parse).toThrow(what);
    expect(parse).not.toThrow('jo@example.org');
  });

  it.each([[[]], [{}], [undefined]])('is undefined when the response is %j', (body) => {
    expect(parseReceivers(body, what)).toEqual([]);
    expect(parseOneOf(body, what, '9', () => true)).toBeUndefined();
  });

  it('is found alone and in a list of one', () => {
    const isWanted = ({ id }: { id: string }): boolean => id === '1';
    expect(parseOneOf({ id: '1' }, what, '9', isWanted)?.id).toBe('1');
    expect(parseOneOf([{ id: '2' }, { id: 1 }], what, '9', isWanted)?.id).toBe('1');
    expect(() => parseOneOf([{ id: '2' }], what, '9', isWanted)).toThrow(
      new TemporaryError(
        `CleverReach answered ${what} with something that cannot be read: a different receiver than the requested one. Waiting may help, for example after an update or a failure of CleverReach. If the error persists, send this message to CleverReach support.`,
      ),
    );
  });

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
  ])('has for the timestamp %j the Unix seconds %j', (value, stamp) => {
    expect(parsed({ registered: value, last_changed: value })).toMatchObject({
      registered: stamp,
      last_changed: stamp,
    });
  });

  it('has a string as its address', () => {
    expect(parsed({ email: 5 })).toMatchObject({ email: '5' });
    expect(parsed({})).toMatchObject({ email: '' });
    expect(parsed({ email: ' A@b.org ' })).toMatchObject({ email: ' A@b.org ' });
  });

  it('has strings as the values of attributes', () => {
    expect(parsed({ attributes: { a: 1, b: null, c: 'x' }, global_attributes: [] })).toMatchObject({
      attributes: { a: '1', b: '', c: 'x' },
      global_attributes: {},
    });
  });

  it('has strings as tags, and events with a type and a timestamp, even from lists with gaps', () => {
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

describe('other responses', () => {
  it('contain groups with a string as id, and a name', () => {
    expect(parseGroups([{ id: 1, name: 'One', locked: false }, { id: '2' }], 'GET /groups')).toEqual([
      { id: '1', name: 'One' },
      { id: '2', name: '' },
    ]);
    expect(parseGroups({ id: 1, name: 'One' }, 'GET /groups')).toEqual([{ id: '1', name: 'One' }]);
    expect(() => parseGroups([{ name: 'One' }], 'GET /groups')).toThrow('GET /groups');
  });

  it('contain attributes with a lower-case name and a type', () => {
    expect(parseAttributes([{ id: 5, name: 'Birthday', type: 'DATE' }, { name: 'x' }], 'GET /attributes')).toEqual([
      { name: 'birthday', type: 'date' },
      { name: 'x', type: 'text' },
    ]);
    for (const row of [{ id: 5 }, { name: '  ' }, 'x']) {
      expect(() => parseAttributes([row], 'GET /attributes')).toThrow(
        'CleverReach answered GET /attributes with something that cannot be read: an attribute without a name.',
      );
    }
  });

  it('contain an account with all fields, empty if they are missing', () => {
    const account = { id: '300417', company: '', email: 'mia@example.org', login_domain: '' };
    expect(parseAccount({ id: 300417, email: 'mia@example.org', zip: '1' }, 'whoami')).toEqual(account);
    expect(parseAccount([{ id: 300417, email: 'mia@example.org' }], 'whoami')).toEqual(account);
    expect(() => parseAccount([], 'whoami')).toThrow(TemporaryError);
    expect(() => parseAccount('Mia', 'whoami')).toThrow(TemporaryError);
  });
});

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
  ])('%j is the string %j', (value, id) => {
    expect(idOf(value)).toBe(id);
  });
});

describe('the rows of a response', () => {
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
  ])('are never read from %j', (body, why) => {
    expect(() => listOf(body, WHAT)).toThrow(new Error(cannotRead(why)));
  });
});

describe('a row', () => {
  it.each([
    [1, 'a row that is not an object'],
    [null, 'a row that is not an object'],
    [{}, 'a row without an id'],
    [{ id: ' ' }, 'a row without an id'],
  ])('%j cannot be read, and the error states why', (row, why) => {
    expect(() => parseReceivers([row], WHAT)).toThrow(new Error(cannotRead(why)));
  });

  it('of a page that cannot be read is named by its position in the list', () => {
    expect(() => parseReceivers([{ id: 1, email: '' }, {}], WHAT, '1046', 500)).toThrow(
      new Error(cannotRead('a row without an id (no. 502 of the list)')),
    );
  });

  it.each([[1], [{ name: ' ' }], [{}]])('%j is not an attribute', (row) => {
    expect(() => parseAttributes([row], WHAT)).toThrow(new Error(cannotRead('an attribute without a name')));
  });

  it('of an attribute gets a trimmed lower-case name and a lower-case type', () => {
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

  it('of the account is the first item of a list', () => {
    expect(parseAccount([{ id: 1, company: 'A' }, { id: 2 }], WHAT)).toMatchObject({
      id: '1',
      company: 'A',
      email: '',
    });
  });
});
