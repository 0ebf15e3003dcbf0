/** Receivers that are read, go to another application and come back, with the default mappings. */

import fc from '../../support/fastCheck';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';
import type { Receiver } from '../../../lib/cleverreach/types';
import { filterAttributes, type Types } from '../../../lib/upsert/plan/attributeFilter';
import { diff } from '../../../lib/upsert/plan/diff';
import type { IncomingRecord } from '../../../lib/upsert/record';
import type { WriteResult } from '../../../lib/upsert/output/writeResult';
import { parseRow } from '../../../lib/upsert/plan/row';
import { receiver } from '../../support/receiver';
import { examples } from '../../support/runs';
import { kinds, receiverOf, useBench, type Bench } from '../../support/upsert/bench';

type Person = Record<string, unknown>;
type Values = Record<string, string>;

async function personOf(stored: Receiver | Record<string, unknown>): Promise<Person> {
  return (await defaultMapping('receiver-to-person')({ data: { ...stored } })).data;
}

async function recordOf(person: Person): Promise<IncomingRecord> {
  const { data } = await defaultMapping('person-to-receiver')({ data: person });
  return { metadata: {}, entry: person, receiver: data };
}

/** What writing a person to a stored receiver comes to. */
async function changesBy(person: Person, stored: Receiver, types: Types): Promise<ReturnType<typeof diff>> {
  const row = parseRow((await recordOf(person)).receiver, 'it');
  return diff(filterAttributes(row, stored, types).row, stored, types);
}

const NAMES: Record<string, readonly string[]> = {
  firstName: ['firstname', 'vorname'],
  lastName: ['lastname', 'name'],
  gender: ['gender', 'geschlecht'],
  birthday: ['birthday', 'geburtstag'],
  language: ['language', 'sprache'],
  street: ['street', 'strasse'],
  country: ['country', 'land'],
  phone: ['phone', 'telefon'],
  salutation: ['salutation', 'anrede'],
};
const names = Object.values(NAMES).flat();
const value = fc.constantFrom(
  ...['', '', ' ', 'Ada', ' Ada ', 'ada', 'king', 'Frau', 'w', 'x\r\ny', 'de_DE', 'de', '+49 40', '5,0', '5.0'],
  ...['31.12.90', '19901231', '3/4/1990', '0000-00-00', '662601600', 'Hohestr.  3a', 'Hohestr. 3 a', 'A\n7'],
);
const type = fc.constantFrom('text', 'text', 'number', 'gender', 'date');
const scope = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), type, value), { selector: ([name]) => name });

const scopes = fc.record({ attributes: scope, global_attributes: scope });
type Scopes = typeof scopes extends fc.Arbitrary<infer T> ? T : never;

function storedIn(
  { attributes, global_attributes }: Scopes,
  onlyType?: string,
): { stored: Receiver; types: NonNullable<Types> } {
  const values = (of: Scopes['attributes']): Values => Object.fromEntries(of.map(([name, , held]) => [name, held]));
  const typesOf = (of: Scopes['attributes']) => new Map(of.map(([name, kind]) => [name, onlyType ?? kind]));
  return {
    stored: receiver('1', {
      email: 'Ada.King@example.org',
      attributes: values(attributes),
      global_attributes: values(global_attributes),
      tags: ['shop.a'],
    }),
    types: { attributes: typesOf(attributes), global_attributes: typesOf(global_attributes) },
  };
}

describe('a receiver that was read and is written back unchanged', () => {
  it('causes no write, whichever names and scopes contain its values', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, fc.boolean(), async (held, areKnown) => {
        const { stored, types } = storedIn(held);
        expect(await changesBy(await personOf(stored), stored, areKnown ? types : undefined)).toBeUndefined();
      }),
      examples(1_000),
    );
  });

  it('is read with a written change, and then causes no further write', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, async (held) => {
        // a name in a date field is not written at all
        const { stored, types } = storedIn(held, 'text');
        const person: Person = {
          ...(await personOf(stored)),
          firstName: 'Grace',
          lastName: 'Hopper',
          salutation: 'Dr.',
        };
        const changes = await changesBy(person, stored, types);
        const after = {
          ...stored,
          attributes: { ...stored.attributes, ...changes?.attributes },
          global_attributes: { ...stored.global_attributes, ...changes?.global_attributes },
        };
        expect(await changesBy(person, after, types)).toBeUndefined();
        const again = await personOf(after);
        const changed = ['firstName', 'lastName', 'salutation'].filter((property) =>
          NAMES[property]?.some((name) => types.attributes.has(name) || types.global_attributes.has(name)),
        );
        expect(changed.map((property) => again[property])).toEqual(changed.map((property) => person[property]));
        expect(await changesBy(again, after, types)).toBeUndefined();
      }),
      examples(500),
    );
  });
});

describe('a value with an attribute in both the group and the account', () => {
  const start = useBench();
  const EMAIL = 'ada@example.org';

  async function bench(): Promise<Bench> {
    const made = await start();
    made.sandbox.account.addAttribute({ name: 'vorname', groupId: made.group });
    return made;
  }
  const add = ({ sandbox, group }: Bench, attributes: Values, global_attributes: Values): string =>
    sandbox.account.addReceiver(group, { email: EMAIL, attributes, global_attributes });
  const send = async (made: Bench, person: Person): Promise<WriteResult> =>
    made.one(await recordOf(person), { defaultMapping: true });
  const read = (made: Bench): Promise<Person> => personOf(made.stored(EMAIL) ?? {});
  const valuesOf = (made: Bench): unknown[] => {
    const { attributes, global_attributes } = made.stored(EMAIL) as { attributes: Values; global_attributes: Values };
    return [attributes['vorname'], global_attributes['firstname']];
  };

  it('stays in its scope, is corrected there, and shows a later correction of the account', async () => {
    const made = await bench();
    add(made, {}, { firstname: 'Ada', lastname: 'King' });
    expect((await send(made, await read(made))).kind).toBe('unchanged');
    expect(valuesOf(made)).toEqual(['', 'Ada']);

    expect((await send(made, { ...(await read(made)), firstName: 'Grace' })).kind).toBe('updated');
    expect(valuesOf(made)).toEqual(['', 'Grace']);

    made.sandbox.account.edit(made.group, EMAIL, { global_attributes: { firstname: 'Eve' } });
    const later = await read(made);
    expect(later).toMatchObject({ firstName: 'Eve' });
    expect((await send(made, later)).kind).toBe('unchanged');
    expect(valuesOf(made)).toEqual(['', 'Eve']);
  });

  it('is corrected in the group if the group shows it, and in the account if that has a copy', async () => {
    const made = await bench();
    const id = add(made, { vorname: 'Ada' }, { firstname: 'Adelheid', lastname: 'King' });
    await send(made, { ...(await read(made)), firstName: 'Grace' });
    expect(valuesOf(made)).toEqual(['Grace', 'Adelheid']);
    made.sandbox.account.edit(made.group, id, { global_attributes: { firstname: 'Grace' } });
    await send(made, { ...(await read(made)), firstName: 'Eve' });
    expect(valuesOf(made)).toEqual(['Eve', 'Eve']);
  });

  it('is written to the account for a new receiver, and to the group if only that has an attribute for it', async () => {
    const made = await bench();
    made.sandbox.account.addAttribute({ name: 'fax', groupId: made.group });
    const contactData = [
      { type: 'email', value: EMAIL },
      { type: 'fax', value: '1' },
    ];
    const created = receiverOf(await send(made, { firstName: 'Ada', lastName: 'King', contactData }));
    expect(created).toMatchObject({ attributes: { vorname: '', fax: '1' }, global_attributes: { firstname: 'Ada' } });
  });

  it('of a surname is written to "name" only if there is no better attribute, or if "name" shows it', async () => {
    const made = await bench();
    made.sandbox.account.addAttribute({ name: 'name' });
    const person = { lastName: 'King', contactData: [{ type: 'email', value: EMAIL }] };
    expect(receiverOf(await send(made, person))).toMatchObject({ global_attributes: { name: '', lastname: 'King' } });
    made.sandbox.account.edit(made.group, EMAIL, { global_attributes: { name: 'Ada Byron', lastname: '' } });
    expect((await send(made, await read(made))).kind).toBe('unchanged');
    await send(made, { ...person, lastName: 'Hopper' });
    expect(await read(made)).toMatchObject({ lastName: 'Hopper' });
  });

  it('is written unchanged for a record without such names', async () => {
    const made = await bench();
    add(made, {}, { firstname: 'Ada' });
    const receiver = { email: EMAIL, attributes: { vorname: 'Ada' }, global_attributes: { firstname: 'Eve' } };
    await made.one({ metadata: {}, entry: {}, receiver });
    expect(valuesOf(made)).toEqual(['Ada', 'Eve']);
  });

  it('is reported once as missing, by its property, only if no attribute can store it', async () => {
    const made = await bench();
    const person = (email: string): Person => ({
      firstName: 'Ada',
      title: 'Dr.',
      contactData: [{ type: 'email', value: email }],
    });
    const records = [await recordOf(person(EMAIL)), await recordOf(person('bea@example.org'))];
    expect(kinds(await made.write(records, { defaultMapping: true }))).toEqual(['created', 'created']);
    await made.write(records, { defaultMapping: true });
    expect(made.lines.warn).toEqual([
      `Group ${made.group}: "title" is not written because neither the group nor the account defines an attribute with one of these names: title, titel.`,
    ]);
    expect(await made.one(records[0] as IncomingRecord, { defaultMapping: true, dryRun: true })).toMatchObject({
      preview: { reasons: ['Nothing differs.', expect.stringMatching(/^"title" is not written/)] },
    });
  });
});

describe('a name generated from the address', () => {
  const start = useBench();
  const send = async (made: Bench, person: Person): Promise<WriteResult> =>
    made.one(await recordOf(person), { defaultMapping: true });
  const lastNameOf = (made: Bench, ref: string): unknown =>
    (made.stored(ref)?.['global_attributes'] as Values | undefined)?.['lastname'];

  it.each(['info@example.org', 'Info@Example.org', 'INFO+news@example.org'])(
    'never replaces a stored one, and is not stored: %s',
    async (email) => {
      const made = await start();
      const person = await personOf({ email, attributes: {}, global_attributes: {} });
      expect(person).toMatchObject({ lastName: 'info' });
      expect(lastNameOf(made, receiverOf(await send(made, person)).id)).toBe('');
      made.sandbox.account.edit(made.group, email, { global_attributes: { lastname: 'King' } });
      expect((await send(made, person)).kind).toBe('unchanged');
      expect(lastNameOf(made, email)).toBe('King');
    },
  );

  it('is also recognised by the stored address if the record has another', async () => {
    const made = await start();
    const id = made.sandbox.account.addReceiver(made.group, {
      email: 'info@example.org',
      global_attributes: { lastname: 'King' },
    });
    const person = { lastName: 'info', contactData: [{ type: 'email', value: 'office@example.org' }] };
    const record = { ...(await recordOf(person)), metadata: { recordUid: id, oihUid: 'u' } };
    expect((await made.one(record, { defaultMapping: true, idLinking: true })).kind).toBe('moved');
    expect(lastNameOf(made, id)).toBe('King');
  });

  it('does not replace a real name that differs from it only in case', async () => {
    const made = await start();
    const email = 'Ada.King@example.org';
    made.sandbox.account.addReceiver(made.group, { email, global_attributes: { lastname: 'Kong' } });
    await send(made, { firstName: 'Ada', lastName: 'King', contactData: [{ type: 'email', value: email }] });
    expect(made.stored(email)).toMatchObject({ global_attributes: { firstname: 'Ada', lastname: 'King' } });
  });
});
