/** From a message of the flow to the answer of the action. The rules of writing are in the other files of this folder. */

import { openAccount } from '../account';
import { systemClock } from '../clock';
import { parseUpsertFields, type UpsertFields } from '../config/config';
import { RecordError } from '../errors';
import { checkDepth, isTooDeep } from '../json';
import { mappingOf } from '../mapping/choose';
import type { MapMessage } from '../mapping/engine';
import type { Invocation } from '../runtime/context';
import type { Message } from '../runtime/messages';
import { openStep, type Step } from '../runtime/step';
import { answer } from './answer';
import { withoutValues } from './discretion';
import { Gatherer } from './gather';
import { handBack } from './handBack';
import { nameOf, type IncomingRecord, type WriteResult } from './records';
import { reportRecords } from './report';
import type { WriteSettings } from './settings';
import { writeRecords } from './upsert';

/** How long one request may wait for CleverReach, retries included; after that the message goes back to the broker. */
const BUDGET_SECONDS = 30;

/** One for the process: a runtime with a prefetch calls `process` for several messages at a time. */
const gatherer = new Gatherer<IncomingRecord, WriteResult>(systemClock);

/**
 * Answers the message, or hands it back to the broker where it can succeed later.
 * @throws the error of a message that is not to come again
 */
export async function runUpsert(invocation: Invocation): Promise<void> {
  const step = openStep(invocation);
  try {
    await upsert(invocation, step);
  } catch (error) {
    await handBack(step, error);
  }
}

async function upsert(invocation: Invocation, step: Step): Promise<void> {
  const fields = parseUpsertFields(invocation.cfg);
  const map = mappingOf(fields, 'person-to-receiver');
  const settings = settingsOf(fields);
  const mapped = await mapRecord(step.incoming, map);
  const result: WriteResult =
    mapped instanceof RecordError ? unmapped(step, mapped, settings) : await write(invocation, step, mapped, settings);
  await answer(step, result, settings, systemClock);
}

async function mapRecord(message: Message, map: MapMessage): Promise<IncomingRecord | RecordError> {
  const { metadata, data: entry } = message;
  try {
    checkDepth(message, 'it');
    // what is to go needs no mapping
    const receiver = entry['deleteRequested'] ? entry : (await map(message)).data;
    return { metadata, entry, receiver };
  } catch (error) {
    if (error instanceof RecordError) return error;
    throw error;
  }
}

/** Told as what is rejected in writing is. */
function unmapped({ incoming, logger }: Step, error: RecordError, { dryRun }: WriteSettings): WriteResult {
  // nothing may walk through what is nested too deeply
  const entry = isTooDeep(incoming.data) ? {} : incoming.data;
  const record = { metadata: incoming.metadata, entry, receiver: {} };
  const result: WriteResult = {
    kind: 'failed',
    error: new RecordError(`Of ${nameOf(record, 0)} nothing was written: ${withoutValues(error.message, record)}`),
  };
  reportRecords([record], [result], dryRun, logger);
  return result;
}

async function write(
  invocation: Invocation,
  { logger }: Step,
  record: IncomingRecord,
  settings: WriteSettings,
): Promise<WriteResult> {
  const { key, directory, ...account } = openAccount(invocation, BUDGET_SECONDS);
  const api = settings.dryRun ? account.readOnlyApi : account.api;
  return await gatherer.add(`${key} ${JSON.stringify(settings)}`, record, (records) =>
    writeRecords(records, settings, { api, directory, clock: systemClock, logger }),
  );
}

function settingsOf(fields: UpsertFields): WriteSettings {
  const { groupId, groupName, doiFormId, newReceivers, deletes, dryRun, nodeSettings } = fields;
  return {
    ...(groupId !== undefined && { groupId }),
    ...(groupName !== undefined && { groupName }),
    ...(doiFormId !== undefined && { doiFormId }),
    ...(nodeSettings.applicationUid !== undefined && { ownApplicationUid: nodeSettings.applicationUid }),
    newReceivers,
    deletes,
    dryRun,
    idLinking: nodeSettings.idLinking,
    defaultMapping: !fields.skipTransformation && fields.customMapping === undefined,
  };
}
