import { containsEntry, domainEntry } from '../../../lib/cleverreach/blockList';

it.each([
  ['jo@Example.org', '*@example.org'],
  ['"a@b"@example.org', '*@example.org'],
  ['*@example.org', '*@example.org'],
])('the entry of the domain of %s is %s', (email, entry) => {
  expect(domainEntry(email)).toBe(entry);
});

describe('the answer to a look-up of an address', () => {
  it.each<[string, unknown, boolean]>([
    ['the address', { email: 'jo@example.org' }, true],
    ['the address in another spelling', { email: ' JO@example.org ' }, true],
    ['the domain', { email: '*@EXAMPLE.org' }, true],
    ['a list with it', [{ email: 'bo@example.org' }, { email: 'jo@example.org' }], true],
    ['another address', { email: 'bo@example.org' }, false],
    ['a domain that ends alike', { email: '*@my-example.org' }, false],
    ['an empty list', [], false],
    ['an entry without an address', { comment: 'x' }, false],
    ['no object', true, false],
    ['nothing', undefined, false],
  ])('that contains %s: %#', (_, body, contains) => {
    expect(containsEntry(body, 'jo@example.org')).toBe(contains);
  });
});
