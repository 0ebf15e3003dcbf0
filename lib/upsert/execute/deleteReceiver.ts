/**
 * Executes delete requests: `{deleteRequested, cleverreach?, email?, contactData?}` in the entry, or the CleverReach id
 * in the metadata.
 */

import { groupById } from '../../cleverreach/groups';
import { receiverExists } from '../../cleverreach/accountLookup';
import { NotFoundError, RecordError, RejectedError, TemporaryError, UnexplainedError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { idsOfAddress, idsStillShown, reportedDeletion, type ReportedDeletion } from '../resolve/receiversToDelete';
import { dryRunOfDeletion } from '../output/dryRun';
import { areCredentialsRefused, typedError } from '../recordError';
import { ownId, nameOf, type IncomingRecord } from '../record';
import type { WriteContext } from '../plan/writeContext';
import type { WriteResult } from '../output/writeResult';
import { groupWithName, missingGroup, stepGroup } from '../resolve/targetGroup';

type DeleteContext = Pick<WriteContext, 'settings' | 'api' | 'directory'>;

/**
 * Deletes the receiver from the group of the step; without one, from the group that the request reports; without either,
 * from the account.
 *
 * - `confirmed`: a lookup after the deletion did not find the receiver, even if it did not exist before.
 * - `denied`: the step does not delete.
 * - `failed`: CleverReach rejects the deletion, or does not show whether it took place.
 *
 * An invalid request, refused credentials, a missing permission and a temporary failure are errors.
 */
export async function deleteReceiver(
  record: IncomingRecord,
  position: number,
  context: DeleteContext,
): Promise<WriteResult> {
  let wasThere = false;
  const result = await settle(record, position, context, async (ids, groupId, isByAddress) => {
    const handled = new Set<string>();
    let pending = ids;
    while (pending.length > 0) {
      for (const id of pending) {
        handled.add(id);
        const done = await deleteOne(id, groupId, context);
        wasThere ||= done === 'deleted';
        const problem = await verify(id, groupId, done, context);
        if (problem !== undefined) return problem;
      }
      const isShownAlone = isByAddress && groupId === undefined;
      const shown = isShownAlone ? await idsStillShown(record.entry, nameOf(record, position), context.api) : [];
      pending = shown.filter((id) => !handled.has(id));
    }
    return undefined;
  });
  const isMissing = result.kind === 'deleted' && result.outcome === 'confirmed' && !wasThere;
  return isMissing ? { ...result, wasThere } : result;
}

/** A deletion that CleverReach rejects may have been carried out by an earlier attempt without a clear answer. */
async function deleteOne(id: string, groupId: string | undefined, context: DeleteContext): Promise<'deleted' | 'gone'> {
  try {
    return await context.api.deleteReceiver(id, groupId);
  } catch (error) {
    if (!(error instanceof RejectedError || error instanceof UnexplainedError)) throw error;
    const isThere = await isIn(groupId, id, context).catch((thrown: unknown) => {
      const problem = typedError(thrown);
      if (problem.temporary) throw problem;
      return true;
    });
    if (isThere) throw error;
    return 'deleted';
  }
}

/** Describes what {@link deleteReceiver} would do. */
export async function dryRunDeleteReceiver(
  record: IncomingRecord,
  position: number,
  context: DeleteContext,
): Promise<WriteResult> {
  const there: string[] = [];
  const result = await settle(record, position, context, async (ids, groupId) => {
    for (const id of ids) if (await isIn(groupId, id, context)) there.push(id);
    return undefined;
  });
  if (result.kind !== 'deleted') return result;
  const { groupId } = result;
  const group = groupId === undefined ? undefined : await groupWithName(groupId, context.directory);
  return {
    ...(groupId !== undefined && { groupId }),
    kind: 'dryRun',
    preview: dryRunOfDeletion(result, there, group),
  };
}

/**
 * Finds the receivers of a request, calls `handle` with their ids and the group (undefined: all groups), and returns the
 * result. `handle` returns why the deletion cannot be verified; undefined if it is verified. `isByAddress` means that the
 * receivers were found by the address of the request, not by an id.
 */
async function settle(
  record: IncomingRecord,
  position: number,
  context: DeleteContext,
  handle: (ids: readonly string[], groupId: string | undefined, isByAddress: boolean) => Promise<string | undefined>,
): Promise<WriteResult> {
  const { settings, directory } = context;
  if (!settings.deletes) {
    return { kind: 'deleted', outcome: 'denied', reason: 'the field "deletes" of the step is not set' };
  }
  const known: { recordUid?: string; groupId?: string } = {};
  const name = nameOf(record, position);
  try {
    const own = ownId(record.metadata, settings);
    if (own !== undefined) known.recordUid = own;
    const report = await reportedDeletion(record.entry, name, directory);
    const groupId = (await stepGroup(settings, directory)) ?? reportedGroup(report, name);
    if (groupId !== undefined) known.groupId = groupId;
    const reported = report && 'receiverId' in report ? report.receiverId : undefined;
    if (own !== undefined && reported !== undefined && own !== reported) throw twoIds(name, own, reported);
    const given = own ?? reported;
    const { ids, others } = await meant(record, given, report, name, groupId, context);
    if (ids[0] !== undefined) known.recordUid = ids[0];
    // if only one were deleted, a redelivered request would match the other one
    if (others.length > 0) throw anotherMeant(name, ids, others);
    const problem = await handle(ids, groupId, given === undefined || !ids.includes(given));
    if (problem !== undefined) return { kind: 'deleted', outcome: 'failed', ...known, reason: problem };
    return { kind: 'deleted', outcome: 'confirmed', ...known };
  } catch (thrown) {
    const error = typedError(thrown);
    if (error instanceof RejectedError) {
      return { kind: 'deleted', outcome: 'failed', ...known, reason: error.message };
    }
    const { groupId } = known;
    if (groupId === undefined) return { kind: 'failed', error };
    const isMissing = error instanceof NotFoundError;
    return { groupId, kind: 'failed', error: isMissing ? await missingGroup(error, groupId, directory) : error };
  }
}

/**
 * The group that the request is about, if it is about one: then the receiver must not be deleted from all groups.
 * @throws RecordError if the group is not known to belong to the account of the step
 */
function reportedGroup(report: ReportedDeletion | undefined, name: string): string | undefined {
  if (report === undefined || 'receiverId' in report) return report?.groupId;
  if (!report.namesGroup) return undefined;
  throw new RecordError(
    `The delete request of ${name} is about one group, but ${report.problem}, and the step names no group; nothing was deleted. ` +
      'Set the field "groupId" or "groupName" of the step.',
  );
}

/**
 * Matches as in a write: by CleverReach id first; without an id, or if it is not found, by address.
 * @returns `others` contains the receivers of the account with the address if the id is found and belongs to a different
 *   receiver: then it is unclear which one is correct
 */
async function meant(
  { entry }: IncomingRecord,
  given: string | undefined,
  report: ReportedDeletion | undefined,
  name: string,
  groupId: string | undefined,
  context: DeleteContext,
): Promise<{ ids: readonly string[]; others: readonly string[] }> {
  const named = await idsOfAddress(entry, name, groupId, context).catch((error: unknown) => {
    if (given !== undefined && error instanceof RecordError) return error;
    throw error;
  });
  if (given === undefined) {
    if (named === undefined || named instanceof RecordError) throw noReceiverNamed(name, report);
    return { ids: named, others: [] };
  }
  if (named instanceof RecordError) {
    if (await isIn(groupId, given, context)) return { ids: [given], others: [] };
    throw named;
  }
  const others = named?.filter((id) => id !== given) ?? [];
  const isConfirmed = named === undefined || (named.length > 0 && others.length === 0);
  if (isConfirmed) return { ids: [given], others: [] };
  if (!(await isIn(groupId, given, context))) return { ids: others.length > 0 ? others : [given], others: [] };
  if (others.length > 0) return { ids: [given], others };
  // the group has the id and not the address, which may be that of a receiver of another group
  const elsewhere = groupId === undefined ? [] : await idsOfAddress(entry, name, undefined, context);
  return { ids: [given], others: elsewhere?.filter((id) => id !== given) ?? [] };
}

function noReceiverNamed(name: string, report: ReportedDeletion | undefined): RecordError {
  if (report && 'problem' in report) {
    return new RecordError(
      `The delete request of ${name} cannot be carried out by its id, because ${report.problem}, and it has no readable e-mail address; nothing was deleted.`,
    );
  }
  return new RecordError(
    `The delete request names no receiver: ${name} has neither a CleverReach receiver id nor a readable e-mail address; nothing was deleted. ` +
      'Send "cleverreach" with "accountId" and "receiverId", as the triggers do, or the address as "email": a mapping does not apply to delete requests.',
  );
}

function twoIds(name: string, own: string, reported: string): RecordError {
  return new RecordError(
    `The delete request of ${name} names two receivers: ${shownId(own)} in its metadata, and ${shownId(reported)} in "cleverreach.receiverId"; nothing was deleted.`,
  );
}

function anotherMeant(name: string, ids: readonly string[], others: readonly string[]): RecordError {
  const id = ids.join(', ');
  return new RecordError(
    `The id of ${name} belongs to receiver ${shownId(id)}, but its address to receiver ${others.map(shownId).join(', ')}. ` +
      'Nothing was deleted: send the request with only one of the two.',
  );
}

/**
 * "Confirmed" is a guarantee to a person, so the response to the deletion is not enough.
 * @returns why the deletion cannot be verified; undefined if it is verified
 */
async function verify(
  id: string,
  groupId: string | undefined,
  done: 'deleted' | 'gone',
  context: DeleteContext,
): Promise<string | undefined> {
  // CleverReach answers the same for a missing group and a missing receiver
  if (done === 'gone' && groupId !== undefined) groupById(await context.directory.groups(), groupId);
  const { api } = context;
  try {
    const isThere =
      groupId === undefined ? await receiverExists(api, id) : (await api.receiver(groupId, id)) !== undefined;
    if (isThere) throw stillThere(id, groupId, done);
    return undefined;
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary || areCredentialsRefused(error)) throw error;
    return `The request to delete receiver ${shownId(id)} was sent, but the component could not verify the deletion. ${error.message}`;
  }
}

async function isIn(groupId: string | undefined, id: string, { api, directory }: DeleteContext): Promise<boolean> {
  if (groupId === undefined) return await receiverExists(api, id);
  if (await api.receiver(groupId, id)) return true;
  groupById(await directory.groups(), groupId);
  return false;
}

function stillThere(id: string, groupId: string | undefined, done: 'deleted' | 'gone'): TemporaryError {
  const said = done === 'gone' ? 'it does not exist' : 'it was deleted';
  const place = groupId === undefined ? 'the account' : `group ${shownId(groupId)}`;
  return new TemporaryError(
    `Receiver ${shownId(id)} could not be deleted: CleverReach answered that ${said}, but ${place} still contains it.`,
  );
}
