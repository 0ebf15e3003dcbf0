import fc from '../../support/fastCheck';
import { attributesOf, personErrors, toPerson, toReceiver, untyped } from '../../support/mapping/defaultMappings';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';
import { examples } from '../../support/runs';

const RECEIVER_FIELDS = ['id', 'email', 'attributes', 'global_attributes', 'tags'];
const PERSON_FIELDS = ['firstName', 'lastName', 'gender', 'birthday', 'addresses', 'contactData', 'categories'];
const NAMES = ['name', 'vorname', 'geschlecht', 'geburtstag', 'sprache', 'strasse', 'plz', 'land', 'mobil', 'homepage'];
const PARTS = ['street', 'streetNumber', 'unit', 'zipCode', 'region', 'state', 'country', 'label'];
const ENTRY = ['type', 'value', 'label', 'description', 'name'];

/** Anything JSON can hold, with the names that mean something more often than chance would have it. */
const json = fc.jsonValue({ maxDepth: 2 });
const anything: fc.Arbitrary<unknown> = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    json,
    fc.constantFrom(
      'email',
      'phone',
      'primary',
      'privateMobile',
      'Hohestr. 3a',
      '1.2.1990',
      '-86400',
      'de_DE',
      '-tag',
      ' ',
    ),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(...RECEIVER_FIELDS, ...PERSON_FIELDS, ...NAMES, ...PARTS, ...ENTRY, '__proto__', 'constructor'),
      tie('node'),
    ),
  ),
})).node;

function blanksIn(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || value.some(blanksIn);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? value.trim() === '' : value === null;
  return Object.keys(value).length === 0 || Object.values(value).some(blanksIn);
}

/** Whether everything is plain data: as JSON writes it, with the usual prototypes. */
function expectPlain(value: unknown): void {
  expect(value).toStrictEqual(JSON.parse(JSON.stringify(value)));
}

describe('any JSON', () => {
  it('that is read as a receiver becomes a valid person without blanks', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (receiver) => {
        const before = JSON.stringify(receiver);
        const { data } = await toPerson(receiver);
        expectPlain(data);
        expect(Object.values(data).some(blanksIn)).toBe(false);
        expect(JSON.stringify(receiver)).toBe(before);
      }),
      examples(500),
    );
  });

  it('that is read as a person becomes a receiver with only strings in its attributes and tags, and no blanks', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (person) => {
        const before = JSON.stringify(person);
        const { data } = await toReceiver(person);
        expectPlain(data);
        expect(Object.values(data).some(blanksIn)).toBe(false);
        expect(['email', 'attributes', 'global_attributes', 'tags']).toEqual(expect.arrayContaining(Object.keys(data)));
        for (const texts of [data['attributes'], data['tags']]) {
          const values: unknown[] = Object.values(texts ?? {});
          expect(values.every((value) => typeof value === 'string')).toBe(true);
        }
        expect(JSON.stringify(person)).toBe(before);
      }),
      examples(500),
    );
  });

  it('as a whole message becomes a message', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anything, async (metadata, data) => {
        for (const direction of ['receiver-to-person', 'person-to-receiver'] as const) {
          const mapped = await defaultMapping(direction)(untyped({ metadata, data }));
          expect(typeof mapped.data).toBe('object');
        }
      }),
    );
  });
});

/** Texts that are trimmed and in which there is something to be seen. */
const word = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .map((text) => text.trim())
  .filter((text) => /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text));
const unless = (pattern: RegExp) => word.filter((text) => !pattern.test(text));
const date = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const optional = <Item>(arbitrary: fc.Arbitrary<Item>) => fc.option(arbitrary, { nil: undefined });
const withoutEmpty = (object: object) =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );

/** An address in which nothing has to be normalised: the street does not end like a house number. */
const address = fc
  .record({
    house: fc.oneof(
      fc.constant({}),
      fc.record({ street: unless(/\s[1-9]\d{0,4}\p{L}?$/u) }),
      fc.record({ street: word, streetNumber: fc.integer({ min: 1, max: 99999 }) }),
      fc.record({
        street: word,
        streetNumber: fc.integer({ min: 1, max: 99999 }),
        unit: fc.constantFrom('a', 'Z', 'ß', 'ä'),
      }),
    ),
    zipCode: optional(word),
    city: optional(word),
    region: optional(word),
    land: fc.oneof(
      fc.constant({}),
      fc.record({ country: unless(/^[a-z]{2}$/i) }),
      fc.record({ countryCode: fc.constantFrom('DE', 'AT', 'GB') }),
    ),
  })
  .map(({ house, land, ...rest }) => withoutEmpty({ ...house, ...rest, ...land }));

/** Persons that hold nothing but what a receiver can hold, spelt as the mapping spells it. */
const normalised = fc
  .record({
    firstName: optional(word),
    lastName: optional(word),
    salutation: optional(word),
    title: optional(word),
    gender: optional(fc.constantFrom('male', 'female', 'intersexual')),
    birthday: optional(date),
    language: optional(word.filter((text) => !text.includes('_'))),
    address,
    contacts: fc.tuple(
      ...['email', 'phone', 'mobile', 'fax', 'url'].map((type) =>
        optional(fc.record({ type: fc.constant(type), value: word })),
      ),
    ),
    tags: fc.uniqueArray(unless(/^-/), { maxLength: 4 }),
  })
  // without a surname the names are made from the email
  .filter(({ lastName, contacts }) => lastName !== undefined || contacts[0] === undefined)
  .map(({ address: only, contacts, tags, ...person }) =>
    withoutEmpty({
      ...person,
      addresses: Object.keys(only).length > 0 ? [only] : [],
      contactData: contacts.filter((entry) => entry !== undefined),
      categories: tags.map((tag) => ({ name: tag, label: tag })),
    }),
  );

describe('a person that is written to CleverReach and read back', () => {
  it('is the same if it contains only what a receiver can store', async () => {
    await fc.assert(
      fc.asyncProperty(normalised, async (person) => {
        const receiver = await toReceiver(person);
        expect((await toPerson(receiver.data)).data).toEqual(person);
      }),
      examples(500),
    );
  });

  it('does not change on the second round trip, whatever it contains', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (person) => {
        const once = (await toPerson((await toReceiver(person)).data)).data;
        const twice = (await toPerson((await toReceiver(once)).data)).data;
        expect(twice).toEqual(once);
      }),
      examples(500),
    );
  });
});

describe('every attribute name that is read', () => {
  it('is also written, since an old value under another name would be read instead', async () => {
    const full = {
      firstName: 'x',
      lastName: 'x',
      salutation: 'x',
      title: 'x',
      gender: 'x',
      birthday: '1990-01-01',
      language: 'x',
      addresses: [{ street: 'x', zipCode: 'x', city: 'x', region: 'x', country: 'x' }],
      contactData: ['phone', 'mobile', 'fax', 'url'].map((type) => ({ type, value: 'x' })),
    };
    const names = Object.keys((await attributesOf(full)) as object);
    const read = new Set<string | symbol>();
    const spy = new Proxy({}, { getOwnPropertyDescriptor: (_, name) => void read.add(name) });
    expect(personErrors((await toPerson({ attributes: spy })).data)).toEqual([]);
    expect([...read].sort()).toEqual([...names].sort());
  });
});
