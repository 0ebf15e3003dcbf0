import { contact, contactData, contactsOf } from '../../../../lib/mapping/functions/contactData';

describe('contact entries', () => {
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
  ])('are assigned to their kinds: %j', (list, kinds) => {
    expect(Object.fromEntries(contactsOf(list))).toStrictEqual(kinds);
    for (const [kind, value] of Object.entries(kinds)) expect(contact(list, kind)).toBe(value);
    expect(contact(list, 'skype')).toBeUndefined();
  });

  it.each([
    ['phone', ['telephone', 'Telefon', 'phoneNumber', 'telephone number', 'Telefonnummer']],
    ['email', ['email', 'E-Mail', 'e_mail']],
    ['mobile', ['mobil', 'mobilePhone', 'mobile_phone', 'Mobiltelefon', 'cellPhone', 'Handy']],
  ])('are recognised as %s under other names: %j', (kind, types) => {
    for (const type of types) expect([...contactsOf([{ type, value: '1' }])]).toEqual([[kind, '1']]);
  });

  it('are listed in the order of the input, with trimmed values and without blank ones', () => {
    expect(contactData({ b: ' x ', a: 7, c: ' ' })).toStrictEqual([
      { type: 'b', value: 'x' },
      { type: 'a', value: '7' },
    ]);
    expect(contactData({ c: ' ' })).toBeUndefined();
    expect(contactData(['x'])).toBeUndefined();
  });
});
