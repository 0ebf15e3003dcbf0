/**
 * Random members made of prefixes, topics, kinds and suffixes, with values by their meaning, in flat, nested and listed
 * form. What is expected follows from the meaning of the kind and the value alone.
 */

import fc from '../../support/fastCheck';
import { signsIn } from '../../../lib/subscription/signs';
import { optOutOf } from '../../../lib/upsert/plan/optOut';
import { record } from '../../support/upsert/records';

type Meaning = 'left' | 'refused' | 'agreed' | 'dated' | 'past' | 'future' | 'unknown' | 'blank';

const VALUES: Readonly<Record<Meaning, readonly unknown[]>> = {
  left: ['unsubscribed', 'UNSUBSCRIBED', 'Opted out', 'opt-out', 'abgemeldet'],
  refused: [false, 'no', 'nein', 'false', 'denied'],
  agreed: ['subscribed', 'Opted in', 'opt-in', 'angemeldet'],
  dated: ['2020-01-01', '31.12.2020', 1_577_836_800],
  past: ['2020-01-01', '31.12.2020', '03/04/20', 43_862, { seconds: 1_577_836_800 }],
  future: ['2999-12-31', '31.12.2999', 4_000_000_000, 73_050],
  unknown: ['20-12-31', '31 décembre 2020', 637_450_560_000_000_000],
  blank: ['', null, ' '],
};

/** A record with the member, in one of the forms in which it is searched. */
type Form = (name: string, value: unknown) => Record<string, unknown>;
const FORMS: readonly Form[] = [
  (name, value) => ({ [name]: value }),
  (name, value) => ({ data: { [name]: value } }),
  (name, value) => ({ customer: { [name]: value } }),
  (name, value) => ({ preferences: { email: { [name]: value } } }),
  (name, value) => ({ customFields: [{ name, value }] }),
  (name, value) => ({ attributes: [{ [name]: value }] }),
];

const PREFIXES = ['', 'cf_', 'Person - ', 'wc_', 'mailchimp_', 'Shop '];
const SUFFIXES = ['', '__c', '_de', ' XY', '_1', ' (Shop)'];
const form = fc.constantFrom(...FORMS);

interface Expected {
  isHeld: boolean;
  hasLeft: boolean;
}

/** The kinds of members, with what a value of a meaning says in them; a meaning that is not listed is not tried. */
const KINDS: readonly { names: string[]; says: Partial<Record<Meaning, Expected>> }[] = [
  {
    names: ['Subscription Status', 'email_status', 'Marketing status', 'newsletterStatus', 'SubscriberStatus'],
    says: { left: { isHeld: true, hasLeft: true }, agreed: nothing(), blank: nothing() },
  },
  {
    names: ['Email Permission', 'marketing_permission', 'accepts_marketing', 'NewsletterErlaubnis'],
    says: { refused: { isHeld: true, hasLeft: false }, agreed: nothing() },
  },
  {
    names: ['opt_out', 'Unsubscribed', 'doNotEmail', 'Abmeldung', 'Opt Out Status'],
    says: {
      left: { isHeld: true, hasLeft: true },
      dated: { isHeld: true, hasLeft: true },
      agreed: nothing(),
      blank: nothing(),
    },
  },
  {
    names: ['consent_valid_until', 'Einwilligung bis', 'optInExpiry'],
    says: {
      past: { isHeld: true, hasLeft: false },
      unknown: { isHeld: true, hasLeft: false },
      future: nothing(),
      blank: nothing(),
    },
  },
  {
    names: ['Anrede', 'favourite', 'Versand', 'Feld 7', 'lifecycle'],
    says: { left: { isHeld: true, hasLeft: false }, refused: nothing(), agreed: nothing(), past: nothing() },
  },
];

/** Neither for nor against the receiver, whatever the value. */
const SILENT: readonly { name: string }[] = [
  ...['tags', 'listName', 'sms_status', 'partner_status', 'campaign_id', 'Gruppe', 'fax_opt_out', 'newsletterId'],
].map((name) => ({ name }));

function nothing(): Expected {
  return { isHeld: false, hasLeft: false };
}

function decided(entry: Record<string, unknown>): Expected {
  const { inactive, unreadable } = signsIn(entry);
  const optOut = optOutOf(record({ email: 'mia@example.org' }, {}, entry), '7');
  return { isHeld: inactive !== undefined || unreadable !== undefined, hasLeft: optOut === 'here' };
}

it('a member says what its kind and its value mean, with any prefix and suffix and in any form', () => {
  const cases = KINDS.flatMap(({ names, says }) =>
    (Object.entries(says) as [Meaning, Expected][]).flatMap(([meaning, expected]) =>
      names.map((name) => ({ name, values: VALUES[meaning], expected })),
    ),
  );
  const one = fc
    .constantFrom(...cases)
    .chain(({ name, values, expected }) =>
      fc.record({ name: fc.constant(name), value: fc.constantFrom(...values), expected: fc.constant(expected) }),
    );
  fc.assert(
    fc.property(
      one,
      fc.constantFrom(...PREFIXES),
      fc.constantFrom(...SUFFIXES),
      form,
      ({ name, value, expected }, prefix, suffix, shape) => {
        const entry = shape(prefix + name + suffix, value);
        expect([entry, decided(entry)]).toEqual([entry, expected]);
      },
    ),
    { numRuns: 5_000 },
  );
});

it('a member about something else says nothing, whatever its value', () => {
  const values = Object.values(VALUES).flat();
  fc.assert(
    fc.property(fc.constantFrom(...SILENT), fc.constantFrom(...values), form, ({ name }, value, shape) => {
      const entry = shape(name, value);
      expect([entry, decided(entry)]).toEqual([entry, nothing()]);
    }),
    { numRuns: 2_000 },
  );
});

it('a member of another person does not opt the receiver out', () => {
  const names = KINDS.flatMap((kind) => kind.names);
  const persons = fc.constantFrom<Form>(
    (name, value) => ({ spouse: { [name]: value } }),
    (name, value) => ({ contacts: [{ email: 'other@example.org', [name]: value }] }),
    (name, value) => ({ [`partner_${name}`]: value }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.constantFrom(...VALUES.left, true), persons, (name, value, shape) => {
      const entry = shape(name, value);
      expect([entry, decided(entry).hasLeft]).toEqual([entry, false]);
    }),
    { numRuns: 1_000 },
  );
});
