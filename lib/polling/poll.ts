/**
 * Runs one poll: a quick poll, which asks CleverReach for changes of state, or a full read, which finds every change.
 * A snapshot never includes a message that the broker has not confirmed. Delivery is at-least-once: after a crash, the
 * next run repeats the receivers since the last checkpoint and loses none.
 */

import { FailureSummary } from './failureSummary';
import { FullRead } from './fullRead';
import { PollReport, type ReadKind } from './pollReport';
import type { PollIo, PollSettings, Traffic } from './pollSettings';
import { quickPoll } from './quickPoll';
import { nextReadText, readsDue } from './fullReadSchedule';
import type { PollState } from './state/snapshot';

interface Outcome {
  state: PollState;
  /** False if a full read has to follow. */
  isComplete: boolean;
  lookUpFailure?: Error | undefined;
}

/**
 * @param stored the state that the last poll stored
 * @throws RecordError after the last snapshot: one error for all receivers that could not be emitted
 * @throws other typed errors if the run had to stop, or, after the last snapshot, if the look-up of a receiver failed
 */
export async function poll(stored: PollState, settings: PollSettings, io: PollIo): Promise<void> {
  const startedAt = io.clock.elapsed();
  const failures = new FailureSummary();
  const scope = { ...settings, scope: stored.scope };
  let reported: Traffic = { requests: 0, bytes: 0 };

  /** Runs a read and logs a line about it, unless a full read has to complete it. */
  const run = async (kind: ReadKind, read: (report: PollReport) => Promise<Outcome>): Promise<Outcome> => {
    const report = new PollReport(kind, scope, io, failures, reported);
    const outcome = await report.during(() => read(report));
    if (!outcome.isComplete) return outcome;
    report.end(nextReadText(outcome.state, settings.fullReadMinutes), outcome.lookUpFailure);
    reported = io.traffic();
    return outcome;
  };

  const due = readsDue(stored, settings);
  let outcome: Outcome = { state: stored, isComplete: false };
  if (due.quick) outcome = await run('Quick poll', (report) => quickPoll(stored, settings, io, report, due.full));
  if (due.full || !outcome.isComplete) {
    const { state: before } = outcome;
    outcome = await run('Full read', async (report) => {
      const read = new FullRead(before, settings, io, report, startedAt);
      const state = await read.run();
      return { state, isComplete: true, lookUpFailure: read.lookUpFailure };
    });
  }
  failures.throwAll();
  if (outcome.lookUpFailure) throw outcome.lookUpFailure;
}
