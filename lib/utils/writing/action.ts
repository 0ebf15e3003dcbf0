/** From a message of the flow to the answer of the action. The rules of writing are in the other files of this folder. */

import { openAccount } from '../account';
import { systemClock } from '../clock';
import type { UpsertFields } from '../config/config';
import { isTemporary, messageOf } from '../errors';
import { mappingOf } from '../mapping/choose';
import type { Invocation } from '../runtime/context';
import { openStep, type Step } from '../runtime/step';
import { isId, type WriteResult, type WriteSettings } from './records';
import { writeRecords } from './upsert';

/** How long one request may wait for CleverReach, retries included; after that the message goes back to the broker. */
const BUDGET_SECONDS = 30;

export async function runUpsert(invocation: Invocation, fields: UpsertFields): Promise<void> {
  const step = openStep(invocation);
  const map = mappingOf(fields, 'person-to-receiver');
  const { metadata, data: entry } = step.incoming;
  try {
    const receiver = entry['deleteRequested'] ? entry : (await map(step.incoming)).data;
    const account = openAccount(invocation, BUDGET_SECONDS);
    const io = { api: account.api, directory: account.directory, clock: systemClock, logger: step.logger };
    const [result] = await writeRecords([{ metadata, entry, receiver }], settingsOf(fields), io);
    if (result) await answer(step, result);
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
