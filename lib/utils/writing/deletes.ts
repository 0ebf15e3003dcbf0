/** Requests to delete: `{deleteRequested, email?, contactData?}` in the entry, or our own id in the metadata. */

import { groupById } from '../cleverreach/groups';
import { AuthorisationError, RecordError, TemporaryError } from '../errors';
import { isObject } from '../objects';
import { typedError } from './failure';
import { ownId } from './identity';
import { nameOf, type IncomingRecord, type WriteIo, type WriteResult, type WriteSettings } from './records';
import { isAddress } from './row';
import { stepGroup } from './where';

export function isDeleteRequest({ entry }: IncomingRecord): boolean {
  return Boolean(entry['deleteRequested']);
}

/**
 * Deletes the receiver from the group of the step, or from the account where the step names no group. `confirmed` says that it
 * is gone, also when it was before; `denied` that the step or the account may not; `failed` anything else. Only a failure that
 * may pass is an error, so that the message can come again.
 */
export async function deleteRecord(
  record: IncomingRecord,
  position: number,
  settings: WriteSettings,
  io: Pick<WriteIo, 'api' | 'directory'>,
): Promise<WriteResult> {
  if (!settings.deletes) {
    return { kind: 'deleted', outcome: 'denied', reason: 'the field "deletes" of the step is not set' };
  }
  const given = ownId(record.metadata, settings);
  const recordUid = given === undefined ? {} : { recordUid: given };
  try {
    const groupId = await stepGroup(settings, io.directory);
    const id = given ?? (await idOfAddress(record, position, groupId, io.api));
    if (id === undefined) return { kind: 'deleted', outcome: 'confirmed', ...recordUid };
    const done = await io.api.deleteReceiver(id, groupId);
    // a group that does not exist is answered like a receiver that has gone
    if (done === 'gone' && groupId !== undefined) {
      groupById(await io.directory.groups(), groupId);
      // "confirmed" is a promise to a person, so it is not left to one 404
      if (await io.api.receiver(groupId, id)) throw stillThere(id, groupId);
    }
    return { kind: 'deleted', outcome: 'confirmed', recordUid: id };
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary) return { kind: 'failed', error };
    const outcome = error instanceof AuthorisationError ? 'denied' : 'failed';
    return { kind: 'deleted', outcome, ...recordUid, reason: error.message };
  }
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
