/** Requests to delete: `{deleteRequested, email?, contactData?}` in the entry, or our own id in the metadata. */

import { groupById } from '../cleverreach/groups';
import { AuthorisationError, RecordError, TemporaryError } from '../errors';
import { isObject } from '../objects';
import { announceDeletion } from './announce';
import { typedError } from './failure';
import { ownId } from './identity';
import { nameOf, type IncomingRecord, type WriteIo, type WriteResult } from './records';
import type { WriteSettings } from './settings';
import { isAddress } from './row';
import { groupWithName, stepGroup } from './where';

export function isDeleteRequest({ entry }: IncomingRecord): boolean {
  return Boolean(entry['deleteRequested']);
}

type DeleteIo = Pick<WriteIo, 'api' | 'directory'>;

/**
 * Deletes the receiver from the group of the step, or from the account where the step names no group. `confirmed` says that it
 * is gone, also when it was before; `denied` that the step or the account may not; `failed` anything else. Only a failure that
 * may pass is an error, so that the message can come again.
 */
export async function deleteRecord(
  record: IncomingRecord,
  position: number,
  settings: WriteSettings,
  io: DeleteIo,
): Promise<WriteResult> {
  return await settle(record, position, settings, io, async (id, groupId) => {
    if (id !== undefined) await remove(id, groupId, io);
  });
}

/** What {@link deleteRecord} would do, without doing it. */
export async function announceDelete(
  record: IncomingRecord,
  position: number,
  settings: WriteSettings,
  io: DeleteIo,
): Promise<WriteResult> {
  let isThere = false;
  let group: Awaited<ReturnType<typeof groupWithName>> | undefined;
  const result = await settle(record, position, settings, io, async (id, groupId) => {
    isThere = id !== undefined && (await isIn(groupId, id, io));
    group = groupId === undefined ? undefined : await groupWithName(groupId, io.directory);
  });
  if (result.kind !== 'deleted') return result;
  const { groupId } = result;
  return {
    ...(groupId !== undefined && { groupId }),
    kind: 'announced',
    announcement: announceDeletion(result, isThere, group),
  };
}

/** From a request to its outcome. `handle` is told whom it means (undefined: nobody), and in which group (undefined: in all). */
async function settle(
  record: IncomingRecord,
  position: number,
  settings: WriteSettings,
  io: DeleteIo,
  handle: (id: string | undefined, groupId: string | undefined) => Promise<void>,
): Promise<WriteResult> {
  if (!settings.deletes) {
    return { kind: 'deleted', outcome: 'denied', reason: 'the field "deletes" of the step is not set' };
  }
  const known: { recordUid?: string; groupId?: string } = {};
  try {
    const given = ownId(record.metadata, settings);
    if (given !== undefined) known.recordUid = given;
    const groupId = await stepGroup(settings, io.directory);
    if (groupId !== undefined) known.groupId = groupId;
    const id = given ?? (await idOfAddress(record, position, groupId, io.api));
    if (id !== undefined) known.recordUid = id;
    await handle(id, groupId);
    return { kind: 'deleted', outcome: 'confirmed', ...known };
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary) return { kind: 'failed', error };
    const outcome = error instanceof AuthorisationError ? 'denied' : 'failed';
    return { kind: 'deleted', outcome, ...known, reason: error.message };
  }
}

async function remove(id: string, groupId: string | undefined, { api, directory }: DeleteIo): Promise<void> {
  const done = await api.deleteReceiver(id, groupId);
  // a group that does not exist is answered like a receiver that has gone
  if (done === 'gone' && groupId !== undefined) {
    groupById(await directory.groups(), groupId);
    // "confirmed" is a promise to a person, so it is not left to one 404
    if (await api.receiver(groupId, id)) throw stillThere(id, groupId);
  }
}

/** Whether there is anybody to remove. In the whole account it is not looked for: to remove nobody is confirmed as well. */
async function isIn(groupId: string | undefined, id: string, { api, directory }: DeleteIo): Promise<boolean> {
  if (groupId === undefined || (await api.receiver(groupId, id))) return true;
  groupById(await directory.groups(), groupId);
  return false;
}

const stillThere = (id: string, groupId: string): TemporaryError =>
  new TemporaryError(
    `Receiver ${id} could not be deleted: CleverReach answered that it does not exist, yet group ${groupId} shows it.`,
  );

/**
 * Undefined when nobody in the group has the address.
 * @throws RecordError when there is nothing to look for, or no group to look in
 */
async function idOfAddress(
  record: IncomingRecord,
  position: number,
  groupId: string | undefined,
  api: Pick<WriteIo['api'], 'receiversByEmails'>,
): Promise<string | undefined> {
  const name = nameOf(record, position);
  const email = emailOf(record.entry);
  if (email === undefined) {
    throw new RecordError(`Whom to delete is not said by ${name}: it has neither an id of ours nor an e-mail address.`);
  }
  if (groupId === undefined) {
    throw new RecordError(
      `The address of ${name} can be looked up in one group only: set field "groupId" or "groupName", or send our own id.`,
    );
  }
  const [receiver] = await api.receiversByEmails(groupId, [email]);
  return receiver?.id;
}

/** Of a receiver, or of a person: the contact marked as primary, else the first. */
function emailOf(entry: Record<string, unknown>): string | undefined {
  const contacts: unknown[] = Array.isArray(entry['contactData']) ? entry['contactData'] : [];
  const emails = contacts.flatMap((contact) => {
    const type = isObject(contact) ? contact['type'] : undefined;
    return isObject(contact) && typeof type === 'string' && type.trim().toLowerCase() === 'email' ? [contact] : [];
  });
  const ordered = [...emails.filter((one) => one['description'] === 'primary'), ...emails];
  return [entry['email'], ...ordered.map((one) => one['value'])]
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim().toLowerCase())
    .find(isAddress);
}
