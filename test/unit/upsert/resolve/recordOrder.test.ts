import { orderOf, subjectOf, Subjects, UnmappedRecord, type Subject } from '../../../../lib/upsert/resolve/recordOrder';
import { effort } from '../../../support/effort';

const settings = { idLinking: false };
type Data = Record<string, unknown>;

const of = ({ entry = {}, receiver = {} }: { entry?: Data; receiver?: Data }): ReturnType<typeof subjectOf> =>
  subjectOf({ metadata: {}, entry, receiver }, settings);

describe('the receiver that a record is about, for the order of messages', () => {
  const email = { type: 'email', value: 'Jo@example.org' };

  it.each<[string, { entry?: Data; receiver?: Data }]>([
    ['a list of contacts', { entry: { contactData: [email] } }],
    ['one contact alone', { entry: { contactData: email } }],
    ['contacts with the keys of a list', { entry: { contactData: { 0: email } } }],
    ['contacts in a list of lists', { entry: { contactData: [[email]] } }],
    ['a contact whose value is a list of one', { entry: { contactData: [{ ...email, value: ['jo@example.org'] }] } }],
    ['an address in a list of one', { entry: { email: ['jo@example.org'] } }],
    ['a link', { entry: { email: 'mailto:Jo@example.org?cc=al@example.org' } }],
    ['a link with encoded letters', { receiver: { email: 'mailto:%6Ao%40example.org' } }],
    ['the address that the mapping gives, in a list of one', { receiver: { email: ['jo@example.org'] } }],
  ])('is determined from %s', (_, record) => {
    const passed = new Subjects();
    passed.add(of(record));
    expect(passed.mayHold(of({ entry: { email: 'jo@example.org' } }))).toBe(true);
    expect(passed.mayHold(of({ entry: { email: 'bo@example.org' } }))).toBe(false);
  });
});

const about = (email: string, id?: string): Subject => {
  const settings = { idLinking: true };
  const metadata = id === undefined ? {} : { oihUid: 'u', recordUid: id };
  return subjectOf({ metadata, entry: {}, receiver: { email } }, settings);
};

describe('a message in the queue of its account', () => {
  const linked = { idLinking: true };
  const message = { metadata: { oihUid: 'u', recordUid: '7' }, data: { email: 'jo@example.org' } };

  it('may be about the receiver with its own id, and about its address, but about no other id', () => {
    const { names } = orderOf(message, linked);
    expect(names(about('bo@example.org', '7'))).toBe(true);
    expect(names(about('jo@example.org', '8'))).toBe(true);
    expect(names(about('bo@example.org', '8'))).toBe(false);
  });

  it('is about the receiver that its record names after the mapping', () => {
    const record = { metadata: message.metadata, entry: message.data, receiver: { email: 'al@example.org' } };
    expect(orderOf(message, linked).subjectOf(record)).toEqual(subjectOf(record, linked));
    expect(orderOf(message, linked).subjectOf(record)).toMatchObject({ id: '7' });
  });
});

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
    expect(new UnmappedRecord(entry, undefined).mayBe(about('Jo.Muster@example.org'))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another address', { email: 'bo@example.org', type: 'email', first: 'Bo' }],
    ['another person of the same family', { email: 'al.muster@example.org', first: 'Al', last: 'Muster' }],
    ['nothing', {}],
    ['other words', { first: 'Bo', customer: 4711 }],
    ['signs only', { x: '@', y: '%@%' }],
  ])('is not sufficient: %s', (_, entry) => {
    expect(new UnmappedRecord(entry, undefined).mayBe(about('jo.muster@example.org'))).toBe(false);
  });

  it('is an id, which may mean an address, but no other id', () => {
    const hints = new UnmappedRecord({}, '7');
    expect(hints.mayBe(about('jo@example.org'))).toBe(true);
    expect(hints.mayBe(about('jo@example.org', '7'))).toBe(true);
    expect(hints.mayBe(about('jo@example.org', '8'))).toBe(false);
    expect(new UnmappedRecord({ email: 'bo@example.org' }, undefined).mayBe(about('jo@example.org', '8'))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a million @', { x: '@'.repeat(1_000_000) }],
    ['long expansions', { x: '\ufdfa'.repeat(300_000), y: `${'\ufdfa'.repeat(300_000)}@example.org` }],
    ['separators', { x: `${'a'.repeat(120)} @`.repeat(10_000) }],
    ['many fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 'v']))],
    ['depth', JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown],
  ])('is found quickly in any input: %s', (_, entry) => {
    const spent = effort();
    new UnmappedRecord(entry, undefined).mayBe(about('jo@example.org'));
    expect(spent()).toBeLessThan(200);
  });
});
