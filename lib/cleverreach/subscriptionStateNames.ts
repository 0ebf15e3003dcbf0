/**
 * Names and words that express whether a receiver is active: English and German, in any spelling (`hasOptedOut`,
 * `opt_out_date`, `abgemeldetAm`).
 */

import { composed, unified, withoutInvisible } from '../utils/unicode';

/** The meaning of a member: active or not, active since, ended, valid until, or a state in words. */
export type Kind = 'flag' | 'moment' | 'ending' | 'limit' | 'state';

/** Words for a state that are also names of members; `?` marks an optional letter. */
const ACTIVE =
  'active activated subscribed confirmed enabled optin optedin aktiv aktiviert abonniert angemeldet bestaetigt';
const INACTIVE =
  'optout optedout bounced? hardbounced? softbounced? disabled blocked blacklisted blocklisted suppressed invalid deleted removed cancell?ed ' +
  'complained spam revoked withdrawn abgemeldet abbestellt ausgetragen gekuendigt gesperrt geloescht ungueltig widerrufen widersprochen entzogen';
/** Words for a state only: as names they have another meaning. */
const GRANTED = 'granted given erteilt';
const WAITING =
  'pending waiting cleaned unverified denied declined refused rejected wartend ausstehend abgelehnt unsubscribe';
/** Names only. */
const CONSENTS =
  'consents? consentgiven consentgranted subscriptions? subscribe newsletters? doubleoptin optinemail optinnewsletter optinmarketing ' +
  'acceptsmarketing buyeracceptsmarketing acceptse?mails? allowe?mails? cane?mail emailallowed emailmarketing emailpermission permission marketingallowed ' +
  'agreedtomarketing gdprconsent dsgvoeinwilligung doiconfirmed newsletterabo erlaubnis werbeerlaubnis werbungerlaubt einwilligung einwilligungen einwilligungerteilt eingewilligt zustimmung zustimmungerteilt zugestimmt';
const OBJECTIONS =
  'donote?mail donotsend donotcontact dontcontact dontsend donte?mail noe?mails? nocontact optoutemail optoutnewsletter optoutmarketing ' +
  'donotbulke?mail hsemailoptout globaloptout globalunsubscribe unsubscribedfromall unsub suppression complaint spamcomplaint signedoff invalidemail ' +
  'gebounced blockiert kuendigung werbeverbot robinsonliste unsubscription deactivation keinee?mails? keinewerbung abmelde abmeldung abbestellung austragung widerrufs? widerspruch sperre';

const NOT = 'not|nicht|un|in|de|non?|never|kein|keine|ohne';
/** Possible prefixes: an auxiliary verb, or the topic of the member. */
const AUXILIARY = 'is has was did are been ist hat war wurde wants receives? allows? date datum';
const TOPICS =
  'newsletter e?mail mailing marketing werbe subscription subscriber receiver consent einwilligung zustimmung optin doubleoptin';
/** Possible suffixes: the channel, and whether the value is a time or a flag. */
const CHANNEL = '(?:(?:of|from|to|for|fuer|vom)(?:e?mails?|newsletters?|mailings?|marketing))?';
const TIME = 'at on am date datum time timestamp zeitpunkt since seit';

const START = `(?:${oneOf(ACTIVE)}|${oneOf(CONSENTS)})`;
const OF_START = named(START);
const OF_END = named(`(?:${oneOf(INACTIVE)}|${oneOf(OBJECTIONS)}|(?:${NOT})${START})`);
/** Excludes the state (region) of a postal address. */
const OF_STATE =
  /^(newsletter|email|marketing|subscription|subscriber|receiver|consent|optin|permission|doi|mail|abo|anmelde|einwilligungs)*(status|state|zustand)$/;
const ACTIVE_STATE = new RegExp(`^(?:${oneOf(ACTIVE)}|${oneOf(GRANTED)})$`);
const INACTIVE_STATE = new RegExp(
  `^(?:${oneOf(INACTIVE)}|${oneOf(WAITING)}|(?:${NOT})(?:${oneOf(ACTIVE)}|${oneOf(GRANTED)}))$`,
);
/** Longer than any known name. */
const MAX_LENGTH = 60;

/** The meaning of a member with this name; undefined if it does not express the state of a receiver. */
export function kindOf(name: string): Kind | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  // a value with invisible characters is not understood; a name with them is still that name
  const word = compact(withoutInvisible(unified(name)));
  if (OF_STATE.test(word)) return 'state';
  if (OF_END.test(word)) return 'ending';
  const start = OF_START.exec(word);
  if (!start) return undefined;
  return start.groups?.['time'] !== undefined || /(activated|aktiviert)$/.test(word) ? 'moment' : 'flag';
}

/** In a consent: whether it has ended, or until when it is valid. As names of other members they say nothing. */
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

/** Whether a word means active (true) or inactive (false); undefined for other words. */
export function isActiveState(text: string): boolean | undefined {
  const word = compact(text);
  if (INACTIVE_STATE.test(word)) return false;
  return ACTIVE_STATE.test(word) || undefined;
}

/** Lower case, without word separators, umlauts as two letters. */
export function compact(text: string): string {
  return composed(text)
    .toLowerCase()
    .replace(/[\s_-]/g, '')
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss');
}

function oneOf(words: string): string {
  return words.replaceAll(' ', '|');
}

function named(words: string): RegExp {
  return new RegExp(`^(?:${oneOf(AUXILIARY)}|${oneOf(TOPICS)})*${words}${CHANNEL}(?:(?<time>${oneOf(TIME)})|flag)?$`);
}
