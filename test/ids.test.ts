import { shownId } from '../lib/utils/ids';

describe('an id in an error or the log', () => {
  it.each([
    '1046',
    '0',
    '7'.repeat(40),
    'new_group-2',
    'Kunden',
    'constructor',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  ])('is shown as it is: %s', (id) => {
    expect(shownId(id)).toBe(id);
  });

  it.each([
    'jo@example.org',
    'jo%40example.org',
    'Jo Doe',
    '+49 170 1234567',
    'eyJhbGciOi',
    'secret-1234',
    'access_token_12',
    'AKIAIOSFODNN7EXAMPLE',
    'sk_live_51HxYzAbCdEfGhIj',
    'a'.repeat(41),
    '1\n2',
    '',
  ])('is shown as a hash: %j', (id) => {
    expect(shownId(id)).toMatch(/^sha256:[0-9a-f]{12}$/);
  });

  it('is recognised by its hash, with or without blanks around it', () => {
    // printf %s jo@example.org | sha256sum
    expect(shownId('jo@example.org')).toBe('sha256:b6be3cb544f7');
    expect(shownId(' jo@example.org ')).toBe('sha256:b6be3cb544f7');
  });
});
