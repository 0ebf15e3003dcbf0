/** From a message of the flow to the answer of the action. The rules of writing are in the other files of this folder. */

import { openAccount } from '../account';
import { systemClock } from '../clock';
import type { UpsertFields } from '../config/config';
import { isTemporary, messageOf } from '../errors';
import { mappingOf } from '../mapping/choose';
import type { Invocation } from '../runtime/context';
import { openStep, type Step } from '../runtime/step';
import { Gatherer } from './gather';
import { isId, type IncomingRecord, type WriteResult, type WriteSettings } from './records';
import { writeRecords } from './upsert';

/** How long one request may wait for CleverReach, retries included; after that the message goes back to the broker. */
const BUDGET_SECONDS = 30;

/** One for the process: a runtime with a prefetch calls `process` for several messages at a time. */
const gatherer = new Gatherer<IncomingRecord, WriteResult>();

export async function runUpsert(invocation: Invocation, fields: UpsertFields): Promise<void> {
  const step = openStep(invocation);
  const map = mappingOf(fields, 'person-to-receiver');
  const { metadata, data: entry } = step.incoming;
  try {
    const receiver = entry['deleteRequested'] ? entry : (await map(step.incoming)).data;
    const account = openAccount(invocation, BUDGET_SECONDS);
    const { api, directory } = account;
    const settings = settingsOf(fields);
    const key = `${account.key} ${JSON.stringify(settings)}`;
    const result = await gatherer.add(key, { metadata, entry, receiver }, (records) =>
      writeRecords(records, settings, { api, directory, clock: systemClock, logger: step.logger }),
    );
    await answer(step, result);
  } catch (error) {
    if (!isTemporary(error)) throw error;
    step.logger.warn(`Handed back to the broker, to be tried again: ${messageOf(error)}`);
    await step.rebound(error);
  }
}

function settingsOf(fields: UpsertFields): WriteSettings {
  const { groupId, groupName, doiFormId, newReceivers, deletes, nodeSettings } = fields;
  return {
    ...(groupId !== undefined && { groupId }),
    ...(groupName !== undefined && { groupName }),
    ...(doiFormId !== undefined && { doiFormId }),
    ...(nodeSettings.applicationUid !== undefined && { ownApplicationUid: nodeSettings.applicationUid }),
    newReceivers,
    deletes,
    idLinking: nodeSettings.idLinking,
    defaultMapping: !fields.skipTransformation && fields.customMapping === undefined,
  };
}

async function answer(step: Step, result: WriteResult): Promise<void> {
  const { oihUid, recordUid } = step.incoming.metadata;
  const known = oihUid === undefined ? {} : { oihUid };
  switch (result.kind) {
    case 'failed':
      throw result.error;
    case 'skipped':
      step.logger.info(`Nothing written: ${result.reason}`);
      return;
    case 'deleted': {
      if (result.outcome !== 'confirmed') step.logger.warn(`Delete request ${result.outcome}: ${result.reason ?? ''}`);
      const uid = result.recordUid ?? recordUid;
      const data = { delete: result.outcome, timestamp: String(systemClock.now()) };
      await step.emitData({ metadata: { ...known, ...(isId(uid) && { recordUid: String(uid) }) }, data });
      return;
    }
    case 'created':
    case 'updated':
    case 'moved':
    case 'unchanged':
      step.logger.info(`Receiver ${result.receiver.id} of group ${result.receiver.group_id ?? '?'} ${result.kind}.`);
      await step.emitData({ metadata: { ...known, recordUid: result.receiver.id }, data: result.receiver });
  }
}
