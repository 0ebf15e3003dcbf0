import { gender, isMailboxName, languageTag, mailboxName } from '../../../../lib/mapping/functions/names';

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

describe('a name generated from an address', () => {
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
