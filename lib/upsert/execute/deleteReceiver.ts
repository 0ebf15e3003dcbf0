/**
 * Executes delete requests: `{deleteRequested, email?, contactData?}` in the entry, or the CleverReach id in the
 * metadata.
 */

import { groupById } from '../../cleverreach/groups';
import { receiverExists } from '../../cleverreach/receiverExists';
import {
  AuthorisationError,
  NotAcceptedError,
  RecordError,
  TemporaryError,
  UnexplainedError,
} from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { idsOfAddress } from '../resolve/addressToDelete';
import { announceDeletion } from '../output/dryRun';
import { typedError } from '../recordError';
import { ownId } from '../resolve/receiverId';
import { nameOf, type IncomingRecord } from '../types';
import type { WriteContext } from '../plan/writeContext';
import type { WriteResult } from '../output/writeResult';
import { groupWithName, stepGroup } from '../resolve/targetGroup';

type DeleteContext = Pick<WriteContext, 'settings' | 'api' | 'directory'>;

/**
 * Deletes the receiver from the group of the step, or from the account if the step has no group. `confirmed`: a lookup
 * after the deletion did not find the receiver, even if it did not exist before. `denied`: the step or the account may
 * not delete. `failed`: any other failure. Only a failure that may pass is an error, so that the message is
 * redelivered.
 */
export async function deleteReceiver(
  record: IncomingRecord,
  position: number,
  context: DeleteContext,
): Promise<WriteResult> {
  return await settle(record, position, context, async (ids, groupId) => {
    for (const id of ids) await remove(id, groupId, context);
  });
}

/** Describes what {@link deleteReceiver} would do. */
export async function announceDeleteReceiver(
  record: IncomingRecord,
  position: number,
  context: DeleteContext,
): Promise<WriteResult> {
  let isThere = false;
  const result = await settle(record, position, context, async (ids, groupId) => {
    for (const id of ids) isThere = (await isIn(groupId, id, context)) || isThere;
  });
  if (result.kind !== 'deleted') return result;
  const { groupId } = result;
  const group = groupId === undefined ? undefined : await groupWithName(groupId, context.directory);
  return {
    ...(groupId !== undefined && { groupId }),
    kind: 'announced',
    announcement: announceDeletion(result, isThere, group),
  };
}

/** Resolves a request and returns its result. `handle` receives the ids and the group (undefined: all groups). */
async function settle(
  record: IncomingRecord,
  position: number,
  context: DeleteContext,
  handle: (ids: readonly string[], groupId: string | undefined) => Promise<void>,
): Promise<WriteResult> {
  const { settings, directory } = context;
  if (!settings.deletes) {
    return { kind: 'deleted', outcome: 'denied', reason: 'the field "deletes" of the step is not set' };
  }
  const known: { recordUid?: string; groupId?: string } = {};
  const name = nameOf(record, position);
  try {
    const given = ownId(record.metadata, settings);
    if (given !== undefined) known.recordUid = given;
    const groupId = await stepGroup(settings, directory);
    if (groupId !== undefined) known.groupId = groupId;
    const { ids, others } = await meant(record, given, name, groupId, context);
    if (ids[0] !== undefined) known.recordUid = ids[0];
    // if only one were deleted, a redelivered request would match the other one
    if (others.length > 0) throw anotherMeant(name, ids, others);
    await handle(ids, groupId);
    return { kind: 'deleted', outcome: 'confirmed', ...known };
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary || error instanceof NotAcceptedError || error instanceof UnexplainedError)
      return { kind: 'failed', error };
    const outcome = error instanceof AuthorisationError ? 'denied' : 'failed';
    return { kind: 'deleted', outcome, ...known, reason: error.message };
  }
}

/**
 * Matches as in a write: by CleverReach id first; without an id, or if it is not found, by address.
 * @returns `others` contains the receivers with the address if the id is found and belongs to a different receiver:
 *   then it is unclear which one is correct
 */
async function meant(
  { entry }: IncomingRecord,
  given: string | undefined,
  name: string,
  groupId: string | undefined,
  context: DeleteContext,
): Promise<{ ids: readonly string[]; others: readonly string[] }> {
  const named = await idsOfAddress(entry, name, groupId, context).catch((error: unknown) => {
    if (given !== undefined && error instanceof RecordError) return error;
    throw error;
  });
  if (given === undefined) {
    if (named === undefined || named instanceof RecordError) throw noReceiverNamed(name);
    return { ids: named, others: [] };
  }
  if (named instanceof RecordError) {
    if (await isIn(groupId, given, context)) return { ids: [given], others: [] };
    throw named;
  }
  const others = named?.filter((id) => id !== given) ?? [];
  if (others.length === 0 || (await isIn(groupId, given, context))) return { ids: [given], others };
  return { ids: others, others: [] };
}

function noReceiverNamed(name: string): RecordError {
  return new RecordError(
    `The delete request names no receiver: ${name} has neither a CleverReach receiver id nor an e-mail address.`,
  );
}

function anotherMeant(name: string, ids: readonly string[], others: readonly string[]): RecordError {
  const id = ids.join(', ');
  return new RecordError(
    `The id of ${name} belongs to receiver ${shownId(id)}, but its address to receiver ${others.map(shownId).join(', ')}. ` +
      'Nothing was deleted: send the request with only one of the two.',
  );
}

/** "Confirmed" is a guarantee to a person, so the answer to the deletion is not enough. */
async function remove(id: string, groupId: string | undefined, context: DeleteContext): Promise<void> {
  const done = await context.api.deleteReceiver(id, groupId);
  // CleverReach answers the same for a missing group and a missing receiver
  if (done === 'gone' && groupId !== undefined) groupById(await context.directory.groups(), groupId);
  if (await isStillThere(id, groupId, context)) throw stillThere(id, groupId, done);
}

async function isStillThere(id: string, groupId: string | undefined, { api }: DeleteContext): Promise<boolean> {
  try {
    return groupId === undefined ? await receiverExists(api, id) : (await api.receiver(groupId, id)) !== undefined;
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary) throw error;
    // not "denied": CleverReach allowed the deletion
    throw new RecordError(
      `The request to delete receiver ${shownId(id)} was sent, but the component could not verify the deletion. ${error.message}`,
    );
  }
}

async function isIn(groupId: string | undefined, id: string, { api, directory }: DeleteContext): Promise<boolean> {
  if (groupId === undefined) return await receiverExists(api, id);
  if (await api.receiver(groupId, id)) return true;
  groupById(await directory.groups(), groupId);
  return false;
}

function stillThere(id: string, groupId: string | undefined, done: 'deleted' | 'gone'): TemporaryError {
  const answer = done === 'gone' ? 'it does not exist' : 'it was deleted';
  const place = groupId === undefined ? 'the account' : `group ${shownId(groupId)}`;
  return new TemporaryError(
    `Receiver ${shownId(id)} could not be deleted: CleverReach answered that ${answer}, but ${place} still contains it.`,
  );
}
