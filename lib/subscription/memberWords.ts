/** Words for the state of a receiver, as values of members: English and German, in any spelling. */

import { unified, withoutInvisible } from '../utils/unicode';
import { reasonIn } from './endings';
import { oneOf, withoutUmlauts, type InactiveStatus } from './memberNames';
import { ACTIVE, INACTIVE, LACKING } from './memberNameParts';

/** Words for a state only: as names they have another meaning. */
const GRANTED = 'granted given erteilt';
const WAITING = 'pending waiting cleaned refused verweigert wartend ausstehend unsubscribe';
const LACKING_CONSENT = new RegExp(`^(?:${oneOf(LACKING)})$`);
const NOT = 'not|nicht|un|in|de|non?|never|kein|keine|ohne';
const ACTIVE_STATE = new RegExp(`^(?:${oneOf(ACTIVE)}|${oneOf(GRANTED)})$`);
const INACTIVE_STATE = new RegExp(
  `^(?:${oneOf(INACTIVE)}|${oneOf(WAITING)}|(?:${NOT})(?:${oneOf(ACTIVE)}|${oneOf(GRANTED)}))$`,
);
/**
 * A short statement about an unsubscribe, such as "Unsubscribed by user", and the words that may reverse its meaning.
 */
const UNSUBSCRIBED =
  /^(?=\p{L})(?=.{1,80}$)(?:.*[^\p{L}])?(?:unsubscribed|opted[\s_-]?out|abgemeldet|abbestellt|ausgetragen)(?:[^\p{L}]|$)/iu;
const DOUBTFUL =
  /\?|n['’]t\b|(?:^|[^\p{L}])(?:not?|never|nicht|nie|kein\p{L}*|without|ohne|if|wenn|falls|again|wieder|(?:re)?subscribed|active|aktiv|angemeldet|confirmed|bestätigt)(?:[^\p{L}]|$)/iu;
/** A lack of consent, in a few words that need no name: "no consent", "Einwilligung widerrufen". */
const NO_CONSENT = new RegExp(
  '^(?:(?:no|keine?|ohne|without|missing|fehlende)(?:e?mail|(?:e?mail)?marketing|newsletter|werbe)?' +
    '(?:consent|permission|optin|einwilligung|zustimmung|einverstaendnis|erlaubnis|werbeerlaubnis)' +
    '|(?:consent|permission|einwilligung|zustimmung|erlaubnis)' +
    '(?:revoked|withdrawn|denied|refused|declined|rejected|notgiven|missing|widerrufen|entzogen|verweigert|nichterteilt|fehlt)' +
    '|(?:no|keine?)(?:newsletters?|werbung|emails|werbemails|(?:e?mail)?marketing|mailings?)|do(?:es)?not(?:e?mail|wante?mails?))$',
);
/** An unsubscribe, or a bounce, in a few words that need no name. */
const LEFT = new RegExp(
  '^(?:e?mails?|newsletters?)?(?:has|is|hat|ist|wurde)?' +
    '(?:(?:un|not|never|non)subscribed|opt(?:ed)?out|(?:not|nicht)opt(?:ed)?in|(?:sich)?abgemeldet|nichtabonniert' +
    '|(?<=newsletters?)(?:abbestellt|gekuendigt|cancell?ed)|(?:hard|soft)?bounced?)' +
    '(?:(?:of|from|by|via|per|vom|von|durch)?(?:all|allen|the|dem|den)?(?:e?mails?|mailings?|newsletters?|marketing|user|customer|kunden?|empfaenger))?$',
);
/** What may stand after it: a remark in brackets, a time. */
const ADDITION =
  /\s*\([^()]*\)|\s+(?:(?:on|at|am|since|seit)\s+)?\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[t\s,]+[\d:.+z]+)?|[\s.!,;]+$/gi;
const MAY_BE_STATEMENT =
  /s\W*u\W*b|opt|bounc|abgemeldet|abonn|consent|permission|willig|zustimm|erlaub|einver|mail|werb|news|marketing|[^\0-\x7f]/i;
const MAX_STATEMENT = 40;

/** Whether a text is no more than a statement against mails, whatever the name of its member: "opted out". */
export function isStatement(text: string): boolean {
  if (text.length > MAX_STATEMENT || !MAY_BE_STATEMENT.test(text)) return false;
  const visible = visibleLetters(text.replace(ADDITION, ''));
  return LEFT.test(visible) || NO_CONSENT.test(visible);
}

/** The state that a word means; undefined for other words. Invisible characters never make a word mean "active". */
export function statusOfWord(text: string): 'active' | InactiveStatus | undefined {
  const visible = visibleLetters(text);
  if (INACTIVE_STATE.test(visible) || NO_CONSENT.test(visible)) return reasonIn(visible) ?? 'inactive';
  if (UNSUBSCRIBED.test(text) && !DOUBTFUL.test(text)) return 'unsubscribed';
  return ACTIVE_STATE.test(withoutUmlauts(joined(text))) ? 'active' : undefined;
}

/** The same for the value of a consent or a subscription, where more words mean an end: "lost", "abgelaufen". */
export function statusOfConsent(text: string): 'active' | InactiveStatus | undefined {
  const visible = visibleLetters(text);
  return statusOfWord(text) ?? (LACKING_CONSENT.test(visible) ? (reasonIn(visible) ?? 'inactive') : undefined);
}

function visibleLetters(text: string): string {
  return withoutUmlauts(unified(withoutInvisible(joined(text))));
}

function joined(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '');
}
