/**
 * Words of consent as other systems combine them. The expectations are written by hand for each word and each shape, and
 * their combinations are generated.
 */

import { signsIn } from '../../../lib/subscription/signs';

const CONSENTS = words(
  'consent optIn permission subscription newsletter newsletterConsent emailConsent marketing_consent',
);
const EINWILLIGUNGEN = words(
  'einwilligung zustimmung Newsletter newsletter-einwilligung emailEinwilligung werbeeinwilligung',
);

const LOST = words(
  `refused missing lost declined withdrawn revoked denied rejected expired ended cancelled terminated lapsed retracted rescinded lacking
  absent invalid void suspended removed pending NotGiven not-granted`,
);
const VERLOREN = words(
  `fehlt fehlend verweigert widerrufen entzogen verloren abgelehnt abgelaufen beendet erloschen ungültig zurückgezogen zurückgenommen
  verfallen gekündigt ausstehend NichtErteilt nicht-gegeben`,
);
const UNTIL = words(
  `ValidUntil valid_to ExpiresAt expires expiry ExpiryDate expirationDate EndDate end ends Until _valid_till endTime ValidThrough`,
);
const BIS = words(`Bis gültigBis _gueltig_bis ende EndDatum Ablauf ablaufdatum -bis endetAm läuftAbAm`);
const ENDINGS = words(`unsubscribe optOut opt_out bounce unsubscription abmelde austragungs abbestell`);
const CIRCUMSTANCES = words(`Reason _reason grund Source Comment Campaign Feedback`);

const GIVEN = words('Given granted confirmed Accepted');
const ERTEILT = words('Erteilt _bestätigt gegeben');

/** All names of one of the first and one of the second words, in both orders. */
function combined(first: readonly string[], second: readonly string[]): string[] {
  return first.flatMap((one) => second.flatMap((other) => [joined(one, other), joined(other, one)]));
}

function joined(one: string, other: string): string {
  return /^[-_]|[-_]$/.test(one + other) ? one + other : one + other.charAt(0).toUpperCase() + other.slice(1);
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}

const NEGATIVES = [...combined(CONSENTS, LOST), ...combined(EINWILLIGUNGEN, VERLOREN)];
const LIMITS = [
  ...combined(CONSENTS, UNTIL),
  ...combined([...EINWILLIGUNGEN, 'abo', 'abonnement'], BIS),
  ...words(
    'consentValidUntil consentExpiresAt consentEndDate einwilligungBis subscriptionEndDate endOfConsent gültigkeitDerEinwilligung',
  ),
];
const REASONS = combined(ENDINGS, CIRCUMSTANCES);
const POSITIVES = [
  ...combined(CONSENTS, GIVEN),
  ...combined(EINWILLIGUNGEN, ERTEILT),
  ...words('doi DOI doiDate isSubscribed'),
];

/** The shapes in which a member arrives; the unmistakable ones count in the shapes of other objects as well. */
const SHAPES: readonly ((name: string, value: unknown) => Record<string, unknown>)[] = [
  (name, value) => ({ [name]: value }),
  (name, value) => ({ [name]: [value] }),
  (name, value) => ({ email: 'a@b.cd', data: { [name]: value } }),
  (name, value) => ({ [name.toUpperCase()]: value }),
];
const INSIDE: readonly ((name: string, value: unknown) => Record<string, unknown>)[] = [
  (name, value) => ({ settings: { [name]: value } }),
  (name, value) => ({ attributes: { [name]: value } }),
  (name, value) => ({ extension_attributes: { [name]: value } }),
  (name, value) => ({ Marketing: { email: { [name]: value } } }),
  (name, value) => ({ preferences: { email: { [name]: value } } }),
  (name, value) => ({ data: { properties: { communication: { email: { [name]: value } } } } }),
  (name, value) => ({ customFields: [{ Name: name, Value: value }] }),
  (name, value) => ({ custom_fields: { items: [{ KEY: name, VALUE: value }] } }),
  (name, value) => ({ profile: { customAttributes: [{ attribute_code: name, value }] } }),
  (name, value) => ({ fields: [[{ field: { name }, value }]] }),
];

/** The names for which a value in one of the shapes has no sign that the receiver is not active. */
function withoutSign(names: readonly string[], values: readonly unknown[], shapes = SHAPES): string[] {
  return failing(names, values, shapes, (record) => signsIn(record).inactive === undefined);
}

function failing(
  names: readonly string[],
  values: readonly unknown[],
  shapes: typeof SHAPES,
  isWrong: (record: Record<string, unknown>) => boolean,
): string[] {
  return names.flatMap((name) =>
    values.flatMap((value) =>
      shapes
        .map((shape) => shape(name, value))
        .filter(isWrong)
        .map((record) => JSON.stringify(record)),
    ),
  );
}

function isHeldBack(record: Record<string, unknown>): boolean {
  const { inactive, unreadable } = signsIn(record);
  return inactive !== undefined || unreadable !== undefined;
}

describe('a record is not active', () => {
  it('if a consent or a subscription is refused, missing, lost or withdrawn', () => {
    expect(NEGATIVES.length).toBeGreaterThan(300);
    expect(withoutSign(NEGATIVES, [true, 1, 'ja', 'true', '2024-01-31'])).toEqual([]);
  });

  it('if the time until which a consent or a subscription is valid is over', () => {
    expect(LIMITS.length).toBeGreaterThan(200);
    expect(withoutSign(LIMITS, ['2020-01-01', '31.12.2020', 1_577_836_800, '2020-01', 2020, 'expired'])).toEqual([]);
  });

  it('if there is a reason for an end', () => {
    expect(withoutSign(REASONS, ['spam', 'zu viele Mails', true, { text: 'too many' }])).toEqual([]);
  });

  it('if a consent is not given', () => {
    expect(withoutSign(POSITIVES, [false, 0, '0', 'nein', 'never', '1970-01-01'])).toEqual([]);
  });

  it.each([
    { AnmeldungWiderrufen: true },
    { WiderrufeneAnmeldung: 'ja' },
    { newsletterAnmeldung: 'nein' },
    { newsletter_signup: false },
    { anmeldungFehlt: 1 },
    { fehlendeEinwilligung: true },
    { einwilligungLiegtNichtVor: true },
    { didNotConsent: true },
    { hasntConsented: true },
    { didntOptIn: 'true' },
    { consentRefusedAt: '2024-01-31' },
    { refusalOfConsent: true },
    { consentRevocation: '2024-01-31' },
    { consent: 'lost' },
    { consent: 'verweigert' },
    { consentValidUntil: 'revoked' },
    { consentValid: false },
    { einwilligungGültig: 'nein' },
    { marketing: { email: { unsubscribed: true } } },
    { marketing: { email: { status: 'unsubscribed' } } },
    { marketing: { email: { active: false } } },
    { marketing: { email: false } },
    { marketing: { allowed: false } },
    { email: { status: 'abgemeldet' } },
    { preferences: { email: { newsletter: false } } },
    { preferences: { email: { marketing: 'no' } } },
    { communicationPreferences: { email: false } },
    { contactPreferences: { e_mail: 'nein' } },
    { extension_attributes: { is_subscribed: false } },
    { custom_attributes: [{ attribute_code: 'is_subscribed', value: '0' }] },
    { settings: { subscribed: false } },
    { settings: { newsletterStatus: 'abgemeldet' } },
    { customFields: [{ Name: 'unsubscribed', Value: 'true' }] },
    { customFields: [{ Key: 'Newsletter', VALUE: 'no' }] },
    { data: { attributes: { subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } } } } },
    { attributes: { OPT_IN: false } },
    { merge_fields: { DOI: 'no' } },
  ])('in %j', (record) => {
    expect(signsIn(record).inactive).toEqual(expect.any(String));
  });

  it('if a member of another object is an unmistakable end, in any shape and down to the depth that is read', () => {
    const ends = words(
      'unsubscribed optedOut opt_out_date abgemeldetAm noNewsletter consentRefused EinwilligungFehlt newsletterMissing',
    );
    expect(withoutSign(ends, [true, '2024-01-31'], INSIDE)).toEqual([]);
    const starts = words('newsletter optIn consent is_subscribed einwilligung doi newsletterAnmeldung');
    expect(withoutSign(starts, [false, 'nein', 0], INSIDE)).toEqual([]);
    const limits = words('consentValidUntil einwilligungBis newsletterEndDate optInExpiresAt');
    expect(withoutSign(limits, ['2020-01-01'], INSIDE)).toEqual([]);
    expect(withoutSign(words('unsubscribeReason optOutReason abmeldegrund'), ['spam'], INSIDE)).toEqual([]);
  });
});

describe('a record is not held back', () => {
  it('if nothing has been refused, lost or withdrawn', () => {
    expect(failing(NEGATIVES, [false, 0, 'no', 'nein'], SHAPES, isHeldBack)).toEqual([]);
    expect(failing(NEGATIVES, [false, 'no', null, ''], INSIDE, isHeldBack)).toEqual([]);
  });

  it('if a consent or a subscription is valid for longer, or without an end', () => {
    const valid = ['2999-12-31', '31.12.2999', 2999, null, '', 'never', 'unbegrenzt', '0000-00-00'];
    expect(failing(LIMITS, valid, SHAPES, isHeldBack)).toEqual([]);
    expect(failing(LIMITS, valid, INSIDE, isHeldBack)).toEqual([]);
  });

  it('if the reason for an end is blank', () => {
    expect(failing(REASONS, [null, '', ' ', false, 'none', 'n/a', '-', 'keiner'], SHAPES, isHeldBack)).toEqual([]);
  });

  it('if a consent is given', () => {
    const yes = [true, 1, 'ja', '2020-01-01', 'granted'];
    expect(
      failing(POSITIVES, yes, SHAPES, (record) => isHeldBack(record) || signsIn(record).active === undefined),
    ).toEqual([]);
    expect(failing(POSITIVES, yes, INSIDE, isHeldBack)).toEqual([]);
  });
});

it.each([
  ['unsubscribed', { unsubscribeReason: 'spam' }],
  ['unsubscribed', { Abmeldegrund: 'zu viele Mails' }],
  ['unsubscribed', { optOut: { reason: 'spam', date: null } }],
  ['unsubscribed', { consentRetracted: true }],
  ['unsubscribed', { EinwilligungWiderrufen: true }],
  ['unsubscribed', { marketing: { email: { unsubscribed: true } } }],
  ['bounced', { bounceReason: '550' }],
  ['pending', { doiPending: true }],
  ['inactive', { consentRefused: true }],
  ['inactive', { consentValidUntil: '2020-01-01' }],
  ['inactive', { preferences: { email: false } }],
])('a record has the status %s in %j', (status, record) => {
  expect(signsIn(record).status).toBe(status);
});

describe('the subscription of a person', () => {
  const group = { id: '7', name: 'Unsubscribed' };
  const shapes: readonly ((status: unknown) => Record<string, unknown>)[] = [
    (status) => ({ subscription: { status, since: '2024-01-01T00:00:00Z', group } }),
    (status) => ({ subscription: [{ status, group }] }),
    (status) => ({ subscription: [[{ status }]] }),
    (status) => ({ subscription: { 0: { status } } }),
    (status) => ({ Subscription: { Status: [status] } }),
    (status) => ({ data: { subscription: { status } } }),
  ];
  const inactive =
    `unsubscribed|Unsubscribed |UN-SUBSCRIBED|un\u00adsubscribed|ｕｎｓｕｂｓｃｒｉｂｅｄ|opted out|abgemeldet|bounced|hard bounce|
    pending|inactive|not subscribed|lapsed|never|nein`.split('|');
  const others = [
    '',
    ' ',
    null,
    0,
    false,
    7,
    'gone',
    'premium',
    'subscribed?',
    'subscribed\u200b',
    {},
    [],
    [[]],
    { value: {} },
  ];

  it.each([...inactive, ...others])('is not active with the status %j in any form', (status) => {
    expect(shapes.map((shape) => shape(status)).filter((record) => !isHeldBack(record))).toEqual([]);
  });

  it.each(['subscribed', ' SUBSCRIBED', 'Active', 'aktiv', true, 1, { label: 'subscribed' }])(
    'is active with the status %j in any form',
    (status) => {
      const wrong = shapes.map((shape) => shape(status)).filter((record) => signsIn(record).active === undefined);
      expect([wrong, shapes.map((shape) => shape(status)).filter(isHeldBack)]).toEqual([[], []]);
    },
  );
});
