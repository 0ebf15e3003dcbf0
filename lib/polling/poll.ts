/**
 * Runs one poll: reads the groups, emits the due receivers, and stores snapshots. A snapshot never includes a message
 * that the broker has not confirmed. Delivery is at-least-once: after a crash, the next run repeats the receivers since
 * the last checkpoint and loses none.
 */

import { stateAtServerTime } from './changes/serverTime';
import { PollReport } from './pollReport';
import { PollRun } from './pollRun';
import type { PollIo, PollSettings } from './pollSettings';
import type { PollState } from './state/snapshot';

/**
 * @param stored the state that the last poll stored
 * @throws RecordError after the last snapshot, one for all receivers that could not be sent; other typed errors when the run had to end, or
 *   after the last snapshot when CleverReach could not be asked about deleted receivers
 */
export async function poll(stored: PollState, settings: PollSettings, io: PollIo): Promise<void> {
  const report = new PollReport(stored, settings.groups, io.clock.elapsed(), io);
  let lookUpFailure: Error | undefined;
  try {
    const start = await stateAtServerTime(stored, settings, io);
    lookUpFailure = await new PollRun(start, settings, io, report).toEnd();
  } catch (error) {
    report.end(io.clock.elapsed(), error);
    throw error;
  }
  report.end(io.clock.elapsed(), lookUpFailure);
  report.throwFailures();
  if (lookUpFailure) throw lookUpFailure;
}
