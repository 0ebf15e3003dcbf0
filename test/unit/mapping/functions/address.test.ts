import { addresses, addressPart, mainAddress, streetLine } from '../../../../lib/mapping/functions/address';

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
  ])('is split only if the parts are certain: %j', (street, parts) => {
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

  it('keeps its other parts as strings, without blank ones', () => {
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
  ])('has its %s under each name in %j', (part, names) => {
    for (const name of names) expect(addressPart({ [name]: ' x ' }, part)).toBe('x');
    expect(addressPart(Object.fromEntries(names.map((name) => [name, name])), part)).toBe(names[0]);
  });

  it('is the one labelled as primary, else the first', () => {
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
  ])('returns its %s, or a replacement for it: %j', (part, address, found) => {
    expect(addressPart(address, part)).toBe(found);
  });
});
