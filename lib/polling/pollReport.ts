/** Reports one poll: counts while it runs, one log line at the end, and one error for the receivers that failed. */

import type { Group, UnixSeconds } from '../cleverreach/types';
import { messageOf, RecordError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { Logger } from '../utils/logger';
import { utc } from './changes/clockSkew';
import type { PollState } from './state/snapshot';
import type { Verdict } from './changes/sweepRun';
import { FailureSummary } from './failureSummary';

/** How many failures an error spells out; the rest is a number. */
const FAILURES_SPELT_OUT = 10;
/** How many groups a line spells out. */
const GROUPS_SPELT_OUT = 10;
const PROGRESS_INTERVAL_MS = 30_000;

/** What became of a receiver that was read; `known`: sent by the poll before, and unchanged since. */
export type ReceiverStatus = Exclude<Verdict, 'due'> | 'sent' | 'failed';

interface Count {
  rows: number;
  sent: number;
  failed: number;
}

export class PollReport {
  /** Met a second time in the same walk, and dropped. */
  repeated = 0;
  /** Receivers that have gone, and were announced. */
  deletions = 0;
  complete = false;
  /** The run ended because its time was up. */
  outOfTime = false;
  cursor: UnixSeconds;
  private readonly statuses: Record<ReceiverStatus, number> = { sent: 0, unchanged: 0, known: 0, failed: 0 };
  private readonly byGroup = new Map<string, Count>();
  private readonly unsent = new FailureSummary();
  private readonly from: UnixSeconds;
  private progressAt: number;

  constructor(
    private readonly state: PollState,
    private readonly groups: readonly Group[],
    private readonly startedAt: number,
    private readonly io: { requests(): number; logger: Logger },
  ) {
    this.cursor = this.from = state.cursor;
    this.progressAt = startedAt;
  }

  /** One receiver has been dealt with. */
  count(groupId: string, id: string, status: ReceiverStatus): void {
    this.statuses[status] += 1;
    let group = this.byGroup.get(groupId);
    if (!group) this.byGroup.set(groupId, (group = { rows: 0, sent: 0, failed: 0 }));
    group.rows += 1;
    if (status === 'sent' || status === 'failed') group[status] += 1;
    this.io.logger.debug(`Receiver ${shownId(id)} of group ${shownId(groupId)}: ${words[status]}.`);
  }

  failed(groupId: string, id: string, error: RecordError): void {
    this.count(groupId, id, 'failed');
    if (this.unsent.size < FAILURES_SPELT_OUT) this.unsent.add(groupId, id, error.message);
  }

  /** Tells of a long run, no more than once every half minute. */
  progress(now: number): void {
    if (now - this.progressAt < PROGRESS_INTERVAL_MS) return;
    this.progressAt = now;
    this.io.logger.info(`Polling ${this.scope()}: ${this.counts()} so far; ${this.cost(now)}.`);
  }

  /** @param part of the receivers that can be sent, which each poll sends again beside those that cannot */
  warnOfRepetition(part: number): void {
    const count = Math.ceil((this.rows() - this.statuses.failed) * part);
    this.io.logger.warn(
      'More receivers could not be sent than the snapshot has room to name. Each poll tries them again, and with them sends about ' +
        `${count} receivers again that were sent before, until the failing ones are mended.`,
    );
  }

  /** The line at the end of every poll. */
  end(now: number, error?: unknown): void {
    const part = this.complete ? '' : 'a part of ';
    const why = this.outOfTime ? ' The time of the run was up; the next poll goes on from this place.' : '';
    const failure = error === undefined ? '' : ` The poll has failed: ${messageOf(error)}`;
    const line = `Polled ${part}${this.scope()}: ${this.counts()}${this.detail()}; ${this.moved()}; ${this.cost(now)}.`;
    const level = error !== undefined ? 'error' : this.statuses.failed > 0 ? 'warn' : 'info';
    this.io.logger[level](line + why + failure);
  }

  /** @throws RecordError one for all receivers that could not be sent, if there were any */
  throwFailures(): void {
    const { failed } = this.statuses;
    if (failed === 0) return;
    const more = failed > this.unsent.size ? `; and ${failed - this.unsent.size} more` : '';
    const rows = this.rows();
    const others = failed < rows ? '; the poll went on with the others' : '';
    throw new RecordError(
      `${failed} of ${rows} receivers could not be sent and will be tried again by the next poll${others}. ` +
        this.unsent.inWords() +
        more,
    );
  }

  private rows(): number {
    return Object.values(this.statuses).reduce((sum, count) => sum + count, 0);
  }

  private scope(): string {
    if (this.state.scope === 'all') return `all groups (${this.groups.length})`;
    return `group ${this.name(this.state.scope)}`;
  }

  private name(groupId: string): string {
    const group = this.groups.find(({ id }) => id === groupId);
    return group ? `${shownId(groupId)} "${group.name}"` : shownId(groupId);
  }

  private counts(): string {
    const { sent, unchanged, known, failed } = this.statuses;
    const twice = this.repeated > 0 ? `, ${this.repeated} read again` : '';
    const gone = this.deletions > 0 ? `, ${this.deletions} gone` : '';
    return `${this.rows()} receivers read, ${sent} sent, ${unchanged} unchanged, ${known} sent before, ${failed} rejected${twice}${gone}`;
  }

  /** Of several groups, those from which something was sent or was to be. */
  private detail(): string {
    if (this.state.scope !== 'all') return '';
    const busy = [...this.byGroup].filter(([, { sent, failed }]) => sent + failed > 0);
    const shown = busy
      .toSorted(([, a], [, b]) => b.sent + b.failed - a.sent - a.failed)
      .slice(0, GROUPS_SPELT_OUT)
      .map(([id, { rows, sent, failed }]) => {
        return `${this.name(id)} ${sent} of ${rows}${failed > 0 ? ` (${failed} rejected)` : ''}`;
      });
    if (shown.length === 0) return '';
    const more = busy.length > shown.length ? ` and from ${busy.length - shown.length} more` : '';
    return `; sent from ${shown.join(', ')}${more}`;
  }

  private moved(): string {
    const from = timeInWords(this.from);
    return this.cursor === this.from ? `cursor stays at ${from}` : `cursor ${from} → ${timeInWords(this.cursor)}`;
  }

  private cost(now: number): string {
    return `${this.io.requests()} requests, ${((now - this.startedAt) / 1000).toFixed(1)} s`;
  }
}

const words: Record<ReceiverStatus, string> = {
  sent: 'sent',
  unchanged: 'unchanged',
  known: 'sent before, and the same since',
  failed: 'rejected',
};

function timeInWords(timestamp: UnixSeconds): string {
  return timestamp === 0 ? 'the beginning' : utc(timestamp);
}
