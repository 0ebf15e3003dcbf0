/** Members of a record that contain the receiver itself, or its e-mail contacts. */

import { asList, onlyOf } from '../utils/lists';
import { isObject } from '../utils/objects';
import { wordSet } from '../utils/text';
import { compact } from './memberNames';
import { statusOfWord } from './memberWords';

/** Members that contain a receiver. */
const HOLDERS = wordSet(
  'data receiver recipient subscriber person contact member empfaenger abonnent kontakt mitglied',
);
/** Members whose own members are never about the state, or are data of CleverReach. */
const OTHERS = wordSet(
  'address addresses adresse adressen attributes globalattributes events orders tags doidata contactdata',
);

/** Types of e-mail contacts, and the members in which people note something about one. */
export const E_MAIL = new Set(['email', 'mail', 'emailaddress']);
const CONTACT_REMARKS = ['label', 'description', 'name', 'note', 'comment'];
/** The receivers and e-mail contacts in a member of a record; undefined if the member may contain other things. */
export function heldBy(name: string, value: unknown): Record<string, unknown>[] | undefined {
  const key = compact(name);
  if (HOLDERS.has(key)) return asList(value).filter(isObject);
  if (key === 'contactdata') return emailsIn(value);
  return OTHERS.has(key) ? [] : undefined;
}

/** The e-mail contacts; a remark such as "unsubscribed" becomes a state. */
function emailsIn(contactData: unknown): Record<string, unknown>[] {
  return asList(contactData)
    .filter(isObject)
    .filter(({ type }) => {
      const kind = onlyOf(type);
      return typeof kind === 'string' && E_MAIL.has(compact(kind));
    })
    .map((contact) => {
      const remark = CONTACT_REMARKS.map((name) => onlyOf(contact[name])).find(
        (one) => typeof one === 'string' && ![undefined, 'active'].includes(statusOfWord(one.trim())),
      );
      return remark === undefined ? contact : { ...contact, state: remark };
    });
}
