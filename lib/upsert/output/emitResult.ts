/** The message that goes on: what became of a record, or in a dry run what would. */

import type { Clock } from '../../utils/clock';
import { RecordError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Step } from '../../platform/step';
import { announceRefusal } from './dryRun';
import type { DryRunResult } from './dryRunResult';
import { ownId } from '../resolve/receiverId';
import { isId } from '../types';
import type { WriteResult } from './writeResult';
import type { WriteSettings } from '../writeSettings';

/** @throws the error of a record that could not be written, unless it is to come again; what concerns the record alone a dry run tells */
export async function emitResult(
  step: Step,
  result: WriteResult,
  settings: WriteSettings,
  clock: Clock,
): Promise<void> {
  const { oihUid, recordUid } = step.incoming.metadata;
  const known = oihUid === undefined ? {} : { oihUid };
  switch (result.kind) {
    case 'failed':
      // the report has told it
      if (result.error.temporary && step.returnsLeft !== 0) {
        await step.rebound(result.error);
        return;
      }
      if (!settings.dryRun || !(result.error instanceof RecordError)) throw result.error;
      await sendAnnouncement(step, known, announceRefusal(result.error), settings);
      return;
    case 'skipped':
      return;
    case 'announced':
      await sendAnnouncement(step, known, result.announcement, settings);
      return;
    case 'deleted': {
      const uid = result.recordUid ?? recordUid;
      const data = { delete: result.outcome, timestamp: String(clock.now()) };
      await step.emitData({ metadata: { ...known, ...(isId(uid) && { recordUid: String(uid) }) }, data });
      return;
    }
    case 'created':
    case 'updated':
    case 'moved':
    case 'unchanged':
      await step.emitData({ metadata: { ...known, recordUid: result.receiver.id }, data: result.receiver });
  }
}

/** A dry run leaves the hub as it is too: where ids are linked, its runtime stores the id of each message that is sent. */
async function sendAnnouncement(
  step: Step,
  known: { oihUid?: unknown },
  announcement: DryRunResult,
  settings: WriteSettings,
): Promise<void> {
  const id = announcement.receiver?.id;
  const isLinked = id !== undefined && id === ownId(step.incoming.metadata, settings);
  if (step.kind === 'oih' && settings.idLinking && !isLinked) {
    const what = id === undefined ? 'a record' : `receiver ${shownId(id)}`;
    step.logger.info(
      `Dry run: "${announcement.wouldDo}" for ${what}, reported only here, because the hub would link the message to the receiver.`,
    );
    return;
  }
  await step.emitData({
    metadata: { ...known, ...(id !== undefined && { recordUid: id }) },
    data: { ...announcement },
  });
}
