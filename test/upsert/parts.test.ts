/** The small parts of the writing by themselves, to the letter. */

import {
  AuthorisationError,
  ConfigurationError,
  NotFoundError,
  RecordError,
  TemporaryError,
} from '../../lib/utils/errors';
import { filterAttributes, typesOf, type Types } from '../../lib/upsert/plan/attributeFilter';
import {
  circumstances,
  invitationOf,
  isTraceOf,
  isWaiting,
  stateOfNew,
  unconfirmedTimestamps,
  wasReactivated,
} from '../../lib/upsert/plan/consent';
import { redactValues } from '../../lib/mapping/redactValues';
import { typedError } from '../../lib/upsert/recordError';
import { readBack, type Written } from '../../lib/upsert/execute/readBack';
import { ownId } from '../../lib/upsert/resolve/receiverId';
import { isId, nameOf } from '../../lib/upsert/types';
import type { WriteSettings } from '../../lib/upsert/writeSettings';
import { parseRow } from '../../lib/upsert/plan/row';
import { newTags, tagChanges, tagEffect } from '../../lib/upsert/plan/tags';
import { groupWithName, missingGroup, stepGroup, targetGroups } from '../../lib/upsert/resolve/targetGroup';
import type { AccountDirectory } from '../../lib/cleverreach/accountCache';
import { receiver } from '../polling/receivers';
import { effort } from '../support/effort';
import { recordingLogger } from '../support/http';
import { record, row } from './account';

const NOW = 1_764_000_000;
const settings = (members: Partial<WriteSettings> = {}): WriteSettings => ({
  newReceivers: 'active',
  deletes: false,
  dryRun: false,
  idLinking: false,
  defaultMapping: false,
  ...members,
});
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

describe('a row beside the definitions', () => {
  it('loses what is not defined where it stands, and says which names', () => {
    const wanted = row({
      attributes: { z: '1', a: '2', g: '3' },
      global_attributes: { g: '4', a: '5' },
      tags: ['t'],
    });
    expect(filterAttributes(wanted, undefined, types)).toEqual({
      row: { ...wanted, attributes: { a: '2' }, global_attributes: { g: '4' } },
      missing: [
        'Left out of "attributes", not defined there: g, z.',
        'Left out of "global_attributes", not defined there: a.',
      ],
      dropped: [],
    });
  });

  it('has lost nothing where the same value goes to the other scope', () => {
    const wanted = row({ attributes: { a: '1', g: '2' }, global_attributes: { a: '1', g: '2' } });
    expect(filterAttributes(wanted, undefined, types)).toEqual({
      row: { ...wanted, attributes: { a: '1' }, global_attributes: { g: '2' } },
      missing: [],
      dropped: [],
    });
  });

  it('has lost nothing where an empty value has no attribute', () => {
    expect(filterAttributes(row({ attributes: { z: '', y: ' ' } }), undefined, types)).toEqual({
      row: row({}),
      missing: [],
      dropped: [],
    });
  });

  it('loses numbers with a sign in front, and no other value with one', () => {
    const wanted = row({ attributes: { n: ' -1', a: '+2' }, global_attributes: { m: '+1', g: '-x' } });
    expect(filterAttributes(wanted, undefined, types)).toEqual({
      row: { ...wanted, attributes: { a: '+2' }, global_attributes: { g: '-x' } },
      missing: [],
      dropped: [
        'Left out of "attributes", a number with a sign in front, which CleverReach would add to the stored one: n.',
        'Left out of "global_attributes", a number with a sign in front, which CleverReach would add to the stored one: m.',
      ],
    });
    expect(filterAttributes(row({ attributes: { n: '12' } }), undefined, types).dropped).toEqual([]);
  });

  it('has dates as CleverReach takes them, and loses what is none', () => {
    const wanted = row({ attributes: { d: '31.12.90', e: '3/4/1990', f: '', a: '31.12.90' } });
    const dates: Types = {
      attributes: new Map(['d', 'e', 'f', 'a'].map((name) => [name, name === 'a' ? 'text' : 'date'])),
      global_attributes: new Map(),
    };
    expect(filterAttributes(wanted, undefined, dates)).toMatchObject({
      row: { attributes: { d: '1990-12-31', f: '', a: '31.12.90' } },
      dropped: ['Left out of "attributes", not a date, or one that can be read in more than one way: e.'],
    });
  });

  it('stays as it is where there are none', () => {
    const wanted = row({ attributes: { z: '+1' } });
    expect(filterAttributes(wanted, undefined, undefined)).toEqual({ row: wanted, missing: [], dropped: [] });
  });

  it('is held against the types of its own scope', () => {
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

describe('the id of a record', () => {
  const linked = { idLinking: true };
  it.each([
    ['that the hub has linked', { recordUid: '7', oihUid: 'u' }, linked, '7'],
    ['that is a number', { recordUid: 7, oihUid: 'u' }, linked, '7'],
    ['with blanks around it', { recordUid: ' 7 ', oihUid: 'u' }, linked, '7'],
    ['that begins with digits', { recordUid: '7-a_B', oihUid: 'u' }, linked, undefined],
    ['that begins with a nought', { recordUid: '07', oihUid: 'u' }, linked, undefined],
    ['that is no number', { recordUid: 'x7', oihUid: 'u' }, linked, undefined],
    ['that is no whole number', { recordUid: 7.5, oihUid: 'u' }, linked, undefined],
    ['that is a number too large to be exact', { recordUid: 2 ** 53, oihUid: 'u' }, linked, undefined],
    ['that the hub does not know', { recordUid: '7' }, linked, undefined],
    ['whose hub id is blank', { recordUid: '7', oihUid: ' ' }, linked, undefined],
    ['whose hub id is no text', { recordUid: '7', oihUid: 1 }, linked, undefined],
    ['where the hub does not link', { recordUid: '7', oihUid: 'u' }, { idLinking: false }, undefined],
    [
      'from our own application',
      { recordUid: '7', applicationUid: 'me' },
      { idLinking: false, applicationUid: 'me' },
      '7',
    ],
    ['from another', { recordUid: '7', applicationUid: 'you' }, { idLinking: false, applicationUid: 'me' }, undefined],
    ['from nowhere', { recordUid: '7' }, { idLinking: false }, undefined],
    ['that is a path', { recordUid: '7/8', oihUid: 'u' }, linked, undefined],
    ['that is an address', { recordUid: 'a@b.cd', oihUid: 'u' }, linked, undefined],
    ['that begins with another character', { recordUid: '.7', oihUid: 'u' }, linked, undefined],
    ['that ends with another character', { recordUid: '7?', oihUid: 'u' }, linked, undefined],
    ['that is blank', { recordUid: ' ', oihUid: 'u' }, linked, undefined],
    ['that is missing', { oihUid: 'u' }, linked, undefined],
  ])('%s: %j', (_, metadata, given, id) => {
    expect(ownId(metadata, given)).toBe(id);
  });

  it.each([
    [{ recordUid: 'x-12' }, 'the record with the recordUid "x-12"'],
    [{ recordUid: 0 }, 'the record with the recordUid "0"'],
    [{ recordUid: 'crm:1017' }, 'the record with the recordUid "crm:1017"'],
    [{ recordUid: '491701234567' }, 'the record with the recordUid "491701234567"'],
    [{ recordUid: '507f1f77bcf86cd799439011' }, 'the record with the recordUid "507f1f77bcf86cd799439011"'],
    [{ recordUid: 'max-mustermann', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: '12345'.repeat(13), oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'jo@example.org', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'jo%40example.org', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'x\ny', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'x-12', oihUid: 'u-12' }, 'the record with the recordUid "x-12"'],
    [{ oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'jo@example.org' }, 'record no. 3 (SHA-256 of its recordUid: b6be3cb544f7…)'],
    [
      { recordUid: 'jo@example.org', oihUid: 'jo@example.org' },
      'record no. 3 (SHA-256 of its recordUid: b6be3cb544f7…)',
    ],
    [{ recordUid: ' ' }, 'record no. 3'],
    [{ recordUid: true }, 'record no. 3'],
    [{}, 'record no. 3'],
  ])('names it only where it tells nothing about a person: %j', (metadata, name) => {
    expect(nameOf(record({}, metadata), 2)).toBe(name);
  });

  it.each([
    [0, true],
    ['a', true],
    [' ', false],
    [undefined, false],
    [{}, false],
  ])('may be %j: %p', (value, is) => {
    expect(isId(value)).toBe(is);
  });
});

describe('a row', () => {
  const refusal = (mapped: Record<string, unknown>): unknown => {
    try {
      return parseRow(mapped, 'record no. 1');
    } catch (error) {
      return error;
    }
  };

  it.each([
    [{ email: 7 }, 'The e-mail address of record no. 1 is not a string; nothing was written.'],
    [{ email: ['a@b.cd', 'e@b.cd'] }, 'The e-mail address of record no. 1 is not a string; nothing was written.'],
    [{ email: 'x' }, 'The e-mail address of record no. 1 is not valid; nothing was written.'],
    [{ email: `${'a'.repeat(250)}@b.cd` }, 'The e-mail address of record no. 1 is not valid; nothing was written.'],
    [{ attributes: 'x' }, '"attributes" of record no. 1 has to be an object of names and values.'],
    [{ attributes: [1] }, '"attributes" of record no. 1 has to be an object of names and values.'],
    [{ global_attributes: 7 }, '"global_attributes" of record no. 1 has to be an object of names and values.'],
    [
      { attributes: { ' A ': {} } },
      'Attribute "a" in "attributes" of record no. 1 is neither a string, a number nor true/false.',
    ],
    [
      { global_attributes: { b: NaN } },
      'Attribute "b" in "global_attributes" of record no. 1 is neither a string, a number nor true/false.',
    ],
    [
      { attributes: { a: 2 ** 60 } },
      'Attribute "a" in "attributes" of record no. 1 is a number with more digits than can be kept; send it as a string.',
    ],
    [{ tags: [{}] }, '"tags" of record no. 1 has to be a list of strings.'],
  ])('is refused with the reason: %j', (mapped, text) => {
    expect(refusal(mapped)).toEqual(new RecordError(text));
  });

  it.each([
    [{ email: null }, {}],
    [{ email: '  ' }, {}],
    [{ email: '\u200b' }, {}],
    [{ email: [null, 'a@b.cd'] }, { email: 'a@b.cd' }],
    [{ email: 'mailto:Jo@b.cd ' }, { email: 'jo@b.cd', givenEmail: 'mailto:Jo@b.cd ' }],
    [{ email: ' JO@Example.org ' }, { email: 'jo@example.org', givenEmail: ' JO@Example.org ' }],
    [{ email: `${'a'.repeat(249)}@b.cd`.slice(-254) }, { email: `${'a'.repeat(249)}@b.cd`.slice(-254) }],
    [
      { attributes: { ' Shoe ': 42, b: false, c: null, d: undefined, e: '' } },
      { attributes: { shoe: '42', b: 'false', e: '' } },
    ],
    [{ attributes: [], global_attributes: null }, {}],
    [{ tags: 'one' }, { tags: ['one'] }],
    [{ tags: [' a ', 7, '', ' '] }, { tags: ['a', '7'] }],
    [{ tags: null }, {}],
    [{ tags: 'vip, kunde; -alt;' }, { tags: ['vip', 'kunde', '-alt'] }],
    [{ tags: [null, ['a', undefined], 'b, c'] }, { tags: ['a', 'b, c'] }],
    [{ tags: { 0: 'a', 1: 'b' } }, { tags: ['a', 'b'] }],
    [
      { doidata: { user_ip: ' 1.2.3.4 ', referer: ' ', user_agent: 7, other: 'x' } },
      { doidata: { user_ip: '1.2.3.4' } },
    ],
    [{ doidata: 'x' }, {}],
  ])('is read from %j', (mapped, members) => {
    expect(refusal(mapped)).toStrictEqual(row(members));
  });
});

describe('tags', () => {
  it('that are sent add and remove, whatever is there', () => {
    const present = ['shop.a', 'shop.b', 'c', 'Just_the_best'];
    expect(tagEffect(['new one', '-shop.*', '-Just the best', '-gone'], present)).toEqual({
      add: ['new_one'],
      remove: ['shop.a', 'shop.b', 'Just_the_best'],
    });
  });

  it.each([
    [['xc'], ['c'], []],
    [['-crm.*x'], ['crm.x', 'crm._x'], ['crm._x']],
    [['- crm.* '], ['crm.x', 'c'], ['crm.x']],
    [['-crm'], ['crm.x'], []],
  ])('%j takes of %j no more than %j', (changes, present, removed) => {
    expect(tagEffect(changes, present).remove).toEqual(removed);
  });

  it('that are removed in two spellings are named once', () => {
    expect(tagChanges(['-é.*', '-è.*', '-ü', '-ä'], ['_.a', '_'])).toEqual(['-é.*', '-ü']);
  });

  it.each([
    ['one by one', (n: number) => `-a${n}`, (n: number) => `a${n}`],
    ['by origin', (n: number) => `-o${n}.*`, (n: number) => `o${n}.a`],
    ['by one origin again and again', () => '-o.*', (n: number) => `o.a${n}`],
  ])('are compared in time that follows their number, removed %s', (_, wanted, present) => {
    const [entries, stored] = [wanted, present].map((make) => Array.from({ length: 15_000 }, (__, n) => make(n)));
    const spent = effort();
    tagEffect(tagChanges(entries ?? [], stored ?? []), stored ?? []);
    expect(spent()).toBeLessThan(200);
  });

  it('of somebody new are those that are added', () => {
    expect(newTags(['a', '-b', 'a', 'x.y'])).toEqual(['a', 'x.y']);
  });
});

describe('consent', () => {
  it.each([
    ['active', {}, 'active', undefined],
    ['active', { active: true }, 'active', undefined],
    ['active', { active: false }, 'unconfirmed', 'The record is not active (member "active").'],
    ['unconfirmed', { active: false }, 'unconfirmed', 'The record is not active (member "active").'],
    ['skip', { active: false }, 'skip', 'The record is not active (member "active").'],
    ['active', { active: 'false' }, 'unconfirmed', 'The record is not active (member "active").'],
    ['active', { active: true, status: 'unsubscribed' }, 'unconfirmed', 'The record is not active (member "status").'],
    [
      'active',
      { status: 'odd' },
      'unconfirmed',
      'The value of "status" in the record is not a known state, so the record counts as not active. ' +
        'A customMapping that gives "active": true settles it.',
    ],
  ] as const)('for new ones set to %s, of a record with %j, is %s', (newReceivers, entry, state, heldBack) => {
    const expected = heldBack === undefined ? { newReceivers: state } : { newReceivers: state, heldBack };
    expect(stateOfNew(record({}, {}, entry), settings({ newReceivers }))).toEqual(expected);
    // what a mapping gives counts as well
    expect(stateOfNew(record(entry), settings({ newReceivers }))).toEqual(expected);
  });

  it('takes a mapping that gives an active receiver at its word where the original state cannot be read, and only there', () => {
    const stateOf = (mapped: Record<string, unknown>, entry: Record<string, unknown>) =>
      stateOfNew(record(mapped, {}, entry), settings()).newReceivers;
    expect(stateOf({ active: true }, { status: 'customer' })).toBe('active');
    expect(stateOf({ active: true }, { status: 'unsubscribed' })).toBe('unconfirmed');
    expect(stateOf({ active: true, state: 'odd' }, { status: 'customer' })).toBe('unconfirmed');
    expect(stateOf({ deactivated: 0 }, { status: 'customer' })).toBe('unconfirmed');
  });

  it('is asked for with a form, of those who may be invited', () => {
    expect(invitationOf({}, { doiFormId: '7' })).toBe('7');
    expect(invitationOf({ heldBack: 'no' }, { doiFormId: '7' })).toBeUndefined();
    expect(invitationOf({}, {})).toBeUndefined();
  });

  const waiting = receiver('1', { email: 'a@b.cd', active: false, registered: NOW });
  it.each([
    ['waiting', {}, true],
    ['active', { active: true }, false],
    ['activated once', { activated: 1 }, false],
    ['unsubscribed', { deactivated: 1 }, false],
    ['bounced', { bounced: 1 }, false],
  ])('is awaited of a receiver that is %s: %j, %p', (_, members, is) => {
    expect(isWaiting({ ...waiting, ...members })).toBe(is);
  });

  it.each([
    [{}, true],
    [{ registered: NOW - 1 }, false],
    [{ activated: NOW }, false],
    [{ active: true }, false],
    [{ deactivated: NOW }, false],
    [{ bounced: NOW }, false],
  ])('a receiver with %j is what a lost create has made: %p', (members, is) => {
    expect(isTraceOf({ ...waiting, ...members }, unconfirmedTimestamps(NOW))).toBe(is);
    expect(unconfirmedTimestamps(NOW)).toEqual({ registered: NOW, activated: 0 });
  });

  it.each([
    [false, true, true],
    [true, true, false],
    [false, false, false],
    [true, false, false],
  ])('from %p to %p was taken without being given: %p', (before, after, is) => {
    expect(wasReactivated({ ...waiting, active: before }, { ...waiting, active: after })).toBe(is);
  });

  it('has circumstances, those that are not known filled in', () => {
    expect(circumstances({ user_ip: '1.2.3.4' })).toEqual({
      user_ip: '1.2.3.4',
      referer: 'https://www.openintegrationhub.org/',
      user_agent: 'cleverreach-component',
    });
    expect(circumstances({})).toMatchObject({ user_ip: '127.0.0.1' });
  });
});

describe('the text of an author', () => {
  it.each([
    ['no Mia here', { firstname: 'Mia' }, 'no … here'],
    ['no MIA here', { firstname: 'Mia' }, 'no … here'],
    ['Miami', { firstname: 'Mia' }, 'Miami'],
    ['the Mia Müller and Mia', { a: 'Mia', b: 'Mia Müller' }, 'the … … and …'],
    ['of Müller alone', { b: 'Mia Müller' }, 'of … alone'],
    ['a+b (c)', { x: 'a+b (c)' }, 'a+b (c)'],
    ['value 7 of x, at character 1971', { a: '7', b: 'x', c: 1971 }, 'value 7 of x, at character 1971'],
    ['no 24937', { a: ' 24937 ' }, 'no …'],
    ['no 24937', { a: 24937 }, 'no …'],
    ['of Öttinger', { list: [{ deep: 'Öttinger' }] }, 'of …'],
    ['Über', { a: 'ber' }, 'Über'],
    ['1Mia', { a: 'Mia' }, '1Mia'],
    ['it is as it was', { language: 'it', city: 'as', note: 'is' }, 'it is as it was'],
    ['$.*+?^(){}[]|\\', { a: '$.*+?^(){}[]|\\' }, '$.*+?^(){}[]|\\'],
  ])('%j, of a record with %j, is %j', (text, values, shown) => {
    expect(redactValues(text, values)).toBe(shown);
  });

  it('is freed of values at any depth, and of long ones, in a moment', () => {
    let deep: unknown = 'Mia';
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    const entry = { deep, long: `${'x'.repeat(1_000_000)} Öttinger`, many: '('.repeat(1_000_000) };
    const spent = effort();
    expect(redactValues('of Mia Öttinger', entry)).toBe('of … …');
    expect(spent()).toBeLessThan(100);
  });
});

it('an error that is not typed is a fault of the program', () => {
  const typed = new RecordError('x');
  expect(typedError(typed)).toBe(typed);
  expect(() => typedError(new TypeError('y'))).toThrow(TypeError);
});

describe('the group of a record', () => {
  const groups = [
    { id: '1', name: 'News' },
    { id: '2', name: 'Press' },
    { id: '3', name: 'press ' },
  ];
  const directory = (answer: () => Promise<typeof groups> = () => Promise.resolve(groups)): AccountDirectory =>
    ({ groups: jest.fn(answer) }) as unknown as AccountDirectory;
  const target = async (entry: Record<string, unknown>, more: Partial<WriteSettings> = {}): Promise<unknown> =>
    (await targetGroups([record({}, {}, entry)], settings(more), directory()))[0];

  it('is that of the step, for which nothing is asked where it is an id', async () => {
    let times = 0;
    const asked = directory(() => {
      times += 1;
      return Promise.resolve(groups);
    });
    expect(await targetGroups([record({}), record({})], settings({ groupId: '9' }), asked)).toEqual([
      { groupId: '9' },
      { groupId: '9' },
    ]);
    expect(times).toBe(0);
    expect(await stepGroup(settings({ groupName: 'news' }), directory())).toBe('1');
    expect(await stepGroup(settings(), directory())).toBeUndefined();
  });

  it.each([
    [['Other', 'News'], { groupId: '1' }],
    ['news', { groupId: '1' }],
    [{ label: 'x', name: 'News' }, { groupId: '1' }],
    [[{ label: 'News' }], { groupId: '1' }],
  ])('is that which its categories name: %j', async (categories, expected) => {
    expect(await target({ categories })).toEqual(expected);
  });

  it('is not guessed where a category names two', async () => {
    expect(await target({ categories: ['PRESS'] })).toEqual({
      error: new ConfigurationError(
        'The category "PRESS" names 2 groups, with the ids 2, 3: give one of them as field "groupId".',
      ),
    });
  });

  it.each([
    [undefined, 'the record has no categories'],
    [[' ', 7, {}], 'the record has no categories'],
    [['a', 'a', { name: 'b' }], 'no group is named "a", "b"'],
    [Array.from({ length: 20 }, (_, index) => `c${index}`), /"c18", "c19"\. /],
    [Array.from({ length: 22 }, (_, index) => `c${index}`), /"c19" and 2 more\. /],
  ])('that is not to be found is an error of the record: %j', async (categories, text) => {
    const { error } = (await target({ categories })) as { error: RecordError };
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(
      /^There is no group to write to: neither field "groupId" nor "groupName" is set, and .*"?News"?/,
    );
    expect(error.message).toMatch(text);
  });

  it('is an error of each record where the groups cannot be had', async () => {
    const error = new TemporaryError('later');
    const failing = directory(() => Promise.reject(error));
    expect(await targetGroups([record({}), record({})], settings(), failing)).toEqual([{ error }, { error }]);
    await expect(groupWithName('1', failing)).rejects.toBe(error);
  });

  it('has a name where CleverReach tells it', async () => {
    expect(await groupWithName('1', directory())).toStrictEqual({ id: '1', name: 'News' });
    expect(await groupWithName('9', directory())).toStrictEqual({ id: '9' });
    const refused = directory(() => Promise.reject(new AuthorisationError('no', 403)));
    expect(await groupWithName('1', refused)).toStrictEqual({ id: '1' });
    const faulty = directory(() => Promise.reject(new TypeError('x')));
    await expect(groupWithName('1', faulty)).rejects.toThrow(TypeError);
  });

  it('that is missing is told with those that are there, else the error stays', async () => {
    const error = new NotFoundError('nothing there');
    expect(await missingGroup(error, '1', directory())).toBe(error);
    const told = await missingGroup(error, '9', directory());
    expect(told).toBeInstanceOf(NotFoundError);
    expect(told.message).toContain('News');
    expect(
      await missingGroup(
        error,
        '9',
        directory(() => Promise.reject(new TemporaryError('later'))),
      ),
    ).toBe(error);
  });
});

describe('what was written', () => {
  const stored = receiver('1', { tags: ['t'] });
  const written = (members: Partial<Written> = {}): Written => ({ position: 4, kind: 'updated', id: '1', ...members });
  const api = (answer: () => Promise<(typeof stored)[]>): { receiversByIds: jest.Mock } => ({
    receiversByIds: jest.fn(answer),
  });

  it('is as the answer shows it, and is not read again where that is whole', async () => {
    const asked = api(() => Promise.resolve([]));
    const results = await readBack([written({ receiver: stored })], '9', { api: asked, logger: recordingLogger() });
    expect([...results]).toEqual([[4, { kind: 'updated', receiver: stored }]]);
    expect(asked.receiversByIds).not.toHaveBeenCalled();
  });

  it('is read again where the answer leaves out its tags, and is what is stored then', async () => {
    const asked = api(() => Promise.resolve([stored]));
    const rest = { ...stored };
    delete rest.tags;
    const results = await readBack([written({ receiver: rest })], '9', { api: asked, logger: recordingLogger() });
    expect(results.get(4)).toEqual({ kind: 'updated', receiver: stored });
    expect(asked.receiversByIds).toHaveBeenCalledWith('9', ['1']);
  });

  it('is to come again where it has gone, or cannot be read', async () => {
    const gone = await readBack([written()], '9', { api: api(() => Promise.resolve([])), logger: recordingLogger() });
    expect(gone.get(4)).toEqual({
      kind: 'failed',
      error: new TemporaryError('Receiver 1 was written and is no longer in group 9.'),
    });
    const error = new TemporaryError('later');
    const failing = await readBack([written()], '9', {
      api: api(() => Promise.reject(error)),
      logger: recordingLogger(),
    });
    expect(failing.get(4)).toEqual({ kind: 'failed', error });
  });

  it('is told as an error where it has made somebody active', async () => {
    const logger = recordingLogger();
    const before = { ...stored, active: false };
    await readBack([written({ before, receiver: stored })], '9', { api: api(() => Promise.resolve([])), logger });
    expect(logger.lines).toEqual(['Receiver 1 of group 9 was not active before it was written and is active now.']);
    await readBack([written({ before: stored, receiver: stored })], '9', {
      api: api(() => Promise.resolve([])),
      logger,
    });
    expect(logger.lines).toHaveLength(1);
  });
});
