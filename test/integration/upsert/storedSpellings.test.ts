/** Values that CleverReach stores in another spelling, cannot hold, or is not given at all. */

import type { Receiver, ReceiverWrite } from '../../../lib/cleverreach/types';
import type { Content } from '../../../lib/upsert/plan/diff';
import { createStoredSpellings, type StoredSpellings } from '../../../lib/upsert/plan/storedSpellings';
import { ignoredFields } from '../../../lib/upsert/plan/ignoredFields';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';
import { receiver } from '../../support/receiver';
import { kinds, receiverOf, useBench, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const EMAIL = 'mia@example.org';

/** How many requests have written receivers. */
const writes = (bench: Bench): number => bench.creates().length + bench.batches().length;

describe('a value that is stored in another spelling', () => {
  const start = useBench();

  /** CleverReach cuts values of texts to three characters. */
  async function shortening(): Promise<Bench> {
    const bench = await start();
    const upsertReceivers = bench.api.upsertReceivers.bind(bench.api);
    const createReceiver = bench.api.createReceiver.bind(bench.api);
    const cut = (values: Record<string, string> = {}): Record<string, string> =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.slice(0, 3)]));
    const shortened = (row: ReceiverWrite): ReceiverWrite => ({
      ...row,
      ...(row.attributes && { attributes: cut(row.attributes) }),
    });
    bench.api.upsertReceivers = (groupId, rows) => upsertReceivers(groupId, rows.map(shortened));
    bench.api.createReceiver = (groupId, row) => createReceiver(groupId, shortened(row));
    return bench;
  }
  const says = (store: string) => record({ email: EMAIL, attributes: { store } });

  it('is written twice for a thousand messages that say the same', async () => {
    const bench = await shortening();
    for (let batch = 0; batch < 10; batch += 1) {
      await bench.write(Array.from({ length: 100 }, () => says('Hamburg')));
    }
    expect(writes(bench)).toBe(2);
  });

  it('is written when another value is wanted, when another one is stored, and after an hour', async () => {
    const bench = await shortening();
    const kinds: string[] = [];
    const say = async (...stores: string[]) => {
      for (const store of stores) kinds.push((await bench.one(says(store))).kind);
      return kinds.splice(0);
    };
    expect(await say('Hamburg', 'Hamburg', 'Hamburg')).toEqual(['created', 'updated', 'unchanged']);
    expect(await say('Hamm', 'Hamm', 'Hamm')).toEqual(['updated', 'updated', 'unchanged']);
    expect(await say('Hamburg', 'Hamburg', 'Hamburg')).toEqual(['updated', 'updated', 'unchanged']);
    bench.sandbox.account.edit(bench.group, EMAIL, { attributes: { store: 'Bremen' } });
    expect(await say('Hamburg', 'Hamburg', 'Hamburg')).toEqual(['updated', 'updated', 'unchanged']);
    bench.later(3_599);
    expect(await say('Hamburg')).toEqual(['unchanged']);
    bench.later(1);
    expect(await say('Hamburg')).toEqual(['updated']);
  });

  it('is not a change in a dry run either', async () => {
    const bench = await shortening();
    for (const store of ['Hamburg', 'Hamburg!', 'Hamburg!']) await bench.one(says(store));
    expect(await bench.one(says('Hamburg!'), { dryRun: true })).toMatchObject({
      preview: {
        wouldDo: 'nothing',
        reasons: [
          'CleverReach stores these values in a different form than they were sent; writing them again would change nothing: store.',
        ],
      },
    });
  });

  it('is not a value that another user wrote between the write and its response', async () => {
    const bench = await start();
    const { account } = bench.sandbox;
    account.addReceiver(bench.group, { email: EMAIL, attributes: { store: 'Kiel' } });
    const upsertReceivers = bench.api.upsertReceivers.bind(bench.api);
    bench.api.upsertReceivers = async (groupId, rows) => {
      const answers = await upsertReceivers(groupId, rows);
      account.edit(bench.group, EMAIL, { attributes: { store: 'Bonn' } });
      return answers.map((one) => ({ ...one, receiver: receiver('1', { ...bench.stored(EMAIL) }) }));
    };
    expect(receiverOf(await bench.one(says('Flensburg'))).attributes).toMatchObject({ store: 'Bonn' });
    bench.api.upsertReceivers = upsertReceivers;
    expect((await bench.one(says('Flensburg'))).kind).toBe('updated');
    expect(bench.stored(EMAIL)).toMatchObject({ attributes: { store: 'Flensburg' } });
    account.edit(bench.group, EMAIL, { attributes: { store: 'Bonn' } });
    expect((await bench.one(says('Flensburg'))).kind).toBe('updated');
  });

  it('is not a value that only outdated responses show', async () => {
    const bench = await start();
    const { account } = bench.sandbox;
    account.addReceiver(bench.group, { email: EMAIL, attributes: { store: 'Kiel' }, tags: ['a'] });
    const upsertReceivers = bench.api.upsertReceivers.bind(bench.api);
    bench.api.upsertReceivers = async (groupId, rows) => {
      const before = receiver('1', { ...bench.stored(EMAIL) });
      return (await upsertReceivers(groupId, rows)).map((one) => ({ ...one, receiver: before }));
    };
    const sent = record({ email: EMAIL, attributes: { store: 'Bonn' }, tags: ['vip'] });
    for (let time = 0; time < 4; time += 1) {
      expect((await bench.one(sent)).kind).toBe('updated');
      expect((await bench.one(sent)).kind).toBe('unchanged');
      expect(bench.stored(EMAIL)).toMatchObject({ attributes: { store: 'Bonn' }, tags: ['a', 'vip'] });
      account.edit(bench.group, EMAIL, { attributes: { store: 'Kiel' }, tags: ['a'] });
    }
  });

  /** Two writes with the same answer. */
  function learnt(spellings: StoredSpellings, sent: Content, stored: Receiver, now = 0): void {
    spellings.learn('7', sent, stored, now);
    spellings.learn('7', sent, stored, now);
  }

  it('is remembered where CleverReach has stored a blank instead', () => {
    const spellings = createStoredSpellings();
    const stored = receiver('1', { attributes: { a: '', b: ' \t' }, global_attributes: { g: '' } });
    learnt(spellings, { attributes: { a: 'x', b: 'y' }, global_attributes: { g: 'z' } }, stored);
    const isKnownForm = spellings.of('7', stored, 0);
    expect(isKnownForm('attributes', 'a', 'x')).toBe(true);
    expect(isKnownForm('attributes', 'b', 'y')).toBe(true);
    expect(isKnownForm('global_attributes', 'g', 'z')).toBe(true);
  });

  it('is remembered by receiver, attribute and group, up to a maximum number', () => {
    const spellings = createStoredSpellings(2);
    const stored = receiver('1', { attributes: { a: 'x' }, global_attributes: { g: 'y' } });
    learnt(spellings, { attributes: { a: 'x1', b: 'z' }, global_attributes: { g: 'y1' } }, stored);
    expect(spellings.of('7', stored, 0)('attributes', 'b', 'z')).toBe(false);
    expect(spellings.of('8', stored, 0)('attributes', 'a', 'x1')).toBe(false);
    expect(spellings.of('7', receiver('2', { attributes: { a: 'x' } }), 0)('attributes', 'a', 'x1')).toBe(false);
    expect(spellings.of('7', stored, 0)('attributes', 'a', 'x1')).toBe(true);
    expect(spellings.of('8', stored, 0)('global_attributes', 'g', 'y1')).toBe(true);
    expect(spellings.of('7', stored, 0)('attributes', 'a', 'other')).toBe(false);
    learnt(spellings, { attributes: { a: 'x1' } }, receiver('2', { attributes: { a: 'x' } }));
    expect(spellings.of('7', stored, 0)('attributes', 'a', 'x1')).toBe(false);
  });

  it.each([
    ['another value', { attributes: { a: 'y' } }],
    ['the wanted value', { attributes: { a: 'x1' } }],
    ['no value', { attributes: { a: '' } }],
    ['no attribute', {}],
  ])('is forgotten once the receiver shows %s', (_, shown) => {
    const spellings = createStoredSpellings();
    const stored = receiver('1', { attributes: { a: 'x' } });
    learnt(spellings, { attributes: { a: 'x1' } }, stored);
    expect(spellings.of('7', stored, 0)('attributes', 'a', 'x1')).toBe(true);
    spellings.of('7', receiver('1', shown), 0);
    expect(spellings.of('7', stored, 0)('attributes', 'a', 'x1')).toBe(false);
  });

  it('is remembered for an hour after the second write, whatever the clock does', () => {
    const spellings = createStoredSpellings();
    const stored = receiver('1', { attributes: { a: 'x' } });
    const sent = { attributes: { a: 'x1' } };
    spellings.learn('7', sent, stored, 0);
    spellings.learn('7', sent, stored, 3_600_000);
    expect(spellings.of('7', stored, 3_600_000)('attributes', 'a', 'x1')).toBe(false);
    spellings.learn('7', sent, stored, 4_000_000);
    expect(spellings.of('7', stored, 4_000_000)('attributes', 'a', 'x1')).toBe(true);
    expect(spellings.of('7', stored, 7_599_999)('attributes', 'a', 'x1')).toBe(true);
    expect(spellings.of('7', stored, 400_000)('attributes', 'a', 'x1')).toBe(false);
    expect(spellings.of('7', stored, 4_000_000)('attributes', 'a', 'x1')).toBe(false);
  });
});

describe('a tag that is stored in another spelling', () => {
  const start = useBench();
  const TAGS = ['VIP', 'Müller & Co', 'z'.repeat(80)];
  const sent = record({ email: EMAIL, tags: TAGS });

  /** What CleverReach stores of tags. */
  async function storing(store: (tag: string) => string): Promise<Bench> {
    const bench = await start();
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, tags: ['old'] });
    const upsertReceivers = bench.api.upsertReceivers.bind(bench.api);
    bench.api.upsertReceivers = (groupId, rows) =>
      upsertReceivers(
        groupId,
        rows.map((row) => ({ ...row, ...(row.tags && { tags: row.tags.map(store).filter((tag) => tag !== '') }) })),
      );
    return bench;
  }

  it.each<[string, (tag: string) => string]>([
    ['in lower case', (tag) => tag.toLowerCase()],
    ['cut', (tag) => tag.slice(0, 50)],
    [
      'with one _ for each byte',
      (tag) =>
        Buffer.from(tag)
          .toString('latin1')
          .replace(/[^\w-]/g, '_'),
    ],
    ['squeezed', (tag) => tag.replace(/[^\w-]+/g, '_')],
    ['not at all', () => ''],
  ])('is written twice: %s', async (_, store) => {
    const bench = await storing(store);
    const results = [];
    for (let time = 0; time < 4; time += 1) results.push((await bench.one(sent)).kind);
    expect(results).toEqual(['updated', 'updated', 'unchanged', 'unchanged']);
    expect(await bench.one(sent, { dryRun: true })).toMatchObject({
      preview: {
        wouldDo: 'nothing',
        reasons: [expect.stringMatching(/ stores .* in a different form .*: tags\.$/)],
      },
    });
  });

  it('is written again if the tags of the receiver have changed, and does not hide another tag', async () => {
    const bench = await storing((tag) => tag.toLowerCase());
    await bench.one(sent);
    await bench.one(sent);
    expect((await bench.one(record({ email: EMAIL, tags: [...TAGS, 'new'] }))).kind).toBe('updated');
    expect(bench.batches().at(-1)?.[0]).toMatchObject({ tags: ['new'] });
    expect((await bench.one(sent)).kind).toBe('updated');
    expect((await bench.one(sent)).kind).toBe('updated');
    expect((await bench.one(sent)).kind).toBe('unchanged');
    expect((await bench.one(record({ email: EMAIL, tags: ['-old'] }))).kind).toBe('updated');
  });
});

describe('a value that an attribute of its type cannot store', () => {
  const start = useBench();
  const LEFT_OUT = [
    'Not written to "global_attributes", not a number, so CleverReach might store a different value: plz.',
    'Not written to "global_attributes", not a known word for a gender, so CleverReach might store no value: geschlecht.',
  ];

  async function typed(): Promise<Bench> {
    const bench = await start();
    bench.sandbox.account.addAttribute({ name: 'plz', type: 'number' });
    bench.sandbox.account.addAttribute({ name: 'geschlecht', type: 'gender' });
    return bench;
  }

  it.each([
    ['SW1A 1AA', 'unknown'],
    ['1-2', 'x'],
    ['5 km', '?'],
    ['true', 'true'],
    ['FALSE', 'no'],
    ['no', 'yes'],
    ['0x10', 'Familie'],
    ['1 23 4', 'male or female'],
  ])('is not written, and reported without the value: %j, %j', async (plz, geschlecht) => {
    const bench = await typed();
    bench.sandbox.account.addReceiver(bench.group, {
      email: EMAIL,
      global_attributes: { plz: '20095', geschlecht: 'female' },
    });
    const sent = record({ email: EMAIL, global_attributes: { plz, geschlecht } }, { recordUid: 'r-12' });
    expect(await bench.one(sent, { dryRun: true })).toMatchObject({
      preview: { wouldDo: 'nothing', reasons: ['Nothing differs.', ...LEFT_OUT] },
    });
    expect((await bench.one(sent)).kind).toBe('unchanged');
    expect(new Set(bench.lines.warn)).toEqual(
      new Set(LEFT_OUT.map((line) => `Group ${bench.group}, the record with the recordUid "r-12": ${line}`)),
    );
  });

  it.each([
    ['20095', 'Frau'],
    ['0', 'm'],
    ['0.05', 'divers'],
    ['1.234', 'MR.'],
    ['123456789012345', 'Herr'],
    [' 12.5 ', 'weiblich'],
    ['8', 'male'],
    ['', ' '],
  ])('does not include numbers, genders, or values that clear: %j, %j', async (plz, geschlecht) => {
    const bench = await typed();
    await bench.one(record({ email: EMAIL, global_attributes: { plz: '7', geschlecht: 'female' } }));
    await bench.one(record({ email: EMAIL, global_attributes: { plz, geschlecht } }));
    expect(bench.lines.warn).toEqual([]);
    expect(bench.batches().at(-1)?.[0]).toMatchObject({ global_attributes: { plz: plz.trim() } });
  });

  it.each(['01067', '1.50', '1.0', '.5', '1,5', '1.000', "1'234,5", '1e+21', '1e3', '12345678901234567890'])(
    'includes a number that would be stored in another spelling: %j',
    async (plz) => {
      const bench = await typed();
      bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, global_attributes: { plz: '7' } });
      const sent = record({ email: EMAIL, global_attributes: { plz } });
      const notice =
        'Not written to "global_attributes", a number in a format that CleverReach might change (such as 007, 1.50, 1,5 or 1e3): plz.';
      expect(await bench.one(sent, { dryRun: true })).toMatchObject({
        preview: { wouldDo: 'nothing', reasons: ['Nothing differs.', notice] },
      });
      expect((await bench.one(sent)).kind).toBe('unchanged');
      expect(bench.batches()).toEqual([]);
      const line = `Group ${bench.group}, record no. 1: ${notice}`;
      expect(bench.lines.warn).toEqual([line, line]);
    },
  );

  it.each([
    ['01067', '1067'],
    ['01067', '01067'],
    ['1.50', '1.5'],
    ['1,5', '1.5'],
    ["1'234,5", '1234.5'],
    ['5 km', '5 km'],
  ])('does not include a value that equals the stored one: %j for %j', async (plz, stored) => {
    const bench = await typed();
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, global_attributes: { plz: stored } });
    expect((await bench.one(record({ email: EMAIL, global_attributes: { plz } }))).kind).toBe('unchanged');
    expect(bench.lines.warn).toEqual([]);
  });
});

describe('a value that the attribute that shows it cannot store', () => {
  const start = useBench();
  const DATES = 'not a date, or an ambiguous one';
  const NUMBERS = 'a number in a format that CleverReach might change (such as 007, 1.50, 1,5 or 1e3)';
  const GENDERS = 'not a known word for a gender, so CleverReach might store no value';

  it.each([
    ['birthday', 'date', 'geburtsdatum', '1990-12-31', { birthday: '12.1990' }, DATES],
    ['birthday', 'date', 'geburtstag', '1990-12-31', { birthday: '3/4/1991' }, DATES],
    ['gender', 'gender', 'geschlecht', 'male', { gender: 'agender' }, GENDERS],
    ['zip', 'number', 'plz', '20095', { addresses: [{ zipCode: '01067' }] }, NUMBERS],
  ] as const)('is not written to a copy either: %s', async (name, type, copy, old, data, why) => {
    const bench = await start({ dateFormat: 'Y-m-d' });
    // the account of the bench has a birthday
    if (name !== 'birthday') bench.sandbox.account.addAttribute({ name, type });
    bench.sandbox.account.addAttribute({ name: copy });
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, global_attributes: { [name]: old, [copy]: old } });
    const person = { ...data, contactData: [{ type: 'email', value: EMAIL }] };
    const sent = record((await defaultMapping('person-to-receiver')({ data: person })).data, { recordUid: 'r-12' });
    const notice = `Not written to "global_attributes", ${why}: ${name}.`;
    expect(await bench.one(sent, { dryRun: true })).toMatchObject({
      preview: { wouldDo: 'nothing', reasons: ['Nothing differs.', notice] },
    });
    expect(receiverOf(await bench.one(sent)).global_attributes).toMatchObject({ [name]: old, [copy]: old });
    const line = `Group ${bench.group}, the record with the recordUid "r-12": ${notice}`;
    expect(bench.lines.warn).toEqual([line, line]);
  });

  it('is written to that attribute if only a copy cannot store it, and the copy is reported', async () => {
    const bench = await start({ dateFormat: 'Y-m-d' });
    bench.sandbox.account.addAttribute({ name: 'geburtstag', groupId: bench.group });
    bench.sandbox.account.addReceiver(bench.group, {
      email: EMAIL,
      attributes: { geburtstag: '1990-12-31' },
      global_attributes: { birthday: '1990-12-31' },
    });
    const person = { birthday: '12.1990', contactData: [{ type: 'email', value: EMAIL }] };
    const { data } = await defaultMapping('person-to-receiver')({ data: person });
    expect(receiverOf(await bench.one(record(data)))).toMatchObject({
      attributes: { geburtstag: '12.1990' },
      global_attributes: { birthday: '1990-12-31' },
    });
    expect(bench.lines.warn).toEqual([
      `Group ${bench.group}, record no. 1: Not written to "global_attributes", ${DATES}: birthday.`,
    ]);
  });

  it('is written to another name if none of them has a value', async () => {
    const bench = await start();
    bench.sandbox.account.addAttribute({ name: 'geburtstag', groupId: bench.group });
    const person = { birthday: '12.1990', contactData: [{ type: 'email', value: EMAIL }] };
    const { data } = await defaultMapping('person-to-receiver')({ data: person });
    expect(receiverOf(await bench.one(record(data)))).toMatchObject({
      attributes: { geburtstag: '12.1990' },
      global_attributes: { birthday: '' },
    });
    expect(bench.lines.warn).toEqual([]);
  });
});

describe('an attribute that CleverReach shows with upper case', () => {
  const start = useBench();
  const person = { firstName: 'Mia', lastName: 'King', contactData: [{ type: 'email', value: EMAIL }] };

  /** The names of the attributes of the account begin with a capital. */
  async function capitals(values: Record<string, string>): Promise<Bench> {
    const bench = await start();
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, global_attributes: values });
    const shown = (one: Receiver): Receiver => ({
      ...one,
      global_attributes: Object.fromEntries(
        Object.entries(one.global_attributes).map(([name, value]) => [
          name.replace(/^./, (c) => c.toUpperCase()),
          value,
        ]),
      ),
    });
    const receiversByEmails = bench.api.receiversByEmails.bind(bench.api);
    bench.api.receiversByEmails = async (...given) => (await receiversByEmails(...given)).map(shown);
    return bench;
  }

  it('is compared without regard to case, and returned unchanged', async () => {
    const bench = await capitals({ firstname: 'Mia', lastname: 'King' });
    const mapped = (await defaultMapping('person-to-receiver')({ data: person })).data;
    const result = await bench.one(record(mapped));
    expect(result.kind).toBe('unchanged');
    expect(receiverOf(result).global_attributes).toMatchObject({ Firstname: 'Mia', Lastname: 'King' });
    expect((await bench.one(record({ email: EMAIL, global_attributes: { Firstname: 'Mia' } }))).kind).toBe('unchanged');
    expect(
      await bench.one(record({ email: EMAIL, global_attributes: { firstname: 'Mio' } }), { dryRun: true }),
    ).toMatchObject({
      preview: { changes: { global_attributes: { firstname: { from: 'Mia', to: 'Mio' } } } },
    });
    expect(bench.sandbox.count({ path: /upsertplus/ })).toBe(0);
  });

  it('is reported if a record names it twice with different values', async () => {
    const bench = await start();
    const twice = record({
      email: EMAIL,
      attributes: { store: 'a', Store: 'a' },
      global_attributes: { firstname: 'Mia', FirstName: 'Mio' },
    });
    const notice =
      'In "global_attributes", names differ only in case, and the last value of each is written: firstname.';
    expect(await bench.one(twice, { dryRun: true })).toMatchObject({ preview: { reasons: [notice] } });
    expect(receiverOf(await bench.one(twice)).global_attributes).toMatchObject({ firstname: 'Mio' });
    expect(bench.lines.warn).toEqual([`Group ${bench.group}: ${notice}`]);
  });
});

describe('a date for an attribute', () => {
  const start = useBench();
  const NOTICE = 'Not written to "global_attributes", not a date, or an ambiguous one: birthday.';

  it.each(['3/4/1990', '31.2.1990', 'in spring', '12345'])(
    'is not written if it cannot be stored, and reported without the value: %s',
    async (birthday) => {
      const bench = await start();
      const person = { lastName: 'King', birthday, contactData: [{ type: 'email', value: EMAIL }] };
      const mapped = (await defaultMapping('person-to-receiver')({ data: person })).data;
      const sent = record(mapped, { recordUid: 'r-12' }, person);
      const said = await bench.one(sent, { defaultMapping: true, dryRun: true });
      expect(said).toMatchObject({ preview: { wouldDo: 'create', reasons: [NOTICE] } });
      const stored = receiverOf(await bench.one(sent, { defaultMapping: true }));
      expect(stored.global_attributes).toMatchObject({ lastname: 'King', birthday: '' });
      const line = `Group ${bench.group}, the record with the recordUid "r-12": ${NOTICE}`;
      expect(bench.lines.warn).toEqual([line, line]);
    },
  );

  it.each(['31.12.90', 'Mon, 31 Dec 1990 00:00:00 GMT', '19901231', '31. Dezember 1990'])(
    'is written as YYYY-MM-DD if it can be parsed, by a mapping of any kind: %s',
    async (birthday) => {
      const bench = await start({ dateFormat: 'Y-m-d' });
      const receiver = receiverOf(await bench.one(record({ email: EMAIL, global_attributes: { birthday } })));
      expect(receiver.global_attributes).toMatchObject({ birthday: '1990-12-31' });
      expect(bench.lines.warn).toEqual([]);
    },
  );

  it('is written unchanged to a text attribute', async () => {
    const bench = await start();
    bench.sandbox.account.addAttribute({ name: 'geburtstag', groupId: bench.group });
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, attributes: { geburtstag: '1.1.1990' } });
    const person = { birthday: 'in spring', contactData: [{ type: 'email', value: EMAIL }] };
    const mapped = (await defaultMapping('person-to-receiver')({ data: person })).data;
    expect(receiverOf(await bench.one(record(mapped))).attributes).toMatchObject({ geburtstag: 'in spring' });
  });

  it('is reported in one line for many records', async () => {
    const bench = await start();
    const all = Array.from({ length: 8 }, (_, index) =>
      record({ email: `r${index}@example.org`, global_attributes: { birthday: '3/4/1990' } }),
    );
    await bench.write(all);
    expect(bench.lines.warn).toEqual([
      `Group ${bench.group}, record no. 1, record no. 2, record no. 3, record no. 4, record no. 5 and 3 more: ${NOTICE}`,
    ]);
  });
});

describe('a flat record', () => {
  const start = useBench();
  const flat = {
    email: EMAIL,
    firstname: 'Mia',
    lastname: 'King',
    address: { city: 'Bath' },
    vip: true,
    hobbies: ['x'],
    active: true,
    id: '7',
    events: [],
    source: 'x',
  };

  it('causes one report of the fields that are not written, in the log and in a dry run', async () => {
    const bench = await start();
    const notice =
      'Not written, because values must be in "attributes" (of the group) or "global_attributes" (of the account): address, firstname, hobbies, lastname, vip.';
    expect(await bench.one(record(flat), { dryRun: true })).toMatchObject({ preview: { reasons: [notice] } });
    expect(kinds(await bench.write([record(flat), record({ ...flat, email: 'jo@example.org' })]))).toEqual([
      'created',
      'created',
    ]);
    expect(bench.lines.warn).toEqual([`Group ${bench.group}: ${notice}`]);
  });

  it('has no such fields if it is a receiver', async () => {
    const bench = await start();
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL });
    const whole = { ...bench.stored(EMAIL), category: 'Newsletter', doidata: { user_ip: '1.2.3.4' }, orders: [] };
    expect(ignoredFields(whole)).toEqual([]);
    expect(ignoredFields({ email: EMAIL, nothing: null, blank: ' ', list: [], object: {} })).toEqual([]);
  });

  it('is reported with names only, and with few of them', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`n${index + 10}`, 1]));
    const [notice = ''] = ignoredFields({ ...many, 'mia@example.org': 'x', ['y'.repeat(10_000)]: 'x' });
    expect(notice).toMatch(/: n10, .*, n29, 12 more\.$/);
    expect(notice).not.toMatch(/mia|yy/);
  });
});

describe('a tag that a record takes away from a receiver it creates', () => {
  const start = useBench();
  const sent = record({ email: EMAIL, tags: ['-crm.*', 'crm.new', '-old'] });

  it.each([
    ['active', true],
    ['active', false],
    ['unconfirmed', true],
  ] as const)('is removed if the account still has it (%s, responses with tags: %p)', async (state, upsertplusTags) => {
    const bench = await start({ tagsOn: 'person', upsertplusTags });
    const elsewhere = bench.sandbox.account.addGroup('Other');
    bench.sandbox.account.addReceiver(elsewhere, { email: EMAIL, tags: ['crm.lead', 'old', 'shop.a'] });

    const said = await bench.one(sent, { newReceivers: state, dryRun: true });
    expect(said).toMatchObject({
      preview: {
        wouldDo: 'create',
        reasons: [
          ...(state === 'active'
            ? []
            : ['No double-opt-in mail would be sent, because "doiFormId" of the step is empty.']),
          'If CleverReach still has tags of this address that the record removes, they are removed too.',
        ],
      },
    });
    const result = await bench.one(sent, { newReceivers: state });
    expect(result.kind).toBe('created');
    expect(receiverOf(result).tags?.sort()).toEqual(['crm.new', 'shop.a']);
    expect(receiverOf(result).active).toBe(state === 'active');
  });

  it('causes no further request if it does not exist', async () => {
    const bench = await start();
    await bench.one(sent);
    expect(writes(bench)).toBe(1);
  });

  it('makes the record fail temporarily if it could not be removed', async () => {
    const bench = await start({ tagsOn: 'person' });
    const elsewhere = bench.sandbox.account.addGroup('Other');
    bench.sandbox.account.addReceiver(elsewhere, { email: EMAIL, tags: ['old'] });
    const upsertReceivers = bench.api.upsertReceivers.bind(bench.api);
    let calls = 0;
    bench.api.upsertReceivers = async (groupId, rows) => {
      calls += 1;
      return calls === 2 ? [{ ok: false, reason: 'not today' }] : await upsertReceivers(groupId, rows);
    };
    const other = record({ email: 'jo@example.org' });
    const [first, second] = await bench.write([sent, other]);
    expect(first).toMatchObject({ kind: 'failed', error: { temporary: true } });
    expect(second?.kind).toBe('created');
    expect((await bench.one(sent)).kind).toBe('updated');
    expect(bench.stored(EMAIL)?.['tags']).toEqual(['crm.new']);
  });
});
