/** Emits a sample of a trigger for the flow designer. A sample does not change the snapshot. */

import { detail, type CleverReachApi, type Group } from '../cleverreach/types';
import { NotFoundError, RecordError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { Logger } from '../utils/logger';
import { changesAtFirst } from './changes/stateChanges';
import { FailureSummary } from './failureSummary';
import type { Emitter } from './pollSettings';

/** How many receivers; also the size of the only page of a group that is read. */
const SIZE = 10;
/** After this time, in milliseconds, no further group is read. */
const CHECKS_FOR_MS = 25_000;

interface SampleIo {
  api: Pick<CleverReachApi, 'receivers'>;
  clock: { elapsed(): number };
  logger: Logger;
  emitter: Emitter;
}

/**
 * Sends the first receivers of the groups, in CleverReach's own order.
 * @throws NotFoundError if there is no receiver, RecordError if no receiver can be sent
 */
export async function sendSample(groups: readonly Group[], io: SampleIo): Promise<void> {
  const endAt = io.clock.elapsed() + CHECKS_FOR_MS;
  let sent = 0;
  let skipped = 0;
  const unsent = new FailureSummary();
  for (const group of groups) {
    if (sent >= SIZE || io.clock.elapsed() >= endAt) break;
    const { receivers } = await io.api.receivers(group.id, { page: 0, pageSize: SIZE, detail: detail.tags });
    const emitted = receivers.slice(0, SIZE - sent).map(async (receiver) => {
      try {
        const outcome = await io.emitter.emit(receiver, group, changesAtFirst(receiver)[0] ?? 'new');
        if (outcome === 'sent') sent += 1;
        else skipped += 1;
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        unsent.add(group.id, receiver.id, error.message);
      }
    });
    io.emitter.flush();
    await Promise.all(emitted);
  }
  const problems = unsent.size > 0 ? ` Not sent: ${unsent.inWords()}.` : '';
  if (sent === 0 && unsent.size > 0) throw new RecordError(`No receiver could be sent as a sample.${problems}`);
  if (sent === 0 && skipped > 0)
    throw new RecordError(
      `No sample was sent because the custom mapping returned nothing for each of ${skipped} receivers.`,
    );
  if (sent === 0) throw new NotFoundError(nothingFound(groups));
  io.logger.info(`A sample of ${sent} receivers was sent; the snapshot of the step was not changed.${problems}`);
}

function nothingFound(groups: readonly Group[]): string {
  const [group, ...others] = groups;
  const where =
    others.length > 0 || !group ? 'any group that was checked' : `group "${group.name}" (${shownId(group.id)})`;
  return `No sample was sent because there is no receiver in ${where}. Add a receiver in CleverReach, or enter the sample manually.`;
}
