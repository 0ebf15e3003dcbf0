/** What one poll did: counted while it runs, told in one line of the log, and the receivers that failed in one error. */

import type { UnixSeconds } from '../cleverreach/types';
import { RecordError } from '../errors';
import type { PollState } from './snapshot';

/** How many failures an error spells out; the rest is a number. */
const FAILURES_SPELT_OUT = 10;
const PROGRESS_INTERVAL_MS = 30_000;

export class PollReport {
  rows = 0;
  sent = 0;
  /** Sent by the poll before, and unchanged since. */
  known = 0;
  /** Receivers that have gone, and were announced. */
  deletions = 0;
  complete = false;
  cursor: UnixSeconds;
  private failures = 0;
  private readonly spelt: string[] = [];
  private readonly from: UnixSeconds;
  private progressAt: number;

  constructor(
    private readonly state: PollState,
    private readonly startedAt: number,
    private readonly requests: () => number,
  ) {
    this.cursor = this.from = state.cursor;
    this.progressAt = startedAt;
  }

  failed(groupId: string, id: string, error: RecordError): void {
    this.failures += 1;
    if (this.spelt.length < FAILURES_SPELT_OUT) this.spelt.push(`receiver ${id} of group ${groupId}: ${error.message}`);
  }

  /** A line about a long run, no more than one every half minute; undefined in between. */
  progress(now: number): string | undefined {
    if (now - this.progressAt < PROGRESS_INTERVAL_MS) return undefined;
    this.progressAt = now;
    return `Polling ${this.scope()}: ${this.counts()} so far, ${this.seconds(now)} s.`;
  }

  /** The line at the end of every poll. */
  line(now: number): string {
    const cursor =
      this.cursor === this.from
        ? `changes since ${utc(this.from)}`
        : `changes since ${utc(this.from)}, the next since ${utc(this.cursor)}`;
    const ended = this.complete ? 'Polled' : 'Polled a part of';
    return `${ended} ${this.scope()}: ${this.counts()}; ${cursor}; ${this.requests()} requests, ${this.seconds(now)} s.`;
  }

  /** @throws RecordError one for all receivers that could not be sent, if there were any */
  throwFailures(): void {
    if (this.failures === 0) return;
    const more = this.failures > this.spelt.length ? `; and ${this.failures - this.spelt.length} more` : '';
    throw new RecordError(
      `${this.failures} of ${this.rows} receivers could not be sent and will be tried again by the next poll; the others were sent. ` +
        this.spelt.join('; ') +
        more,
    );
  }

  private scope(): string {
    return this.state.scope === 'all' ? 'all groups' : `group ${this.state.scope}`;
  }

  private counts(): string {
    const gone = this.deletions > 0 ? `, ${this.deletions} gone` : '';
    return `${this.rows} receivers read, ${this.sent} sent, ${this.known} known, ${this.failures} failed${gone}`;
  }

  private seconds(now: number): string {
    return ((now - this.startedAt) / 1000).toFixed(1);
  }
}

function utc(stamp: UnixSeconds): string {
  return stamp === 0 ? 'the beginning' : new Date(stamp * 1000).toISOString().replace('.000Z', 'Z');
}
