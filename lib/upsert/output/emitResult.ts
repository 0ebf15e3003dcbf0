/** Emits the result of a record, or of its dry run. */

import type { Clock } from '../../utils/clock';
import { RecordError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Step } from '../../platform/step';
import { dryRunOfRefusal } from './dryRun';
import type { DryRunResult, WriteResult } from './writeResult';
import { ownId, isId, nameInMessage } from '../record';
import type { WriteSettings } from '../writeSettings';

/**
 * @throws the error of a record that could not be written, unless the message is redelivered. In a dry run, errors of
 *   the record itself are emitted instead.
 */
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
      // the write report has logged the error
      if (result.error.temporary && step.reboundsLeft !== 0) {
        await step.rebound(result.error);
        return;
      }
      if (!settings.dryRun || !(result.error instanceof RecordError)) throw result.error;
      await emitDryRun(step, known, dryRunOfRefusal(result.error), settings);
      return;
    case 'skipped':
      return;
    case 'dryRun':
      await emitDryRun(step, known, result.preview, settings);
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
    case 'unsubscribed':
    case 'unchanged':
      await step.emitData({ metadata: { ...known, recordUid: result.receiver.id }, data: result.receiver });
  }
}

/** A dry run must not change the hub either: with id linking, the hub stores the id of each emitted message. */
async function emitDryRun(
  step: Step,
  known: { oihUid?: unknown },
  preview: DryRunResult,
  settings: WriteSettings,
): Promise<void> {
  const id = preview.receiver?.id;
  const { metadata } = step.incoming;
  const isLinked = id !== undefined && id === ownId(metadata, settings);
  if (step.kind === 'oih' && settings.idLinking && !isLinked) {
    const what = id === undefined ? (nameInMessage(metadata) ?? 'a record') : `receiver ${shownId(id)}`;
    step.logger.info(
      `Dry run: "${preview.wouldDo}" for ${what}, reported only here, because OIH would link the message to the receiver.`,
    );
    return;
  }
  await step.emitData({
    metadata: { ...known, ...(id !== undefined && { recordUid: id }) },
    data: { ...preview },
  });
}
