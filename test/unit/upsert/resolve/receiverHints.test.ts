import { ReceiverHints } from '../../../../lib/upsert/resolve/receiverHints';
import { subjectOf, type Subject } from '../../../../lib/upsert/resolve/recordOrder';
import { effort } from '../../../support/effort';

const about = (email: string, id?: string): Subject => {
  const settings = { idLinking: true };
  const metadata = id === undefined ? {} : { oihUid: 'u', recordUid: id };
  return subjectOf({ metadata, entry: {}, receiver: { email } }, settings);
};

describe('the information in an unmapped record about its receiver', () => {
  it.each<[string, unknown]>([
    ['an address', { email: 'jo.muster@example.org' }],
    ['an address with a display name', { to: 'Jo <Jo.Muster@EXAMPLE.org>' }],
    ['a link', { to: 'mailto:jo.muster@example.org?subject=x' }],
    ['a link with encoded letters', { to: 'mailto:%6Ao.muster%40example.org' }],
    ['a link to two addresses', { to: 'mailto:jo.muster@example.org?cc=bo@example.org' }],
    ['one of several addresses', { to: 'bo@example.org; jo.muster@example.org, al@example.org' }],
    ['an address deep inside, in a sentence', { a: [{ b: { c: 'write to jo.muster@example.org!' } }] }],
    ['an address as a name', { 'jo.muster@example.org': { role: 'x' } }],
    ['wide letters', { email: '\uff4ao.muster@example.org' }],
    ['a mailbox without its domain', { user: 'jo.muster', domain: 'example.org' }],
    ['a mailbox in two parts', { last: 'Muster', first: 'Jo' }],
    ['a mailbox beside the address of another', { user: 'jo.muster', owner: 'sales@example.org' }],
    ['an address behind a long text', { text: 'x '.repeat(100_000), more: 'jo.muster@example.org' }],
  ])('is sufficient to wait for it: %s', (_, entry) => {
    expect(new ReceiverHints(entry, undefined).name(about('Jo.Muster@example.org'))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another address', { email: 'bo@example.org', type: 'email', first: 'Bo' }],
    ['another person of the same family', { email: 'al.muster@example.org', first: 'Al', last: 'Muster' }],
    ['nothing', {}],
    ['other words', { first: 'Bo', customer: 4711 }],
    ['signs only', { x: '@', y: '%@%' }],
  ])('is not sufficient: %s', (_, entry) => {
    expect(new ReceiverHints(entry, undefined).name(about('jo.muster@example.org'))).toBe(false);
  });

  it('is an id, which may mean an address, but no other id', () => {
    const hints = new ReceiverHints({}, '7');
    expect(hints.name(about('jo@example.org'))).toBe(true);
    expect(hints.name(about('jo@example.org', '7'))).toBe(true);
    expect(hints.name(about('jo@example.org', '8'))).toBe(false);
    expect(new ReceiverHints({ email: 'bo@example.org' }, undefined).name(about('jo@example.org', '8'))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a million @', { x: '@'.repeat(1_000_000) }],
    ['long expansions', { x: '\ufdfa'.repeat(300_000), y: `${'\ufdfa'.repeat(300_000)}@example.org` }],
    ['separators', { x: `${'a'.repeat(120)} @`.repeat(10_000) }],
    ['many members', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 'v']))],
    ['depth', JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown],
  ])('is found quickly in any input: %s', (_, entry) => {
    const spent = effort();
    new ReceiverHints(entry, undefined).name(about('jo@example.org'));
    expect(spent()).toBeLessThan(200);
  });
});
