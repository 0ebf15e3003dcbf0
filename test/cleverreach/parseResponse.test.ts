import { TemporaryError } from '../../lib/utils/errors';
import {
  parseAccount,
  parseAttributes,
  parseGroups,
  parseOneOf,
  parseReceivers,
} from '../../lib/cleverreach/parseResponse';

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

describe('a receiver', () => {
  it('stays as it is when it is complete, members that nobody knows included', () => {
    expect(first(structuredClone(full))).toEqual(full);
  });

  it('is only looked at where it is complete, since there are millions and a write costs more than a look', () => {
    const row = { ...structuredClone(full), last_changed: 1764000000 };
    for (const member of [row, row.attributes, row.global_attributes, row.tags, row.events, ...row.events])
      Object.freeze(member);
    expect(parseReceivers([row], what, '1046')).toEqual([row]);
    expect(parseReceivers([row], what)).toEqual([row]);
  });

  it('with nothing but an id has every member that the type promises', () => {
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
    ['stamps as texts', { registered: '1764000000', deactivated: '' }, { registered: 1764000000, deactivated: 0 }],
    ['stamps that are null', { activated: null, bounced: null }, { activated: 0, bounced: 0 }],
    [
      'maps that PHP wrote as lists',
      { attributes: [], global_attributes: [] },
      { attributes: {}, global_attributes: {} },
    ],
    [
      'values that are no texts',
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
      'events with stamps as texts',
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
      'events that only lack a stamp',
      { events: [{ stamp: '9', type: 'form' }] },
      { events: [{ stamp: 9, type: 'form' }] },
    ],
    [
      'stamps that are lists',
      { registered: [5], events: [{ stamp: [5], type: 'x' }] },
      { registered: 0, events: [{ stamp: 0 }] },
    ],
    ['some tags that are texts and some that are not', { tags: ['a', 5] }, { tags: ['a', '5'] }],
    ['stamps that are no times', { registered: Number.NaN, bounced: Infinity }, { registered: 0, bounced: 0 }],
    ['last_changed as a text', { last_changed: '9' }, { last_changed: 9 }],
  ])('is understood with %s', (_case, sent, parsed) => {
    expect(first({ id: '1', ...sent })).toMatchObject(parsed);
  });

  it('is given the group that was asked for where it names none', () => {
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
  ])('is an error that names the request, and no crash, when the answer is %j', (body) => {
    const parse = (): unknown => parseReceivers(body, what);
    expect(parse).toThrow(TemporaryError);
    expect(parse).toThrow(what);
    expect(parse).not.toThrow('jo@example.org');
  });

  it.each([[[]], [{}], [undefined]])('is none when the answer is %j', (body) => {
    expect(parseReceivers(body, what)).toEqual([]);
    expect(parseOneOf(body, what, '9', () => true)).toBeUndefined();
  });

  it('is found alone and in a list of one', () => {
    const isWanted = ({ id }: { id: string }): boolean => id === '1';
    expect(parseOneOf({ id: '1' }, what, '9', isWanted)?.id).toBe('1');
    expect(parseOneOf([{ id: '2' }, { id: 1 }], what, '9', isWanted)?.id).toBe('1');
    expect(() => parseOneOf([{ id: '2' }], what, '9', isWanted)).toThrow(
      new TemporaryError(
        `CleverReach answered ${what} with something that cannot be read: another receiver than the one that was asked for. Waiting may help, for example after an update or a failure of CleverReach. If the error persists, send this message to CleverReach support.`,
      ),
    );
  });
});

describe('other answers', () => {
  it('groups have an id that is a text, and a name', () => {
    expect(parseGroups([{ id: 1, name: 'One', locked: false }, { id: '2' }], 'GET /groups')).toEqual([
      { id: '1', name: 'One' },
      { id: '2', name: '' },
    ]);
    expect(parseGroups({ id: 1, name: 'One' }, 'GET /groups')).toEqual([{ id: '1', name: 'One' }]);
    expect(() => parseGroups([{ name: 'One' }], 'GET /groups')).toThrow('GET /groups');
  });

  it('attributes have a name in lower case and a type', () => {
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

  it('an account has its members, empty where they are missing', () => {
    const account = { id: '300417', company: '', email: 'mia@example.org', login_domain: '' };
    expect(parseAccount({ id: 300417, email: 'mia@example.org', zip: '1' }, 'whoami')).toEqual(account);
    expect(parseAccount([{ id: 300417, email: 'mia@example.org' }], 'whoami')).toEqual(account);
    expect(() => parseAccount([], 'whoami')).toThrow(TemporaryError);
    expect(() => parseAccount('Mia', 'whoami')).toThrow(TemporaryError);
  });
});
