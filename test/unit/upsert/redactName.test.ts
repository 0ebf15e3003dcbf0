/** Names that a record gives: they can be read, and show neither an address nor a long number. */

import { listOfNames, redactName } from '../../../lib/upsert/redactName';

describe('a name in a record', () => {
  it.each([
    ['Kunden 2024', 'Kunden 2024'],
    ['Kundinnen & Kunden (A–B)', 'Kundinnen & Kunden (A–B)'],
    ['Max Mustermann +49 170 1234567', 'Max Mustermann <number>'],
    ['0170/12 34 56', '<number>'],
    ['(0170) 123-45-67, privat', '<number>, privat'],
    ['geb. 1.2.1980', 'geb. <number>'],
    ['1234', '1234'],
    ['12345', '<number>'],
    ['٠١٢٣٤٥', '<number>'],
    ['of jo@example.org', '<address>'],
    ['xaverine q@example.org', '<address>'],
    ['jo%40example.org', '<address>'],
    [`${'a'.repeat(38)} 1234567`, `${'a'.repeat(38)} <…`],
    ['a'.repeat(41), `${'a'.repeat(40)}…`],
    ['a'.repeat(40), 'a'.repeat(40)],
  ])('%j is shown as %j', (name, shown) => {
    expect(redactName(name)).toBe(shown);
  });

  it('is listed in order with at most twenty names; blank names are only counted', () => {
    expect(listOfNames(['b', ' ', 'a', '12345'])).toBe('<number>, a, b, 1 more');
    expect(listOfNames(Array.from({ length: 22 }, () => 'a'))).toBe(`${'a, '.repeat(20)}2 more`);
  });
});
