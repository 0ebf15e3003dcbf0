/**
 * Emits a sample of the action for the flow designer, from a dry run, because a sample must write nothing. It has the form
 * of a real result, so that the next step can be mapped with it.
 */

import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { NotFoundError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Clock } from '../../utils/clock';
import type { Step } from '../../platform/step';
import { isDeleteRequest } from '../plan/deleteRequest';
import type { Change, DryRunResult, WriteResult } from './writeResult';

const NOTHING_WRITTEN = 'This is a sample: nothing was written to CleverReach.';
/** The id of a receiver that does not exist yet. */
const PLACEHOLDER = '0';

/**
 * @param result the result of a dry run
 * @throws the error of a record that a real run would reject; NotFoundError if a real run would emit nothing
 */
export async function emitSample(
  step: Step,
  result: WriteResult,
  api: Pick<CleverReachApi, 'receiver'>,
  clock: Clock,
): Promise<void> {
  if (result.kind === 'failed') throw result.error;
  if (result.kind !== 'dryRun') return;
  const { metadata, data } = step.incoming;
  const known = metadata['oihUid'] === undefined ? {} : { oihUid: metadata['oihUid'] };
  const { preview } = result;
  if (isDeleteRequest(data)) {
    const deletion = deletionOf(preview.wouldDo);
    step.logger.info(`${NOTHING_WRITTEN} A real run would answer the delete request with "${deletion}".`);
    await step.emitData({ metadata: known, data: { delete: deletion, timestamp: String(clock.now()) } });
    return;
  }
  const receiver = await receiverOf(preview, api, clock);
  const what =
    preview.wouldDo === 'create'
      ? 'A real run would create the receiver; its id and times are placeholders'
      : `A real run would ${IN_WORDS[preview.wouldDo] ?? 'do nothing'}; the sample is the receiver as it is stored now`;
  step.logger.info(`${NOTHING_WRITTEN} ${what}.`);
  await step.emitData({ metadata: { ...known, recordUid: receiver.id }, data: receiver });
}

/** What a real run would do with a receiver that exists. */
const IN_WORDS: Readonly<Partial<Record<DryRunResult['wouldDo'], string>>> = {
  update: 'update the receiver',
  changeAddress: 'change the address of the receiver',
  unsubscribe: 'unsubscribe the receiver',
};

function deletionOf(wouldDo: DryRunResult['wouldDo']): 'confirmed' | 'denied' | 'failed' {
  if (wouldDo === 'deny') return 'denied';
  return wouldDo === 'refuse' ? 'failed' : 'confirmed';
}

async function receiverOf(
  preview: DryRunResult,
  api: Pick<CleverReachApi, 'receiver'>,
  clock: Clock,
): Promise<Receiver> {
  const { wouldDo, group, receiver, reasons } = preview;
  if (wouldDo === 'create') return created(preview, Math.floor(clock.now() / 1_000));
  const stored = group && receiver?.id !== undefined ? await api.receiver(group.id, receiver.id) : undefined;
  if (stored) return stored;
  const where = group ? ` for group ${shownId(group.id)}` : '';
  throw new NotFoundError(
    `No sample was sent${where}: a real run would send nothing for this record (${wouldDo}). ${reasons.join(' ')} Use another record, or enter the sample manually.`,
  );
}

/** The receiver as CleverReach would store it, without attributes that the record does not contain. */
function created({ group, receiver, state, changes }: DryRunResult, now: number): Receiver {
  const isActive = state === 'active';
  return {
    id: PLACEHOLDER,
    email: receiver?.email ?? '',
    ...(group && { group_id: group.id }),
    active: isActive,
    registered: now,
    activated: isActive ? now : 0,
    deactivated: 0,
    bounced: 0,
    imported: 0,
    attributes: valuesOf(changes?.attributes),
    global_attributes: valuesOf(changes?.global_attributes),
    tags: changes?.tags?.add ?? [],
  };
}

function valuesOf(changes: Record<string, Change> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to]));
}
