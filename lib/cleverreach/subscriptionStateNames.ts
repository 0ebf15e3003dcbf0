/**
 * Which names of members, and which words for a state, say whether a receiver is active: English and German words in any spelling
 * (`hasOptedOut`, `opt_out_date`, `abgemeldetAm`).
 */

/** What a member tells: active or not, since when it is active, that it ended, or its state in a word. */
export type Kind = 'flag' | 'moment' | 'ending' | 'state';

/** Words for a state that are the names of members too; a `?` stands for a letter that may be missing. */
const ACTIVE =
  'active activated subscribed confirmed enabled optin optedin aktiv aktiviert abonniert angemeldet bestaetigt';
const INACTIVE =
  'optout optedout bounced? hardbounced? softbounced? disabled blocked blacklisted blocklisted suppressed invalid deleted removed cancell?ed ' +
  'complained spam revoked withdrawn abgemeldet abbestellt ausgetragen gekuendigt gesperrt geloescht ungueltig widerrufen widersprochen entzogen';
/** Words for a state only: as names they would say something else. */
const GRANTED = 'granted given erteilt';
const WAITING =
  'pending waiting cleaned unverified denied declined refused rejected wartend ausstehend abgelehnt unsubscribe';
/** Names only. */
const CONSENTS =
  'consents? consentgiven consentgranted subscriptions? subscribe newsletters? doubleoptin optinemail optinnewsletter optinmarketing ' +
  'acceptsmarketing acceptse?mails? einwilligung einwilligungen einwilligungerteilt eingewilligt zustimmung zustimmungerteilt zugestimmt';
const OBJECTIONS =
  'donote?mail donotsend donotcontact dontcontact dontsend donte?mail noe?mails? nocontact optoutemail optoutnewsletter optoutmarketing ' +
  'unsubscription deactivation keinee?mails? keinewerbung abmelde abmeldung abbestellung austragung widerrufs? widerspruch sperre';

const NOT = 'not|nicht|un|in|de|non?|never|kein|keine|ohne';
/** What may stand in front: an auxiliary verb, or what the member is about. */
const AUXILIARY = 'is has was did are been ist hat war wurde wants receives? allows? date datum';
const TOPICS =
  'newsletter e?mail mailing marketing werbe subscription subscriber receiver consent einwilligung zustimmung optin doubleoptin';
/** What may stand behind: where it ended, and that the value is a time or a flag. */
const CHANNEL = '(?:(?:of|from|to|for|fuer|vom)(?:e?mails?|newsletters?|mailings?|marketing))?';
const TIME = 'at on am date datum time timestamp zeitpunkt since seit';

const START = `(?:${oneOf(ACTIVE)}|${oneOf(CONSENTS)})`;
const OF_START = named(START);
const OF_END = named(`(?:${oneOf(INACTIVE)}|${oneOf(OBJECTIONS)}|(?:${NOT})${START})`);
/** Not that of a mailing address. */
const OF_STATE =
  /^(newsletter|email|marketing|subscription|subscriber|receiver|consent|optin|abo|anmelde)*(status|state|zustand)$/;
const ACTIVE_STATE = new RegExp(`^(?:${oneOf(ACTIVE)}|${oneOf(GRANTED)})$`);
const INACTIVE_STATE = new RegExp(
  `^(?:${oneOf(INACTIVE)}|${oneOf(WAITING)}|(?:${NOT})(?:${oneOf(ACTIVE)}|${oneOf(GRANTED)}))$`,
);
/** Longer than any name that is known. */
const MAX_LENGTH = 60;

/** What a member of this name tells of the state of a receiver; undefined for all others. */
export function kindOf(name: string): Kind | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const word = compact(name);
  if (OF_STATE.test(word)) return 'state';
  if (OF_END.test(word)) return 'ending';
  const start = OF_START.exec(word);
  if (!start) return undefined;
  return start.groups?.['time'] !== undefined || /(activated|aktiviert)$/.test(word) ? 'moment' : 'flag';
}

/** Whether a word is one for a state that is active, or for one that is not; undefined where it is neither. */
export function isActiveState(text: string): boolean | undefined {
  const word = compact(text);
  if (INACTIVE_STATE.test(word)) return false;
  return ACTIVE_STATE.test(word) || undefined;
}

/** In lower case, without what separates its words, umlauts in two letters. */
export function compact(text: string): string {
  return text
    .normalize('NFC')
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
