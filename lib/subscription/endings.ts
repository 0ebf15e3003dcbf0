/** Why a receiver is not active, by the word for it or by the name of a member that is set. */

import { ABOUT_MAILS } from './memberNameParts';
import { compact, meaningOf, withoutAffixes, wordsIn, type InactiveStatus } from './memberNames';

/**
 * Why a receiver is not active, in words for an end and in the names made of them. A word that may have several reasons,
 * such as "blocked" or "cancelled", is not listed.
 */
const REASONS: readonly [words: RegExp, reason: 'unsubscribed' | 'bounced' | 'pending'][] = [
  [
    /opt(?:ed)?out|unsub|signedoff|abgemeldet|abmeld|abbestell|ausgetragen|austrag|revoked|revokes|revocation|withdr[ae]w|retracted|rescinded|widerr|widerspr|entzogen|entzug|zurueckge|object|complain|(?:reported|marked).*spam|spamreport|robinson|werbesperre|werbeverbot|mail(?:ing)?sperre|newsletter.*(?:kuendig|cancel|austritt)|(?:kuendig|cancel|austritt).*newsletter/,
    'unsubscribed',
  ],
  [/bounce|undeliverable|unzustellbar|cleaned/, 'bounced'],
  [/pending|waiting|wartend|ausstehend|(?:un|not|nicht|non?)(?:confirmed|verified|bestaetigt)/, 'pending'],
];

/**
 * Words that forbid mails, in names of members that are an end: `doNotEmail`, `keinNewsletter`. The bits of the parts
 * are not enough, because `noSubscription` and `notSubscribed` do not forbid anything.
 */
const FORBIDS =
  /donot|dont|never|niemals|exclude|(?:kein(?:e[nr]?)?|no|ohne|without)(?:weitere[nr]?)?(?:e?mail)?(?:newsletter|nl$|werb|marketing|mailing|ads$|advertising)|nicht(?:mehr)?(?:anschreiben|kontaktieren|mailen)|^(?:keinee?mails|noe?mails?)$/;

/** An opt-out that is possible, or that is set. */
const MAY_BE_SETTING =
  /optout(?:is|ist)?(?:enabled|allowed|possible|erlaubt|moeglich|aktiviert|available|verfuegbar|offered|angeboten|supported)/;
/**
 * Words, with blanks between them, beside which an end may be a detail of an unsubscribe that has not happened, or one
 * from something else than mails: `optOutReminder`, `optOutMailSent`, `dataSharingOptOut`. A consonant before "sent" is
 * that of "consent".
 */
const DETAIL = new RegExp(
  [
    'reminder|erinnerung|campaign|kampagne|frist|deadline|workflow|automation|instruction|anleitung|hinweis|survey|policy|richtlinie',
    '(?:^| |mails?|out|unsubscribe|ung)(?:was|has|been| )*(?:sent|gesendet|versendet|verschickt|opene?[ds]|geoeffnet|click(?:ed|s)|geklickt|read|gelesen|view(?:ed|s)|shown|seen|angezeigt|delivered|zugestellt)(?:at|on|am| |$)',
    '(?:mail|message|nachricht)s? ?(?:received|empfangen|erhalten)',
    '(?:^| )(?:message|notice|notification|nachricht|info|information|option|eligib(?:le|ility)|process|flow|sequence|period|window|type|typ|method|level|question|frage|next|naechste[rs]?|predicted|prediction|risk|risiko|likelihood|probability|wahrscheinlichkeit)s?(?: |$)',
    'sharing|selling|datasale|datensale|datenweitergabe|thirdpart|personali[sz]|(?:re)?targeting|remarketing|renewal|arbitration|paperless',
    '(?:^| )(?:share|sale|sell|sold|verkauf|weitergabe|third part(?:y|ies)|training|gpc)(?: |$)',
    // not to change an address, or one that was never confirmed, is no ban on mails
    '(?:do ?not|dont|never|niemals)(?: |ever)*(?:update|sync|overwrite|merge|verif|valid|confirm|change|edit|delete|use|show|display|print|import|export|track|link|match|deliver|subscri|optedin|opted in|activ|bestaetig)',
  ].join('|'),
);

/** The state of a receiver whose member with this name, of the kind "ending", is set. */
export function statusOfEnding(name: string): InactiveStatus {
  // CleverReach's own member for the time of an unsubscribe
  if (compact(name) === 'deactivated') return 'unsubscribed';
  const words = withoutAffixes(wordsIn(name));
  const word = words.join('');
  const isSetting = MAY_BE_SETTING.test(word) || DETAIL.test(words.join(' '));
  const reason = FORBIDS.test(word) ? 'unsubscribed' : (reasonIn(word) ?? 'inactive');
  if (reason !== 'unsubscribed') return reason;
  // an objection, a complaint or a withdrawal may be about anything else
  const isVague = meaningOf(words.join(' '))?.isLoose === true && !ABOUT_MAILS.test(word);
  return isSetting || isVague ? 'inactive' : reason;
}

export function reasonIn(word: string): InactiveStatus | undefined {
  return REASONS.find(([words]) => words.test(word))?.[1];
}
