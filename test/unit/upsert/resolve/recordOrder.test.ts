import { subjectOf, Subjects } from '../../../../lib/upsert/resolve/recordOrder';

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
