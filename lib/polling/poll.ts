/**
 * Runs one poll: a quick poll, which asks CleverReach for changes of state, or a full read, which finds every change.
 * A snapshot never includes a message that the broker has not confirmed. Delivery is at-least-once: after a crash, the
 * next run repeats the receivers since the last checkpoint and loses none.
 */

import { FailureSummary } from './failureSummary';
import { FullRead } from './fullRead';
import { PollReport } from './pollReport';
import type { PollIo, PollSettings, Traffic } from './pollSettings';
import { quickPoll } from './quickPoll';
import { nextReadText, readsDue } from './fullReadSchedule';
import type { PollState } from './state/snapshot';

/**
 * @param stored the state that the last poll stored
 * @throws RecordError after the last snapshot: one error for all receivers that could not be emitted
 * @throws other typed errors if the run had to stop, or, after the last snapshot, if a look-up of a deleted receiver failed
 */
export async function poll(stored: PollState, settings: PollSettings, io: PollIo): Promise<void> {
  const failures = new FailureSummary();
  const scope = { ...settings, scope: stored.scope };
  let state = stored;
  let reported: Traffic = { requests: 0, bytes: 0 };
  const due = readsDue(stored, settings);
  let isFullReadNeeded = due.full;
  if (due.quick) {
    const report = new PollReport('Quick poll', scope, io, failures, reported);
    const quick = await report.during(() => quickPoll(stored, settings, io, report, due.full));
    state = quick.state;
    if (quick.isComplete) {
      report.end(nextReadText(state, settings.fullReadMinutes));
      reported = io.traffic();
    } else isFullReadNeeded = true;
  }
  let lookUpFailure: Error | undefined;
  if (isFullReadNeeded) {
    const report = new PollReport('Full read', scope, io, failures, reported);
    lookUpFailure = await report.during(async () => {
      const read = new FullRead(state, settings, io, report);
      state = await read.toEnd();
      return read.lookUpFailure;
    });
    report.end(nextReadText(state, settings.fullReadMinutes), lookUpFailure);
  }
  failures.throwAll();
  if (lookUpFailure) throw lookUpFailure;
}
