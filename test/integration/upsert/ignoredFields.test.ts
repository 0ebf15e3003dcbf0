import fc from '../../support/fastCheck';
import { unreadFields } from '../../../lib/upsert/plan/ignoredFields';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';
import { useBench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';
import { textsIn } from '../../../lib/utils/json';
import { examples } from '../../support/runs';

const EMAIL = 'mia@example.org';

/** Made distinct by {@link numbered}. */
const TOKEN = 'Value';

const token = fc.constant(TOKEN);

/** A value as others write it. */
const given = fc.oneof(
  { weight: 4, arbitrary: token },
  fc.constantFrom<unknown>(
    [TOKEN],
    { 0: TOKEN },
    [TOKEN, TOKEN],
    { a: TOKEN },
    [[TOKEN]],
    [null, TOKEN],
    [{ a: TOKEN }],
  ),
  fc.constantFrom<unknown>(true, 2 ** 60, 7),
);

const some = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), given, { maxKeys: 4 });

const list = (one: fc.Arbitrary<unknown>) =>
  fc.oneof(
    one,
    token,
    fc.array(fc.oneof({ weight: 4, arbitrary: one }, token), { maxLength: 3 }),
    fc.array(fc.array(one, { maxLength: 2 }), { maxLength: 2 }),
    one.map((item) => ({ 0: item, 3: item })),
  );

const address = some(
  ...['street', 'streetNumber', 'houseNumber', 'unit', 'zipCode', 'zip', 'city', 'town', 'region', 'state'],
  ...['country', 'countryCode', 'label', 'description', 'primary', 'primaryContact', 'type', 'district', 'Street'],
);

const contact = fc
  .tuple(
    fc.constantFrom<object>(...['email', 'Phone', 'handy', 'url', 'skype', ['fax']].map((type) => ({ type })), {}),
    some('value', 'label', 'description', 'isPrimary', 'name', 'number'),
  )
  .map(([type, rest]) => ({ ...rest, ...type }));

const category = fc.oneof(token, fc.constant(`-${TOKEN}`), some('name', 'label', 'title'));
const optional = <Item>(arbitrary: fc.Arbitrary<Item>) => fc.option(arbitrary, { nil: null });

const person = fc
  .record({
    words: some('firstName', 'firstname', 'lastName', 'title', 'gender', 'birthday', 'language', 'nickname', 'email'),
    addresses: optional(list(address)),
    contactData: optional(list(contact)),
    categories: optional(list(category)),
  })
  .map(({ words, ...lists }) => ({ ...words, ...lists }))
  .map(numbered);

function numbered(value: object): Record<string, unknown> {
  let count = 0;
  return JSON.parse(JSON.stringify(value).replaceAll(TOKEN, () => `${TOKEN}${(count += 1)}x`)) as Record<
    string,
    unknown
  >;
}

describe('a field of a person that the default mapping cannot read', () => {
  const start = useBench();
  const MAIL = { type: 'email', value: EMAIL };
  const NOTICE = (names: string): string =>
    `Not written, because the default mapping of a person does not read these fields, or not in this form: ${names}. If the message is a receiver, set "skipTransformation".`;

  it.each<[string, Record<string, unknown>]>([
    ['firstName', { firstName: { value: 'Jo' } }],
    ['newsletterFormat', { newsletterFormat: 'html' }],
    ['birthday', { birthday: '0001-01-01' }],
    ['birthday', { birthday: -62_135_596_800 }],
    ['addresses', { addresses: 'Weg 5, Kiel' }],
    ['categories', { categories: { vip: true } }],
    ['categories', { categories: ['vip', { title: 'x' }] }],
    ['addresses, more in addresses', { addresses: ['Weg 5, Kiel', { more: 1 }] }],
    ['addresses', { addresses: [[[[[[{ city: 'Kiel' }]]]]]] }],
    ['street in addresses', { addresses: [{ street: { name: 'Weg' }, city: '' }] }],
    ['city in addresses, zipCode in addresses', { addresses: [{ city: ['Kiel', 'Ulm'], zipCode: true }] }],
    ['street in addresses', { addresses: [{ label: 'primary', street: ['Weg', 'Hof'] }, { city: '' }] }],
    ['value in contactData', { contactData: [MAIL, { type: 'phone', value: { number: '1' } }] }],
    ['value in contactData', { contactData: [[MAIL], [{ type: 'phone', value: ['1', '2'] }]] }],
    ['type in contactData', { contactData: [MAIL, { type: ['phone', 'mobile'], value: '1' }] }],
    ['contactData', { contactData: ['jo@example.org', MAIL] }],
    ['email in contactData, phone in contactData', { contactData: [MAIL, { email: 'jo@example.org', phone: '1' }] }],
    ['home in addresses, work in addresses', { addresses: { home: { city: 'Kiel' }, work: { city: 'Ulm' } } }],
    ['description in addresses, label in addresses', { addresses: { label: 'home', description: ['a', 'b'] } }],
    ['primaryContact in addresses', { addresses: { city: '', primaryContact: 'Jo' } }],
    ['isPrimary in contactData', { contactData: { ...MAIL, isPrimary: { really: 'yes' } } }],
    ['description in contactData', { contactData: { ...MAIL, label: 'E-Mail', description: 'after 5' } }],
    ['name in contactData', { contactData: { ...MAIL, name: 'Office', isPrimary: ['yes'] } }],
    ['firstname', { firstName: ' ', firstname: 'Jo' }],
    ['categories', { categories: ['-vip'] }],
    [
      'label in categories, note in categories',
      {
        categories: [
          { name: 'a', label: 'a' },
          { name: 'a', label: 'b', note: 'c' },
        ],
      },
    ],
    ['firstName', { firstName: 2 ** 60 }],
    ['type in contactData', { contactData: [MAIL, { type: 'skype', value: 'x' }, { type: 'icq', value: '1' }] }],
    ['type in contactData', { contactData: [MAIL, { value: '0171' }] }],
    ['number in contactData', { contactData: [MAIL, { type: 'phone', number: '0171' }] }],
    ['district in addresses, line2 in addresses', { addresses: [{ district: 'Gaarden', line2: 'c/o' }] }],
    [
      'address, company, email, jobTitle, middleName, nickname, phone, vip',
      {
        middleName: 'X',
        jobTitle: 'Boss',
        nickname: 'J',
        phone: 171,
        email: 'x',
        vip: false,
        address: { city: 'Kiel' },
        company: { name: 'ACME' },
      },
    ],
    [
      'attributes, firstname, global_attributes, tags',
      { firstname: 'Jo', tags: ['x'], attributes: { a: '1' }, global_attributes: { b: '2' } },
    ],
  ])('is reported: %s', async (names, data) => {
    const bench = await start();
    const person = { contactData: [MAIL], ...data };
    const mapped = (await defaultMapping('person-to-receiver')({ data: person })).data;
    const sent = record(mapped, {}, person);
    expect(await bench.one(sent, { defaultMapping: true, dryRun: true })).toMatchObject({
      preview: { reasons: [NOTICE(names)] },
    });
    await bench.one(sent, { defaultMapping: true });
    expect(bench.lines.warn).toEqual([`Group ${bench.group}: ${NOTICE(names)}`]);
  });

  it('does not include a number, a blank, or a list of lists', () => {
    const read = {
      street: 'Weg',
      streetNumber: 5,
      zipCode: 24103,
      city: '',
      region: null,
      country: {},
    };
    const contacts = [[MAIL], { type: 'phone', value: 123 }, { type: 'fax', value: '' }, { type: 'url' }, ''];
    expect(unreadFields({ addresses: [[read]], contactData: contacts })).toEqual([]);
  });

  it('does not include fields of the record itself, of its state, or flags of an address', () => {
    const of = {
      ...{
        uid: 'u',
        oihid: 'u',
        _id: '1',
        oihUid: 'u',
        oihApplicationRecords: [{ recordUid: '1' }],
        __v: 3,
        recordUid: 7,
      },
      ...{
        createdAt: '2026-01-01',
        last_modified: 1,
        updated: 2,
        lastUpdateDate: 'x',
        timestamps: [1],
        relations: [{ a: 1 }],
      },
      ...{ Email_Opt_Out__c: false, newsletter_de: 'nein', cf_newsletter: true, optout1: 1, hs_email_optout_7: 'true' },
      ...{ status: 'subscribed', optIn: true, deactivated: 0, deleteRequested: true, points: '3' },
      ...{ middleName: ' ', nickname: null, notes: [''], company: { name: '', offices: [{}] } },
    };
    const addresses = [{ id: 7, city: 'Kiel', label: 'Preferred', isPrimary: [true], type: ['primary'] }];
    const contactData = [
      { ...MAIL, label: 'email', description: 'primary', subscribed: true, _id: '1' },
      { type: 'phone', value: '1', label: 'Telefon', primary: false },
      { type: 'phone', value: '2', label: 'privat mobil' },
    ];
    expect(unreadFields({ ...of, addresses, contactData })).toEqual([]);
  });

  it('does not include a field in a list of one', async () => {
    const person = {
      firstName: ['Jo'],
      birthday: { 0: '1990-12-31' },
      addresses: { city: ['Kiel'] },
      contactData: { type: ['email'], value: [EMAIL] },
    };
    expect(unreadFields(person)).toEqual([]);
    const { data } = await defaultMapping('person-to-receiver')({ data: person });
    expect(data).toMatchObject({
      email: EMAIL,
      attributes: { firstname: 'Jo', birthday: '1990-12-31', city: 'Kiel' },
    });
  });

  it('includes a part of an address that appears in two spellings with different values', () => {
    const address = { zipCode: '24103', zip: '24104', plz: 24103, country: 'Germany', countryCode: 'DE' };
    expect(unreadFields({ addresses: address })).toEqual([NOTICE('countryCode in addresses, zip in addresses')]);
  });

  it('includes an entry that differs from the written one', () => {
    const addresses = [{ city: 'Kiel', zipCode: 24103 }, { plz: '24103' }, { label: 'primary' }];
    const contactData = [MAIL, { type: 'EMAIL', value: EMAIL.toUpperCase() }, { type: 'phone', value: '1' }];
    expect(unreadFields({ addresses, contactData })).toEqual([]);
    const more = {
      addresses: [...addresses, { city: 'Ulm' }],
      contactData: [...contactData, { type: 'phone', value: 2 }],
    };
    expect(unreadFields(more)).toEqual([
      'Only one of several entries is written, the primary one or else the first: addresses, phone in contactData.',
    ]);
  });
});

it('a field that the mapping does not read, and that states a consent, is reported with the consent', () => {
  const [notice] = unreadFields({ custom: { Werbesperre: 'ja' }, company: { name: 'ACME' } });
  expect(notice).toContain('does not read these fields, or not in this form: company, custom.');
  expect(notice).toMatch(/ A statement about consent counts all the same: custom\.$/);
});

describe('a value of a person', () => {
  it('is written, or its field is reported, and the value is never shown', async () => {
    await fc.assert(
      fc.asyncProperty(person, async (data) => {
        const { data: mapped } = await defaultMapping('person-to-receiver')({ data });
        const kept = JSON.stringify({ ...mapped, aliases: undefined });
        const said = unreadFields(data).join(' ');
        expect(said).not.toContain(TOKEN);
        const silent = Object.entries(data).filter(([field, value]) => {
          const values = [...textsIn(value)].flatMap((text) => text.match(/Value\d+x/) ?? []);
          return !values.every((one) => kept.includes(one)) && !new RegExp(String.raw`\b${field}\b`).test(said);
        });
        expect(silent).toEqual([]);
      }),
      examples(1000),
    );
  });
});
