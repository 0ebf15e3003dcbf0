/**
 * Creates active receivers and makes sure that they are new. A plain create does that because it rejects an existing
 * address. An upsert does not: if the receiver was added after the group was read, the upsert merges with it. So the
 * upsert contains no timestamps, and a receiver that is still waiting for confirmation after the upsert is never
 * activated.
 */

import type { CleverReachApi, Receiver, ReceiverWrite } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { byAddress } from '../../cleverreach/sameAddress';
import {
  AuthorisationError,
  ComponentError,
  NotFoundError,
  RecordError,
  RejectedError,
  TemporaryError,
} from '../../utils/errors';
import { advice } from '../../http/errorAdvice';
import { shownId } from '../../utils/ids';
import { activeTimestamps, isWaiting } from '../plan/consent';
import { causeOf, typedError } from '../recordError';
import type { BatchContext } from '../plan/writeContext';

/**
 * Maximum number of single creates that test how CleverReach creates a row without timestamps, before the other rows go
 * together.
 */
const TRIALS = 3;
/** Maximum number of requests for an activation. Before each further one, the receiver is looked up. */
const ACTIVATIONS = 3;

type LookUps = Pick<CleverReachApi, 'receiver' | 'receiversByEmails'>;

/** The result of a plain create. */
export type Created =
  | { kind: 'created'; receiver: Receiver }
  /** The receiver existed, and nothing was written. */
  | { kind: 'exists'; receiver: Receiver }
  /**
   * CleverReach rejects the address as a duplicate, but the group does not contain it: it may be in another group only.
   */
  | { kind: 'hidden'; error: RejectedError };

/** The result of a row that is to create an active receiver. */
export type CreatedActive =
  | { kind: 'created'; id: string; receiver?: Receiver }
  | { kind: 'exists'; receiver: Receiver }
  /** The row can safely be written with others, by an upsert without timestamps. */
  | { kind: 'bulk' }
  | Failed;

type Failed = { kind: 'failed'; error: ComponentError };

/** Throws the errors of the API, except for a duplicate. */
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
    const text = `${causeOf(error)} However, group ${shownId(groupId)} does not contain this address. ${advice.conflict}`;
    return { kind: 'hidden', error: new RejectedError(text, error.status) };
  }
}

/** Looks up by path, then by every possible spelling of the address. */
export async function findStored(api: LookUps, groupId: string, email: string): Promise<Receiver | undefined> {
  return (await api.receiver(groupId, email)) ?? byAddress(await api.receiversByEmails(groupId, [email]))(email)[0];
}

/**
 * Returns one result per row, in the same order; never rejects for a response of CleverReach. A single row is created
 * with timestamps. Several rows go together without timestamps. Unless CleverReach has just created such a row as active,
 * it is unknown whether they will wait, so the first one is created alone as a test. If it waits, the others are created
 * alone too, with timestamps. A missing group is requested only once.
 */
export async function createReceivers(
  rows: readonly ReceiverWrite[],
  groupId: string,
  { api, clock, breaker, createSupport }: Pick<BatchContext, 'api' | 'clock' | 'breaker' | 'createSupport'>,
): Promise<CreatedActive[]> {
  const known = createSupport.createsActive(groupId) ? 'active' : 'unknown';
  let withoutTimestamps: 'active' | 'waiting' | 'unknown' = rows.length > 1 ? known : 'waiting';
  let trials = 0;
  const results: CreatedActive[] = [];
  let missingGroup: Failed | undefined;
  for (const row of rows) {
    if (missingGroup) {
      results.push(missingGroup);
      continue;
    }
    if (withoutTimestamps === 'active' || trials === TRIALS) {
      results.push({ kind: 'bulk' });
      continue;
    }
    const isTrial: boolean = withoutTimestamps === 'unknown';
    const timestamps: Partial<ReceiverWrite> = isTrial ? {} : activeTimestamps(Math.floor(clock.now() / 1_000));
    const create = async (): Promise<Created> => {
      breaker.check();
      return await createAlone(api, groupId, { ...row, ...timestamps });
    };
    const created: Created | Failed = await create().catch(failed);
    if (isTrial) trials += 1;
    if (created.kind === 'failed' && created.error instanceof NotFoundError) missingGroup = created;
    if (created.kind !== 'created') {
      results.push(created.kind === 'hidden' ? { kind: 'bulk' } : created);
      continue;
    }
    if (isTrial) {
      withoutTimestamps = created.receiver.active ? 'active' : 'waiting';
      createSupport.created(groupId, created.receiver.active);
    }
    results.push(await activated(created.receiver, row.email, groupId, { api, breaker }).catch(failed));
  }
  return results;
}

/**
 * Activates a receiver only if the response of the create, or a look-up just before, shows that it waits: it may
 * unsubscribe at any time, and an activation would undo that. After the activation, the response is outdated.
 */
async function activated(
  receiver: Receiver,
  sentEmail: string,
  groupId: string,
  { api, breaker }: { api: Pick<CleverReachApi, 'activateReceiver' | 'receiver'>; breaker: { isOpen: boolean } },
): Promise<CreatedActive> {
  const { id, email } = receiver;
  if (!isWaiting(receiver) || !isSameAddress(email, sentEmail)) return { kind: 'created', id, receiver };
  for (let tries = 1; ; tries += 1) {
    try {
      await api.activateReceiver(groupId, id);
      return { kind: 'created', id };
    } catch (error) {
      const cause = typedError(error);
      const found = await api.receiver(groupId, id).catch(typedError);
      // it is active, or has unsubscribed or bounced
      if (found && !(found instanceof ComponentError) && !isWaiting(found))
        return { kind: 'created', id, receiver: found };
      // a token that has expired was renewed by the look-up
      const mayWork = cause.temporary || cause instanceof AuthorisationError;
      const isLast = tries === ACTIVATIONS || breaker.isOpen;
      if (!found || found instanceof ComponentError || !mayWork || isLast)
        throw notActivated(id, groupId, found, causeOf(cause));
    }
  }
}

/**
 * Temporary only if the receiver is gone. Otherwise not, although the failure may pass: on redelivery, the receiver cannot
 * be distinguished from one that has signed up in the meantime, so it is never activated.
 * @param found the receiver that waits, or why it is unknown whether it waits; undefined if it is gone
 */
function notActivated(
  id: string,
  groupId: string,
  found: Receiver | ComponentError | undefined,
  cause: string,
): ComponentError {
  const group = shownId(groupId);
  if (found === undefined)
    return new TemporaryError(`Receiver ${shownId(id)} was created in group ${group} but is no longer there. ${cause}`);
  const isKnown = !(found instanceof ComponentError);
  const state = isKnown
    ? 'could not be activated; it is in the group as inactive'
    : 'it is unknown whether it was activated';
  return new RecordError(
    `Receiver ${shownId(id)} was created in group ${group} but ${state}. Sending the record again does not activate it. ${isKnown ? 'Activate' : 'If it is not active, activate'} it in CleverReach, or delete it there and then send the record again. ${cause}`,
  );
}

function failed(error: unknown): Failed {
  return { kind: 'failed', error: typedError(error) };
}
