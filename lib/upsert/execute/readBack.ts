/** Reads the written receivers back and returns the results. */

import { isTooLarge, MAX_ATTRIBUTES } from '../../cleverreach/parseResponse';
import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { ComponentError, RecordError, TemporaryError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Logger } from '../../utils/logger';
import type { Content } from '../plan/diff';
import { wasReactivated, wasRecreated, type StateOfNew } from '../plan/consent';
import { typedError } from '../recordError';
import { stillActive } from './deactivate';
import type { Results } from '../output/writeResult';

export interface Written {
  /** Position of the record. */
  position: number;
  kind: 'created' | 'updated' | 'moved' | 'unsubscribed';
  id: string;
  /** For an opt-out: the ids of all receivers that were deactivated. */
  left?: readonly string[];
  /** Whether the write was to create an active receiver. */
  isMeantActive?: true;
  /** Whether the write was to create a receiver that must confirm first. */
  mustWait?: true;
  /** The address of the written row. */
  email?: string;
  /** The stored receiver before the write; undefined if it did not exist. */
  before?: Receiver;
  /** How the record creates receivers; missing if the write itself creates one. */
  newReceivers?: StateOfNew['newReceivers'];
  /** The written values, without the address. */
  sent?: Content;
  /** For a new receiver, all tags and removals of its record. */
  tags?: readonly string[];
  /** The receiver in the response of the write; undefined if the response is not up to date. */
  receiver?: Receiver;
}

/**
 * Returns the result of each write. Receivers whose response is incomplete, tags included, are read again in bulk.
 *
 * Logs receivers in an unexpected state:
 * - the write activated an inactive receiver, which must not happen
 * - a receiver that must confirm first was created as active
 * - the receiver was removed during the write and created again as active, against its record
 * - a receiver that was to be created as active is not active: it was added to the group after the lookup and keeps its
 * state
 */
export async function readBack(
  written: readonly Written[],
  groupId: string,
  { api, logger }: { api: Pick<CleverReachApi, 'receiversByIds'>; logger: Logger },
): Promise<Results> {
  const results: Results = new Map();
  const incomplete = written.filter(({ receiver }) => receiver?.tags === undefined).map(({ id }) => id);
  const others = written.flatMap(({ id, left = [] }) => left.filter((one) => one !== id));
  const read = await readAgain([...incomplete, ...others], groupId, api);
  for (const one of written) {
    const { position, kind, id } = one;
    const stored = theSame(read.get(id) ?? one.receiver ?? missing(id, groupId), one);
    if (stored instanceof ComponentError) {
      results.set(position, { kind: 'failed', error: stored });
      continue;
    }
    const unfinished = one.left && problemWith(one.left, stored, read, groupId);
    if (unfinished) {
      results.set(position, { kind: 'failed', error: unfinished });
      continue;
    }
    const harm = consentProblem(one, stored);
    if (harm !== undefined) logger.error(`Receiver ${shownId(id)} of group ${shownId(groupId)} ${harm}`);
    if (one.isMeantActive && !stored.active) {
      logger.warn(
        `Receiver ${shownId(id)} of group ${shownId(groupId)} was to be created as active but is not active: it was added to the group just before the write, or CleverReach did not activate it. The step does not change its state.`,
      );
    }
    results.set(position, { kind: one.isMeantActive && !stored.active ? 'updated' : kind, receiver: stored });
  }
  return results;
}

/** Returns an error if one of the deactivated receivers is still active, or cannot be read; one that is gone is neither. */
function problemWith(
  left: readonly string[],
  stored: Receiver,
  read: ReadonlyMap<string, Receiver | ComponentError>,
  groupId: string,
): ComponentError | undefined {
  for (const id of left) {
    const one = id === stored.id ? stored : read.get(id);
    if (one instanceof ComponentError) return one;
    if (one?.active) return stillActive(id, groupId);
  }
  return undefined;
}

/** Describes a consent problem that a write caused, as the end of a sentence; undefined if there is no problem. */
function consentProblem({ before, newReceivers, mustWait }: Written, stored: Receiver): string | undefined {
  if (!stored.active) return undefined;
  if (mustWait) {
    return 'was created as unconfirmed, but CleverReach shows it as active. Deactivate it in CleverReach, unless the person has given consent.';
  }
  if (!before) return undefined;
  if (wasRecreated(before, stored) && (!before.active || newReceivers !== 'active')) {
    return (
      'was removed during the write, and CleverReach created it again as active. ' +
      'Remove or deactivate it in CleverReach, unless the person has given consent.'
    );
  }
  return wasReactivated(before, stored) ? 'was not active before it was written and is active now.' : undefined;
}

/** Maps ids to receivers; if the lookup fails, each id maps to the error. */
async function readAgain(
  ids: readonly string[],
  groupId: string,
  api: Pick<CleverReachApi, 'receiversByIds'>,
): Promise<Map<string, Receiver | ComponentError>> {
  if (ids.length === 0) return new Map();
  try {
    return new Map((await api.receiversByIds(groupId, ids)).map((receiver) => [receiver.id, receiver]));
  } catch (thrown) {
    const error = typedError(thrown);
    return new Map(ids.map((id) => [id, error]));
  }
}

/** Makes sure that the id in the response belongs to the written address. A retry looks the receiver up. */
function theSame(stored: Receiver | ComponentError, { email }: Written): Receiver | ComponentError {
  if (stored instanceof ComponentError) return stored;
  if (isTooLarge(stored)) {
    const text = `Receiver ${shownId(stored.id)} was written and now has more than ${MAX_ATTRIBUTES} attributes in CleverReach, so it is not emitted.`;
    return new RecordError(text);
  }
  if (email === undefined || isSameAddress(stored.email, email)) return stored;
  return new TemporaryError(
    `CleverReach answered a write with receiver ${shownId(stored.id)}, which has another address.`,
  );
}

/** Temporary: a retry creates the receiver again. */
function missing(id: string, groupId: string): ComponentError {
  return new TemporaryError(`Receiver ${shownId(id)} was written and is no longer in group ${shownId(groupId)}.`);
}
