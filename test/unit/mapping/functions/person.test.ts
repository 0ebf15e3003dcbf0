import { person, receiver, recordMetadata } from '../../../../lib/mapping/functions/person';

const NO_OBJECTS = [undefined, null, 'text', 7, true, ['x'], [{ a: 1 }]];

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

  it('has every property for which the receiver has an attribute', () => {
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
  ])('is named after the address only without a surname: %j', (from, names) => {
    expect(person(from, { firstName: 'first', lastName: 'last' })).toStrictEqual(names);
  });

  it.each(NO_OBJECTS)('is empty for an invalid table: %j', (none) => {
    expect(person({ attributes: { a: 'x' } }, none)).toStrictEqual({});
    expect(receiver({ a: 'x' }, none)).toStrictEqual({});
  });

  it('keeps the address of the receiver if no attribute contains another', () => {
    const email = { email: 'a@b.cd', attributes: {} };
    expect(person(email, { lastName: 'x', contactData: { email: 'mail' } })['contactData']).toStrictEqual([
      { type: 'email', value: 'a@b.cd' },
    ]);
  });

  it('becomes a receiver with each value in both attribute maps, which are separate objects', () => {
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

  it('becomes a receiver without fields for unknown values', () => {
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

  it('of a value that is not a message are undefined', () => {
    for (const given of [undefined, null, 'text', 7, [], { data: 'text' }])
      expect(recordMetadata(given)).toBeUndefined();
  });
});
