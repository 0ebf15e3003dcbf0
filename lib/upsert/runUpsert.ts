/** Runs the upsert action for one message. The write rules are in the other files of this folder. */

import { openAccount } from '../account';
import type { CleverReachApi } from '../cleverreach/types';
import { systemClock } from '../utils/clock';
import { parseUpsertFields } from '../config/stepConfig';
import { RecordError } from '../utils/errors';
import { checkRecord } from '../utils/json';
import { runYielding } from '../utils/eventLoop';
import { selectMapping } from '../mapping/selectMapping';
import type { MapMessage } from '../mapping/message';
import { type Invocation, isSampleRun } from '../platform/runtimeContext';
import type { Message } from '../platform/messages';
import { openStep, type Step } from '../platform/step';
import { emitRejection, handleFailedMessage } from './output/failedMessage';
import { emitResult } from './output/emitResult';
import { emitSample } from './output/sample';
import { isDeleteRequest } from './plan/deleteRequest';
import { MessageBatcher, type BatchEntry } from './messageBatcher';
import { orderOf } from './resolve/recordOrder';
import { nameOf, type IncomingRecord } from './record';
import type { WriteResult } from './output/writeResult';
import { reportRecords } from './output/writeReport';
import { createSupportOf } from './plan/createSupport';
import { storedSpellingsOf } from './plan/storedSpellings';
import { writeSettings, type WriteSettings } from './writeSettings';
import { writeRecords } from './writeRecords';

/** How long one request may take, retries included. After that the message returns to the broker. */
const BUDGET_SECONDS = 30;

/** Shared by all calls in the process: with a prefetch, a runtime calls `process` for several messages concurrently. */
const batcher = new MessageBatcher<IncomingRecord, WriteResult>(systemClock);

/**
 * Processes the message, or returns it to the broker if a later attempt can succeed. The message takes its position in
 * the queue of its account synchronously, so no later message overtakes it.
 * @throws the error of a message that must not be redelivered
 */
export async function runUpsert(invocation: Invocation): Promise<void> {
  const step = openStep(invocation);
  try {
    await upsert(invocation, step);
  } catch (error) {
    await handleFailedMessage(step, error);
  }
}

async function upsert(invocation: Invocation, step: Step): Promise<void> {
  const fields = parseUpsertFields(invocation.cfg);
  const map = selectMapping(fields, 'person-to-receiver');
  const settings = writeSettings(fields);
  try {
    const isSample = isSampleRun(process.env) && !settings.dryRun;
    const used = isSample ? { ...settings, dryRun: true } : settings;
    const { result, api } = await write(invocation, step, map, used, fields.customMapping);
    if (isSample) await emitSample(step, result, api, systemClock);
    else await emitResult(step, result, settings, systemClock);
  } catch (error) {
    if (fields.onError !== 'emit' || fields.dryRun) throw error;
    await emitRejection(step, error);
  }
}

async function mapRecord(message: Message, map: MapMessage): Promise<IncomingRecord> {
  const { metadata, data: entry } = message;
  await runYielding(() => {
    checkRecord(message, 'it');
  });
  // a delete request needs no mapping
  const receiver = isDeleteRequest(entry) ? entry : (await map(message)).data;
  return { metadata, entry, receiver };
}

/**
 * A dry run has its own queue because it writes nothing.
 * @returns the result, and the client with which it was obtained
 */
async function write(
  invocation: Invocation,
  step: Step,
  map: MapMessage,
  settings: WriteSettings,
  source = 'no custom mapping',
): Promise<{ result: WriteResult; api: CleverReachApi }> {
  const { incoming, logger } = step;
  const { key, cache, ...account } = openAccount(invocation, { logger, budgetSeconds: BUDGET_SECONDS });
  const api = settings.dryRun ? account.readOnlyApi : account.api;
  const directory = cache.directory(api);
  const memory = { spellings: storedSpellingsOf(cache), createSupport: createSupportOf(cache, systemClock) };
  const entry: BatchEntry<IncomingRecord, WriteResult> = {
    queue: `${key} ${settings.dryRun}`,
    kind: JSON.stringify(settings),
    item: mapRecord(incoming, map),
    source,
    ...orderOf(incoming, settings),
    write: (records) => writeRecords(records, { settings, api, directory, ...memory, clock: systemClock, logger }),
  };
  const result = await batcher.add(entry).catch((error: unknown): WriteResult => {
    if (!(error instanceof RecordError)) throw error;
    // a mapping error is reported like a record that is rejected during the write
    const text = `Nothing was written for ${nameOf(incoming, 0)}: ${error.message}`;
    const failed: WriteResult = { kind: 'failed', error: new RecordError(text) };
    reportRecords([incoming], [failed], settings.dryRun, logger);
    return failed;
  });
  return { result, api };
}
