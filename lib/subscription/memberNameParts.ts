/**
 * The parts of names of state members, in English and German, without umlauts and punctuation. In a name that also has
 * other words, only the unmistakable parts count: `cf_optOut`, but not `orderStatus`.
 */

import { wordSet } from '../utils/text';

/** What the parts of a name have in common; one bit each. */
export const PART = {
  /** A channel, or a kind of mails. */
  topic: 1,
  /** A topic that makes clear that `state` means a state and not a region; mailing and contact do not. */
  mail: 1 << 1,
  /** A topic whose name is also that of a flag: `newsletter`. */
  flagTopic: 1 << 2,
  /** A topic follows the last of these: `newsletterEmail` is an address. */
  topicLast: 1 << 3,
  /** The person itself: `isSubscriber`. */
  person: 1 << 4,
  is: 1 << 5,
  /** The receiver is, or wants to be, subscribed. */
  start: 1 << 6,
  /** The same, if the name also has a topic: `newsletterAllowed`. */
  weakStart: 1 << 7,
  /** The receiver is not subscribed, or no longer. */
  end: 1 << 8,
  /** The same, if the name also has a consent or a newsletter: `subscriptionExpired`. */
  weakEnd: 1 << 9,
  not: 1 << 10,
  /** Set if the number of negations is odd. */
  odd: 1 << 11,
  time: 1 << 12,
  /** The time of an activation, also without a word for it. */
  moment: 1 << 13,
  count: 1 << 14,
  /** A state in words. */
  status: 1 << 15,
  /** A state in words, or a region. */
  state: 1 << 16,
  /** Unmistakable in any object. */
  specific: 1 << 17,
  /** The owner of a member about mails: `customerConsent`, but not `customerStatus`. */
  owner: 1 << 18,
  /** Another name of a subscription: an end next to it counts, its own value does not. */
  canEnd: 1 << 19,
  /** Until when something is valid: `consentExpiresAt`. */
  limit: 1 << 20,
  /** Whether something is valid: `consentValid`, but not `statusValid`. */
  valid: 1 << 21,
  /** The circumstances of an end, which say that there was one: `unsubscribeReason`. */
  circumstance: 1 << 22,
  /** What is not the state itself, whatever the other parts are: `unsubscribeUrl`, `newsletterId`. */
  other: 1 << 23,
  /** What happened to a mail, or when; next to an end, it is the time of the end: `newsletterOpened`, `lastBounce`. */
  event: 1 << 24,
  /** A way to contact the person other than mails: `smsOptOut`. */
  channel: 1 << 25,
  /**
   * Mails that require consent: a permission for them is a consent, even in a name with other words:
   * `accepts_marketing__c`.
   */
  advertising: 1 << 26,
  /** A permission, of mails only if only a topic or an affix is next to it. */
  permission: 1 << 27,
  /** Beside a consent or a newsletter, no more than another word: `newsletterKampagne`. */
  campaign: 1 << 28,
} as const;

/** Words for a state that are also names of members; `?` marks an optional letter. */
export const ACTIVE =
  'active activated subscribed confirmed enabled optin optedin aktiv aktiviert abonniert angemeldet bestaetigt';
export const INACTIVE =
  'optout optedout bounced? hardbounced? softbounced? disabled blocked blacklisted blocklisted suppressed invalid deleted removed cancell?ed ' +
  'complained spam revoked withdrawn abgemeldet abbestellt ausgetragen gekuendigt gesperrt geloescht ungueltig widerrufen widersprochen entzogen ' +
  'unverified denied declined rejected objected undeliverable unzustellbar ausgetreten deaktiviert abgelehnt';
/** Words for the end or the lack of a consent; as names they count only together with a consent or a newsletter. */
export const LACKING =
  'ended expired lapsed stopped paused suspended terminated discontinued closed over void voided nullified annulled retracted rescinded ' +
  'withheld missing lost lacking lacks absent unavailable pending outstanding withdrawal withdraws? withdrew revokes? revocation denial ' +
  'rejection cancellation termination beendet beendete abgelaufen abgelaufene erloschen erloschene gestoppt pausiert ausgelaufen verfallen verloren ' +
  'verlorene fehlt fehlend fehlende fehlender versagt zurueckgezogen zurueckgezogene zurueckgenommen zurueckgenommene ' +
  'ruht ruhend ruhende ruhendes stillgelegt eingestellt ausgesetzt unterbrochen onhold dormant halted interrupted aufgehoben storniert annulliert unwirksam nichtig ausstehend ausstehende widerrufene entzug austritt';
const NEGATED = ACTIVE.split(' ').flatMap((word) => ['un', 'in', 'de', 'non'].map((not) => not + word));

const SPECIFIC_START =
  'optins? optedin doubleoptin doi einverstaendnis einverstaendniserklaerung einverstanden consents? consented consenting newsletterregistration newsletterregistrierung einwilligungs? einwilligungen eingewilligt zustimmungs? zustimmungen zugestimmt';
const SPECIFIC_END =
  'optouts? optedout unsubscribed? unsubscribing unconsented unsubscription unsubscribers? unsub unsubbed bounced? bounceback bounces hardbounced? hardbounces softbounced? softbounces gebounced abgemeldet ' +
  'abmelde abmeldungs? abbestellt abbestell abbestellungs? ausgetragen austrag austragungs? widersprochen widerspruchs? werbewiderspruchs? werbesperre mailingsperre rundmailsperre ' +
  'werbeverbot mailsperre kontaktsperre sperrvermerk nospam robinson robinsonliste objected objections? signedoff spam complaints?';

/**
 * Words that make a name with other words an unsubscribe: a word for an unsubscribe, or for the mails that another kind
 * of end refers to.
 */
export const ABOUT_MAILS =
  /opt(?:ed)?out|optin|unsub|signedoff|abgemeldet|abmeld|abbestell|austrag|ausgetragen|newsletter|consent|einwillig|einverst|zustimm|werb|marketing|mail|sendmm/;

/** Topics that are also about the person: with a negation, they forbid mails also in a name with other words. */
export const CONTACT = /contact|kontakt|mail|anschreiben/;

/** What systems add before or after the name of a custom field: `Do_Not_Contact__c`, `cf_optOut`, `x_dnc`. */
export const AFFIXES = wordSet('c pc kc cf x u uf udf custom customfield field feld attr attribute prop property');

/** Words that also count inside another word: `produktnewsletter`. Shorter ones are parts of other words. */
export const WITHIN =
  /newsletters?|unsubscribed?|subscribed|(?:has|hat|is)?opt(?:ed)?out|abgemeldet|abmeldung|abbestellt|(?:werbe)?einwilligung|einverstaendnis|(?:hard|soft)bounced?/g;

/** Without one of these stems, a name with other words does not express a state. */
export const STEMS =
  /newsletter|werb|marketing|mail|mm|nl|ads|advertis|subscri|unsub|abonn|permission|erlaubnis|opt(?:ed)?(?:in|out)|doi|consent|ein(?:ge)?will|einverst|zu(?:ge)?stimm|bounce|abgemeld|abmeld|abbestell|aus(?:ge)?tr|widerspr|robinson|sperr|object|signedoff|spam|complain|(?:not|dont|never|no|kein|keinen|nicht|nichtmehr)(?:contact|kontakt|anschreib)/;

/**
 * Other ways to contact the person, and other purposes, than mails. A member with such a word is about nothing else:
 * `smsMarketingConsent`, `cookie_consent`.
 */
export const OTHER_CHANNELS =
  'fax sms mms whatsapp push postal phone telephone telefon letters? tracking profiling cookies? analytics';
/** Mails of paper or of sound. */
export const OTHER_MAILS = /(?:postal|voice|direct)mail/g;

/** By part: the words, and the bits that they have. */
const WORDS: readonly [words: string, bits: number][] = [
  [ACTIVE, PART.start],
  ['activated aktiviert', PART.start | PART.moment],
  ['subscribed abonniert', PART.start | PART.mail | PART.specific],
  [SPECIFIC_START, PART.start | PART.mail | PART.specific],
  ['subscribes? contactable mailable permissions? erlaubnis', PART.start | PART.mail],
  ['permission erlaubnis', PART.permission],
  [
    'newsletters? newsletterabos? newsletterabonnements? e?mailabos? e?mailabonnements? werbung emailmarketing marketinge?mails? promoe?mails? promotionale?mails?',
    PART.flagTopic | PART.mail | PART.specific,
  ],
  ['marketing werbe', PART.advertising],
  ['subscriptions?', PART.flagTopic | PART.mail],
  ['e?mails? nl marketing werbe anmelde marketingmaterials? mm ads advertising', PART.topic | PART.mail],
  ['abo abonnements?', PART.topic | PART.mail | PART.canEnd],
  ['anmeldungs? signup', PART.weakStart | PART.canEnd],
  ['confirmations? bestaetigungs? verification', PART.weakStart],
  ['mailings? contact kontakt gdpr dsgvo list liste verteiler', PART.topic],
  ['subscriber abonnent receiver', PART.person | PART.mail],
  ['empfaengers? recipient member mitglied', PART.person],
  ['is ist', PART.is],
  ['agreed', PART.start],
  [
    'accepts? accepted accepting allows? allowed agrees? agreed receives? wants? wanted can may send permitted permits? erlaubt empfang empfaengt empfangen ' +
      'erhaelt erhalten senden gewuenscht moechte will darf akzeptiert freigegeben genehmigt registered registriert',
    PART.weakStart,
  ],
  [
    `${INACTIVE} ${NEGATED.join(' ')} suppression deactivation deaktivierungs? kuendigungs? widerrufs? sperre sperrung blockiert loeschungs? blacklist blocklist dnc`,
    PART.end,
  ],
  [SPECIFIC_END, PART.end | PART.specific],
  [LACKING, PART.weakEnd],
  [
    'until till thru through validuntil validtill validto validthru validthrough ends? enddate expires? expiry expiration ablauf bis ende endet gueltigkeits? ' +
      'gueltigbis validity laeuftab',
    PART.limit,
  ],
  ['valid gueltig gueltige', PART.valid],
  ['reasons? reasoncode grund gruende source quelle campaign kampagne comment kommentar feedback', PART.circumstance],
  ['campaign kampagne', PART.campaign],
  ['bouncetype bouncecode bouncemessage', PART.end | PART.specific | PART.circumstance],
  [
    'not nicht nichts didnt doesnt hasnt havent isnt wasnt wont cannot cant never refused refuses refusing refusal declines denies rejects verweigert verweigerte verweigerung stops? nie niemals kein keinen? keiner ohne without dont donot exclude excluded ausgeschlossen verbot verboten forbidden unerwuenscht unwanted nein untersagt untersagen ablehnen ablehnung lehnt reject decline refuse exempt off',
    PART.not,
  ],
  ['at on am date datum time timestamp zeitpunkt since seit', PART.time],
  ['count counter anzahl total number nummer nr', PART.count],
  ['status zustand statuses', PART.status],
  ['state', PART.state],
  ['customer buyer user kunden? lead', PART.owner],
  [
    'has have was did does liegt vor gegeben vorhanden available reported master are been hat war wurde wird hs of from to for the by via per as marked given granted erteilt flag all global bulk out ' +
      'anymore me please bitte mehr fuer vom von zum zur die den der des das janein yesno kennzeichen kz',
    0,
  ],
  [
    'id ids uuid guid key hash token code url urls link links uri page seite ip name names title titel subject betreff text texts wording label labels footer template templates ' +
      'vorlage version language lang locale sprache country land region address adresse anschrift ort price preis cost kosten amount betrag ' +
      'coupon voucher gutschein discount rabatt popup banner editor redakteur author admin sender absender score rate quote folder filter ' +
      'check checked protection schutz form forms formular updated changed modified geaendert aktualisiert created erstellt synced imported importiert',
    PART.other,
  ],
  [
    'sent gesendet versendet verschickt opened opens geoeffnet clicked clicks geklickt read gelesen viewed views shown seen angezeigt delivered zugestellt received ' +
      'first last latest next recent erster erste erstes letzter letzte letztes naechster naechste naechstes',
    PART.event,
  ],
  [
    `${OTHER_CHANNELS} tel call calls post brief print voice mobile mobil geotracking ccpa ` +
      'catalogs? catalogues? katalog surveys? umfragen? reviews? bewertungen?',
    PART.channel,
  ],
];
/** Verbs that are about mails if they are forbidden: `nichtAnschreiben`. */
const CONTACTING = 'anschreiben kontaktieren mailen';

/** By first letter, the parts with their bits. */
export const PARTS: ReadonlyMap<string, readonly [word: string, bits: number][]> = (() => {
  const bitsOf = new Map<string, number>();
  for (const [words, bits] of WORDS)
    for (const word of words.split(' ').flatMap(spelt)) bitsOf.set(word, (bitsOf.get(word) ?? 0) | bits);
  for (const word of CONTACTING.split(' ')) bitsOf.set(word, (bitsOf.get(word) ?? 0) | PART.topic);
  const byLetter = new Map<string, [string, number][]>();
  for (const entry of bitsOf) byLetter.set(entry[0].charAt(0), [...(byLetter.get(entry[0].charAt(0)) ?? []), entry]);
  return byLetter;
})();

/** Both spellings of a word with an optional letter. */
function spelt(word: string): string[] {
  const at = word.indexOf('?');
  if (at < 0) return [word];
  const [before, after] = [word.slice(0, at), word.slice(at + 1)];
  return [...spelt(before + after), ...spelt(before.slice(0, -1) + after)];
}
