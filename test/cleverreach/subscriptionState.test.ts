import fc from 'fast-check';
import { isSet, signsIn } from '../../lib/cleverreach/subscriptionState';

const INACTIVE: Record<string, unknown>[] = [
  ...[false, 0, '0', 'false', 'FALSE ', 'no', 'Nein', 'n', 'off', null, '', ' ', 'unsubscribed'].map((active) => ({
    active,
  })),
  { isActive: 0 },
  { subscribed: 'no' },
  { consent: false },
  { newsletter: 'nein' },
  { activated: 0 },
  { activated: '0' },
  { activated: null },
  { activated: '' },
  { activated: '1970-01-01T00:00:00Z' },
  { activated: '0000-00-00 00:00:00' },
  ...[1, '1', true, 'true', 'yes', 'Ja', 1_763_000_000, '1763000000', 1_763_000_000_000].flatMap((value) => [
    { deactivated: value },
    { bounced: value },
    { unsubscribed: value },
    { opt_out: value },
  ]),
  { deactivated: '2025-11-13T02:13:20Z' },
  { deactivated: '13.11.2025' },
  { unsubscribed_at: '2025-11-13' },
  { bounced: 'hard bounce' },
  { active: true, deactivated: 1_763_000_000 },
  { active: true, activated: 1_763_000_000, deactivated: 0, bounced: '1763000000' },
  ...[
    'unsubscribed',
    ' Unsubscribed ',
    'inactive',
    'INAKTIV',
    'abgemeldet',
    'bounced',
    'pending',
    'hard_bounce',
    'opted-out',
  ].flatMap((state) => [{ status: state }, { state }, { subscription_status: { label: state } }]),
  { status: 0 },
  { status: ['unsubscribed'] },
  { active: true, data: { active: false } },
  { receiver: { status: 'unsubscribed' } },
  { data: { receiver: { deactivated: 5 } } },
  { subscription: { active: 'false' } },
  { contactData: [{ type: 'Email', value: 'a@b.cd', status: 'unsubscribed' }] },
  { contactData: [{ type: ['E-Mail'], value: ['a@b.cd'], status: 'unsubscribed' }] },
  { contactData: { type: 'email', value: 'a@b.cd', bounced: true } },
];

const UNREADABLE: Record<string, unknown>[] = [
  { status: 'customer' },
  { status: 7 },
  { status: '' },
  { status: null },
  { status: {} },
  { state: ['active', 'inactive'] },
  { active: 'perhaps' },
  { active: 2 },
  { active: 'un\u200bsubscribed' },
  { active: 'active\u200b' },
  { active: [] },
  { activated: 'some day' },
  { activated: -1 },
  { activated: '9999-12-31' },
  { deactivated: 'some day' },
  { deactivated: -1 },
  { deactivated: {} },
  { active: Number.NaN },
];

const ACTIVE: Record<string, unknown>[] = [
  ...[true, 1, '1', 'true', ' TRUE', 'yes', 'ja', 'active', 'aktiv'].map((active) => ({ active })),
  { activated: 1_763_000_000, deactivated: 0, bounced: 0 },
  { activated: '2025-11-13 02:13:20', deactivated: null, bounced: '' },
  { active: true, deactivated: '0000-00-00 00:00:00', bounced: '1970-01-01' },
  { active: true, unsubscribed: 'no', optOut: 'false', blocked: 0 },
  { status: 'Subscribed' },
  { subscriptionStatus: { name: 'aktiv' } },
];

describe('what a record says about being active', () => {
  it.each(INACTIVE)('is "not active" in %j', (record) => {
    expect(signsIn(record).inactive).toEqual(expect.any(String));
  });

  it.each(UNREADABLE)('cannot be read in %j', (record) => {
    const { inactive, unreadable } = signsIn(record);
    expect([inactive, unreadable]).toEqual([undefined, expect.any(String)]);
  });

  it.each(ACTIVE)('is "active" in %j', (record) => {
    expect(signsIn(record)).toEqual({ active: expect.any(String) as string });
  });

  it('is nothing in the other members of a receiver or a person', () => {
    const receiver = {
      email: 'a@b.cd',
      registered: 0,
      imported: 0,
      points: 0,
      attributes: { state: 'Bremen', status: 'x' },
    };
    const person = {
      firstName: 'A',
      addresses: [{ state: 'Bremen' }],
      contactData: [{ type: 'phone', status: 'odd' }],
    };
    expect([signsIn(receiver), signsIn(person)]).toEqual([{}, {}]);
  });

  it('is "not active" as soon as one member says so, whatever the others say and in whatever order they come', () => {
    const one = fc.constantFrom(...INACTIVE);
    const others = fc.array(fc.constantFrom(...ACTIVE, ...UNREADABLE, ...INACTIVE), { maxLength: 4 });
    fc.assert(
      fc.property(one, others, fc.boolean(), (no, more, isFirst) => {
        const around = more.map((record, index) => [`receiver${'_'.repeat(index)}`, record] as const);
        const entries = isFirst ? [...Object.entries(no), ...around] : [...around, ...Object.entries(no)];
        expect(signsIn(Object.fromEntries(entries)).inactive).toEqual(expect.any(String));
      }),
    );
  });

  it('is never "active" in a value that is not on the list of those that say so', () => {
    const name = fc.constantFrom('active', 'activated', 'status', 'state', 'subscribed', 'consent');
    const known = /^\s*(1|true|t|yes|y|on|wahr|ja|j|\d{1,14}(\.\d+)?|.*(19|20)\d\d.*|active|aktiv)\s*$/i;
    const value = fc.anything({ withNullPrototype: true }).filter((one) => !known.test(JSON.stringify(one)));
    fc.assert(
      fc.property(name, value, (member, one) => {
        fc.pre(one !== undefined && (typeof one !== 'string' || !known.test(one)));
        fc.pre(one !== true && !(typeof one === 'number' && one > 0) && typeof one !== 'object');
        const signs = signsIn({ [member]: one });
        expect(signs.active).toBeUndefined();
        expect(signs.inactive ?? signs.unreadable).toBe(member);
      }),
    );
  });

  it.each([
    ['an object with the keys of a list', { 0: { type: 'email', value: 'a@example.org', active: false } }],
    ['a list in a list', [[{ type: 'email', value: 'a@example.org', status: 'unsubscribed' }]]],
  ])('is read from contacts in %s as well', (_, contactData) => {
    expect(signsIn({ contactData }).inactive).toBeDefined();
  });

  it('ends at some depth', () => {
    const endless: Record<string, unknown> = { active: true };
    endless['data'] = endless;
    expect(signsIn(endless)).toEqual({ active: 'active' });
  });
});

it.each([
  [true, true],
  ['1', true],
  ['TRUE', true],
  [false, false],
  ['0', false],
  [2, false],
  [null, false],
  [undefined, false],
  ['', false],
])('a flag of %j is set: %j', (value, is) => {
  expect(isSet(value)).toBe(is);
});
