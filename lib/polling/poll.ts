/**
 * One poll: walks through the groups, sends the receivers that are due, and stores a snapshot that never runs ahead of what
 * the broker has confirmed. At-least-once: a run that dies repeats what came after its last checkpoint, and loses nothing.
 */

import { PollReport } from './pollReport';
import { Run } from './pollRun';
import type { PollIo, PollSettings } from './pollSettings';
import type { PollState } from './state/snapshot';

/**
 * @param state what the last poll left
 * @throws RecordError after the last snapshot, one for all receivers that could not be sent; other typed errors when the run had to end, or
 *   after the last snapshot when CleverReach could not be asked about deleted receivers
 */
export async function poll(state: PollState, settings: PollSettings, io: PollIo): Promise<void> {
  const report = new PollReport(state, settings.groups, io.clock.elapsed(), io);
  const run = new Run(state, settings, io, report);
  try {
    const complete = (await run.walkGroups()) && (await run.settleMissing());
    await (complete ? run.finish() : run.pause());
  } catch (error) {
    await run.keepWhatWasSent(error);
    report.end(io.clock.elapsed(), error);
    throw error;
  }
  report.end(io.clock.elapsed(), run.lookUpFailure);
  report.throwFailures();
  if (run.lookUpFailure) throw run.lookUpFailure;
}
