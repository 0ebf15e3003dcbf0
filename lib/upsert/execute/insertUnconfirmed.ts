/**
 * Creates receivers that must confirm first, with few requests: by bulk inserts. Like a plain create, and unlike an
 * upsert, an insert refuses an existing address. The first insert of an account creates one receiver. The others follow
 * only if that one waits for its confirmation, and if the same insert is refused when it is sent again.
 */

import { isSameAddress } from '../../cleverreach/emailAddress';
import { byAddress } from '../../cleverreach/sameAddress';
import type { InsertResult, Receiver, ReceiverWrite } from '../../cleverreach/types';
import {
  ComponentError,
  NotAcceptedError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  saysDuplicate,
  TemporaryError,
  UnexplainedError,
} from '../../utils/errors';
import { isCreatedWith, isWaiting, unconfirmedTimestamps } from '../plan/consent';
import type { BatchContext } from '../plan/writeContext';
import { typedError } from '../recordError';

/** Fewer receivers are created one by one: a test would take more requests than it saves. */
const MIN_ROWS = 5;
/** Rows per request, as for an upsert. */
const MAX_ROWS = 250;
/** Maximum number of receivers of one batch that are inserted alone as a test. */
const TRIALS = 3;

/** The result of a row. */
export type Inserted =
  | { kind: 'created'; id: string; receiver?: Receiver }
  /** The receiver existed, and nothing was written. */
  | { kind: 'exists'; receiver: Receiver }
  /** Nothing was written: the receiver has to be created by a plain create. */
  | { kind: 'single' }
  | { kind: 'failed'; error: ComponentError };

/** The bulk insert may not exist, or not work. */
const DOUBTFUL = [TemporaryError, UnexplainedError, NotAcceptedError, NotFoundError];

type Timestamps = ReturnType<typeof unconfirmedTimestamps>;

interface Io extends Pick<BatchContext, 'api' | 'breaker' | 'createSupport'> {
  groupId: string;
  timestamps: Timestamps;
}

/**
 * Returns one result per row, in the same order; never rejects for a response of CleverReach. Addresses must be unique.
 */
export async function insertUnconfirmed(
  rows: readonly ReceiverWrite[],
  groupId: string,
  context: Pick<BatchContext, 'api' | 'breaker' | 'clock' | 'createSupport'>,
): Promise<Inserted[]> {
  const { createSupport, clock } = context;
  const io = { ...context, groupId, timestamps: unconfirmedTimestamps(Math.floor(clock.now() / 1_000)) };
  const results: Inserted[] = [];
  if (rows.length >= MIN_ROWS) {
    for (const row of rows.slice(0, TRIALS)) {
      if (createSupport.state === 'unknown') results.push(await insertFirst(row, io));
    }
    if (createSupport.state === 'unknown') createSupport.refute();
  }
  while (results.length < rows.length && rows.length >= MIN_ROWS && createSupport.state === 'proven') {
    results.push(...(await insert(rows.slice(results.length, results.length + MAX_ROWS), io)));
  }
  return [...results, ...rows.slice(results.length).map(() => ({ kind: 'single' as const }))];
}

/** Inserts one receiver, and checks what CleverReach made of it. */
async function insertFirst(row: ReceiverWrite, io: Io): Promise<Inserted> {
  const { api, groupId, timestamps, createSupport } = io;
  const [result] = await insert([row], io);
  if (result?.kind !== 'created') return result ?? { kind: 'single' };
  const { id } = result;
  try {
    const receiver = await api.receiver(groupId, id);
    if (!receiver || !isSameAddress(receiver.email, row.email)) return { kind: 'created', id };
    const isProven = isWaiting(receiver) && (await isRefused({ email: receiver.email, ...timestamps }, io));
    if (isProven) createSupport.prove();
    else createSupport.refute();
    return { kind: 'created', id, receiver };
  } catch (error) {
    typedError(error);
    return { kind: 'created', id };
  }
}

/** Whether CleverReach refuses to insert a receiver that it has just created. */
async function isRefused(row: ReceiverWrite, { api, groupId }: Io): Promise<boolean> {
  try {
    const [result] = await api.insertReceivers(groupId, [row]);
    return result?.ok === false && saysDuplicate(result.reason);
  } catch (thrown) {
    const error = typedError(thrown);
    return error instanceof RejectedError && error.duplicate;
  }
}

async function insert(rows: readonly ReceiverWrite[], io: Io): Promise<Inserted[]> {
  const { api, groupId, timestamps, breaker } = io;
  if (breaker.problem) {
    const { problem: error } = breaker;
    return rows.map(() => ({ kind: 'failed', error }));
  }
  let responses: InsertResult[];
  try {
    responses = await api.insertReceivers(
      groupId,
      rows.map((row) => ({ ...row, ...timestamps })),
    );
  } catch (error) {
    return await afterFailure(rows, typedError(error), io);
  }
  const results = rows.map((_, index) => rowResult(responses[index]));
  return await withExisting(rows, results, io);
}

/** A duplicate is looked up with the others; until then it is to be created alone. */
function rowResult(response: InsertResult | undefined): Inserted {
  if (response?.ok) return { kind: 'created', id: response.id };
  if (!response || saysDuplicate(response.reason)) return { kind: 'single' };
  return { kind: 'failed', error: new RejectedError(response.reason, 200) };
}

/** Replaces each `alone` by the receiver, if the group has one with this address. */
async function withExisting(
  rows: readonly ReceiverWrite[],
  results: readonly Inserted[],
  { api, groupId }: Io,
): Promise<Inserted[]> {
  const emails = rows.flatMap(({ email }, index) => (results[index]?.kind === 'single' ? [email] : []));
  const stored = await lookUp(emails, groupId, api);
  return results.map((result, index) => {
    if (result.kind !== 'single') return result;
    if (stored instanceof ComponentError) return { kind: 'failed', error: stored };
    const [receiver] = stored(rows[index]?.email ?? '');
    return receiver ? { kind: 'exists', receiver } : result;
  });
}

/**
 * Some of the receivers may have been created although the response is an error or was lost. A plain create shows whether
 * one invalid row is the cause of a rejection.
 */
async function afterFailure(rows: readonly ReceiverWrite[], error: ComponentError, io: Io): Promise<Inserted[]> {
  const { api, groupId, timestamps, createSupport } = io;
  if (error instanceof RateLimitedError) return rows.map(() => ({ kind: 'failed', error }));
  if (DOUBTFUL.some((kind) => error instanceof kind)) createSupport.refute();
  const emails = rows.map(({ email }) => email);
  const stored = await lookUp(emails, groupId, api);
  return emails.map((email) => {
    const [receiver] = stored instanceof ComponentError ? [] : stored(email);
    if (receiver && isCreatedWith(receiver, timestamps)) return { kind: 'created', id: receiver.id, receiver };
    return error.temporary ? { kind: 'failed', error } : { kind: 'single' };
  });
}

/** Returns the receivers of the group by address, or the error of the look-up. */
async function lookUp(
  emails: readonly string[],
  groupId: string,
  api: BatchContext['api'],
): Promise<ReturnType<typeof byAddress> | ComponentError> {
  try {
    return byAddress(emails.length === 0 ? [] : await api.receiversByEmails(groupId, emails));
  } catch (error) {
    return typedError(error);
  }
}
