import { Hints } from '../../lib/utils/writing/hints';
import { subjectOf, type Subject } from '../../lib/utils/writing/order';
import { effort } from '../support/effort';

const about = (email: string, id?: string): Subject => {
  const settings = { idLinking: true };
  const metadata = id === undefined ? {} : { oihUid: 'u', recordUid: id };
  return subjectOf({ metadata, entry: {}, receiver: { email } }, settings);
};

describe('what a record tells of its receiver before it is mapped', () => {
  it.each<[string, unknown]>([
    ['an address', { email: 'jo.muster@example.org' }],
    ['an address with a display name', { to: 'Jo <Jo.Muster@EXAMPLE.org>' }],
    ['a link', { to: 'mailto:jo.muster@example.org?subject=x' }],
    ['one of several addresses', { to: 'bo@example.org; jo.muster@example.org, al@example.org' }],
    ['an address deep inside, in a sentence', { a: [{ b: { c: 'write to jo.muster@example.org!' } }] }],
    ['an address as a name', { 'jo.muster@example.org': { role: 'x' } }],
    ['wide letters', { email: '\uff4ao.muster@example.org' }],
    ['a mailbox without its domain', { user: 'jo.muster', domain: 'example.org' }],
    ['a mailbox in two parts', { last: 'Muster', first: 'Jo' }],
    ['a mailbox beside the address of another', { user: 'jo.muster', owner: 'sales@example.org' }],
    ['an address behind a long text', { text: 'x '.repeat(100_000), more: 'jo.muster@example.org' }],
  ])('is enough to wait for it: %s', (_, entry) => {
    expect(new Hints(entry, undefined).likeness(about('Jo.Muster@example.org'))).toBe('yes');
  });

  it.each<[string, unknown]>([
    ['another address', { email: 'bo@example.org', type: 'email', first: 'Bo' }],
    ['another person of the same family', { email: 'al.muster@example.org', first: 'Al', last: 'Muster' }],
  ])('lets others pass: %s', (_, entry) => {
    expect(new Hints(entry, undefined).likeness(about('jo.muster@example.org'))).toBe('no');
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['other words', { first: 'Bo', customer: 4711 }],
    ['signs only', { x: '@', y: '%@%' }],
  ])('may be nobody: %s', (_, entry) => {
    expect(new Hints(entry, undefined).likeness(about('jo.muster@example.org'))).toBe('unknown');
  });

  it('is an id, which may mean an address, but no other id', () => {
    const hints = new Hints({}, '7');
    expect(hints.likeness(about('jo@example.org'))).toBe('yes');
    expect(hints.likeness(about('jo@example.org', '7'))).toBe('yes');
    expect(hints.likeness(about('jo@example.org', '8'))).toBe('no');
    expect(new Hints({ email: 'bo@example.org' }, undefined).likeness(about('jo@example.org', '8'))).toBe('yes');
  });

  it.each<[string, unknown]>([
    ['a million @', { x: '@'.repeat(1_000_000) }],
    ['long expansions', { x: '\ufdfa'.repeat(300_000), y: `${'\ufdfa'.repeat(300_000)}@example.org` }],
    ['separators', { x: `${'a'.repeat(120)} @`.repeat(10_000) }],
    ['many members', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 'v']))],
    ['depth', JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown],
  ])('is found quickly in whatever comes: %s', (_, entry) => {
    const spent = effort();
    new Hints(entry, undefined).likeness(about('jo@example.org'));
    expect(spent()).toBeLessThan(200);
  });
});
