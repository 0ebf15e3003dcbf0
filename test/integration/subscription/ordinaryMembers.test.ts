/** Members of ordinary records of CRMs and shops: none is about whether the receiver wants mails. */

import { signsIn } from '../../../lib/subscription/signs';

const NAMES = `
  id uid externalId customerNumber contactId accountId ownerId leadId name firstName middleName lastName fullName nickname salutation title gender
  birthday birthDate dateOfBirth age maritalStatus nationality language locale timezone currency company companyName department position jobTitle
  profession industry employees annualRevenue website homepage url linkedIn twitter facebook phone mobile fax email emailAddress email2
  secondaryEmail workEmail emailDomain emailType emailVerified emailLabel preferredEmail street houseNumber zip city state region country
  countryCode latitude longitude addressValidUntil validUntil validFrom validTo valid isValid gültigBis expires expiresAt expiryDate endDate end
  startDate start until bis ende ablaufdatum contractStart contractEnd contractEndDate contractStatus contractExpired vertragsende
  vertragsbeginn vertragBis kündigungsfrist laufzeit laufzeitEnde trialEnd trialEndDate trialExpiresAt licenseExpiry cardExpiry cardExpirationDate
  passportExpiry membershipEnd membershipEndDate memberUntil mitgliedBis mitgliedSeit warrantyUntil couponValidUntil
  offerExpiresAt quoteValidUntil eventEnd eventEndDate registrationEnd registrationDeadline registrationDate anmeldeschluss anmeldungBis lastLogin
  lastSeen lastActivity lastContacted lastContactDate nextContactDate contactDate contactPerson contactName contactEnd
  createdAt updatedAt modifiedAt created modified importedAt syncedAt timestamp version revision source leadSource origin campaign
  utmSource referrer channel tags categories labels groups segments lists list listId listName listCount mailingList mailingListId notes
  note comment comments description remark message subject text content feedback reason grund lostReason closedReason statusReason returnReason
  visitReason reasonForContact contactReason type kind category class rank priority score rating points stars balance revenue
  turnover discount price total amount quantity orders orderCount orderStatus orderDate lastOrder lastOrderDate orderReason lost missing refused
  fehlt fehlend verloren absent void pendingOrders missingDocuments documentsMissing lostSince lostDeals refusedDelivery dealLost leadLost
  paymentStatus paymentMissing paymentRefused paymentTerms invoiceStatus invoiceEmail billingEmail billingCity shippingCity vatId taxNumber iban
  bic creditLimit newsletterId newsletterName newsletterUrl newsletterEmail subscriptionPlan subscriptionPrice subscriptionId optInIp optInSource
  optInForm consentText consentIp consentSource consentVersion doiIp doiForm doidata unsubscribeUrl unsubscribeLink unsubscribeToken unsubscribeId
  abmeldelink sendEmail2 emailCount emailsSent emailsOpened opens clicks openRate lastOpen lastClick marketingCampaign marketingSource
  marketingBudget marketingEnd emailEnd privacyVersion gdprVersion role permissionsLevel userType userStatus username passwordExpires
  loginCount twoFactor theme avatar image photo color size weight height shirtSize hobbies interests vip customer lead supplier partner
  employee manager assistant parent children siblings emergencyContact dietary allergies wheelchair seat ticket booth session attended noShow
  startsend bisher amende weekend legend calendar agenda attendee endUser endCustomer endpoint trend gender2 spender lieferende sender blender
`
  .trim()
  .split(/\s+/);

const VALUES: unknown[] = [
  '2020-01-01',
  '2999-01-01',
  1_577_836_800,
  'Kiel',
  'expired',
  'other reason',
  '',
  null,
  { text: 'x', date: '2020-01-01' },
  ['a', 'b'],
];

const RECORDS: Record<string, unknown>[] = [
  { settings: { newsletter: true, theme: 'dark', active: false, expires: '2020-01-01', email: false } },
  { consentDate: '2020-01-01' },
  { optInDate: '2020-01-01', doi: true, doiDate: '2020-01-01', doiIp: '192.0.2.1' },
  {
    addresses: [
      { city: 'Kiel', validUntil: '2020-01-01', state: 'inactive', active: false, consentValidUntil: '2020-01-01' },
    ],
  },
  { orders: [{ status: 'cancelled', reason: 'spam', active: false, unsubscribed: true }] },
  {
    order: { status: 'widerrufen', deleted: true, validUntil: '2020-01-01', items: [{ active: false, refused: true }] },
  },
  { contract: { endDate: '2020-01-01', status: 'terminated', settings: { active: false } } },
  { membership: { validUntil: '2020-01-01', expired: true, cancelled: true } },
  { preferences: { language: 'de', email: 'a@b.cd', currency: 'EUR', newsletter: 'weekly', sms: false, phone: 'no' } },
  { preferences: { email: { newsletter: true, frequency: 'weekly', unsubscribed: false, optOutReason: '' } } },
  { marketing: { source: 'fair', campaign: 'spring', email: { newsletter: true } } },
  { marketing: { phone: false, sms: { unsubscribed: null } } },
  { notifications: { email: false, push: false, status: 'off' } },
  { extension_attributes: { is_subscribed: true, company_id: 0, status: 0 } },
  {
    custom_attributes: [
      { attribute_code: 'is_subscribed', value: '1' },
      { attribute_code: 'active', value: '0' },
    ],
  },
  {
    customFields: [
      { Name: 'unsubscribed', Value: 'false' },
      { Name: 'Contract end', Value: '2020-01-01' },
      { Name: 'reason', Value: 'x' },
    ],
  },
  {
    attributes: {
      newsletter: 'ja',
      consent: '',
      einwilligung: null,
      optin: ' ',
      city: 'Kiel',
      status: 'inactive',
      active: 'no',
    },
  },
  { global_attributes: { newsletter: '', doi: '', consent_date: '', state: 'NO' } },
  { company: { name: 'A', employees: [{ unsubscribed: true, newsletter: false }] } },
  { email: { value: 'a@b.cd', type: 'work', primary: false, verified: false } },
  { emails: [{ address: 'a@b.cd', label: 'work', primary: true, status: 'valid' }] },
  { properties: { hs_lifecyclestage: 'lead', end_date: '2020-01-01', reason: 'x', hs_email_optout: null } },
  { profile: { settings: { options: { flags: { theme: 'no', beta: false } } } } },
];

describe('an ordinary record says nothing against a receiver', () => {
  it('in members that are about something else', () => {
    expect(NAMES.length).toBeGreaterThan(300);
    const wrong = NAMES.flatMap((name) =>
      VALUES.flatMap((value) => [
        { [name]: value },
        { customFields: [{ name, value }] },
        { settings: { [name]: value } },
      ]),
    ).filter((record) => Object.keys(signsIn(record)).some((sign) => sign !== 'active'));
    expect(wrong.map((record) => JSON.stringify(record))).toEqual([]);
  });

  it.each(RECORDS)('in %j', (record) => {
    const { inactive, unreadable } = signsIn(record);
    expect([inactive, unreadable]).toEqual([undefined, undefined]);
  });
});
