import { addresses, addressPart, mainAddress, streetLine } from '../../lib/mapping/functions/address';
import { attribute, attributes, attributesOf, valueIn, write } from '../../lib/mapping/functions/attributes';
import { contact, contactData, contactsOf } from '../../lib/mapping/functions/contactData';
import { birthday, isoDate } from '../../lib/utils/dates';
import { gender, isMailboxName, languageTag, mailboxName } from '../../lib/mapping/functions/names';
import { person, receiver, recordMetadata } from '../../lib/mapping/functions/person';
import { categories, tags } from '../../lib/mapping/functions/tags';
import { isPrimary } from '../../lib/mapping/functions/primary';
import { entriesOf, firstText, property, rowsOf, text, unlessEmpty } from '../../lib/utils/text';

const NO_OBJECTS = [undefined, null, 'text', 7, true, ['x'], [{ a: 1 }]];
const BLANKS = [undefined, null, '', ' \t\n', true, {}, ['x', 'y'], [], Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

describe('text', () => {
  it.each([
    ['a', 'a'],
    [' a b\n', 'a b'],
    ['0', '0'],
    [0, '0'],
    [-1.5, '-1.5'],
    [['a '], 'a'],
    [[null, [[7]]], '7'],
    [{ 0: 'a' }, 'a'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('of %j is %j', (value, found) => {
    expect(text(value)).toBe(found);
  });

  it.each(BLANKS)('of a blank is none: %p', (value) => {
    expect(text(value)).toBeUndefined();
  });

  it('that comes first is the first that is not blank', () => {
    expect(firstText(...BLANKS, ' a ', 'b')).toBe('a');
    expect(firstText(...BLANKS)).toBeUndefined();
    expect(firstText()).toBeUndefined();
  });
});

describe('an object', () => {
  it('has its own properties only', () => {
    expect(property({ a: 1 }, 'a')).toBe(1);
    expect(property({ a: 1 }, 'b')).toBeUndefined();
    expect(property({}, 'toString')).toBeUndefined();
    expect(property(Object.create({ a: 1 }), 'a')).toBeUndefined();
    expect(entriesOf({ a: 1, b: null })).toEqual([
      ['a', 1],
      ['b', null],
    ]);
  });

  it.each(NO_OBJECTS)('is not %j', (value) => {
    expect(property(value, 'length')).toBeUndefined();
    expect(entriesOf(value)).toEqual([]);
    expect(rowsOf(value)).toEqual([]);
  });

  it('gives the same rows every time while it cannot change, else what it holds then', () => {
    const [fixed, open] = [Object.freeze({ a: 1 }), { a: 1 }];
    expect(rowsOf(fixed)).toEqual([['a', 1]]);
    expect(rowsOf(fixed)).toBe(rowsOf(fixed));
    expect(rowsOf(open)).not.toBe(rowsOf(open));
    open.a = 2;
    expect(rowsOf(open)).toEqual([['a', 2]]);
    const frozenList = Object.freeze(['x']);
    expect(rowsOf(frozenList)).toEqual([]);
  });
});

describe('a list', () => {
  it('that is empty is none', () => {
    expect(unlessEmpty([])).toBeUndefined();
    expect(unlessEmpty([undefined])).toEqual([undefined]);
  });
});

describe('a street with a house number', () => {
  it.each([
    ['Hohestr. 3', { street: 'Hohestr.', streetNumber: 3 }],
    ['Hohestr. 3a', { street: 'Hohestr.', streetNumber: 3, unit: 'a' }],
    ['Hohestr. 3ä', { street: 'Hohestr.', streetNumber: 3, unit: 'ä' }],
    ['Hohestr.   3', { street: 'Hohestr.', streetNumber: 3 }],
    ['Am Hof 7 12345', { street: 'Am Hof 7', streetNumber: 12345 }],
    ['Am\nHof 7', { street: 'Am\nHof', streetNumber: 7 }],
    ['Hohestr. 123456', { street: 'Hohestr. 123456' }],
    ['Hohestr. 03', { street: 'Hohestr. 03' }],
    ['Hohestr. 3ab', { street: 'Hohestr. 3ab' }],
    ['Hohestr. 3 a', { street: 'Hohestr. 3 a' }],
    ['Hohestr.3', { street: 'Hohestr.3' }],
    ['Hohestr. 3-5', { street: 'Hohestr. 3-5' }],
    ['3 Main Street', { street: '3 Main Street' }],
    ['17', { street: '17' }],
    ['Q1 4', { street: 'Q1', streetNumber: 4 }],
    ['Weg 3 3', { street: 'Weg 3 3' }],
    ['Weg 3 3a', { street: 'Weg 3 3a' }],
    ['Weg 12 A 12A', { street: 'Weg 12 A 12A' }],
    ['12A Weg 12', { street: '12A Weg', streetNumber: 12 }],
    ['12 Weg 12', { street: '12 Weg 12' }],
    ['C 4, 12', { street: 'C 4,', streetNumber: 12 }],
  ])('is taken apart only where that is certain: %j', (street, parts) => {
    expect(addresses({ street })).toStrictEqual([parts]);
  });

  it.each([
    [{ street: 'Hohestr.', streetNumber: 3, unit: 'a' }, 'Hohestr. 3a'],
    [{ street: 'Hohestr.', streetNumber: '3', unit: 'ä' }, 'Hohestr. 3ä'],
    [{ street: 'Hohestr.', streetNumber: 3, unit: 'ab' }, 'Hohestr. 3 ab'],
    [{ street: 'Hohestr.', streetNumber: 3, unit: '1' }, 'Hohestr. 3 1'],
    [{ street: 'Hohestr.', unit: 'a' }, 'Hohestr. a'],
    [{ street: 'Hohestr.', houseNumber: 3 }, 'Hohestr. 3'],
    [{ street: 'Hohestr. 3', streetNumber: 3 }, 'Hohestr. 3'],
    [{ street: 'Hohestr.3', streetNumber: '3' }, 'Hohestr.3'],
    [{ street: 'Hohestr. 3A', streetNumber: 3, unit: 'a' }, 'Hohestr. 3A'],
    [{ street: 'Hohestr. 3', streetNumber: 3, unit: 'a' }, 'Hohestr. 3a'],
    [{ street: 'Hohestr. 3', streetNumber: 3, unit: 'left' }, 'Hohestr. 3 left'],
    [{ street: 'Hohestr. 13', streetNumber: 3 }, 'Hohestr. 13 3'],
    [{ street: 'Hof3', streetNumber: 3 }, 'Hof3 3'],
    [{ street: '3', streetNumber: 3 }, '3 3'],
    [{ street: 'Weg 12 A', streetNumber: '12A' }, 'Weg 12 A'],
    [{ street: 'Weg 12 A', streetNumber: 12, unit: 'a' }, 'Weg 12 A'],
    [{ street: 'Weg 12A', streetNumber: 12 }, 'Weg 12A'],
    [{ street: 'Weg 12A', streetNumber: 12, unit: 'B' }, 'Weg 12A 12B'],
    [{ street: 'Weg', streetNumber: '12A', unit: 'a' }, 'Weg 12A'],
    [{ street: 'Weg', streetNumber: '12 Top 5', unit: 'Top 5' }, 'Weg 12 Top 5'],
    [{ street: 'Weg 12 - 14', streetNumber: '12-14' }, 'Weg 12 - 14'],
    [{ street: 'Weg 1 12', streetNumber: '112' }, 'Weg 1 12 112'],
    [{ street: 'Weg 3 Apt 4', unit: 'Apt 4' }, 'Weg 3 Apt 4'],
    [{ street: 'C 4', streetNumber: 4 }, 'C 4 4'],
    [{ street: 'C 4,', streetNumber: 12 }, 'C 4, 12'],
    [{ street: '10 Downing Street', streetNumber: 10 }, '10 Downing Street'],
    [{ street: '12 bis, rue de la Paix', streetNumber: '12 bis' }, '12 bis, rue de la Paix'],
    [{ street: '3. Weg', streetNumber: 3 }, '3. Weg 3'],
    [{ street: '25 de Abril', streetNumber: 25 }, '25 de Abril 25'],
    [{ street: '5th Avenue', streetNumber: 5 }, '5th Avenue 5'],
    [{ street: 'Weg.(+', streetNumber: '(+' }, 'Weg.(+'],
    [{ street: 'Weg', streetNumber: '1'.repeat(41), unit: 'a' }, `Weg ${'1'.repeat(41)}a`],
    [{ street: 'Hohestr.', streetNumber: 3 }, 'Hohestr. 3'],
    [{ streetNumber: 3, unit: 'a' }, '3a'],
    [{ street: 'Hohestr.' }, 'Hohestr.'],
    [{ street: ' ' }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('is one line of %j', (address, line) => {
    expect(streetLine(address)).toBe(line);
    expect(addressPart(address, 'street')).toBe(line);
  });
});

describe('an address', () => {
  it.each([
    ['de', { countryCode: 'DE' }],
    ['Ch', { countryCode: 'CH' }],
    ['DEU', { country: 'DEU' }],
    ['D', { country: 'D' }],
    ['d1', { country: 'd1' }],
    ['Deutschland', { country: 'Deutschland' }],
  ])('has a country code for a country of two letters: %j', (country, parts) => {
    expect(addresses({ country })).toStrictEqual([parts]);
  });

  it('keeps its other parts as texts, without the blank ones', () => {
    expect(addresses({ zipCode: 50_667, city: ' Köln ', region: '', district: null })).toStrictEqual([
      { zipCode: '50667', city: 'Köln' },
    ]);
    expect(addresses({ city: ' ' })).toBeUndefined();
    expect(addresses(['Köln'])).toBeUndefined();
  });

  it.each([
    ['zipCode', ['zipCode', 'zipcode', 'zip', 'postalCode', 'postcode', 'plz']],
    ['city', ['city', 'town', 'ort']],
    ['region', ['region', 'state']],
    ['country', ['country', 'countryCode']],
  ])('has its %s under each of %j', (part, names) => {
    for (const name of names) expect(addressPart({ [name]: ' x ' }, part)).toBe('x');
    expect(addressPart(Object.fromEntries(names.map((name) => [name, name])), part)).toBe(names[0]);
  });

  it('that counts is the one labelled primary, else the first', () => {
    const [one, two] = [{ city: 'a' }, { city: 'b', label: ' primary ' }];
    expect(mainAddress([one, two])).toBe(two);
    expect(mainAddress([one])).toBe(one);
    expect(mainAddress(two)).toBe(two);
    expect(mainAddress(['primary', one])).toBe(one);
    expect(mainAddress({ 0: one, 1: null, 2: [two] })).toBe(two);
    expect(mainAddress([one, { city: 'c', primary: false, label: 'primary' }])).toBe(one);
    expect(mainAddress([one, { city: 'c', isPrimary: true }])).toEqual({ city: 'c', isPrimary: true });
    expect(mainAddress([])).toBeUndefined();
    const [empty, filled] = [{ label: 'primary', id: 7, isPrimary: true, city: ' ', country: {} }, { city: 'b' }];
    expect(mainAddress([{}, filled])).toBe(filled);
    expect(mainAddress([empty, { street: [''], valid: true }, filled])).toBe(filled);
    expect(mainAddress([{ zip: '' }, one, two])).toBe(two);
    expect(mainAddress([{}, empty])).toBe(empty);
    expect(mainAddress(undefined)).toBeUndefined();
  });

  it.each([
    ['zipCode', { zipCode: 'a', zipcode: 'b' }, 'a'],
    ['zipCode', { zipcode: 'b' }, 'b'],
    ['region', { region: ' ', state: 'b' }, 'b'],
    ['region', { region: 'a', state: 'b' }, 'a'],
    ['country', { countryCode: 'DE' }, 'DE'],
    ['country', { country: 'Deutschland', countryCode: 'DE' }, 'Deutschland'],
    ['city', { city: 'Köln' }, 'Köln'],
    ['city', { zipcode: '1' }, undefined],
    ['city', undefined, undefined],
  ])('gives its %s, or what stands in for it: %j', (part, address, found) => {
    expect(addressPart(address, part)).toBe(found);
  });
});

describe('an attribute', () => {
  const holder = { attributes: { a: ' ', b: 'B', c: 7 }, global_attributes: { a: 'A', b: 'other' } };

  it.each([
    ['a', 'A'],
    ['a, b', 'B'],
    [' b ,c', 'B'],
    ['c,b', '7'],
    [',b,', 'B'],
    [['c', 'b'], '7'],
    [[7, 'c'], '7'],
    ['d', undefined],
    ['', undefined],
    [[], undefined],
    [undefined, undefined],
    [7, undefined],
    ['toString', undefined],
  ])('is found under the first name that has a value, in the group first: %j', (names, found) => {
    expect(attribute(holder, names)).toBe(found);
    expect(valueIn(attributesOf(holder), names)).toBe(found);
  });

  it.each([undefined, null, {}, { attributes: 'x' }, { attributes: ['x'], global_attributes: null }])(
    'is not found in %j',
    (value) => {
      expect(attribute(value, 'length, x')).toBeUndefined();
      expect(attributesOf(value)).toEqual([]);
    },
  );

  it('is written under every one of its names, without blanks', () => {
    expect(attributes({ 'a, b': ' x ', c: 7, d: ' ' })).toStrictEqual({ a: 'x', b: 'x', c: '7' });
    expect(attributes({ 'a,, ': 'x' })).toStrictEqual({ a: 'x' });
    expect(attribute({ attributes: { '': 'x' } }, 'a,')).toBeUndefined();
    expect(attributes({ a: '' })).toBeUndefined();
    expect(attributes('a')).toBeUndefined();
    const map = {};
    write(map, 'a', ' ');
    write(map, ['b', 7, 'c'], 'x');
    expect(map).toStrictEqual({ b: 'x', c: 'x' });
  });

  it('is found however many lists of names a mapping makes up', () => {
    for (let count = 0; count < 600; count += 1)
      expect(attribute({ attributes: { [`n${count}`]: 'x' } }, `m${count}, n${count}`)).toBe('x');
  });
});

describe('what counts among several', () => {
  it.each([
    { description: 'primary' },
    { label: 'Primary ' },
    { name: ' PRIMARY' },
    { type: 'primary' },
    { label: 'Primary address' },
    { description: 'primary e-mail' },
    { label: 'preferred' },
    { primary: true },
    { primary: 'true' },
    { primary: ' TRUE ' },
    { primary: 1 },
    { primary: '1' },
    { isPrimary: true },
    { is_primary: 1 },
    { Primary: 'yes' },
    { primaryContact: true },
    { primaryContact: 'primary' },
    { primaryAddress: true },
    { preferred: true },
    { isPreferred: 'true' },
    { primary: null, label: 'primary' },
    { primary: '', label: 'primary' },
    { primaryContact: 'Ada King', label: 'primary' },
  ])('is marked as primary: %j', (entry) => {
    expect(isPrimary(entry)).toBe(true);
  });

  it.each([
    {},
    { primary: false },
    { primary: 'false' },
    { primary: 0 },
    { primary: '0' },
    { primary: 'no' },
    { primary: '' },
    { primaryContact: 'Ada King' },
    { primary: false, label: 'primary' },
    { isPrimary: false, description: 'primary' },
    { primary: true, preferred: false },
    { label: 'not primary' },
    { label: 'non-primary' },
    { label: 'primary school' },
    { label: 'secondary' },
    { label: true },
    { value: 'primary' },
    'primary',
    ['primary'],
    null,
  ])('is not marked as primary: %j', (entry) => {
    expect(isPrimary(entry)).toBe(false);
  });
});

describe('contact data', () => {
  it.each([
    [[{ type: 'phone', value: '1' }], { phone: '1' }],
    [[{ type: ' PHONE ', value: ' 1 ' }], { phone: '1' }],
    [[{ type: 'phone', value: '1', label: 'Mobil' }], { mobile: '1' }],
    [[{ type: 'phone', value: '1', description: 'mobile phone' }], { mobile: '1' }],
    [[{ type: 'phone', value: '1', label: 'work', description: 'desk' }], { phone: '1' }],
    [[{ type: 'phone', value: '1', label: 'mo', description: 'bil' }], { phone: '1' }],
    [[{ type: 'fax', value: '1', label: 'mobil' }], { fax: '1' }],
    [[{ type: 'Mobil', value: '1' }], { mobile: '1' }],
    [[{ type: 'website', value: 'u' }], { url: 'u' }],
    [[{ type: 'toString', value: '1' }], { tostring: '1' }],
    [[{ type: 'constructor', value: '1' }], { constructor: '1' }],
    [{ type: 'fax', value: 1 }, { fax: '1' }],
    [
      [
        { type: 'fax', value: ' ' },
        { type: 'fax', value: '1' },
        { type: 'fax', value: '2' },
      ],
      { fax: '1' },
    ],
    [
      [
        { type: 'fax', value: '1' },
        { type: 'fax', value: '2', description: 'primary' },
        { type: 'fax', value: '3', description: 'primary' },
      ],
      { fax: '2' },
    ],
    [
      [
        { type: 'fax', value: '1', primary: false, description: 'primary' },
        { type: 'fax', value: '2' },
        { type: 'fax', value: '3', primaryContact: true },
      ],
      { fax: '3' },
    ],
    [{ 0: { type: 'fax', value: '1' }, 1: [{ type: 'fax', value: '2', label: 'Primary' }] }, { fax: '2' }],
    [[{ type: 'telephone', value: '1', label: 'mobil' }], { mobile: '1' }],
    [[{ type: 'phone', value: '1', label: 'Immobilien Automobile' }], { phone: '1' }],
    [[{ type: 'phone', value: '1', label: 'Privatmobil' }], { mobile: '1' }],
    [
      [
        { type: 'Telefax', value: '1' },
        { type: 'homepage', value: 'x' },
      ],
      { fax: '1', url: 'x' },
    ],
    [[{ value: '1' }, { type: ' ', value: '1' }, { type: 'fax' }, 'fax', null], {}],
    [undefined, {}],
  ])('are sorted by kind: %j', (list, kinds) => {
    expect(Object.fromEntries(contactsOf(list))).toStrictEqual(kinds);
    for (const [kind, value] of Object.entries(kinds)) expect(contact(list, kind)).toBe(value);
    expect(contact(list, 'skype')).toBeUndefined();
  });

  it.each([
    ['phone', ['telephone', 'Telefon', 'phoneNumber', 'telephone number', 'Telefonnummer']],
    ['email', ['email', 'E-Mail', 'e_mail']],
    ['mobile', ['mobil', 'mobilePhone', 'mobile_phone', 'Mobiltelefon', 'cellPhone', 'Handy']],
  ])('are a %s by other names too: %j', (kind, types) => {
    for (const type of types) expect([...contactsOf([{ type, value: '1' }])]).toEqual([[kind, '1']]);
  });

  it('are listed by type without blanks, in their order', () => {
    expect(contactData({ b: ' x ', a: 7, c: ' ' })).toStrictEqual([
      { type: 'b', value: 'x' },
      { type: 'a', value: '7' },
    ]);
    expect(contactData({ c: ' ' })).toBeUndefined();
    expect(contactData(['x'])).toBeUndefined();
  });
});

describe('a date', () => {
  it.each([
    ['1990-02-01', '1990-02-01'],
    [' 1990-02-01 ', '1990-02-01'],
    ['1990-02-01T10:00:00Z', '1990-02-01'],
    ['1990-02-01 10:00', '1990-02-01'],
    ['1.2.1990', '1990-02-01'],
    ['01.02.1990', '1990-02-01'],
    ['31.12.1990', '1990-12-31'],
    ['2000-02-29', '2000-02-29'],
    ['0001-01-01', undefined],
    ['1900-02-28', '1900-02-28'],
    ['1900-02-29', undefined],
    ['1990-02-31', undefined],
    ['31.2.1990', undefined],
    ['1990-13-01', undefined],
    ['1990-00-01', undefined],
    ['1990-01-00', undefined],
    ['1990-02-011', undefined],
    ['x1990-02-01', undefined],
    ['11990-02-01', undefined],
    ['1990-2-1', '1990-02-01'],
    ['1.2.90', '1990-02-01'],
    ['1.2.19900', undefined],
    ['111.2.1990', undefined],
    ['x1.2.1990', undefined],
    ['1.2.1990 10:00', '1990-02-01'],
    ['1x2x1990', undefined],
    ['635817600', '1990-02-24'],
    ['', undefined],
    [undefined, undefined],
    [{}, undefined],
  ])('of %j is %j', (value, date) => {
    expect(isoDate(value)).toBe(date);
  });

  it.each([
    ['1.2.1990', '1990-02-01'],
    ['1990-02-01T10:00:00Z', '1990-02-01'],
    [635_817_600, '1990-02-24'],
    ['635817600', '1990-02-24'],
    [-86_400, '1969-12-31'],
    ['12345', '12345'],
    ['1234', '1234'],
    ['-1234', '-1234'],
    ['x12345', 'x12345'],
    ['12345x', '12345x'],
    ['9'.repeat(20), '9'.repeat(20)],
    ['9'.repeat(12), '2001-09-09'],
    ['31.2.1990', '31.2.1990'],
    ['in spring', 'in spring'],
    [0, undefined],
    ['0', undefined],
    ['000', undefined],
    ['-0', undefined],
    ['x0', 'x0'],
    ['0x', '0x'],
    ['0000-00-00', undefined],
    ['0000-00-00 00:00:00', undefined],
    ['x0000-00-00', 'x0000-00-00'],
    [' ', undefined],
    [undefined, undefined],
  ])('of birth of %j is %j', (value, date) => {
    expect(birthday(value)).toBe(date);
  });
});

describe('a gender', () => {
  it.each([
    ['male', ['male', 'm', 'männlich', 'ma\u0308nnlich', 'maennlich', 'mann', 'Herr', 'Mr', 'MR.', ' M ']],
    ['female', ['female', 'f', 'w', 'weiblich', 'Frau', 'mrs', 'Mrs.', 'Ms', 'ms.']],
    ['intersexual', ['intersexual', 'd', 'divers', 'Diverse']],
    [undefined, ['x', '', 'constructor', undefined, 7]],
  ])('is %s for the usual words', (word, values) => {
    for (const value of values) expect(gender(value)).toBe(word);
  });
});

describe('a name made from an address', () => {
  it.each([
    ['ada.king@example.org', { firstName: 'ada', lastName: 'king' }],
    ['ada.king+news.letter@example.org', { firstName: 'ada', lastName: 'king' }],
    ['ada_b-c.king@example.org', { firstName: 'ada b c', lastName: 'king' }],
    ['..ada..king..@example.org', { firstName: 'ada', lastName: 'king' }],
    ['"ada king"@example.org', { firstName: '"ada', lastName: 'king"' }],
    ['ada@king@example.org', { lastName: 'ada' }],
    [' ada ', { lastName: 'ada' }],
    ['@example.org', undefined],
    ['+news@example.org', undefined],
    ['._-@example.org', undefined],
    [' ', undefined],
    [undefined, undefined],
  ])('of %j is %j', (email, name) => {
    expect(mailboxName(email)).toStrictEqual(name);
  });

  it.each([
    ['lastName', 'king', 'ada.king@example.org', true],
    ['lastName', ' king ', 'Ada.King@Example.org', true],
    ['firstName', 'ada b', 'ada_b.king@example.org', true],
    ['lastName', 'info', 'INFO@example.org', true],
    ['lastName', 'mu\u0308ller', 'm\u00FCller@example.org', true],
    ['lastName', 'King', 'ada.king@example.org', false],
    ['lastName', 'ada', 'ada.king@example.org', false],
    ['firstName', 'king', 'king@example.org', false],
    ['title', 'king', 'ada.king@example.org', false],
    ['lastName', ' ', 'ada.king@example.org', false],
    ['lastName', undefined, '...@example.org', false],
  ])('is recognised by its property: %s %j of %s: %p', (property, name, email, is) => {
    expect(isMailboxName(property, name, email)).toBe(is);
  });
});

describe('a language', () => {
  it.each([
    ['de_DE', 'de-DE'],
    [' zh_Hant_TW ', 'zh-Hant-TW'],
    ['de', 'de'],
    [' ', undefined],
    [undefined, undefined],
  ])('of %j is %j', (value, tag) => {
    expect(languageTag(value)).toBe(tag);
  });
});

describe('tags', () => {
  it.each([
    [
      [' a ', 'b', 'a', '', null, {}],
      ['a', 'b'],
    ],
    ['a', ['a']],
    [7, ['7']],
  ])('are categories, each once: %j', (list, names) => {
    expect(categories(list)).toStrictEqual(names.map((name) => ({ name, label: name })));
  });

  it.each([[undefined], [null], [[]], [['', ' ']], [[{ name: 'a' }]]])('of %j are no categories', (list) => {
    expect(categories(list)).toBeUndefined();
  });

  it.each([
    [
      ['a', ' b ', 'a'],
      ['a', 'b'],
    ],
    [
      [{ name: 'a', label: 'x' }, { label: 'b' }, { name: ' ', label: 'c' }],
      ['a', 'b', 'c'],
    ],
    [
      ['-a', 'b-', 'c'],
      ['b-', 'c'],
    ],
    [{ name: 'a' }, ['a']],
    [[{}, null, 7], ['7']],
    [['-a'], undefined],
    [[], undefined],
    [undefined, undefined],
  ])('of categories are never those that take a tag away: %j', (list, names) => {
    expect(tags(list)).toStrictEqual(names);
  });
});

describe('a person', () => {
  const table = {
    firstName: 'first',
    lastName: 'last',
    gender: 'sex',
    birthday: 'born',
    language: 'lang',
    addresses: { street: 'str', city: 'town' },
    contactData: { phone: 'tel' },
  };

  it('has every property that the receiver has an attribute for', () => {
    const attributes = {
      first: 'Ada',
      last: 'King',
      sex: 'w',
      born: '1.2.1990',
      lang: 'de_DE',
      str: 'Hof 7',
      tel: '1',
    };
    expect(person({ email: ' a@b.cd ', attributes, tags: ['t'] }, table)).toStrictEqual({
      firstName: 'Ada',
      lastName: 'King',
      gender: 'female',
      birthday: '1990-02-01',
      language: 'de-DE',
      addresses: [{ street: 'Hof', streetNumber: 7 }],
      contactData: [
        { type: 'email', value: 'a@b.cd' },
        { type: 'phone', value: '1' },
      ],
      categories: [{ name: 't', label: 't' }],
    });
  });

  it.each([
    [{ email: 'ada.king@b.cd' }, { firstName: 'ada', lastName: 'king' }],
    [
      { email: 'ada.king@b.cd', attributes: { first: 'Bea' } },
      { firstName: 'Bea', lastName: 'king' },
    ],
    [{ email: 'ada.king@b.cd', attributes: { last: 'Bea' } }, { lastName: 'Bea' }],
    [{}, {}],
    [undefined, {}],
  ])('is named after the address only where there is no surname: %j', (from, names) => {
    expect(person(from, { firstName: 'first', lastName: 'last' })).toStrictEqual(names);
  });

  it.each(NO_OBJECTS)('is empty for a table that is none: %j', (none) => {
    expect(person({ attributes: { a: 'x' } }, none)).toStrictEqual({});
    expect(receiver({ a: 'x' }, none)).toStrictEqual({});
  });

  it('keeps the address of the receiver where no attribute holds another', () => {
    const email = { email: 'a@b.cd', attributes: {} };
    expect(person(email, { lastName: 'x', contactData: { email: 'mail' } })['contactData']).toStrictEqual([
      { type: 'email', value: 'a@b.cd' },
    ]);
  });

  it('as a receiver has each value in both maps of attributes, which are not the same object', () => {
    const data = {
      firstName: ' Ada ',
      birthday: '1.2.1990',
      gender: 'female',
      addresses: [{ street: 'Hof', streetNumber: 7, city: 'Köln' }],
      contactData: [
        { type: 'email', value: 'a@b.cd' },
        { type: 'phone', value: '1' },
      ],
      categories: ['t', '-u'],
    };
    const attributes = { first: 'Ada', sex: 'female', born: '1990-02-01', str: 'Hof 7', town: 'Köln', tel: '1' };
    const made = receiver(data, table);
    const aliases = { firstName: 'first', birthday: 'born', gender: 'sex', street: 'str', city: 'town', phone: 'tel' };
    expect(made).toStrictEqual({ email: 'a@b.cd', attributes, global_attributes: attributes, aliases, tags: ['t'] });
    expect(made['attributes']).not.toBe(made['global_attributes']);
  });

  it('as a receiver has no member for what is not known', () => {
    expect(receiver({ birthday: '0000-00-00' }, table)).toStrictEqual({});
    expect(receiver(undefined, table)).toStrictEqual({});
    expect(receiver({ contactData: { type: 'email', value: 'a@b.cd' } }, table)).toStrictEqual({ email: 'a@b.cd' });
  });
});

describe('the metadata of a record', () => {
  it.each([
    [{ oihUid: 'u' }, 7, { oihUid: 'u', recordUid: '7' }],
    [{ oihUid: 'u', recordUid: '1' }, ' 7 ', { oihUid: 'u', recordUid: '7' }],
    [undefined, '7', { recordUid: '7' }],
    ['text', '7', { recordUid: '7' }],
    [['x'], '7', { recordUid: '7' }],
    [{ oihUid: 'u' }, undefined, { oihUid: 'u' }],
    [{ oihUid: 'u' }, ' ', { oihUid: 'u' }],
    ['text', undefined, undefined],
    [undefined, undefined, undefined],
  ])('%j with the id %j are %j', (metadata, id, both) => {
    expect(recordMetadata({ metadata, data: { id } })).toStrictEqual(both);
  });

  it('of what is no message are none', () => {
    for (const given of [undefined, null, 'text', 7, [], { data: 'text' }])
      expect(recordMetadata(given)).toBeUndefined();
  });
});
