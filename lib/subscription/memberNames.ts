/**
 * Names and words that express whether a receiver is active: English and German, in any spelling and order
 * (`hasOptedOut`, `opt_out_date`, `Newsletter (abgemeldet am)`), and next to unknown words (`cf_optOut_2`).
 */

import { unified, withoutInvisible } from '../utils/unicode';
import { divisionsOf } from './nameDivision';
import { ABOUT_MAILS, AFFIXES, CONTACT, OTHER_CHANNELS, OTHER_MAILS, PART, STEMS } from './memberNameParts';

/** Why a receiver is not active; `inactive` if the reason is not known. */
export type InactiveStatus = 'unsubscribed' | 'bounced' | 'pending' | 'inactive';

/**
 * The meaning of a member: active or not, the subscription itself, active since, ended, one of two states, the
 * circumstances of an end, valid until, a state in words, or a state in words unless it is a region.
 */
export type Kind = 'flag' | 'topic' | 'moment' | 'ending' | 'either' | 'circumstance' | 'limit' | 'state' | 'region';

const OTHER_CHANNEL = new RegExp(`^(?:${oneOf(OTHER_CHANNELS)})$`);
const OTHER_CHANNEL_LETTERS = new RegExp(oneOf(OTHER_CHANNELS));
/** Both a state and its opposite, so that "yes" does not say which: `Opt-In/Opt-Out`. */
const EITHER =
  /opt(?:ed)?in(?:or|oder|and|und)?(?:opt(?:ed)?)?out|opt(?:ed)?out(?:or|oder|and|und)?(?:opt(?:ed)?)?in$|opt(?:ed)?outopt(?:ed)?in|(?<!un)subscribed?(?:or|oder|and|und)?unsubscribed?|unsubscribed?(?:or|oder|and|und)?subscribed?|(?:^an|anmelde|anmeldung|angemeldet|newsletteran|mailan)(?:or|oder|and|und)?(?:abmelde|abmeldung|abgemeldet)|(?:abmeldung|abgemeldet)(?:oder|und)?an(?:meldung|gemeldet)/;
/** A permission to unsubscribe, in words: `canUnsubscribe`. */
const SETTING =
  /(?:^| )(?:can|may|could|kann|darf|allows?|enables?) ?(?:unsubscribe|opt ?out|abmelden|abmeldung)(?: |$)|(?:^| )(?:unsubscribe|unsubscription|abmeldung|abmelden) ?(?:is |ist )?(?:enabled|allowed|possible|erlaubt|moeglich)(?: |$)|unsubscribable/;
/** Words for an end that may be revoked itself: `optOut: "revoked"`. */
export const REVOKED = /revo[ck]|withdr[ae]w|retract|rescind|widerruf|entzogen|entzug|zurueckge|zurückge/;
/** Longer than any known name, with its blanks and punctuation. */
const MAX_LENGTH = 80;
/** The letters of an affix: `Permission__c`, `cf_permission`. */
const AFFIX = 2;
/** Names repeat in every record. */
const MAX_KNOWN = 5_000;

/** The meaning of a name, and whether it is unmistakable in any object. */
interface Meaning {
  kind: Kind;
  isSpecific: boolean;
  /** Whether the name has other words too, which may change its meaning: only a clear "no" counts. */
  isLoose?: true;
}

const known = new Map<string, Meaning | undefined>();

/** The meaning of a member with this name; undefined if it does not express the state of a receiver. */
export function meaningOf(name: string): Meaning | undefined {
  const kept = known.get(name);
  if (kept !== undefined || known.has(name)) return kept;
  if (name.length > MAX_LENGTH || (/\d/.test(name) && !STEMS.test(compact(name)))) return undefined;
  const meaning = meaningOfField(wordsIn(name));
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, meaning);
  return meaning;
}

/** The kind of a member with this name; undefined if the name has words that are not known. */
export function kindOf(name: string): Kind | undefined {
  const meaning = meaningOf(name);
  return meaning?.isLoose ? undefined : meaning?.kind;
}

/** The kind of a name that says something in any object. */
export function unmistakableKindOf(name: string): Kind | undefined {
  const meaning = meaningOf(name);
  return meaning?.isSpecific && !meaning.isLoose ? meaning.kind : undefined;
}

/** The kind of a name that has other words too; in another object, only of one that is unmistakable. */
export function looseKindOf(name: string, isElsewhere = false): Kind | undefined {
  const meaning = meaningOf(name);
  return meaning?.isLoose && (meaning.isSpecific || !isElsewhere) ? meaning.kind : undefined;
}

/** Whether an unknown value of such a member of another object counts as not active. */
export function holdsUnread(kind: Kind): boolean {
  return kind === 'ending' || kind === 'either' || kind === 'limit';
}

export function isEnd(kind: Kind): boolean {
  return kind === 'ending' || kind === 'circumstance';
}

/** The meaning of a name that may be that of a custom field: without the affixes of one, or else with them. */
function meaningOfField(words: readonly string[]): Meaning | undefined {
  const whole = meaningOfWords(words);
  const bare = withoutAffixes(words);
  const meaning = bare.length === words.length ? undefined : meaningOfWords(bare);
  if (meaning === undefined || meaning.isLoose || (whole !== undefined && !whole.isLoose)) return whole;
  return { ...meaning, isSpecific: meaning.isSpecific || whole !== undefined, isLoose: true };
}

/** The words of a name without the affixes of a custom field. */
export function withoutAffixes(words: readonly string[]): readonly string[] {
  const isOwn = (word: string): boolean => !AFFIXES.has(word) && /\D/.test(word);
  const from = words.findIndex(isOwn);
  return from < 0 ? words : words.slice(from, words.findLastIndex(isOwn) + 1);
}

/** The first meaning among the ways to divide the words into known parts with the fewest letters outside of them. */
function meaningOfWords(words: readonly string[]): Meaning | undefined {
  const word = words.join('');
  const isOfTwo = /sub|opt|meld/.test(word);
  if (isOfTwo && SETTING.test(words.join(' '))) return undefined;
  const { ways, others } = divisionsOf(words);
  if (isOfTwo && EITHER.test(word) && !ways.some((bits) => has(bits, PART.other | PART.event | PART.channel)))
    return { kind: 'either', isSpecific: true };
  for (const bits of others === 0 ? ways : []) {
    if (has(bits, PART.other | PART.event | PART.channel)) continue;
    const kind = kindOfBits(bits);
    const isAboutState = has(bits, PART.status | PART.state);
    const isSpecific =
      (has(bits, PART.specific) && (!isAboutState || ABOUT_MAILS.test(word))) ||
      (has(bits, PART.mail) && isAboutState) ||
      (has(bits, PART.not) && has(bits, PART.topic)) ||
      isPermission(bits);
    if (kind !== undefined && (isSpecific || has(bits, PART.mail) || !has(bits, PART.owner)))
      return { kind, isSpecific };
  }
  if (!STEMS.test(word)) return undefined;
  for (const bits of ways) {
    const kind = looseKind(bits, word, others);
    if (kind !== undefined) return { kind, isSpecific: true, isLoose: true };
  }
  return undefined;
}

/** Whether a name is about another way to contact the person, or another purpose, than mails: `smsMarketingConsent`. */
export function isOfOtherChannel(name: string): boolean {
  if (name.length > MAX_LENGTH) return false;
  const whole = compact(name);
  // few names have such letters, and only those are divided into words
  if (!OTHER_CHANNEL_LETTERS.test(whole) || isAboutMails(whole)) return false;
  // a "News Letter" is not a letter
  const isNewsletter = whole.includes('newsletter');
  return [whole, ...wordsIn(name)].some(
    (word) => OTHER_CHANNEL.test(word) && !(isNewsletter && /^letters?$/.test(word)),
  );
}

/** The text that OData adds for the value of another member: `donotemail@OData.Community.Display.V1.FormattedValue`. */
const ODATA_ANNOTATION = /@odata\./i;

/** Whether a member says nothing about mails: it is about another channel, or an annotation of another member. */
export function isIgnored(name: string): boolean {
  return isOfOtherChannel(name) || ODATA_ANNOTATION.test(name);
}

function isAboutMails(word: string): boolean {
  return word.replace(OTHER_MAILS, '').includes('mail');
}

/** Whether a name is about a permission for mails: `acceptsMarketing`, `emailPermission`. */
function isPermission(bits: number): boolean {
  const isAllowed = has(bits, PART.weakStart) && has(bits, PART.advertising);
  return isAllowed || (has(bits, PART.permission) && has(bits, PART.topic | PART.flagTopic));
}

/** Whether a name is about the state of a subscription: `subscription_status_c`, but not `mailingStatus`. */
function isSubscriptionState(bits: number): boolean {
  const isSubscription = has(bits, PART.flagTopic | PART.advertising | PART.canEnd | PART.permission);
  return has(bits, PART.status | PART.state) && (isSubscription || (has(bits, PART.person) && has(bits, PART.mail)));
}

/** The kind of a name that also has other words: only unmistakable words count. */
function looseKind(bits: number, word: string, others: number): Kind | undefined {
  const isForbidden = has(bits, PART.not) && has(bits, PART.topic) && (has(bits, PART.mail) || CONTACT.test(word));
  const hasAffix = others <= AFFIX && has(bits, PART.permission);
  // `emailSubscription`
  const isSubscription = has(bits, PART.flagTopic) && has(bits, PART.topic) && has(bits, PART.mail);
  const isKnown = has(bits, PART.specific) || isForbidden || hasAffix || isSubscription;
  if (!isKnown && !isPermission(bits) && !isSubscriptionState(bits)) return undefined;
  if (has(bits, PART.channel) && !isAboutMails(word)) return undefined;
  const kind = kindOfBits(bits & ~PART.topicLast) ?? kindBesideCampaign(bits);
  if (kind === 'circumstance') return kind;
  if (has(bits, PART.other) || kind === 'region') return undefined;
  if (kind !== 'ending' && has(bits, PART.event)) return undefined;
  // `newsletterOpenedAt` and `newsletterAccessUntil` say nothing about a consent
  return (kind === 'moment' || kind === 'limit') && !has(bits, PART.start) ? undefined : kind;
}

/** `marketingCampaignStatus` is about a campaign, `newsletterKampagne` about a newsletter. */
function kindBesideCampaign(bits: number): Kind | undefined {
  if (!has(bits, PART.campaign) || has(bits, PART.status | PART.state)) return undefined;
  return kindOfBits(bits & ~(PART.topicLast | PART.circumstance));
}

function kindOfBits(bits: number): Kind | undefined {
  const hasWeakEnd = has(bits, PART.weakEnd) && has(bits, PART.flagTopic | PART.start | PART.canEnd);
  const hasEnd = has(bits, PART.end) || hasWeakEnd;
  const isNegated = has(bits, PART.not) && has(bits, PART.start | PART.weakStart | PART.flagTopic | PART.topic);
  if (has(bits, PART.circumstance)) return hasEnd || isNegated ? 'circumstance' : undefined;
  if (has(bits, PART.status | PART.state)) return kindOfState(bits, hasEnd || isNegated);
  if (has(bits, PART.limit)) return kindOfLimit(bits, hasEnd || isNegated);
  if (hasEnd || isNegated) {
    if (has(bits, PART.count) && !has(bits, PART.specific)) return undefined;
    // "not unsubscribed" is a flag
    return hasEnd === has(bits, PART.odd) ? 'flag' : 'ending';
  }
  if (has(bits, PART.count | PART.not | PART.weakEnd)) return undefined;
  const isTime = has(bits, PART.time | PART.moment);
  const isAllowed = has(bits, PART.weakStart) && has(bits, PART.topic | PART.flagTopic);
  if (has(bits, PART.start) || isAllowed) return isTime ? 'moment' : 'flag';
  if (isTime) return has(bits, PART.flagTopic) && !has(bits, PART.topicLast) ? 'moment' : undefined;
  if (has(bits, PART.person) && has(bits, PART.is | PART.flagTopic)) return 'flag';
  return has(bits, PART.flagTopic) && !has(bits, PART.topicLast) ? 'topic' : undefined;
}

function kindOfState(bits: number, isEnded: boolean): Kind | undefined {
  if (has(bits, PART.time | PART.count | PART.limit | PART.valid)) return undefined;
  if (isEnded) return 'ending';
  if (has(bits, PART.status) || has(bits, PART.mail | PART.start)) return 'state';
  return has(bits, ~PART.state) ? undefined : 'region';
}

function kindOfLimit(bits: number, isEnded: boolean): Kind | undefined {
  if (has(bits, PART.count)) return undefined;
  // "blocked until" is not the end of a subscription; "unsubscribed until" still is one
  if (isEnded) return has(bits, PART.specific) ? 'ending' : undefined;
  const isAbo = has(bits, PART.canEnd) && has(bits, PART.topic);
  return isAbo || has(bits, PART.start | PART.flagTopic) || (has(bits, PART.person) && has(bits, PART.mail))
    ? 'limit'
    : undefined;
}

/** Whether one of the parts is there. */
function has(bits: number, parts: number): boolean {
  return (bits & parts) !== 0;
}

/**
 * In a consent: whether it has ended, or until when it is valid. As names of other members, these words have no
 * meaning.
 */
const ENDED =
  /^(?:is|has|ist|hat)?(?:expired|ended|terminated|closed|over|abgelaufen|beendet|erloschen)(?:at|on|am|date|datum)?$/;
const LIMIT =
  /^(?:date|datum)?(?:valid(?:ity)?|gueltig(?:keit)?|expir(?:es|y|ation)|ablauf|end(?:s|e)?|until|bis)(?:until|till|to|thru|through|bis|end(?:e|s)?|at|on|am|date|datum)*$/;

/** The meaning of a member of a consent that ends it; undefined for other members. */
export function limitOf(name: string): Kind | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const word = compact(name);
  // {"valid": true} is a flag
  if (ENDED.test(word)) return 'ending';
  return LIMIT.test(word) && !/^(?:valid|gueltig)$/.test(word) ? 'limit' : undefined;
}

/** Whether a name says what a state is about: another way to contact the person, mails, or nothing that is known. */
export function subjectOf(name: string): 'other' | 'mails' | undefined {
  const words = wordsIn(name);
  const { ways } = divisionsOf(words);
  if (isIgnored(name)) return 'other';
  if (ways.some((bits) => has(bits, PART.channel)) && !isAboutMails(words.join(''))) return 'other';
  return ways.some((bits) => has(bits, PART.mail) && has(bits, PART.status)) ? 'mails' : undefined;
}

const compacted = new Map<string, string>();

/** Lower case, letters and digits only, umlauts as two letters; a name with invisible characters is still that name. */
export function compact(text: string): string {
  if (text.length > MAX_LENGTH) return lettersOf(text);
  let word = compacted.get(text);
  if (word !== undefined) return word;
  if (compacted.size >= MAX_KNOWN) compacted.clear();
  word = lettersOf(text);
  compacted.set(text, word);
  return word;
}

/** The words of a name in the form of {@link compact}: `optOut_2b` has the words opt, out, 2 and b. */
export function wordsIn(name: string): string[] {
  if (name.length > MAX_LENGTH) return [];
  return unified(withoutInvisible(name))
    .replace(/(\p{Ll})(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})|(\p{L})(?=\p{N})|(\p{N})(?=\p{L})/gu, '$&\n')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(compact)
    .filter((word) => word !== '');
}

function lettersOf(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  const letters = unified(withoutInvisible(text)).toLowerCase();
  return withoutUmlauts(letters.replace(/[^\p{L}\p{N}\p{M}]+/gu, ''));
}

export function withoutUmlauts(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text.replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue').replaceAll('ß', 'ss');
}

export function oneOf(words: string): string {
  return words.replaceAll(' ', '|');
}
