/** What is to be done with a record, decided from what it says and from what is stored; nothing is sent here. */

import type { Receiver, ReceiverWrite } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { RecordError, type ComponentError } from '../../utils/errors';
import type { Types } from './attributeFilter';
import { contentOf, diff } from './diff';
import type { IsSettled } from './storedSpellings';
import type { WriteSettings } from '../writeSettings';
import type { Row } from './row';
import { newTags } from './tags';

export type Plan =
  /** `elsewhere` is the receiver of the account that has the address, where it was looked for and found. */
  | { kind: 'create' | 'createUnconfirmed'; write: ReceiverWrite; elsewhere?: Receiver }
  | { kind: 'update'; stored: Receiver; write: ReceiverWrite }
  /** `otherwise` is what CleverReach stores in another spelling: names of attributes, or "tags". */
  | { kind: 'same'; stored: Receiver; otherwise?: string[] }
  /** The address changes first; `write` is what differs beside it. */
  | { kind: 'move'; stored: Receiver; email: string; write?: ReceiverWrite }
  | { kind: 'skip'; reason: string }
  | { kind: 'refuse'; error: ComponentError };

/** What a plan is made of. */
export interface Facts {
  row: Row;
  /** The receiver that the record means; undefined when it is not in the group. */
  stored: Receiver | undefined;
  types: Types;
  /** Which values CleverReach stores in another spelling than they are sent. */
  isSettled?: IsSettled | undefined;
  newReceivers: WriteSettings['newReceivers'];
  /** The record in words. */
  name: string;
}

export function planRecord({ row, stored, types, isSettled, newReceivers, name }: Facts): Plan {
  if (stored) return planExisting(row, stored, types, isSettled);
  if (row.email === undefined) return { kind: 'refuse', error: noAddress(name) };
  if (newReceivers === 'skip') {
    return { kind: 'skip', reason: `the group has no receiver for ${name}, and "newReceivers" is "skip"` };
  }
  const content = contentOf(row.attributes, row.global_attributes, newTags(row.tags));
  const write = { email: row.email, ...content };
  return { kind: newReceivers === 'active' ? 'create' : 'createUnconfirmed', write };
}

/** The stored spelling of an address is the one that is written to: another may be another receiver to CleverReach. */
function planExisting(row: Row, stored: Receiver, types: Types, isSettled: Facts['isSettled']): Plan {
  const otherwise = new Set<string>();
  const content = diff(row, stored, types, (scope, name, ...values) => {
    const settled = isSettled?.(scope, name, ...values) === true;
    if (settled) otherwise.add(scope === 'tags' ? scope : name);
    return settled;
  });
  if (row.email !== undefined && !isSameAddress(row.email, stored.email)) {
    const { email } = row;
    return { kind: 'move', stored, email, ...(content && { write: { email, ...content } }) };
  }
  if (content) return { kind: 'update', stored, write: { email: stored.email, ...content } };
  return { kind: 'same', stored, ...(otherwise.size > 0 && { otherwise: [...otherwise] }) };
}

/** @param advice what would help, if that is known: a sentence after a blank */
export function noAddress(name: string, advice = ''): RecordError {
  return new RecordError(
    `No receiver matches ${name}, and it has no e-mail address to create one; nothing was written.${advice}`,
  );
}
