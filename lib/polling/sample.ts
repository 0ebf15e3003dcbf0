/**
 * Emits a sample for the flow designer: elastic.io calls `process` with `ELASTICIO_FLOW_TYPE=debug` and waits for one
 * minute. A sample does not change the snapshot.
 */

import type { CleverReachApi, Group, Receiver } from '../cleverreach/types';
import { NotFoundError, RecordError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { Logger } from '../utils/logger';
import { FailureSummary } from './failureSummary';

/** How many receivers; also the size of the only page of a group that is read. */
const SIZE = 10;
/** After this time no further group is looked into, in milliseconds. */
const LOOKS_FOR_MS = 25_000;

interface SampleIo {
  api: Pick<CleverReachApi, 'receivers'>;
  clock: { elapsed(): number };
  logger: Logger;
  deliver(receiver: Receiver, group: Group): Promise<void>;
}

export function isSampleWanted(env: NodeJS.ProcessEnv): boolean {
  return env['ELASTICIO_FLOW_TYPE'] === 'debug';
}

/**
 * Sends the first receivers of the groups, in CleverReach's own order.
 * @param detail what rows carry, as in a poll
 * @throws NotFoundError when there is none, RecordError when none of them can be sent
 */
export async function sendSample(groups: readonly Group[], detail: number, io: SampleIo): Promise<void> {
  const endAt = io.clock.elapsed() + LOOKS_FOR_MS;
  let sent = 0;
  const unsent = new FailureSummary();
  for (const group of groups) {
    if (sent >= SIZE || io.clock.elapsed() >= endAt) break;
    const { receivers } = await io.api.receivers(group.id, { page: 0, pageSize: SIZE, detail });
    for (const receiver of receivers.slice(0, SIZE - sent)) {
      try {
        await io.deliver(receiver, group);
        sent += 1;
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        unsent.add(group.id, receiver.id, error.message);
      }
    }
  }
  const problems = unsent.size > 0 ? ` Left out: ${unsent.inWords()}.` : '';
  if (sent === 0 && unsent.size > 0) throw new RecordError(`No receiver could be sent as a sample.${problems}`);
  if (sent === 0) throw new NotFoundError(nothingFound(groups));
  io.logger.info(`A sample of ${sent} receivers was sent; the snapshot of the step is as it was.${problems}`);
}

function nothingFound(groups: readonly Group[]): string {
  const [group, ...others] = groups;
  const where =
    others.length > 0 || !group ? 'any group that was looked into' : `group "${group.name}" (${shownId(group.id)})`;
  return `There is no receiver in ${where}, and so no sample. Add one in CleverReach, or write the sample by hand.`;
}
