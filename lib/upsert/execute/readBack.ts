/** From what was written to what is reported: the receivers as they are stored now. */

import { isTooLarge, MAX_ATTRIBUTES } from '../../cleverreach/parseResponse';
import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { ComponentError, RecordError, TemporaryError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Logger } from '../../utils/logger';
import type { Content } from '../plan/diff';
import { wasReactivated, wasRecreated, type StateOfNew } from '../plan/consent';
import { typedError } from '../recordError';
import type { Results } from '../output/writeResult';

export interface Written {
  /** Of the record. */
  position: number;
  kind: 'created' | 'updated' | 'moved';
  id: string;
  /** Whether the write was to create an active receiver. */
  isMeantActive?: true;
  /** That a row was written to. */
  email?: string;
  /** As it was stored before the write; undefined when it was not there. */
  before?: Receiver;
  /** What its record may create; missing where the write itself is to create a receiver. */
  newReceivers?: StateOfNew['newReceivers'];
  /** What was written beside the address. */
  sent?: Content;
  /** Of a new receiver, all that its record says of tags. */
  tags?: readonly string[];
  /** As the write answered it; undefined when the answer does not show it as it is stored now. */
  receiver?: Receiver;
}

/**
 * The result of each write. Receivers whose answer does not tell them whole, tags included, are read again, together.
 * A receiver that a write has made active again is reported in the log, as no write of ours is to do that, and so is one that was
 * removed during the write and created anew as active against its record, and one that was to be created active and is not: it
 * came into the group after the look-up, and its state is its own.
 */
export async function readBack(
  written: readonly Written[],
  groupId: string,
  { api, logger }: { api: Pick<CleverReachApi, 'receiversByIds'>; logger: Logger },
): Promise<Results> {
  const results: Results = new Map();
  const incomplete = written.filter(({ receiver }) => receiver?.tags === undefined);
  const read = await readAgain(incomplete, groupId, api);
  for (const one of written) {
    const { position, kind, id } = one;
    const stored = theSame(read.get(id) ?? one.receiver ?? missing(id, groupId), one);
    if (stored instanceof ComponentError) {
      results.set(position, { kind: 'failed', error: stored });
      continue;
    }
    const harm = harmDone(one, stored);
    if (harm !== undefined) logger.error(`Receiver ${shownId(id)} of group ${shownId(groupId)} ${harm}`);
    if (one.isMeantActive && !stored.active) {
      logger.warn(
        `Receiver ${shownId(id)} of group ${shownId(groupId)} was to be created as active but is not active: it was added to the group just before the write, or CleverReach holds it back. Its state does not change.`,
      );
    }
    results.set(position, { kind: one.isMeantActive && !stored.active ? 'updated' : kind, receiver: stored });
  }
  return results;
}

/** What a write has done to the consent of a receiver, after its name; undefined where it has done nothing. */
function harmDone({ before, newReceivers }: Written, stored: Receiver): string | undefined {
  if (!before || !stored.active) return undefined;
  if (wasRecreated(before, stored) && (!before.active || newReceivers !== 'active')) {
    return (
      'was removed during the write, and CleverReach created it again as active. ' +
      'Remove or deactivate it in CleverReach, unless it has given its consent.'
    );
  }
  return wasReactivated(before, stored) ? 'was not active before it was written and is active now.' : undefined;
}

/** By id; where the look-up fails, each gets its error. */
async function readAgain(
  written: readonly Written[],
  groupId: string,
  api: Pick<CleverReachApi, 'receiversByIds'>,
): Promise<Map<string, Receiver | ComponentError>> {
  const ids = written.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  try {
    return new Map((await api.receiversByIds(groupId, ids)).map((receiver) => [receiver.id, receiver]));
  } catch (thrown) {
    const error = typedError(thrown);
    return new Map(ids.map((id) => [id, error]));
  }
}

/** An id that the answer to a write gives may be that of another person. When the record is sent again, the receiver is looked up. */
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

/** When the record is sent again, it is created anew. */
function missing(id: string, groupId: string): ComponentError {
  return new TemporaryError(`Receiver ${shownId(id)} was written and is no longer in group ${shownId(groupId)}.`);
}
