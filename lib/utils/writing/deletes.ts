/** Requests to delete: `{deleteRequested, email?, contactData?}` in the entry, or our own id in the metadata. */

import { groupById } from '../cleverreach/groups';
import { isInAnyGroup } from '../cleverreach/inAnyGroup';
import { AuthorisationError, NotAcceptedError, RecordError, TemporaryError } from '../errors';
import { shownId } from '../ids';
import { contact } from '../mapping/functions/contact';
import { announceDeletion } from './announce';
import { typedError } from './failure';
import { ownId } from './identity';
import { nameOf, type IncomingRecord, type WriteIo, type WriteResult } from './records';
import type { WriteSettings } from './settings';
import { parseEmail, type Row } from './row';
import { groupWithName, stepGroup } from './where';

type DeleteIo = Pick<WriteIo, 'api' | 'directory'>;

/**
 * Deletes the receiver from the group of the step, or from the account where the step names no group. `confirmed` means that a
 * look afterwards did not find it, also where it had gone before; `denied`, that the step or the account is not allowed to delete;
 * `failed`, anything else. Only a failure that may pass is an error, so that the message can come again.
 */
export async function deleteRecord(
  record: IncomingRecord,
  position: number,
  settings: WriteSettings,
  io: DeleteIo,
): Promise<WriteResult> {
  return await settle(record, position, settings, io, async (ids, groupId) => {
    for (const id of ids) await remove(id, groupId, io);
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
  const result = await settle(record, position, settings, io, async (ids, groupId) => {
    for (const id of ids) isThere = (await isIn(groupId, id, io)) || isThere;
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

/** From a request to its outcome. `handle` is told the receivers that it means, and in which group (undefined: in all). */
async function settle(
  record: IncomingRecord,
  position: number,
  settings: WriteSettings,
  io: DeleteIo,
  handle: (ids: readonly string[], groupId: string | undefined) => Promise<void>,
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
    const ids = given === undefined ? await idsOfAddress(record, position, groupId, io) : [given];
    if (ids[0] !== undefined) known.recordUid = ids[0];
    await handle(ids, groupId);
    return { kind: 'deleted', outcome: 'confirmed', ...known };
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary || error instanceof NotAcceptedError) return { kind: 'failed', error };
    const outcome = error instanceof AuthorisationError ? 'denied' : 'failed';
    return { kind: 'deleted', outcome, ...known, reason: error.message };
  }
}

/** "Confirmed" is a promise to a person, so it is not left to what a deletion is answered. */
async function remove(id: string, groupId: string | undefined, io: DeleteIo): Promise<void> {
  const done = await io.api.deleteReceiver(id, groupId);
  // a group that does not exist is answered like a receiver that has gone
  if (done === 'gone' && groupId !== undefined) groupById(await io.directory.groups(), groupId);
  if (await isStillThere(id, groupId, io)) throw stillThere(id, groupId, done);
}

async function isStillThere(id: string, groupId: string | undefined, { api }: DeleteIo): Promise<boolean> {
  try {
    return groupId === undefined ? await isInAnyGroup(api, id) : (await api.receiver(groupId, id)) !== undefined;
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary) throw error;
    // not "denied": the deletion itself was allowed
    throw new RecordError(
      `CleverReach was asked to delete receiver ${shownId(id)} and does not let us see whether it has gone. ${error.message}`,
    );
  }
}

/** Whether there is anybody to remove. In the whole account it is not looked for: to remove nobody is confirmed as well. */
async function isIn(groupId: string | undefined, id: string, { api, directory }: DeleteIo): Promise<boolean> {
  if (groupId === undefined || (await api.receiver(groupId, id))) return true;
  groupById(await directory.groups(), groupId);
  return false;
}

function stillThere(id: string, groupId: string | undefined, done: 'deleted' | 'gone'): TemporaryError {
  const answer = done === 'gone' ? 'it does not exist' : 'it has gone';
  const place = groupId === undefined ? 'the account' : `group ${shownId(groupId)}`;
  return new TemporaryError(
    `Receiver ${shownId(id)} could not be deleted: CleverReach answered that ${answer}, yet ${place} shows it.`,
  );
}

/**
 * The receivers of the group that have the address, in whatever form it is stored: more than one where CleverReach took two forms
 * for two people.
 * @throws RecordError when there is nothing to look for, or no group to look in
 */
async function idsOfAddress(
  record: IncomingRecord,
  position: number,
  groupId: string | undefined,
  { api, directory }: DeleteIo,
): Promise<string[]> {
  const name = nameOf(record, position);
  const { email, givenEmail } = emailOf(record.entry, name);
  if (email === undefined) {
    throw new RecordError(`Whom to delete is not said by ${name}: it has neither an id of ours nor an e-mail address.`);
  }
  if (groupId === undefined) {
    throw new RecordError(
      `The address of ${name} can be looked up in one group only: set field "groupId" or "groupName", or send our own id.`,
    );
  }
  const found = await api.receiversByEmails(groupId, [givenEmail ?? email]);
  if (found.length > 0) return found.map(({ id }) => id);
  // "confirmed" is a promise to a person, so it is not left to one list without the receiver
  const one = await api.receiver(groupId, email);
  if (one) return [one.id];
  groupById(await directory.groups(), groupId);
  return [];
}

/** Of a receiver, or of a person: the contact marked as primary, else the first. */
function emailOf(entry: Record<string, unknown>, name: string): Pick<Row, 'email' | 'givenEmail'> {
  const own = parseEmail(entry['email'], name);
  return own.email === undefined ? parseEmail(contact(entry['contactData'], 'email'), name) : own;
}
