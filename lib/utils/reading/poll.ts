/**
 * One poll: walks through the groups, sends the receivers that are due, and stores a snapshot that never runs ahead of what
 * the broker has confirmed. At-least-once: a run that dies repeats what came after its last checkpoint, and loses nothing.
 */

import type { CleverReachApi, Group, Receiver } from '../cleverreach/types';
import type { Clock } from '../clock';
import type { Logger } from '../logger';
import { PollReport } from './report';
import { Run } from './run';
import type { PollState } from './snapshot';
import type { ChangeDetection } from './sweep';

export interface PollSettings {
  /** In the order of their ids. */
  groups: readonly Group[];
  pageSize: number;
  maxRunMinutes: number;
  changeDetection: ChangeDetection;
  /** Whether receivers that have gone are announced; needs changes to be seen by content. */
  emitDeletions: boolean;
}

export interface PollIo {
  api: CleverReachApi;
  clock: Clock;
  logger: Logger;
  /** Sends one receiver and resolves when it is confirmed. A RecordError concerns this receiver only; any other ends the run. */
  deliver(receiver: Receiver, group: Group): Promise<void>;
  /** Tells the next step that a receiver has gone. */
  deliverDeletion(id: string): Promise<void>;
  /** How many requests went to CleverReach so far. */
  requests(): number;
  /** Stores a snapshot and resolves when it is confirmed. */
  save(snapshot: object): Promise<void>;
}

/**
 * @param state what the last poll left
 * @throws RecordError after the last snapshot, one for all receivers that could not be sent; other typed errors when the run had to end
 */
export async function poll(state: PollState, settings: PollSettings, io: PollIo): Promise<void> {
  const report = new PollReport(state, io.clock.now(), () => io.requests());
  const run = new Run(state, settings, io, report);
  try {
    const complete = (await run.walkGroups()) && (await run.settleMissing());
    await (complete ? run.finish() : run.checkpoint());
  } catch (error) {
    await run.keepWhatWasSent();
    throw error;
  } finally {
    io.logger.info(report.line(io.clock.now()));
  }
  report.throwFailures();
}
