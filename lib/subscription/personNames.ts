/** Names of members that are about another person than the receiver. */

import { wordSet } from '../utils/text';
import { compact, wordsIn } from './memberNames';

/** Words for another person in the name of a member: `partner_opt_out`. */
const PERSONS = wordSet(
  'spouse wife husband partner assistant owner assignee parent parents mother father child children sibling siblings referrer ' +
    'ehefrau ehemann ehepartner gatte gattin partnerin assistent assistentin besitzer eltern mutter vater kinder',
);
/** Names of members that are about other persons. */
const MEMBERS = wordSet(
  'manager supervisor author createdby updatedby modifiedby lastmodifiedby changedby assignedto referredby relations relatives family ' +
    'household employees colleagues salesrep accountmanager ansprechpartner betreuer vorgesetzter erstelltvon geaendertvon familie mitarbeiter',
);
/** Few names have such letters, and only those are divided into words. */
const LETTERS = new RegExp([...PERSONS, ...MEMBERS].join('|'));

/** Whether a member is about another person: `partner_opt_out`, `createdBy`. */
export function isOfOtherPerson(name: string): boolean {
  const whole = compact(name);
  return LETTERS.test(whole) && (MEMBERS.has(whole) || wordsIn(name).some((word) => PERSONS.has(word)));
}
