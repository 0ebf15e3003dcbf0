import { aliasesOf, attributesOf, toReceiver } from '../../support/mapping/defaultMappings';

/** The same value under each of the names. */
function under(names: string, value: string): Record<string, string> {
  return Object.fromEntries(names.split(', ').map((name) => [name, value]));
}

const contactData = (...entries: unknown[]) => ({ contactData: entries });

describe('metadata', () => {
  it('is passed on unchanged', async () => {
    const metadata = { oihUid: 'u', applicationUid: 'a', recordUid: 'r', own: [1, null, ''] };
    expect(await toReceiver({}, metadata)).toEqual({ metadata, data: {} });
  });

  it('is not invented', async () => {
    expect(await toReceiver({})).toEqual({ data: {} });
  });
});

describe('email', () => {
  const email = async (...entries: unknown[]) => (await toReceiver(contactData(...entries))).data;

  it('is the first that is not blank', async () => {
    const entries = [{ type: 'email', value: ' ' }, { type: 'email' }, { type: 'email', value: ' a@b.c ' }];
    expect(await email(...entries, { type: 'email', value: 'd@e.f' })).toEqual({ email: 'a@b.c' });
  });

  it('is the one described as primary, if any', async () => {
    const entries = [
      { type: 'email', value: 'first@example.org', description: 'secondary' },
      { type: 'email', value: ' ', description: 'primary' },
      { type: 'EMail', value: 'primary@example.org', description: 'primary' },
      { type: 'email', value: 'later@example.org', description: 'primary' },
    ];
    expect(await email(...entries)).toEqual({ email: 'primary@example.org' });
  });

  it.each([
    [[]],
    [[{ type: 'email', value: '' }]],
    [[{ type: 'phone', label: 'email', value: '' }]],
    [['a@b.c', null, 7, ['email'], { value: 'a@b.c' }, { type: 7, value: 'a@b.c' }]],
  ])('has no key for the contact data %j', async (entries) => {
    expect(await email(...entries)).toEqual({});
  });
});

describe('the attributes', () => {
  it('are the same for the group and the account', async () => {
    const names = under('firstname, vorname, first_name', 'Ada');
    expect((await toReceiver({ firstName: 'Ada' })).data).toEqual({ attributes: names, global_attributes: names });
  });

  it('are omitted if there are none', async () => {
    expect((await toReceiver({ firstName: ' ', lastName: null, addresses: [{}], contactData: [{}] })).data).toEqual({});
  });

  it('may be changed in one map without changing the other', async () => {
    const { attributes, global_attributes } = (await toReceiver({ firstName: 'Ada' })).data;
    expect(attributes).not.toBe(global_attributes);
  });
});

describe('properties that are strings', () => {
  it.each([
    ['firstName', 'firstname, vorname, first_name'],
    ['lastName', 'lastname, nachname, last_name, name'],
    ['salutation', 'salutation, anrede'],
    ['title', 'title, titel'],
    ['gender', 'gender, geschlecht'],
    ['language', 'language, sprache'],
  ])('%s is written to %s', async (property, names) => {
    expect(await attributesOf({ [property]: ' Ä ß_1 ' })).toEqual(under(names, 'Ä ß_1'));
    expect(await attributesOf({ [property]: ['x'] })).toEqual(under(names, 'x'));
    for (const blank of ['', ' ', null, [], {}, true, ['x', 'y']]) {
      expect(await attributesOf({ [property]: blank })).toBeUndefined();
    }
  });
});

describe('birthday', () => {
  it.each([
    ['1815-12-10', '1815-12-10'],
    ['1815-12-10T00:00:00Z', '1815-12-10'],
    ['1.2.1990', '1990-02-01'],
  ])('%s is written as %s', async (birthday, date) => {
    expect(await attributesOf({ birthday })).toEqual(under('birthday, geburtstag, geburtsdatum', date));
  });

  it.each(['May 1990', '31.2.1990', '3/4/1990', '12345'])(
    '%s, which is not a date or is ambiguous, is passed on, because only the write knows the type of the attribute',
    async (birthday) => {
      expect(await attributesOf({ birthday })).toEqual(under('birthday, geburtstag, geburtsdatum', birthday));
    },
  );

  it.each(['0000-00-00', '0', '', null])('%s is not written', async (birthday) => {
    expect(await attributesOf({ birthday })).toBeUndefined();
  });
});

describe('a name that was generated from the address', () => {
  const email = (value: string) => ({ type: 'email', value });

  it.each([
    [{ lastName: 'info' }, ['info@example.org'], undefined],
    [{ lastName: 'info' }, ['Info@Example.org'], undefined],
    [{ lastName: 'info' }, ['office@example.org', 'info@example.org'], undefined],
    [{ firstName: 'ada', lastName: 'king' }, ['ada.king@example.org'], undefined],
    [{ firstName: 'Ada', lastName: 'king' }, ['ada.king@example.org'], under('firstname, vorname, first_name', 'Ada')],
    [
      { firstName: 'ada', lastName: 'King' },
      ['ada.king@example.org'],
      under('lastname, nachname, last_name, name', 'King'),
    ],
    [{ lastName: 'King' }, ['Ada.King@example.org'], under('lastname, nachname, last_name, name', 'King')],
  ])('is not written: %j of %j', async (names, addresses, attributes) => {
    expect(await attributesOf({ ...names, contactData: addresses.map(email) })).toEqual(attributes);
  });
});

describe('the attribute names with the same value', () => {
  it('are listed for each known property', async () => {
    const person = { firstName: 'Ada', addresses: [{ city: 'Bath' }], contactData: [{ type: 'fax', value: '1' }] };
    expect(await aliasesOf(person)).toEqual({
      firstName: 'firstname, vorname, first_name',
      city: 'city, ort, stadt',
      fax: 'fax, telefax',
    });
    expect(await aliasesOf({ title: ' ' })).toBeUndefined();
  });
});

describe('the address', () => {
  const city = (name: string) => under('city, ort, stadt', name);

  it('is the first one labelled as primary', async () => {
    const addresses = [{ city: 'A' }, { city: 'B', label: 'primary' }, { city: 'C', label: 'primary' }];
    expect(await attributesOf({ addresses })).toEqual(city('B'));
  });

  it('is the first one if none is labelled', async () => {
    expect(await attributesOf({ addresses: [null, 'x', { city: 'A', label: 'work' }, { city: 'B' }] })).toEqual(
      city('A'),
    );
  });

  it('may be a single object instead of a list', async () => {
    expect(await attributesOf({ addresses: { city: 'A' } })).toEqual(city('A'));
  });
});

describe('the street', () => {
  it.each([
    [{ street: 'Hohestr.', streetNumber: 3, unit: 'a' }, 'Hohestr. 3a'],
    [{ street: 'Hohestr.', streetNumber: '3', unit: 'a' }, 'Hohestr. 3a'],
    [{ street: 'Hohestr.', streetNumber: 3 }, 'Hohestr. 3'],
    [{ street: 'Hohestr.', streetNumber: 3, unit: 'Top 5' }, 'Hohestr. 3 Top 5'],
    [{ street: 'Hohestr.', streetNumber: '12-14', unit: ' ' }, 'Hohestr. 12-14'],
    [{ street: ' Hohestr. ', unit: 'a' }, 'Hohestr. a'],
    [{ streetNumber: 3, unit: 'a' }, '3a'],
    [{ unit: 'a' }, 'a'],
  ])('of %j is "%s"', async (address, street) => {
    expect(await attributesOf({ addresses: [address] })).toEqual(under('street, strasse', street));
  });
});

describe('the other parts of the address', () => {
  it.each([
    ['zipCode', 'zip, plz, postleitzahl, postal_number'],
    ['zipcode', 'zip, plz, postleitzahl, postal_number'],
    ['city', 'city, ort, stadt'],
    ['region', 'state, bundesland'],
    ['state', 'state, bundesland'],
    ['country', 'country, land'],
    ['countryCode', 'country, land'],
  ])('%s is written to %s', async (part, names) => {
    expect(await attributesOf({ addresses: [{ [part]: ' 01067 ' }] })).toEqual(under(names, '01067'));
  });

  it.each([
    ['zipCode', 'zipcode', 'zip'],
    ['region', 'state', 'state'],
    ['country', 'countryCode', 'country'],
  ])('%s takes precedence over %s', async (better, other, name) => {
    expect(await attributesOf({ addresses: [{ [other]: 'x', [better]: 'y' }] })).toMatchObject({ [name]: 'y' });
    expect(await attributesOf({ addresses: [{ [other]: 'x', [better]: ' ' }] })).toMatchObject({ [name]: 'x' });
  });
});

describe('phones and the website', () => {
  it.each([
    [{ type: 'phone' }, 'phone, telefon'],
    [{ type: ' Phone ', label: 'business' }, 'phone, telefon'],
    [{ type: 'mobile' }, 'mobile, mobil'],
    [{ type: 'Mobil' }, 'mobile, mobil'],
    [{ type: 'phone', label: 'privateMobile' }, 'mobile, mobil'],
    [{ type: 'phone', description: 'Mobiltelefon' }, 'mobile, mobil'],
    [{ type: 'FAX' }, 'fax, telefax'],
    [{ type: 'url' }, 'website, homepage'],
    [{ type: 'Website' }, 'website, homepage'],
  ])('%j is written to %s', async (entry, names) => {
    expect(await attributesOf(contactData({ ...entry, value: 491 }))).toEqual(under(names, '491'));
  });

  it.each(['phone', 'mobile', 'fax', 'url'])('of several of the kind %s the primary one is written', async (type) => {
    const entries = [
      { type, value: '1' },
      { type, value: '2', description: 'primary' },
      { type, value: '3' },
    ];
    expect(Object.values((await attributesOf(contactData(...entries))) as object)).toEqual(['2', '2']);
    expect(
      Object.values((await attributesOf(contactData(...entries.slice(2), ...entries.slice(0, 1)))) as object),
    ).toEqual(['3', '3']);
  });

  it.each(['social media', 'skype', 'constructor', '__proto__', ''])('of the type "%s" are skipped', async (type) => {
    expect((await toReceiver(contactData({ type, value: 'x' }))).data).toEqual({});
  });
});

describe('tags', () => {
  const tags = async (categories: unknown) => (await toReceiver({ categories })).data;

  it('are names, else labels, else strings, without duplicates and in order', async () => {
    const categories = ['b', { name: 'a', label: 'x' }, { name: ' ', label: 'c' }, { label: 'b' }, ' d '];
    expect(await tags(categories)).toEqual({ tags: ['b', 'a', 'c', 'd'] });
  });

  it.each([
    ['vip, kunde; a b'],
    [{ 0: 'vip', 1: { name: 'kunde' }, 2: ['a b'] }],
    [[null, [['vip']], { label: 'kunde' }, 'a b']],
  ])('are read from any kind of list: %j', async (categories) => {
    expect(await tags(categories)).toEqual({ tags: ['vip', 'kunde', 'a b'] });
  });

  it('stay whole within a list, whatever they contain', async () => {
    expect(await tags([{ name: 'a, b' }, 'c; d'])).toEqual({ tags: ['a, b', 'c; d'] });
  });

  it('never begin with a hyphen, which would remove a tag', async () => {
    expect(await tags(['-a', { name: ' -b' }, { label: '-*' }, 'c-d'])).toEqual({ tags: ['c-d'] });
  });

  it.each([[[]], [['', ' ', {}, null, [[' ']]]], [['-a']], [undefined], [null]])(
    'have no key for %j',
    async (categories) => {
      expect(await tags(categories)).toEqual({});
    },
  );
});

describe('data that is never written', () => {
  it('includes the state of a receiver and everything that the mapping does not know', async () => {
    const person = {
      id: '1',
      active: true,
      activated: 1,
      deactivated: 0,
      registered: 1,
      bounced: 0,
      source: 's',
      orders: [{}],
      email: 'not@a.property',
      attributes: { firstname: 'x' },
      tags: ['x'],
      middleName: 'x',
      notes: 'x',
      calendars: [{ calendar: 'x' }],
    };
    expect((await toReceiver(person)).data).toEqual({});
  });
});
