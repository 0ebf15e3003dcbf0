import { optOutOf } from '../../../../lib/upsert/plan/optOut';
import type { Group } from '../../../../lib/cleverreach/types';
import { record } from '../../../support/upsert/records';

const GROUP = '1046';
const OTHER = '513';
const GROUPS: Group[] = [
  { id: GROUP, name: 'Newsletter' },
  { id: OTHER, name: 'Customers' },
  { id: '6', name: 'VIP' },
  { id: '7', name: 'Twice' },
  { id: '8', name: 'Twice' },
  { id: '9', name: '2024' },
];

describe('a record is an opt-out', () => {
  it.each([
    { subscription: { status: 'unsubscribed' } },
    { subscription: { status: ' Un\u00adsubscribed ' } },
    { subscription: { status: 'opted-out', group: {} } },
    { subscription: { status: 'unsubscribed', group: { id: GROUP } } },
    { subscription: { status: 'unsubscribed', group: { id: 1046 } } },
    { subscription: { status: 'unsubscribed', group: { id: ' 1046 ', name: 'News' } } },
    { subscription: [{ status: 'unsubscribed', group: GROUP }] },
    {
      subscription: [
        { status: 'unsubscribed', group: { id: OTHER } },
        { status: 'unsubscribed', group: { id: GROUP } },
      ],
    },
    { Subscription: 'abgemeldet' },
    { subscriptions: [{ status: 'subscribed' }, { status: 'Unsubscribed' }] },
    { active: false, activated: 1, deactivated: 1_763_000_000, group_id: GROUP },
    { active: false, deactivated: '1763000000', groups_id: 1046 },
    { status: 'unsubscribed' },
    { hasOptedOut: 'yes' },
    { consent: { given: true, revoked: '2024-01-01' } },
    { subscription: [['unsubscribed', 'yes']] },
    { optOuts: [{ name: 'email', value: true }] },
    { group_id: OTHER, subscription: { status: 'unsubscribed', group: { id: GROUP } } },
  ])('from the group when the record is %j', (entry) => {
    expect(optOutOf(record({}, {}, entry), GROUP)).toBe('here');
    expect(optOutOf(record(entry), GROUP)).toBe('here');
    expect(optOutOf({ metadata: {}, entry, receiver: entry }, GROUP)).toBe('here');
  });

  it.each([
    { group: 'Newsletter' },
    { group: ' newsletter ' },
    { group: { id: 'Newsletter' } },
    { group: { name: 'NEWSLETTER' } },
    { group: { id: '', name: 'Newsletter' } },
    { group: { id: GROUP, name: 'Customers' } },
    { group: [{ id: OTHER }, { id: GROUP }] },
    { group: ['Customers', 'Newsletter'] },
    { groupId: 1046 },
    { group_id: 'Newsletter' },
    { groupName: 'Newsletter' },
  ])('from the group that the subscription gives by its name or id: %j', (members) => {
    const entry = { subscription: { status: 'unsubscribed', ...members } };
    expect(optOutOf(record({}, {}, entry), GROUP, GROUPS)).toBe('here');
    expect(optOutOf(record({ unsubscribed: true }, {}, { subscription: members }), GROUP, GROUPS)).toBe('here');
  });

  it.each([
    { group: 'Customers' },
    { group: { name: 'customers' } },
    { group: { id: 'Customers' } },
    { group: { id: OTHER, name: 'Newsletter' } },
    { group: 'Twice' },
    { groupId: OTHER },
    { groupName: 'Customers' },
  ])('from another group that the subscription gives by its name or id: %j', (members) => {
    const entry = { subscription: { status: 'unsubscribed', ...members } };
    expect(optOutOf(record({}, {}, entry), GROUP, GROUPS)).toBe('elsewhere');
  });

  it.each([
    { group: 'foo' },
    { group: { id: 'foo' } },
    { group: { name: 'Newsletter 2' } },
    { group: { id: '99', name: 'Newsletter' } },
    { groupId: '99' },
    { group: [{ id: OTHER }, { id: 'foo' }] },
  ])('from a group that cannot be identified: %j', (members) => {
    const entry = { subscription: { status: 'unsubscribed', ...members } };
    expect(optOutOf(record({}, {}, entry), GROUP, GROUPS)).toBe('unclear');
    expect(optOutOf(record({ unsubscribed: true }, {}, { subscription: members }), GROUP, GROUPS)).toBe('unclear');
  });

  it('from a group that cannot be identified when two groups have its name', () => {
    const entry = { subscription: { status: 'unsubscribed', group: 'Twice' } };
    expect(optOutOf(record({}, {}, entry), '7', GROUPS)).toBe('unclear');
    expect(optOutOf(record({}, {}, { subscription: { status: 'unsubscribed', group: '7' } }), '7', GROUPS)).toBe(
      'here',
    );
  });

  it('from the group of the step when it is named by a number that is not an id', () => {
    const entry = { subscription: { status: 'unsubscribed', group: '2024' } };
    expect(optOutOf(record({}, {}, entry), '9', GROUPS)).toBe('here');
    expect(optOutOf(record({}, {}, entry), '2024', GROUPS)).toBe('here');
  });

  it('from a group that cannot be identified when the groups of the account are not known', () => {
    const entry = { subscription: { status: 'unsubscribed', group: 'Newsletter' } };
    expect(optOutOf(record({}, {}, entry), GROUP)).toBe('unclear');
  });

  it.each([
    { subscription: { status: 'unsubscribed', group: { id: OTHER } } },
    { subscription: { status: 'unsubscribed', group: 'VIP' } },
    { subscription: { status: 'unsubscribed', group_id: 513 } },
    { active: false, deactivated: 1_763_000_000, group_id: OTHER },
    {
      subscription: [
        { status: 'unsubscribed', group: { id: OTHER } },
        { status: 'subscribed', group: { id: GROUP } },
      ],
    },
    { unsubscribed: true, subscription: { status: 'subscribed', group: { id: OTHER } } },
    { unsubscribed: true, subscription: { status: 'unsubscribed', group: { id: OTHER } } },
    {
      contactData: [{ type: 'email', value: 'mia@example.org', unsubscribed: true }],
      subscription: { status: 'unsubscribed', group: { id: OTHER } },
    },
  ])('from other groups when the record is %j', (entry) => {
    expect(optOutOf(record({}, {}, entry), GROUP, GROUPS)).toBe('elsewhere');
  });

  it('from other groups if only the record before the mapping names a group', () => {
    const entry = { deactivated: 1_763_000_000, group_id: OTHER };
    expect(optOutOf(record({ deactivated: 1_763_000_000 }, {}, entry), GROUP, GROUPS)).toBe('elsewhere');
    expect(optOutOf(record({ status: 'unsubscribed' }, {}, entry), GROUP, GROUPS)).toBe('elsewhere');
  });

  it('not because of its metadata, which contain no group', () => {
    expect(optOutOf(record({}, { changeType: 'unsubscribed' }), GROUP)).toBeUndefined();
  });

  it('because of a contact only if the contact has the address of the receiver', () => {
    const opted = (value: string) => ({ contactData: [{ type: 'email', value, unsubscribed: true }] });
    const email = 'mia@example.org';
    expect(optOutOf(record({ email }, {}, opted('Mia@Example.org')), GROUP)).toBe('here');
    expect(optOutOf(record({ email }, {}, opted('old@example.org')), GROUP)).toBeUndefined();
  });

  const other = { email: 'other@example.org', unsubscribed: true };
  it.each([
    { contacts: [other] },
    { relations: [{ optedOut: true }] },
    { spouse: { hasOptedOut: true } },
    { assistant: other },
    { owner: { unsubscribed: true } },
    { createdBy: { unsubscribed: true } },
    { subscription: { status: 'subscribed' }, contacts: [other] },
    { contact: other },
    { data: { contacts: { 0: other } } },
    { custom: { emails: [{ address: 'other@example.org', optOut: true }] } },
    { partner_opt_out: true },
    { ownerUnsubscribedAt: '2024-01-31' },
    { customFields: [{ name: 'Spouse_Opt_Out', value: 'yes' }] },
  ])('not when the statement is about another person: %j', (entry) => {
    expect(optOutOf(record({ email: 'mia@example.org' }, {}, entry), GROUP)).toBeUndefined();
  });

  it.each([
    { contacts: [other, { email: 'Mia@example.org', unsubscribed: true }] },
    { contacts: [other], hasOptedOut: true },
    { contacts: [{ unsubscribed: true }] },
    { contact: { email: ['mia@example.org'], address: 'Kiel', unsubscribed: true } },
    { kind: 'customer', customer_opt_out: true },
    { customFields: [{ name: 'Opt_Out', value: 'yes' }] },
  ])('when the statement is about the receiver itself: %j', (entry) => {
    expect(optOutOf(record({ email: 'mia@example.org' }, {}, entry), GROUP)).toBe('here');
  });

  it.each([
    {},
    { subscription: { status: 'subscribed' } },
    { subscription: { status: 'bounced' } },
    { subscription: { status: 'pending' } },
    { subscription: { status: 'inactive' } },
    { subscription: { status: 'gone' } },
    { subscription: { status: '' } },
    { subscription: { status: 'cancelled' } },
    { subscription: { group: { id: GROUP, name: 'Unsubscribed' } } },
    { active: false, activated: 1, bounced: 1_763_000_000 },
    { active: false },
    { newsletter: 'no' },
    { unsubscribed: 'no', deactivated: 0 },
    { unsubscribed: 'perhaps' },
    { opt_out_status: 'Opted in' },
    { unsubscribeStatus: 'Subscribed' },
    { 'Opt-In/Opt-Out': true },
    { optOut: 'revoked' },
    { canUnsubscribe: true },
    { unsubscribe_enabled: true },
    { attributes: { status: 'unsubscribed' } },
    { subscription: [['unsubscribed', 'no']] },
    { subscriptions: [{ name: 'optOut', value: false }] },
    { optOuts: [{ name: 'sms', value: true }] },
    { optOuts: [{ name: 'List A', value: true }] },
  ])('not when it is %j', (entry) => {
    expect(optOutOf(record({}, {}, entry), GROUP)).toBeUndefined();
  });
});
