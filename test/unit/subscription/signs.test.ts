import fc from '../../support/fastCheck';
import { isSet } from '../../../lib/subscription/memberValues';
import { signsIn } from '../../../lib/subscription/signs';

const INACTIVE: Record<string, unknown>[] = [
  ...[false, 0, '0', 'false', 'FALSE ', 'no', 'Nein', 'n', 'off', null, '', ' ', 'unsubscribed'].map((active) => ({
    active,
  })),
  { active: 'un\u200bsubscribed' },
  { email_confirmation_status: 'not confirmed' },
  { emailConfirmationStatus: 'Unconfirmed' },
  { emailConfirmation: 'pending' },
  { confirmation_status: 'unconfirmed' },
  { isActive: 0 },
  { subscribed: 'no' },
  { consent: false },
  { newsletter: 'nein' },
  ...['nein', false, 'no', 0, 'abgemeldet'].flatMap((value) => [{ abo: value }, { Abonnement: value }]),
  { Abonnement: { status: 'unsubscribed' } },
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
  { state: ['active', 'inactive'] },
  ...[
    'unsubscribed',
    'abgemeldet',
    false,
    'none',
    0,
    { value: false },
    { status: 'unsubscribed' },
    { active: 0 },
    { unsubscribed: true },
    { label: 'abgemeldet' },
    [false],
    [{ status: 'active' }, { status: 'unsubscribed' }],
    { 0: { status: 'unsubscribed' } },
  ].flatMap((value) => [{ subscription: value }, { subscriptions: value }, { newsletter: value }, { consent: value }]),
  { consent: { given: false } },
  { consent: { granted: 'no' } },
  { consent: { given: true, revoked: '2024-01-01' } },
  { consent: 'withdrawn' },
  { consent: { granted: true, expired: true } },
  { consent: { granted: true, expiredAt: '2020-01-01' } },
  ...['validUntil', 'valid_to', 'expires', 'expiresAt', 'endDate', 'end', 'gültigBis', 'ablaufdatum', 'until'].map(
    (end) => ({
      consent: { given: true, [end]: '2020-01-01' },
    }),
  ),
  { consent: { given: true, validUntil: 1_577_836_800 } },
  { subscribed: { value: 'yes', email: 'no' } },
  { consent: { given: true, marketing: false } },
  { consent: { given: true, decision: 'revoked' } },
  { consent: { given: true, channels: { phone: true, mail: 'nein' } } },
  { activated: 3_600 },
  { einwilligung: { erteilt: 'nein' } },
  { emailMarketingConsent: { state: 'not_subscribed' } },
  { subscription: { data: { active: false } } },
  { optIn: { value: { value: 0 } } },
  { unsubscribed: { value: true } },
  { unsubscribed: { active: true } },
  { optOut: [{ date: '2024-01-01' }] },
  ...`optedOut hasOptedOut hardBounce hardBounced bounced hasBounced doNotEmail doNotMail disabled unconfirmed notSubscribed abgemeldet
    abbestellt widerrufen gesperrt blocked suppressed invalid isUnsubscribed HAS-OPTED-OUT email_opt_out wasDeleted istAbgemeldet hatWiderrufen
    nichtAktiv nichtBestätigt keineEinwilligung noConsent hasOptedOutOfEmail unsubscribedFromNewsletter einwilligungWiderrufen
    consent_revoked Ungültig gekündigt unbestätigt unbesta\u0308tigt email_bounced didOptOut Einwilligung-Widerrufen hs_email_optout donotbulkemail globalUnsubscribe
    unsubscribedFromAll unsub spamComplaint suppression Werbeverbot blockiert Kündigung unsub\u200bscribed ｕｎｓｕｂｓｃｒｉｂｅｄ`
    .split(/\s+/)
    .map((name) => ({ [name]: true })),
  ...`unsubscribeDate optOutDate abgemeldetAm bouncedAt unsubscribed_on deactivationDate Abmeldedatum widerrufenAm dateUnsubscribed
    unsubscribe_time gesperrtSeit`
    .split(/\s+/)
    .map((name) => ({ [name]: '2024-01-01' })),
  ...`enabled isEnabled bestätigt istBestätigt angemeldet einwilligung zustimmung hat_zugestimmt acceptsMarketing emailConsent newsletterAktiv
    doubleOptIn marketingOptIn consentGiven confirmedAt einwilligungAm buyer_accepts_marketing gdprConsent dsgvoEinwilligung emailPermission
    newsletterAbo doi_confirmed agreedToMarketing canEmail emailAllowed erlaubnis act\u200bive ａｃｔｉｖｅ`
    .split(/\s+/)
    .flatMap((name) => [{ [name]: false }, ...(name === 'newsletterAbo' ? [] : [{ [name]: null }])]),
  { permission: 'denied' },
  { permissionStatus: 'revoked' },
  { Zustand: 'abgemeldet' },
  { zustand: 'Gesperrt' },
  { status: 'optedOut' },
  { status: 'Hard-Bounced' },
  { newsletterStatus: 'nicht bestätigt' },
  ...`objected hasObjected objectedAt objection markedAsSpam noMarketing no_mailing keinMailing keine-Mails nichtAnschreiben nichtKontaktieren
    nichtMailen unzustellbar undeliverable emailUndeliverable declined rejected unverified sperrvermerk robinson Robinson-Liste newsletterSperre
    Abgemeldet? Unsubscribed_(E-Mail) Newsletter:abgemeldet! e-mail/unsubscribed [bounced] «abgemeldet» contactBlocked mitgliedAusgetreten
    newsletterUnsubscribed unsubscribedNewsletter hasNoConsent keinNewsletter newsletterNichtErlaubt nichtFuerNewsletter ohneWerbung
    excludeFromMailings mailVerbot werbungUnerwünscht noSpam reportedSpam masterUnsubscribe emailBlacklist dnc neverContact doNotSendNewsletter consentExpired subscriptionEnded newsletterBeendet customerUnsubscribed`
    .split(/\s+/)
    .flatMap((name) => [{ [name]: true }, { [name]: 'ja' }, { [name]: '2024-01-01' }]),
  ...`widerspruchsdatum Widerspruchs-Datum austragungsdatum kündigungsdatum abbestelldatum datumAbmeldung abmeldungAm dateOfUnsubscription`
    .split(/\s+/)
    .map((name) => ({ [name]: '2024-01-01' })),
  ...`bounceCount hs_email_bounce bounces anzahlBounces hardBounceCount countOfComplaints`
    .split(/\s+/)
    .flatMap((name) => [{ [name]: 3 }, { [name]: '1' }]),
  ...`consented hasConsented consentEmail emailConsented einwilligungEmail einwilligungWerbung dsgvoZustimmung acceptsNewsletter newsletterAccepted Newsletter_(ja/nein)
    receive_emails isSubscriber isNewsletterSubscriber newsletterSubscriber istAbonnent newsletterAllowed newsletterErlaubt erlaubtNewsletter
    newsletterEmpfang empfängtNewsletter werbung Newsletter? wantsMarketing marketing_emails newsletterGewünscht kontaktErlaubt
    zustimmungWerbung agreedToNewsletter canContact contactable isMailable subscribesToNewsletter customerConsent notUnsubscribed`
    .split(/\s+/)
    .flatMap((name) => [{ [name]: false }, { [name]: 'nein' }]),
  ...`contactStatus memberStatus mailingStatus statusNewsletter kontaktstatus newsletter.status Newsletter-Status statusDesEmpfaengers
    subscriber_state email-marketing-status`
    .split(/\s+/)
    .flatMap((name) => [{ [name]: 'unsubscribed' }, { [name]: 'abgemeldet' }]),
  ...['label', 'description', 'name', 'note'].flatMap((remark) =>
    ['abgemeldet', 'Unsubscribed', 'bounced', 'hard-bounced'].map((word) => ({
      contactData: [{ type: 'e_mail', value: 'a@b.cd', [remark]: word }],
    })),
  ),
  { contactData: [{ type: 'email\u200b', value: 'a@b.cd', status: 'unsubscribed' }] },
  ...['recipient', 'kontakt', 'Empfänger', 'abonnent', 'mitglied', 'member'].map((holder) => ({
    [holder]: { aktiv: false },
  })),
  { state: 'unsubscribed' },
  { state: false },
  { preferences: { newsletter: false } },
  { properties: { unsubscribed: true } },
  { settings: [{ consent: 'no' }, { optIn: true }] },
  { kunde: { abgemeldetAm: '2024-01-01' } },
  { fields: { hasOptedOut: 1, einwilligung: 'ja' } },
  { preferences: { doNotEmail: true } },
  { custom: { unsubscribed: { at: '2024-01-01' } } },
  ...['name', 'key', 'label', 'slug'].map((key) => ({ customFields: [{ [key]: 'newsletter', value: 'nein' }] })),
  { custom_fields: [{ name: 'Abgemeldet?', wert: 'ja' }] },
  { data: { properties: { bounced: true } } },
  { preferences: { newsletter: 'weekly', language: 'de', status: 'unsubscribed' } },
];

/** Names with other words, numbers, prefixes and suffixes, each with a value that means "no". */
const LOOSE: Record<string, unknown>[] = [
  ...`Email_Opt_Out__c Unsubscribed__c HasOptedOutOfEmail__c cf_unsubscribed custom_opt_out x_opt_out hs_email_optout_9876543 optout1 abgemeldet_2
    personOptOut memberUnsubscribed noemail1 shopabmeldung x_no_newsletter`
    .split(/\s+/)
    .flatMap((name) => [
      { [name]: true },
      { [name]: 'ja' },
      { [name]: '1' },
      { [name]: '2024-01-01' },
      { [name]: 'X' },
    ]),
  ...`Newsletter__c newsletter2 newsletter_de newsletterDE Shop-Newsletter monthlyNewsletter newsletter_b2b produktnewsletter newsletterEmail
    newsletter_email OptIn__c opt_in_2 cf_opt_in meta_newsletter mailchimp_woocommerce_is_subscribed accepts_marketing__c
    Einverständnis Einverständnis_Newsletter einverstanden Einverstanden-mit-Werbung agreed newsletterAgreement Newsletter_erwünscht
    Newsletter.bestellt Newsletter(zusenden?) optins Promotional-Emails`
    .split(/\s+/)
    .flatMap((name) => [{ [name]: false }, { [name]: 'nein' }, { [name]: '0' }, { [name]: 'No' }]),
  ...'Mailing mailings Werbemails Infomails Rundmail werbeKz NL ads'
    .split(' ')
    .flatMap((name) => [{ [name]: false }, { [name]: 'nein' }]),
  ...['Bitte keinen Newsletter', 'Keine Werbung per Brief und E-Mail', 'Newsletter: nein, danke', 'doNotSendMM'].map(
    (name) => ({
      [name]: 'ja',
    }),
  ),
  ...['numberOfBounces', 'softBounces2', 'hs_email_bounce_x'].map((name) => ({ [name]: 2 })),
  { lastBounce: '2024-01-01' },
  { hs_email_hard_bounce_reason_enum: 'MAILBOX_FULL' },
  { optins: { email: false } },
  { cf_consent_valid_until: '2020-01-01' },
  { shop_optInDate: 0 },
  { newsletterStatusShop: 'abgemeldet' },
  { customFields: { newsletter_de: 'nein' } },
  { customFields: [{ name: 'Email_Opt_Out__c', value: true }] },
  { properties: { hs_email_optout_9876543: 'true' } },
  { settings: { options: [{ key: 'shop_newsletter', value: '0' }] } },
  { unsubscribed_shop: { at: '2024-01-01' } },
];

/** Says nothing about being active. */
const NOTHING: Record<string, unknown>[] = [
  { 'donotbulkemail@OData.Community.Display.V1.FormattedValue': 'Allow' },
  { custom: { 'donotbulkemail@OData.Community.Display.V1.FormattedValue': 'Do Not Allow' } },
  { custom: { 'optOut@OData.Community.Display.V1.FormattedValue': 'opted out' } },
  { 'consent@OData.Community.Display.V1.FormattedValue': 'no consent' },
  { confirmation: 'AB123', order_confirmation_email: 'sent', booking_confirmation_status: 'sent' },
  { city: 'Kiel', state: 'Bavaria', country: 'DE', zip: '24103', region: 'Nord' },
  ...['NO', 'ON', 'Bremen', '', null, 'new'].map((state) => ({ state })),
  ...['', ' ', null, 'valid', 'deliverable', 'OK', 'gültig'].flatMap((status) => [{ status }, { emailStatus: status }]),
  ...['', null].flatMap((value) => [
    { newsletter: value },
    { subscriptions: value },
    { newsletterAbo: value },
    { werbung: value },
  ]),
  ...`newsletterId emailAddress language subscriptionPlan subscriptionPrice newsletterName customerStatus orderStatus userActive
    unsubscribeUrl abmeldelink unsubscribe_link contactNo memberNo memberSince mailingList contactDate emailTo notification emailNotifications
    orders_count emailCount activeCount statusOfOrder accepted allowed receives can may send given lead customer`
    .split(/\s+/)
    .flatMap((name) => [false, 'x', '2024-01-01', 0, 3].map((value) => ({ [name]: value }))),
  ...`newsletterId newsletter_count numberOfNewsletters newsletterNo lastNewsletterSubject lastNewsletterSent newsletterOpened newsletter_sent_at
    newsletterUrl newsletterLanguage newsletter_country newsletterCoupon newsletterPopupShown newsletterTemplateId unsubscribe_token optOutLink
    optInIp consentVersion consent_language consentUpdatedAt opt_out_changed_at accepts_marketing_updated_at HasOptedOutOfFax smsOptOut
    phone_opt_out Einwilligung_Telefon Werbung.per.Telefon Bewerbung Bewerbungsdatum MailingState MailingCity onlineShop laptopInterest
    notes_email spam_score bounceRate id_4711`
    .split(/\s+/)
    .flatMap((name) => [false, null, '', 0, 'NO', 'x', 3, '2024-01-01'].map((value) => ({ [name]: value }))),
  // next to other words, only unambiguous values count
  ...`cf_newsletter newsletterEmail newsletter_de customOptIn`
    .split(' ')
    .flatMap((name) => [true, 'ja', null, '', 'weekly', '2024-01-01', {}, []].map((value) => ({ [name]: value }))),
  ...`cf_unsubscribed hs_email_optout_7 abgemeldet_2`
    .split(' ')
    .flatMap((name) => [false, 'no', null, '', 0, 'a8f3c09d77e1b2c4'].map((value) => ({ [name]: value }))),
  { newsletterSettings: { frequency: 'none', sms: false } },
  ...[
    'https://example.org/unsubscribe?u=7',
    'http://x.de',
    'www.example.org/u',
    'mailto:leave@example.org',
    'jo@example.org',
  ].flatMap((value) => [{ unsubscribe: value }, { abmeldung: value }, { consentEmail: value }, { newsletter: value }]),
  { order: { status: 'cancelled', active: false, state: 'inactive', deleted: true } },
  { preferences: { newsletter: 'weekly', language: 'de', active: false, status: 'inactive' } },
  { properties: { unsubscribed: false, bounced: 0, optOut: null } },
  { customFields: [{ name: 'newsletter', value: 'ja' }, { name: 'status', value: 'inactive' }, { name: 'x' }] },
  ...['addresses', 'events', 'orders', 'tags', 'doidata'].map((name) => ({
    [name]: { newsletter: false, unsubscribed: true },
  })),
  { contactData: [{ type: 'email', value: 'a@b.cd', label: 'work', description: 'primary', name: 'Mia' }] },
  { contactData: [{ type: 'phone', value: '1', label: 'abgemeldet' }] },
];

const UNREADABLE: Record<string, unknown>[] = [
  { status: 'customer' },
  { status: 7 },
  { status: {} },
  { active: 'perhaps' },
  { newsletter: {} },
  { consent: {} },
  { consent: { validUntil: '2999-01-01' } },
  { active: '2024-01-01 unsubscribed' },
  { subscriptions: [] },
  { subscription: 'premium' },
  ...['', ' ', null, '\u200b'].map((status) => ({ subscription: { status } })),
  { subscription: { group: { id: '7', name: 'Abgemeldet' } } },
  { subscription: { plan: 'premium' } },
  { consent: { given: 'perhaps' } },
  { consent: { value: { value: { value: { value: { value: { value: { value: true } } } } } } } },
  { unsubscribed: {} },
  { abgemeldetAm: 'neulich' },
  { custom_opt_out: 'perhaps' },
  ...['not unsubscribed', 'Never opted out', 'nicht abgemeldet', 'unsubscribed?', 'unsubscribed, subscribed again'].map(
    (status) => ({
      status,
    }),
  ),
  { zustand: 'gut' },
  { status: `active${' '.repeat(300)}not` },
  { active: 2 },
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

/** About another channel or purpose than mails, or of no event. */
const OTHER_CHANNELS: Record<string, unknown>[] = [
  { smsMarketingConsent: { marketingState: 'UNSUBSCRIBED' } },
  { subscriptions: { sms: { marketing: { consent: 'UNSUBSCRIBED' } } } },
  { consents: [{ channel: 'sms', status: 'revoked' }] },
  { consents: [{ type: 'WhatsApp', granted: false }] },
  ...['donotpostalmail', 'donotbulkpostalmail', 'HasOptedOutTracking', 'HasOptedOutProfiling', 'catalogOptOut'].map(
    (name) => ({ [name]: true }),
  ),
  ...['survey_opt_out', 'review_opt_out', 'ccpa_opt_out', 'push-unsubscribed'].map((name) => ({ [name]: 'yes' })),
  ...['optInLetter', 'cookie_consent', 'trackingConsent', 'analyticsConsent'].map((name) => ({ [name]: false })),
  ...['hardBounces', 'bounces', 'unsubscribed'].map((name) => ({ [name]: [] })),
  { statistics: { hardBounces: [], unsubscriptions: { userUnsubscription: [] } } },
];

const ACTIVE: Record<string, unknown>[] = [
  { optIn: [{ value: true, sms: 'declined' }] },
  { consent: { email: true } },
  { consent: { email: 'granted' } },
  { consents: { email: true, sms: false } },
  { optIn: { email: true } },
  { newsletter: true, smsMarketingConsent: { marketingState: 'UNSUBSCRIBED' } },
  ...[true, 1, '1', 'true', ' TRUE', 'yes', 'ja', 'active', 'aktiv'].map((active) => ({ active })),
  { activated: 1_763_000_000, deactivated: 0, bounced: 0 },
  { activated: '2025-11-13 02:13:20', deactivated: null, bounced: '' },
  { active: true, deactivated: '0000-00-00 00:00:00', bounced: '1970-01-01' },
  { active: true, unsubscribed: 'no', optOut: 'false', blocked: 0 },
  { status: 'Subscribed' },
  { subscriptionStatus: { name: 'aktiv' } },
  { confirmed: '2024-05-05' },
  { optIn: 1_764_000_000 },
  { confirmedAt: '05.05.2024', unsubscribedAt: null, optOutDate: '', abgemeldetAm: 0 },
  { consent: { given: true, date: null, revoked: false } },
  { consent: { date: '2024-01-01', ip: '192.0.2.1' } },
  { consent: { given: true, validUntil: '2999-01-01', expired: false, isDefault: false, note: null, count: 0 } },
  { consent: { given: true, source: { form: 'shop', page: 0 }, validUntil: '0000-00-00' } },
  { status: { value: 'active', isFinal: false } },
  { consent: 'granted' },
  { newsletter: { name: 'Weekly', active: true } },
  { subscriptions: [{ status: 'active' }] },
  { subscription: { status: 'subscribed', since: '2024-01-01T00:00:00Z', group: { id: '7', name: 'Abgemeldet' } } },
  { subscription: { status: 'subscribed', group: 'Inactive' } },
  { subscribed: [true] },
  { active: true, unsubscribed: { value: false }, bounced: { at: null } },
  { zustand: 'angemeldet' },
];

describe('the subscription state of a record', () => {
  it.each([...INACTIVE, ...LOOSE])('is "not active" in %j', (record) => {
    expect(signsIn(record).inactive).toEqual(expect.any(String));
  });

  it.each(UNREADABLE)('cannot be read in %j', (record) => {
    const { inactive, unreadable } = signsIn(record);
    expect([inactive, unreadable]).toEqual([undefined, expect.any(String)]);
  });

  it.each(ACTIVE)('is "active" in %j', (record) => {
    expect(signsIn(record)).toEqual({ active: expect.any(String) as string });
  });

  it.each([...NOTHING, ...OTHER_CHANNELS])('is not stated in %j', (record) => {
    expect(signsIn(record)).toEqual({});
  });

  it.each([
    ['unsubscribed', { status: 'Unsubscribed' }],
    ['unsubscribed', { status: 'opted-out' }],
    ['unsubscribed', { subscription: { status: 'ABGEMELDET', since: '2024-01-01', group: { id: '7' } } }],
    ['unsubscribed', { subscription: 'un\u00adsubscribed' }],
    ['unsubscribed', { deactivated: 1_763_000_000, active: false, activated: 0 }],
    ['unsubscribed', { hasOptedOutOfEmail: true, bounced: 1 }],
    ['unsubscribed', { optOutDate: '2024-01-01' }],
    ['unsubscribed', { consent: { given: true, revoked: '2024-01-01' } }],
    ['unsubscribed', { contactData: [{ type: 'email', value: 'a@b.cd', label: 'abgemeldet' }] }],
    ['unsubscribed', { custom_fields: [{ name: 'Abgemeldet?', wert: 'ja' }] }],
    ...`Email_Opt_Out__c Unsubscribed__c HasOptedOutOfEmail__c hs_email_optout_9876543 abgemeldet_2 shop_consent_revoked doNotEmail donotbulkemail
      donotsendmm keinNewsletter noMarketing newsletterGekuendigt kuendigungNewsletter Datum_der_Abmeldung abmeldung reportedSpam marked_email_as_spam`
      .split(/\s+/)
      .map((name): [string, object] => ['unsubscribed', { [name]: '2024-02-02' }]),
    ['unsubscribed', { 'Opt out': 'X' }],
    ['unsubscribed', { 'Bitte keinen Newsletter': 'ja' }],
    ...['Unsubscribed by user', 'hat sich abgemeldet', 'Opted-out (2024)', 'abgemeldet am 1.2.2024'].map(
      (status): [string, object] => ['unsubscribed', { status }],
    ),
    ...['shopNewsletter', 'noSubscription', 'notSubscribed', 'keinAbo', 'noConsent', 'keineEinwilligung'].map(
      (name): [string, object] => ['inactive', { [name]: name === 'shopNewsletter' ? 'nein' : 'ja' }],
    ),
    // not necessarily about mails
    ['inactive', { openComplaints: 2 }],
    ['inactive', { 'Widerspruch gegen Rechnung': 'ja' }],
    ['bounced', { status: 'hard bounced' }],
    ['bounced', { active: false, activated: 0, bounced: 1_763_000_000 }],
    ['bounced', { subscription: { status: 'bounced' } }],
    ['pending', { status: 'pending' }],
    ['pending', { status: 'nicht bestätigt' }],
    ['pending', { active: false, activated: 0 }],
    ['inactive', { active: false }],
    ['inactive', { subscribed: 'no' }],
    ['inactive', { newsletter: false }],
    ['inactive', { status: 'blocked' }],
    ['inactive', { status: 'cancelled' }],
    ['inactive', { status: 'not subscribed' }],
    ['inactive', { deleted: true }],
    ['inactive', { consent: { given: true, validUntil: '2020-01-01' } }],
  ] as [string, Record<string, unknown>][])('has the reason %s in %j', (status, record) => {
    expect(signsIn(record).status).toBe(status);
  });

  it.each([
    { meta_data: [{ id: 7, key: 'newsletter', value: 'no' }] },
    { meta_data: [{ key: 'unsubscribed', value: 'yes' }] },
    { metadata: { unsubscribed: true } },
    { customer: { meta_data: [{ key: 'newsletter', value: 'no' }] } },
    { consent: { email: false, sms: true } },
    {
      consents: [
        { channel: 'email', status: 'revoked' },
        { channel: 'sms', status: 'granted' },
      ],
    },
  ])('is "not active" in the metadata and consents of a shop customer: %j', (record) => {
    expect(signsIn(record)).toHaveProperty('inactive');
  });

  it.each([{ Mailingsperre: 'ja' }, { Mailsperre: true }, { excludeFromMailings: true }, { Rundmailsperre: 'X' }])(
    'is unsubscribed if a field forbids emails: %j',
    (record) => {
      expect(signsIn(record).status).toBe('unsubscribed');
    },
  );

  const ENDINGS =
    `optOut opt_out_status unsubscribed unsubscribeStatus Abmeldung Widerspruch doNotEmail Kein_Newsletter HasOptedOutOfEmail
    email_optout_status__c`.split(/\s+/);

  it.each(ENDINGS)('is not stated if "%s" has a positive word', (name) => {
    const words = ['Opt-in', 'Opted in', 'opted-in', 'subscribed', 'angemeldet', 'abonniert'];
    expect(words.map((word) => signsIn({ [name]: word }))).toEqual(words.map(() => ({})));
    expect(words.map((word) => signsIn({ custom: { [name]: word } }))).toEqual(words.map(() => ({})));
  });

  it.each(ENDINGS)('is not an unsubscribe if "%s" has an ambiguous word', (name) => {
    const words = 'active|confirmed|enabled|aktiv|not opted out|pending|cancelled|invalid'.split('|');
    const signs = words.map((word) => signsIn({ [name]: word }));
    expect(signs.filter(({ inactive, unreadable }) => inactive === undefined && unreadable === undefined)).toEqual([]);
    expect(signs.filter(({ active, status }) => active !== undefined || status === 'unsubscribed')).toEqual([]);
    const ends = [true, 'ja', 'x', '2024-01-31', 'opted out', 'Unsubscribed by user'];
    expect(ends.map((value) => signsIn({ [name]: value }).status)).toEqual(ends.map(() => 'unsubscribed'));
  });

  it.each([
    'Opt-In/Opt-Out',
    'Opt in or opt out',
    'Opt In/Out',
    'Subscribed/Unsubscribed',
    'An-/Abmeldung',
    'Newsletter An-/Abmeldung',
  ])('is read from "%s" only if the value is a word for one of the two states', (name) => {
    expect(signsIn({ [name]: 'opted out' }).status).toBe('unsubscribed');
    expect(signsIn({ [name]: 'abgemeldet' }).status).toBe('unsubscribed');
    expect([signsIn({ [name]: 'Opt-in' }), signsIn({ [name]: 'angemeldet' }), signsIn({ [name]: '' })]).toEqual([
      {},
      {},
      {},
    ]);
    for (const value of [true, 'yes', 'no', 1, '2024-01-31', 'perhaps'])
      for (const record of [{ [name]: value }, { custom: { [name]: value } }])
        expect(Object.keys(signsIn(record))).toEqual(['unreadable']);
  });

  it.each(['canUnsubscribe', 'user_can_unsubscribe', 'unsubscribe_enabled', 'allowUnsubscribe', 'unsubscribeAllowed'])(
    'is not stated by the setting "%s"',
    (name) => {
      expect([true, false, 'yes', 1].map((value) => signsIn({ [name]: value }))).toEqual([{}, {}, {}, {}]);
    },
  );

  it.each([
    ['inactive', { optOutEnabled: true }],
    ['inactive', { optOut: 'revoked' }],
    ['inactive', { opt_out: { status: 'withdrawn' } }],
    ['unsubscribed', { consentRevoked: 'revoked' }],
    ['bounced', { unsubscribed: 'bounced' }],
    ['unsubscribed', { confirmedOptOut: true }],
    ['unsubscribed', { optOut: { value: true } }],
  ] as [string, Record<string, unknown>][])('is "not active" with the status %s in %j', (status, record) => {
    expect(signsIn(record).status).toBe(status);
  });

  const LIMITS = [
    'consentValidUntil',
    'einwilligungBis',
    'subscriptionEndDate',
    'Newsletter bis',
    'consent_expires_at',
    'optInExpiry',
  ];

  /** In a nested object, `subscriptionEndDate` may be about another subscription. */
  const formsOf = (name: string, value: unknown): Record<string, unknown>[] =>
    name === 'subscriptionEndDate' ? [{ [name]: value }] : [{ [name]: value }, { custom: { [name]: value } }];

  it.each(LIMITS)('is "not active" if the time in "%s" is over, in any form', (name) => {
    const times = [
      '03/04/20',
      '31.12.20',
      43_862,
      '43862',
      43_862.5,
      { seconds: 1_577_836_800 },
      { _seconds: 1_577_836_800, _nanoseconds: 0 },
      { $date: '2020-01-01T00:00:00Z' },
    ];
    for (const record of times.flatMap((time) => formsOf(name, time)))
      expect([record, Object.keys(signsIn(record))]).toEqual([record, ['inactive', 'status']]);
  });

  it.each(LIMITS)('cannot be read if the time in "%s" has an unknown format', (name) => {
    const times = [
      '20-12-31',
      '31.12.99',
      '31 décembre 2020',
      '2020-W10',
      637_450_560_000_000_000,
      '637450560000000000',
      365,
      '365',
      1,
      true,
      { start: 5 },
    ];
    for (const record of times.flatMap((time) => formsOf(name, time)))
      expect([record, Object.keys(signsIn(record))]).toEqual([record, ['unreadable']]);
  });

  it.each(LIMITS)('is not stated if the time in "%s" is in the future, blank or a duration', (name) => {
    const times = [
      '12/31/60',
      '31.12.60',
      73_050,
      '12 Monate',
      '1 year',
      2999,
      {},
      [],
      null,
      '',
      0,
      false,
      'unbegrenzt',
      '0000-00-00',
      { seconds: 4_000_000_000 },
    ];
    for (const record of times.flatMap((time) => formsOf(name, time)))
      expect([record, signsIn(record)]).toEqual([record, {}]);
  });

  it('cannot be read if the name has other words, or the field is in a consent, and the time has an unknown format', () => {
    const records = [
      { cf_consent_valid_until: '31 décembre 2020' },
      { consent: { given: true, validUntil: '20-12-31' } },
    ];
    expect(records.map((record) => signsIn(record).unreadable)).toEqual(['cf_consent_valid_until', 'consent']);
  });

  it.each(
    [
      'Subscription_Status__c|Email_Status__c|Email_Subscription__c|Subscriber_Status__c|subscription_status_c|subscription_status_1',
      'Person - Marketing status|cf_subscription_status|mailchimp_subscription_status|subscription_status_de|E-Mail-Status Shop',
      'Versandstatus|Newsletter Kampagne|foo|lastEvent|Anrede 2',
    ]
      .join('|')
      .split('|'),
  )('is "not active" if "%s" says so in unmistakable words', (name) => {
    const words = [
      'Unsubscribed',
      'UNSUBSCRIBED',
      'opted out',
      'Opt-Out',
      'abgemeldet',
      'not subscribed',
      'NOT_SUBSCRIBED',
      'no consent',
      'keine Einwilligung',
      'consent withdrawn',
    ];
    const records = words.flatMap((word) => [
      { [name]: word },
      { [name]: [word] },
      { [name]: { id: 3, label: word } },
      { custom: { [name]: word } },
      { fields: [{ name, value: word }] },
    ]);
    expect(records.filter((record) => signsIn(record).inactive === undefined)).toEqual([]);
  });

  it.each([
    ...[
      'Email_Permission__c',
      'Marketing_Permission__c',
      'Permission__c',
      'Permission_DE',
      'E-Mail-Erlaubnis XY',
      'Kampagne_Newsletter',
      'newsletter campaign',
      'Email_Subscription__c',
      'mysubscribed',
      'wc_permission',
    ].flatMap((name) => [false, 'No', 'nein', 'false', 'Denied'].map((value) => ({ [name]: value }))),
    ...['cancelled', 'inactive', 'blocked'].map((word) => ({ Subscription_Status__c: word })),
    ...['customer', 'attributes', 'preferences', 'profile', 'user', 'settings'].flatMap((holder) =>
      [
        'accepts_marketing',
        'acceptsMarketing',
        'marketingAllowed',
        'allowMarketing',
        'buyer_accepts_marketing',
        'emailPermission',
      ].map((name) => ({
        [holder]: { [name]: false },
      })),
    ),
    ...[
      'subscriptionStatuses',
      'subscription_statuses',
      'subscriptionTypes',
      'mailingLists',
      'mailingList',
      'mailing_list',
      'lists',
      'listMemberships',
    ].flatMap((name) =>
      ['UNSUBSCRIBED', 'NOT_SUBSCRIBED'].map((status) => ({ [name]: [{ id: '1', name: 'Newsletter', status }] })),
    ),
    { lists: [{ status: 'subscribed' }, { status: 'unsubscribed' }] },
    { lists: { status: 'unsubscribed' } },
    { subscription_statuses: ['unsubscribed'] },
    { optOuts: true },
    ...['Abo', 'Abonnement', 'abo'].flatMap((name) =>
      ['beendet', 'ended', 'gekündigt', 'abgelaufen'].map((value) => ({ [name]: value })),
    ),
    ...['Abonnent', 'Abonnentin', 'subscriber'].flatMap((name) =>
      ['nein', 'no', false, 0].map((value) => ({ [name]: value })),
    ),
  ])('is "not active" in %j', (record: Record<string, unknown>) => {
    expect(signsIn(record).inactive).toEqual(expect.any(String));
  });

  it.each(
    `doNotContact Do_Not_Email noContact no_contact dontMail don't_contact keinKontakt nichtKontaktieren nicht_anschreiben stopMailing dnc noSpam
    blocked Blacklisted keinAbo noSubscription optOut HasOptedOut Kontaktsperre unconfirmed`.split(/\s+/),
  )('is "not active" by "%s" as a custom field, in any form', (name) => {
    const affixed = ['__c', '__pc', '_c', '_custom'].map((suffix) => name + suffix);
    const names = [...affixed, ...['cf_', 'x_', 'udf_', 'custom_', 'u_'].map((prefix) => prefix + name)];
    const { status } = signsIn({ [name]: true });
    expect(names.map((one) => [one, signsIn({ [one]: true }).status])).toEqual(names.map((one) => [one, status]));
    const silent = names.flatMap((one) => [false, null, '', 'no'].map((value) => signsIn({ [one]: value })));
    expect(silent).toEqual(silent.map(() => ({})));
  });

  it.each('active subscribed newsletter confirmed canContact mailable Abo Marketing Mailing NL'.split(' '))(
    'is "not active" by a "no" in the custom field "%s"',
    (name) => {
      for (const one of [`${name}__c`, `cf_${name}`, `x_${name}`, `${name}_custom`]) {
        expect([one, signsIn({ [one]: 'nein' }).inactive]).toEqual([one, one]);
        expect([one, signsIn({ [one]: 'ja' })]).toEqual([one, {}]);
      }
    },
  );

  it.each([
    ['unsubscribed', 'doNotContactAnymore'],
    ['unsubscribed', 'do_not_contact_me'],
    ['unsubscribed', 'bitte_nicht_mehr_kontaktieren'],
    ['inactive', 'doNotContactPerson'],
    ['inactive', 'npsp__Do_Not_Contact__c'],
    ['inactive', 'kein_Kontakt_de'],
    [undefined, 'contact_not_found'],
    [undefined, 'Contact_No__c'],
    [undefined, 'do_not_contact_by_phone__c'],
  ])('is %s in "%s", a ban on contacts', (status, name) => {
    expect(signsIn({ [name]: true }).status).toBe(status);
  });

  it('is "not active" by the verification of an address as a custom field', () => {
    expect(signsIn({ Email_Verification_Status__c: 'pending' })).toHaveProperty('inactive');
  });

  it.each(
    `optOutMailSent optOutMailOpened unsubscribeMailSentAt optoutmailsent Abmeldung_Mail_gesendet optOutEmailReceived optOutSent optOutReminder
    optOutReminderSent optOutCampaign optOutCampaignId unsubscribeCampaignId dataSharingOptOut data_sharing_opt_out__c datasharingoptout
    optOutDataSale personalizationOptOut thirdPartyOptOut optOutAvailable optOutNotice optOutOptions predictedUnsubscribe nextUnsubscribe
    never_opened_email neverConfirmedEmail neverSubscribed doNotUpdateEmail do_not_sync_email dontShareEmail`.split(
      /\s+/,
    ),
  )('is no unsubscribe by "%s"', (name) => {
    for (const value of [true, 'ja', '2024-01-01', 5, '12', ['email']])
      expect([value, signsIn({ [name]: value }).status]).not.toEqual([value, 'unsubscribed']);
  });

  it.each(
    `optOutRequestedAt unsubscribe_request email_optout_received lastUnsubscribe optOutConfirmed optOutReason sales_email_opt_out optOutEmail
    do_not_include_in_mailings consent_withdrawn_shop new_donotsendmm`.split(/\s+/),
  )('is still an unsubscribe by "%s"', (name) => {
    expect(signsIn({ [name]: true }).status).toBe('unsubscribed');
  });

  it.each(['optOut', 'opt_out', 'opted_out', 'optedOut', 'optOuts', 'unsubscribed', 'Opt_Out__c'])(
    'is an unsubscribe from emails by the channels in "%s"',
    (name) => {
      const statusOf = (value: unknown) => signsIn({ [name]: value }).status;
      const left = [
        ...[true, 'ja', '2024-01-01', ['yes'], { date: '2024-01-01' }].map((email) => ({ email })),
        ...['mail', 'E-Mail', 'newsletter', 'marketing', 'emailMarketing'].map((channel) => ({ [channel]: true })),
        { email: true, sms: false },
        { email: 'mia@example.org', date: '2024-01-01' },
        { email: null, date: '2024-01-01' },
        ['email'],
        ['sms', 'Newsletter'],
        [{ channel: 'email' }],
      ];
      expect(left.map(statusOf)).toEqual(left.map(() => 'unsubscribed'));
      const not = [
        { sms: true },
        { phone: true, email: false },
        { email: false },
        { email: 'no' },
        { email: 'mia@example.org' },
        ['sms'],
        [],
        'email',
        [{ channel: 'sms' }],
        [{ channel: 'email', status: false }],
      ];
      expect(not.map(statusOf)).toEqual(not.map(() => undefined));
    },
  );

  it.each('Abo Abonnement Abo__c Newsletter-Abonnement newsletterAbo newsletter E-Mail-Abo'.split(' '))(
    'is not "active" by the subscription "%s" that rests, or has an unknown state',
    (name) => {
      const words = ['pausiert', 'ruht', 'ruhend', 'stillgelegt', 'on hold'];
      expect(words.map((word) => signsIn({ [name]: word }).inactive)).toEqual(words.map(() => name));
      expect(signsIn({ [name]: 'Premium' })).toEqual({ unreadable: name });
      expect(signsIn({ [name]: 'nein' }).inactive).toBe(name);
      expect(signsIn({ [name]: '' })).toEqual({});
      expect(['ja', 'aktiv', '2024-01-01'].flatMap((word) => Object.keys(signsIn({ [name]: word })))).not.toContain(
        'unreadable',
      );
    },
  );

  it('is not read from an unknown word for the subscription of another object, or for its owner', () => {
    expect([signsIn({ custom: { Abo: 'Premium' } }), signsIn({ subscriber: 'Jo King' })]).toEqual([{}, {}]);
  });

  it.each([
    ...[
      'unsubscribed.',
      'Abgemeldet!',
      'Newsletter abbestellt',
      'Unsubscribed (by user)',
      'unsubscribed on 2024-01-01',
    ],
    ...['opted out of email', 'abgemeldet am 1.2.2024', 'unsubscribed from newsletter', 'bounced', 'Hard Bounce'],
  ])('is "not active" for no certain reason by the value "%s", whatever the name', (value) => {
    expect(signsIn({ foo: value })).toEqual({ inactive: 'foo', status: 'inactive' });
  });

  it.each(['deliveryStatus', 'mailState'])('is "not active" if "%s" is "bounced"', (name) => {
    expect(signsIn({ [name]: 'bounced' }).inactive).toBe(name);
  });

  it.each(['unsubscribed-2019', 'abbestellt', 'not opted out.', 'not opted out (yet)', 'bounced check', 'trampoline'])(
    'is not stated by the value "%s" of an unknown name',
    (value) => {
      expect(signsIn({ foo: value })).toEqual({});
    },
  );

  it.each([
    [{ question: 'Newsletter?', answer: 'Nein' }],
    [{ Frage: 'Newsletter', Antwort: 'nein' }],
    [{ label: 'Newsletter', answer: 'no' }],
    [{ label: 'Newsletter', value: 'no' }],
  ])('is "not active" by the answer to a question: %j', (field) => {
    expect(signsIn({ answers: [field] })).toHaveProperty('inactive');
  });

  it.each([[['sms']], [['SMS', 'Phone', 'post']], [['sms', ['push']]], [[['sms', true]]], [[['email', false]]]])(
    'is not stated by an opt-out from other channels than email: %j',
    (optOuts) => {
      expect(signsIn({ optOuts })).toEqual({});
      expect(signsIn({ active: 1, optOuts })).toEqual({ active: 'active' });
    },
  );

  it.each([
    [['pigeon'], { unreadable: 'optOuts' }],
    [['sms', 'pigeon'], { unreadable: 'optOuts' }],
    [['sms', 'email'], { inactive: 'optOuts', status: 'unsubscribed' }],
    [[['sms', 'email']], { inactive: 'optOuts', status: 'unsubscribed' }],
    [[['email', 'yes']], { inactive: 'optOuts', status: 'unsubscribed' }],
  ])('is not active by an opt-out from %j', (optOuts, signs) => {
    expect(signsIn({ optOuts })).toEqual(signs);
  });

  it.each([
    ['fields', [['newsletter', 'no']], { inactive: 'fields.newsletter', status: 'inactive' }],
    [
      'attributes',
      [
        ['city', 'Kiel'],
        ['Newsletter', 'nein'],
      ],
      { inactive: 'attributes.Newsletter', status: 'inactive' },
    ],
    ['preferences', [['email', 'no']], { inactive: 'preferences.email', status: 'inactive' }],
    ['foo', [['optOut', true]], { inactive: 'foo.optOut', status: 'unsubscribed' }],
    ['foo', [['list_state', 'unsubscribed']], { inactive: 'foo.list_state', status: 'inactive' }],
    [
      'custom',
      { fields: [['unsubscribed_at', '2024-01-01']] },
      { inactive: 'custom.fields.unsubscribed_at', status: 'unsubscribed' },
    ],
    ['fields', [{ key: 'newsletter', value: 'no' }], { inactive: 'fields.newsletter', status: 'inactive' }],
    ['fields', [{ k: 'newsletter', v: 'no' }], { inactive: 'fields.newsletter', status: 'inactive' }],
  ])('is "not active" by the fields in the list "%s": %j', (name, value, signs) => {
    expect(signsIn({ [name]: value })).toEqual(signs);
  });

  it.each([
    {
      fields: [
        ['newsletter', 'yes'],
        ['city', 'Kiel'],
        ['active', 'no'],
      ],
    },
    { fields: ['newsletter', 'no'] },
    { foo: [['newsletter', 'no', 'x'], ['newsletter'], [['newsletter'], 'no'], [1, 'no']] },
    { tags: [['a', 'unsubscribed']] },
    { log: [['2024-01-01', 'unsubscribed']] },
    { history: [['newsletter', 'sent']] },
    { orders: [['status', 'cancelled']] },
    {
      sizes: [
        ['S', 'M'],
        ['no', 'off'],
      ],
    },
    {
      coordinates: [
        [54.3, 10.1],
        [54.4, 10.2],
      ],
    },
    { partner: [['foo', 'unsubscribed']] },
    {
      fields: [
        ['sms_status', 'unsubscribed'],
        ['phone', 'no'],
      ],
    },
    { fields: [{ k: 'size', v: 'no' }] },
  ])('is not stated by ordinary lists: %j', (record) => {
    expect(signsIn(record)).toEqual({});
    expect(signsIn({ active: 1, ...record })).toEqual({ active: 'active' });
  });

  it.each([
    { orderStatus: 'cancelled' },
    { city: 'Spam' },
    { emailTaskStatus: 'cancelled' },
    { mail_delivery_status: false },
    { permission_level: 'none' },
    { permissionLevel: false },
    { note: 'He has unsubscribed from the magazine, not from the newsletter.' },
    { comment: 'Customer asked whether he was opted out' },
    { status_text: 'not opted out' },
    { foo: 'not opted out' },
    { foo: 'unsubscribed-2019' },
    { foo: 'no email' },
    { tags: ['unsubscribed-2019', 'unsubscribed'] },
    { tag: 'unsubscribed' },
    { category: 'Unsubscribed' },
    { categories: [{ name: 'Unsubscribed', label: 'unsubscribed' }] },
    { groups: [{ id: '7', name: 'Unsubscribed' }] },
    { group: { label: 'Abgemeldet' } },
    { segments: ['abgemeldet'] },
    { listName: 'Unsubscribed' },
    { lists: [{ name: 'Unsubscribed', status: 'subscribed' }] },
    { campaign: { name: 'No newsletter' } },
    { fields: [{ name: 'tags', value: 'unsubscribed' }] },
    { fields: [{ name: 'sms_status', value: 'unsubscribed' }] },
    { sms_status: 'unsubscribed' },
    { catalog_status: 'unsubscribed' },
    { channels: [{ channel: 'sms', status: 'unsubscribed' }] },
    { partner_status: 'unsubscribed' },
    { spouse: { foo: 'unsubscribed' } },
    { contacts: [{ email: 'other@example.org', list_state: 'unsubscribed' }] },
    { addresses: [{ foo: 'unsubscribed' }] },
    { events: [{ type: 'unsubscribed' }] },
    { Email_Permission__c: true },
    { Permission__c: 'granted' },
    { Subscription_Status__c: 'Subscribed' },
    { customer: { accepts_marketing: true } },
    { lists: [{ status: 'subscribed' }] },
    { subscriber: 'Jo King' },
    { subscriber: '' },
    { Kampagne_Newsletter: 'Herbst' },
    { newsletterSource: 'none' },
    ...['cancelled', 'no', false].map((value) => ({ marketing_campaign_status: value })),
  ])('is not stated in %j', (record: Record<string, unknown>) => {
    expect(signsIn(record)).toEqual({});
  });

  it.each([
    ['unsubscribed', { Subscription_Status__c: 'Unsubscribed' }],
    ['unsubscribed', { Email_Status__c: 'Opted Out' }],
    ['unsubscribed', { 'Person - Marketing status': 'Unsubscribed' }],
    ['unsubscribed', { subscriptionStatuses: [{ name: 'Newsletter', status: 'UNSUBSCRIBED' }] }],
    ['unsubscribed', { optOuts: true }],
    // one of several subscriptions, or an unknown name
    ['inactive', { subscriptionStatuses: [{ status: 'UNSUBSCRIBED' }, { status: 'SUBSCRIBED' }] }],
    ['inactive', { subscriptionStatuses: [{ status: 'NOT_SUBSCRIBED' }] }],
    ['inactive', { lists: [{ status: 'unsubscribed' }] }],
    ['inactive', { foo: 'unsubscribed' }],
    ['inactive', { Email_Status__c: 'no consent' }],
    ['inactive', { Abo: 'beendet' }],
  ] as [string, Record<string, unknown>][])('has the status %s in %j', (status, record) => {
    expect(signsIn(record).status).toBe(status);
  });

  it('is found in any order of the words of a name', () => {
    const parts = ['newsletter', 'email', 'abgemeldet', 'am'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(parts, { minLength: 4 }),
        fc.constantFrom('', ' ', '_', '. ', ' (', '?'),
        (order, between) => {
          expect(signsIn({ [order.join(between)]: '2024-01-01' }).inactive).toEqual(expect.any(String));
        },
      ),
    );
  });

  it('is not read from the other fields of a receiver or a person', () => {
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

  it.each(['address', 'addresses', 'attributes', 'custom'])('is not read from the content of "%s"', (name) => {
    const held = { state: 'Bavaria', active: false };
    expect([signsIn({ [name]: held }), signsIn({ [name]: [held] })]).toEqual([{}, {}]);
  });

  it.each(
    `mailingState billingState activeCampaignId lastActive unsubscribeUrl optInIp optInSource
    consentText statusDate statusReason station position emailVerified isPrimary hasEmail organisation description notes
    reaction island number person contact data address addresses attributes custom active_orders on at is deliveryBlockedUntil`.split(
      /\s+/,
    ),
  )('is not read from a member "%s", whatever its value', (name) => {
    for (const value of [false, null, '', 'Bavaria', 0, '2024-01-01', { a: 'b' }, ['x']])
      expect(signsIn({ [name]: value })).toEqual({});
  });

  it('is "not active" if one member means inactive, whatever the other members mean and in any order', () => {
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

  it('is never "active" for a value that is not on the list of active values', () => {
    const name = fc.constantFrom('active', 'activated', 'status', 'state', 'subscribed', 'consent');
    const known = /^\s*(1|true|t|yes|y|on|wahr|ja|j|\d{1,14}(\.\d+)?|.*(19|20)\d\d.*|active|aktiv)\s*$/i;
    const value = fc.anything({ withNullPrototype: true }).filter((one) => !known.test(JSON.stringify(one)));
    fc.assert(
      fc.property(name, value, (member, one) => {
        fc.pre(one !== undefined && (typeof one !== 'string' || !known.test(one)));
        fc.pre(one !== true && !(typeof one === 'number' && one > 0) && typeof one !== 'object');
        const signs = signsIn({ [member]: one });
        expect(signs.active).toBeUndefined();
        // a region, and a blank state, say nothing
        const saysNothing = member === 'state' || (member === 'status' && Object.keys(signs).length === 0);
        expect(saysNothing ? member : (signs.inactive ?? signs.unreadable)).toBe(member);
      }),
    );
  });

  it.each([
    ['an object with the keys of a list', { 0: { type: 'email', value: 'a@example.org', active: false } }],
    ['a list in a list', [[{ type: 'email', value: 'a@example.org', status: 'unsubscribed' }]]],
  ])('is also read from contacts in %s', (_, contactData) => {
    expect(signsIn({ contactData }).inactive).toBeDefined();
  });

  it('is read down to a maximum depth', () => {
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
])('a flag with the value %j is set: %j', (value, is) => {
  expect(isSet(value)).toBe(is);
});

describe('a list of pairs, or of names and values', () => {
  const CONSENTS = 'newsletter subscription subscriptions permissions optIn emailConsent consents consent'.split(' ');
  const OPT_OUTS = 'optOut optOuts unsubscribed unsubscribes optedOut abmeldungen'.split(' ');

  it.each(CONSENTS)('is read as the object with that field in %s', (name) => {
    for (const [field, value] of [
      ['unsubscribed', 'no'],
      ['optOut', false],
      ['revoked', 0],
    ])
      for (const one of [[[field, value]], [{ name: field, value }], { key: field, value }, { [String(field)]: value }])
        expect([one, signsIn({ [name]: one })]).toEqual([one, {}]);
    expect(signsIn({ [name]: [['unsubscribed', 'yes']] }).status).toBe('unsubscribed');
    expect(signsIn({ [name]: [{ name: 'optOut', value: true }] }).status).toBe('unsubscribed');
  });

  it.each(OPT_OUTS)('is not an opt-out from mails by another channel in %s', (name) => {
    for (const key of 'name key field code label channel type'.split(' '))
      for (const channel of 'sms phone whatsapp push post'.split(' '))
        for (const value of [true, '2024-01-01']) {
          const entry = { [key]: channel, value };
          expect([entry, signsIn({ [name]: [entry] })]).toEqual([entry, {}]);
          expect([entry, signsIn({ [name]: entry })]).toEqual([entry, {}]);
        }
    expect(signsIn({ [name]: [{ name: 'sms', status: true }] })).toEqual({});
    expect(signsIn({ [name]: { post: true } })).toEqual({});
  });

  it.each(OPT_OUTS)('is not an opt-out from all mails by a list or another purpose in %s', (name) => {
    for (const key of 'name key field code label channel purpose'.split(' '))
      for (const subject of ['dataSharing', 'List A'])
        expect(signsIn({ [name]: [{ [key]: subject, value: true }] }).status).toBe('inactive');
    const lists = [
      { name: 'List A', value: true },
      { name: 'List B', value: false },
    ];
    expect(signsIn({ [name]: lists }).status).toBe('inactive');
    expect(signsIn({ [name]: lists.slice(1) })).toEqual({});
  });

  it.each(OPT_OUTS)('is an opt-out from mails in %s', (name) => {
    for (const value of [
      [{ name: 'email', value: true }],
      [
        { name: 'sms', value: false },
        { key: 'E-Mail', value: '2024-01-01' },
      ],
      [{ channel: 'email', value: true }],
      { label: 'Yes', value: 1 },
      { label: 'Opt-out', value: true },
      { name: 'Newsletter', value: 'ja' },
      { name: 'optOut', value: true },
      [{ name: 'News Letter', value: true }],
      [['email', true]],
    ])
      expect([value, signsIn({ [name]: value }).status]).toEqual([value, 'unsubscribed']);
  });

  it('does not read the label of an option as a field', () => {
    expect(signsIn({ status: { label: 'Unsubscribed', value: 0 } }).inactive).toBe('status');
    expect(signsIn({ subscription: { label: 'Unsubscribed', value: 0 } })).toEqual({ unreadable: 'subscription' });
    expect(signsIn({ newsletter: { label: 'Ja', value: 1 } })).toEqual({ active: 'newsletter' });
    expect(signsIn({ newsletter: { name: 'Weekly', value: true } })).toEqual({ active: 'newsletter' });
  });

  it('keeps the other fields and repeated names', () => {
    expect(signsIn({ newsletter: { name: 'optOut', value: false, status: 'unsubscribed' } }).status).toBe(
      'unsubscribed',
    );
    const pairs = [
      ['optOut', 'yes'],
      ['optOut', 'no'],
    ];
    expect(signsIn({ newsletter: pairs }).status).toBe('unsubscribed');
    const pairsOfObject = [
      ['status', 'active'],
      ['group', 'News'],
    ];
    expect(signsIn({ subscription: pairsOfObject })).toEqual({ active: 'subscription' });
  });
});

it('reads "News Letter" as a newsletter and not as a letter', () => {
  expect(signsIn({ News_Letter: 'no' }).inactive).toBe('News_Letter');
  expect(signsIn({ letter: 'no' })).toEqual({});
});

describe('preferences and attributes', () => {
  const settings = 'newsletterSettings emailSettings emailPreferences newsletterPreferences mailPreferences'.split(' ');
  const consents = ['nein', false, 'widerrufen'].flatMap((value) =>
    ['Werbeeinwilligung', 'werbe_einwilligung'].flatMap((name) => [{ [name]: value }, [{ name, value }]]),
  );

  it.each([
    ...['customFields', 'attributes', 'preferences'].flatMap((name) => consents.map((one) => ({ [name]: one }))),
    ...settings.flatMap((name) =>
      ['allowed', 'active', 'permission', 'subscription'].map((member) => ({ [name]: { [member]: false } })),
    ),
    { mailing: { allowed: false } },
    { mailings: { allowed: 'no' } },
    { marketing: [{ channel: 'email', value: false }] },
    { preferences: [{ type: 'email', allowed: false }] },
    { preferences: [{ channel: 'newsletter', value: false }] },
  ])('are "not active" in %j', (record) => {
    expect(signsIn(record).inactive).toEqual(expect.any(String));
  });

  it.each([
    { customFields: { Werbeeinwilligung: 'ja' } },
    { attributes: { Werbeeinwilligung: '' } },
    { mailing: { active: false } },
    { mailings: [{ status: 'sent', deleted: true }] },
    { emailSettings: { html: false, tracking: false } },
    { newsletterSettings: { frequency: 'never', language: '' } },
    { marketing: [{ channel: 'email', value: true }] },
    { marketing: [{ channel: 'sms', value: false }] },
    { preferences: [{ type: 'email', value: 'mia@example.org' }] },
    { preferences: [{ type: 'newsletter', value: null }] },
    { activities: [{ type: 'email', value: false }] },
  ])('say nothing in %j', (record) => {
    expect(signsIn(record)).toEqual({});
  });
});

describe('an opt-out', () => {
  it.each([
    { optOuts: ['all'] },
    ...['keineMails', 'keineEmails', 'noMails', 'noEmails', 'noEmail'].map((name) => ({ [name]: true })),
  ])('is %j', (record) => {
    expect(signsIn(record).status).toBe('unsubscribed');
  });

  it('from mails is not one from push and in-app messages', () => {
    expect(signsIn({ optOuts: ['push', 'in-app'] })).toEqual({});
  });

  it.each([{ optOutVia: 'sms' }, { optOutBy: 'email' }, { optOutMethod: 'email' }])(
    'is not known from %j',
    (record) => {
      expect(signsIn(record)).toEqual({ unreadable: expect.any(String) as string });
    },
  );
});
