/**
 * Creates receivers so that it is certain who was created here. A plain create does that, as it refuses an address that is there.
 * An upsert does not: it merges into whoever has come since the group was read, so it carries no timestamps, and nothing that it
 * leaves waiting is ever activated.
 */

import type { CleverReachApi, Receiver, ReceiverWrite } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { ComponentError, NotFoundError, RecordError, RejectedError, TemporaryError } from '../../utils/errors';
import { advice } from '../../http/errorAdvice';
import { shownId } from '../../utils/ids';
import { activeTimestamps, isWaiting } from '../plan/consent';
import { causeOf, typedError } from '../recordError';
import type { WriteContext } from '../plan/writeContext';

/** How many rows are created alone to see how CleverReach creates a row without timestamps, before the others go together. */
const TRIALS = 3;

type LookUps = Pick<CleverReachApi, 'receiver' | 'receiversByEmails'>;

/** What a plain create came to. */
export type Created =
  | { kind: 'created'; receiver: Receiver }
  /** It was there already, and nothing was written. */
  | { kind: 'exists'; receiver: Receiver }
  /** CleverReach refuses it as a duplicate, and the group does not show it: it may be in another group only. */
  | { kind: 'hidden'; error: RejectedError };

/** What became of a row that is to create an active receiver. */
export type CreatedActive =
  | { kind: 'created'; id: string; receiver?: Receiver }
  | { kind: 'exists'; receiver: Receiver }
  /** It is safe to write it with others, by an upsert without timestamps. */
  | { kind: 'together' }
  | Failed;

type Failed = { kind: 'failed'; error: ComponentError };

/** Throws the errors of the API, save for a duplicate. */
export async function createAlone(
  api: LookUps & Pick<CleverReachApi, 'createReceiver'>,
  groupId: string,
  row: ReceiverWrite,
): Promise<Created> {
  try {
    return { kind: 'created', receiver: await api.createReceiver(groupId, row) };
  } catch (error) {
    if (!(error instanceof RejectedError && error.duplicate)) throw error;
    const receiver = await findStored(api, groupId, row.email);
    if (receiver) return { kind: 'exists', receiver };
    const text = `${causeOf(error)} However, group ${shownId(groupId)} does not contain it. ${advice.conflict}`;
    return { kind: 'hidden', error: new RejectedError(text, error.status) };
  }
}

/** By path, and if it is not there, in every form in which the address may be stored. */
export async function findStored(api: LookUps, groupId: string, email: string): Promise<Receiver | undefined> {
  return (await api.receiver(groupId, email)) ?? (await api.receiversByEmails(groupId, [email]))[0];
}

/**
 * One result per row, in their order; never rejects for what CleverReach answers. A row that comes alone is created with timestamps.
 * Several go together without any; whether CleverReach creates those active or has them wait is not known, so the first is created
 * alone and shows it. Where it waits, the others are created alone too, with timestamps. A group that does not exist is asked for once.
 */
export async function createReceivers(
  rows: readonly ReceiverWrite[],
  groupId: string,
  { api, clock }: Pick<WriteContext, 'api' | 'clock'>,
): Promise<CreatedActive[]> {
  let withoutTimestamps: 'active' | 'waiting' | 'unknown' = rows.length > 1 ? 'unknown' : 'waiting';
  let trials = 0;
  const results: CreatedActive[] = [];
  let missingGroup: Failed | undefined;
  for (const row of rows) {
    if (missingGroup) {
      results.push(missingGroup);
      continue;
    }
    if (withoutTimestamps === 'active' || trials === TRIALS) {
      results.push({ kind: 'together' });
      continue;
    }
    const isTrial: boolean = withoutTimestamps === 'unknown';
    const timestamps: Partial<ReceiverWrite> = isTrial ? {} : activeTimestamps(Math.floor(clock.now() / 1_000));
    const created: Created | Failed = await createAlone(api, groupId, { ...row, ...timestamps }).catch(failed);
    if (isTrial) trials += 1;
    if (created.kind === 'failed' && created.error instanceof NotFoundError) missingGroup = created;
    if (created.kind !== 'created') {
      results.push(created.kind === 'hidden' ? { kind: 'together' } : created);
      continue;
    }
    if (isTrial) withoutTimestamps = created.receiver.active ? 'active' : 'waiting';
    results.push(await activated(created.receiver, row.email, groupId, api).catch(failed));
  }
  return results;
}

/** The answer to the create shows that it is ours and waits; after the activation it no longer shows what is stored. */
async function activated(
  receiver: Receiver,
  sentEmail: string,
  groupId: string,
  api: Pick<CleverReachApi, 'activateReceiver' | 'receiver'>,
): Promise<CreatedActive> {
  const { id, email } = receiver;
  if (!isWaiting(receiver) || !isSameAddress(email, sentEmail)) return { kind: 'created', id, receiver };
  try {
    await api.activateReceiver(groupId, id);
    return { kind: 'created', id };
  } catch (error) {
    return await afterFailedActivation(id, groupId, api, causeOf(typedError(error)));
  }
}

/**
 * An activation whose answer was lost may have been carried out. One that was not is no temporary failure, although the fault may pass:
 * when the record comes again, the receiver can no longer be told from somebody who has signed up meanwhile, and nobody activates it.
 */
async function afterFailedActivation(
  id: string,
  groupId: string,
  api: Pick<CleverReachApi, 'receiver'>,
  cause: string,
): Promise<CreatedActive> {
  const found = await api.receiver(groupId, id).catch(typedError);
  const who = `Receiver ${shownId(id)} was created in group ${shownId(groupId)}`;
  if (found === undefined) throw new TemporaryError(`${who} and is no longer there. ${cause}`);
  const isKnown = !(found instanceof ComponentError);
  if (isKnown && found.active) return { kind: 'created', id, receiver: found };
  const state = isKnown
    ? 'could not be activated: it is in the group and not active'
    : 'it is not known whether it was activated';
  throw new RecordError(
    `${who}, and ${state}. Sending the record again does not activate it: ${isKnown ? '' : 'if it is not active, '}activate it in CleverReach, or delete it there and send the record again. ${cause}`,
  );
}

function failed(error: unknown): Failed {
  return { kind: 'failed', error: typedError(error) };
}
