import { personOf, recordErrors, toPerson } from '../../support/mapping/defaultMappings';

/** Every property, and the attributes it is read from in the order in which they count. */
const NAMES: Record<string, string[]> = {
  firstName: ['firstname', 'vorname', 'first_name'],
  lastName: ['lastname', 'nachname', 'last_name', 'name'],
  salutation: ['salutation', 'anrede'],
  title: ['title', 'titel'],
  language: ['language', 'sprache'],
  birthday: ['birthday', 'geburtstag', 'geburtsdatum'],
};
const PARTS: Record<string, string[]> = {
  street: ['street', 'strasse'],
  zipCode: ['zip', 'plz', 'postleitzahl', 'postal_number'],
  city: ['city', 'ort', 'stadt'],
  region: ['state', 'bundesland'],
  country: ['country', 'land'],
};
const KINDS: Record<string, string[]> = {
  phone: ['phone', 'telefon'],
  mobile: ['mobile', 'mobil'],
  fax: ['fax', 'telefax'],
  url: ['website', 'homepage'],
};

const blanks = { firstname: ' ', lastname: '', salutation: null, street: '\t\n', phone: [], city: {}, birthday: true };

describe('the value of an attribute', () => {
  /** What a person says for a property, a part of the address or a kind of contact data. */
  function found(data: Record<string, unknown>, what: string): unknown {
    const [address] = (data['addresses'] ?? []) as Record<string, unknown>[];
    const contacts = (data['contactData'] ?? []) as { type: string; value: string }[];
    return data[what] ?? address?.[what] ?? contacts.find(({ type }) => type === what)?.value;
  }

  const rows = Object.entries({ ...NAMES, ...PARTS, ...KINDS });

  it.each(rows)('is read for %s from each of its names, the first of them first', async (what, names) => {
    for (const [index, name] of names.entries()) {
      const fromHere = Object.fromEntries(names.slice(index).map((each) => [each, `value of ${each}`]));
      expect(found(await personOf(fromHere), what)).toBe(`value of ${name}`);
      expect(found(await personOf({}, fromHere), what)).toBe(`value of ${name}`);
    }
  });

  it.each(rows)('is read for %s from any name of the group before the best one of the account', async (what, names) => {
    const [best = ''] = names;
    const data = await personOf({ [names.at(-1) ?? '']: 'group' }, { [best]: 'account' });
    expect(found(data, what)).toBe('group');
  });

  it.each(rows)('is read for %s from the account if the value of the group is blank', async (what, names) => {
    const [best = ''] = names;
    expect(found(await personOf({ [best]: '  ' }, { [best]: 'account' }), what)).toBe('account');
  });

  it.each(rows)('is read for %s whatever the case of its name', async (what, names) => {
    const name = (names.at(-1) ?? '').toUpperCase();
    expect(found(await personOf({ [name]: 'of the group' }), what)).toBe('of the group');
    expect(found(await personOf({}, { [name.slice(0, 1) + name.slice(1).toLowerCase()]: 'of all' }), what)).toBe(
      'of all',
    );
    expect(found(await personOf({ [name]: ' ', [name.toLowerCase()]: 'filled' }), what)).toBe('filled');
  });

  it('is trimmed and otherwise left as it is', async () => {
    const data = await personOf({ firstname: '  Änne-Marie  Groß ', plz: '01067', phone: ' +49 30  1 ' });
    expect(data).toEqual({
      firstName: 'Änne-Marie  Groß',
      addresses: [{ zipCode: '01067' }],
      contactData: [{ type: 'phone', value: '+49 30  1' }],
    });
  });

  it('is a number as a string', async () => {
    expect(await personOf({ zip: 50667, firstname: 0 })).toEqual({ firstName: '0', addresses: [{ zipCode: '50667' }] });
  });

  it.each([[[]], [null], ['text'], [undefined], [['firstname']]])('is ignored in a map that is %j', async (map) => {
    expect(await personOf(map, { firstname: 'Ada' })).toEqual({ firstName: 'Ada' });
    expect(await personOf({ firstname: 'Ada' }, map)).toEqual({ firstName: 'Ada' });
  });

  it('is omitted if it is blank', async () => {
    expect(await personOf(blanks, blanks)).toEqual({});
  });

  it('is not read from inherited properties', async () => {
    const inherited: unknown = Object.create({ firstname: 'inherited' });
    expect(await personOf(inherited)).toEqual({});
  });
});

describe('metadata', () => {
  it('contains the id as a string', async () => {
    expect((await toPerson({ id: 17 })).metadata).toEqual({ recordUid: '17' });
    expect((await toPerson({ id: '17' })).metadata).toEqual({ recordUid: '17' });
  });

  it('keeps the other properties of the message', async () => {
    const { metadata } = await toPerson({ id: '17' }, { oihUid: 'u', applicationUid: 'a', recordUid: 'old', own: 1 });
    expect(metadata).toEqual({ oihUid: 'u', applicationUid: 'a', recordUid: '17', own: 1 });
  });

  it('is unchanged if the receiver has no id', async () => {
    expect((await toPerson({ id: ' ' }, { recordUid: 'old' })).metadata).toEqual({ recordUid: 'old' });
    expect(await toPerson({})).toEqual({ data: {} });
  });

  it('makes the person valid after the hub has added its header', async () => {
    const message = await toPerson(
      { id: '17', email: 'ada@example.org' },
      { applicationUid: 'cleverreach', oihUid: 'u' },
    );
    expect(recordErrors(message)).toEqual([]);
  });
});

describe('the surname', () => {
  it('is not split', async () => {
    expect(await personOf({ name: 'Ada King' })).toEqual({ lastName: 'Ada King' });
  });
});

describe('a name generated from the mailbox', () => {
  it.each([
    ['ada.king@example.org', { firstName: 'ada', lastName: 'king' }],
    ['Ada.Augusta_King-Noel@example.org', { firstName: 'ada augusta king', lastName: 'noel' }],
    ['ada.king+news.letter@example.org', { firstName: 'ada', lastName: 'king' }],
    ['._ada__king..@example.org', { firstName: 'ada', lastName: 'king' }],
    ['ada@king@example.org', { lastName: 'ada' }],
    ['ada king', { firstName: 'ada', lastName: 'king' }],
    ['ada@example.org', { lastName: 'ada' }],
    ['...@example.org', {}],
    ['+news@example.org', {}],
    ['@example.org', {}],
  ])('%s', async (email, name) => {
    const { data } = await toPerson({ email });
    expect(data).toEqual({ ...name, contactData: [{ type: 'email', value: email }] });
  });

  it('is not used if there is a surname', async () => {
    const { data } = await toPerson({ email: 'ada.king@example.org', attributes: { name: 'Noel' } });
    expect(data).toEqual({ lastName: 'Noel', contactData: [{ type: 'email', value: 'ada.king@example.org' }] });
  });

  it('provides only the surname if there is a first name', async () => {
    const { data } = await toPerson({ email: 'ada.king@example.org', attributes: { vorname: 'Augusta' } });
    expect(data).toMatchObject({ firstName: 'Augusta', lastName: 'king' });
  });
});

describe('salutation and title', () => {
  it('are copied unchanged, and no gender is inferred', async () => {
    expect(await personOf({ anrede: 'Herr', titel: 'dr.' })).toEqual({ salutation: 'Herr', title: 'dr.' });
  });
});

describe('gender', () => {
  const words = {
    male: 'male, m, männlich, maennlich, mann, herr, mr, mr.',
    female: 'female, f, w, weiblich, frau, mrs, mrs., ms, ms.',
    intersexual: 'intersexual, d, divers, diverse',
  };

  it.each(Object.entries(words))('is %s for %s in either case', async (gender, list) => {
    for (const word of list.split(', ')) {
      expect(await personOf({ geschlecht: word })).toEqual({ gender });
      expect(await personOf({}, { gender: ` ${word.toUpperCase()} ` })).toEqual({ gender });
    }
  });

  it.each(['Family', 'x', 'constructor', ''])('is omitted for "%s"', async (gender) => {
    expect(await personOf({ gender })).toEqual({});
  });
});

describe('birthday', () => {
  it.each([
    ['1815-12-10', '1815-12-10'],
    ['1815-12-10T23:00:00+02:00', '1815-12-10'],
    ['1815-12-10 00:00:00', '1815-12-10'],
    ['1.2.1990', '1990-02-01'],
    ['10.12.1815', '1815-12-10'],
    ['391132800', '1982-05-25'],
    [391132800, '1982-05-25'],
    [-86400, '1969-12-31'],
    ['10000', '10000'],
    ['May 1990', 'May 1990'],
    ['31.2.1990', '31.2.1990'],
    ['1990-02-31', '1990-02-31'],
    ['1990-13-01', '1990-13-01'],
    ['29.2.1990', '29.2.1990'],
    ['29.2.1992', '1992-02-29'],
    ['1990-02-011', '1990-02-011'],
    ['1990', '1990'],
    ['1.5', '1.5'],
    ['99999999999999999999', '99999999999999999999'],
    ['999999999999', '2001-09-09'],
    ['0099-01-02', '0099-01-02'],
  ])('%s is read as %s', async (value, birthday) => {
    expect(await personOf({ geburtstag: value })).toEqual({ birthday });
  });

  it.each(['0000-00-00', '0', 0, '-0', '00000', '0000-00-00 00:00:00', ' ', '-4862073600'])(
    '%s is not a birthday',
    async (value) => {
      expect(await personOf({ birthday: value })).toEqual({});
    },
  );
});

describe('language', () => {
  it.each([
    ['de', 'de'],
    ['de_DE', 'de-DE'],
    ['zh_Hant_TW', 'zh-Hant-TW'],
    ['Deutsch', 'Deutsch'],
  ])('%s is read as %s', async (value, language) => {
    expect(await personOf({ sprache: value })).toEqual({ language });
  });
});

describe('the address', () => {
  const address = async (attributes: unknown) => (await personOf(attributes))['addresses'];

  it.each([
    ['Hohestr. 3a', { street: 'Hohestr.', streetNumber: 3, unit: 'a' }],
    ['Hohestr. 3', { street: 'Hohestr.', streetNumber: 3 }],
    ['Straße des 17. Juni 135', { street: 'Straße des 17. Juni', streetNumber: 135 }],
    ['Am Ring\t99999', { street: 'Am Ring', streetNumber: 99999 }],
    ['Am Ring   1Z', { street: 'Am Ring', streetNumber: 1, unit: 'Z' }],
    ['12 rue de la Paix', { street: '12 rue de la Paix' }],
    ['Hohestr. 12-14', { street: 'Hohestr. 12-14' }],
    ['Hohestr. 3ab', { street: 'Hohestr. 3ab' }],
    ['Hohestr. 3 a', { street: 'Hohestr. 3 a' }],
    ['Hohestr. 03', { street: 'Hohestr. 03' }],
    ['Hohestr. 123456', { street: 'Hohestr. 123456' }],
    ['Hohestr.3', { street: 'Hohestr.3' }],
    ['3', { street: '3' }],
  ])('the street "%s" is read as %j', async (street, expected) => {
    expect(await address({ street })).toEqual([expected]);
  });

  it.each([
    ['de', { countryCode: 'DE' }],
    ['AT', { countryCode: 'AT' }],
    ['Deutschland', { country: 'Deutschland' }],
    ['USA', { country: 'USA' }],
    ['D', { country: 'D' }],
    ['1a', { country: '1a' }],
  ])('the country "%s" is read as %j', async (land, expected) => {
    expect(await address({ land })).toEqual([expected]);
  });

  it('is one, without a label', async () => {
    const attributes = { strasse: 'Hohestr. 3a', plz: '01067', ort: 'Köln', bundesland: 'NRW', land: 'DE' };
    expect(await address(attributes)).toEqual([
      {
        street: 'Hohestr.',
        streetNumber: 3,
        unit: 'a',
        zipCode: '01067',
        city: 'Köln',
        region: 'NRW',
        countryCode: 'DE',
      },
    ]);
  });
});

describe('contact data', () => {
  it('begins with the email and holds at most one of each kind in a fixed order', async () => {
    const attributes = { homepage: 'h', website: 'w', fax: 'f', mobil: 'm', telefon: 'p', phone: ' ' };
    const { data } = await toPerson({ attributes, email: ' ada@example.org ' });
    expect(data['contactData']).toEqual([
      { type: 'email', value: 'ada@example.org' },
      { type: 'phone', value: 'p' },
      { type: 'mobile', value: 'm' },
      { type: 'fax', value: 'f' },
      { type: 'url', value: 'w' },
    ]);
  });

  it.each([undefined, null, '', ' ', {}, []])('has no entry for the email %j', async (email) => {
    expect((await toPerson({ email })).data).toEqual({});
  });
});

describe('categories', () => {
  const categories = async (tags: unknown) => (await toPerson({ tags })).data['categories'];

  it('contain the tag as name and as label', async () => {
    expect(await categories(['b', 'a'])).toEqual([
      { name: 'b', label: 'b' },
      { name: 'a', label: 'a' },
    ]);
  });

  it('are a list even for one tag', async () => {
    expect(await categories(['vip'])).toEqual([{ name: 'vip', label: 'vip' }]);
  });

  it('contain each tag once and no blanks', async () => {
    expect(await categories([' a ', 'a', '', null, {}, ' ', ['b'], 7])).toEqual([
      { name: 'a', label: 'a' },
      { name: 'b', label: 'b' },
      { name: '7', label: '7' },
    ]);
  });

  it.each([[[]], [undefined], [null], [{}], [['']]])('are omitted for %j', async (tags) => {
    expect((await toPerson({ tags })).data).toEqual({});
  });
});

describe('data that is not a property of a person', () => {
  it('is omitted: statistics, company, unknown attributes', async () => {
    const receiver = {
      id: '1',
      active: true,
      activated: 1,
      deactivated: 0,
      registered: 1,
      bounced: 0,
      source: 's',
      orders: [{}],
      events: [{}],
      points: 1,
      category: 'Group',
      group_id: 5,
      attributes: { company: 'c', firma: 'c', kundennummer: '1', shop: 's', skype: 'x', serienbriefanrede: 'Liebe' },
    };
    const { metadata, data } = await toPerson(receiver);
    expect(metadata).toEqual({ recordUid: '1' });
    expect(Object.keys(data)).toEqual(['subscription']);
  });
});

it('the subscription of a person is the status of the receiver in its group', async () => {
  const state = { active: false, activated: 1, deactivated: 1_763_000_000, group_id: 5, category: 'News' };
  expect((await toPerson({ id: '1', ...state })).data).toEqual({
    subscription: { status: 'unsubscribed', since: '2025-11-13T02:13:20Z', group: { id: '5', name: 'News' } },
  });
});
