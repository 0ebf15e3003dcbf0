import { isSafeToShow, shownId } from '../../../lib/utils/ids';

describe('an id in an error or the log', () => {
  it.each(['1046', '0', '7'.repeat(40), 'K-1042', 'p1', 'DE1701234567', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'])(
    'is shown unchanged: %s',
    (id) => {
      expect(shownId(id)).toBe(id);
    },
  );

  it.each([
    'Kunden',
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

describe('an id of a record', () => {
  const hex = (text: string, encoding: BufferEncoding = 'utf8'): string => Buffer.from(text, encoding).toString('hex');

  it.each([
    '17',
    '491701234567',
    '507f1f77bcf86cd799439011',
    '507F1F77BCF86CD799439011',
    '5d41402abc4b2a76b9719d911017c592',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    'K-1042',
    'SHOP-10422',
    '1'.repeat(64),
    'crm:1017',
    '12ab',
    '1.5',
    'a1b2c3d4',
  ])('cannot be a person: %s', (id) => {
    expect(isSafeToShow(id)).toBe(true);
  });

  it.each([
    'max-mustermann',
    'MaxMustermann',
    'mustermann_1985',
    '12345-mustermann',
    '12345678-miller',
    'mailto:max.mustermann',
    'Mustermann-4711',
    'facade',
    'K-1',
    '1'.repeat(65),
    `K-${'1'.repeat(23)}`,
    'secr1234567890-token123456',
    'Max 1985',
    'müll19851985',
    '',
    hex('max.mustermann@example.org'),
    hex('max.mustermann@example.org').toUpperCase(),
    hex('max.mustermann@example.org', 'utf16le'),
    hex('müller.m@example.org'),
    hex('müller.m@example.org', 'latin1'),
    hex('jo.doe'),
    `cus_${hex('jo.doe')}`,
    '6d61782e-6d75-7374-6572-6d616e6e4065',
  ])('may identify a person: %j', (id) => {
    expect(isSafeToShow(id)).toBe(false);
  });
});
