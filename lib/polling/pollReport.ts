/** Reports one read: counts while it runs, and one log line at the end. */

import { messageOf, type RecordError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { ReceiverChange } from '../config/changeTypes';
import type { Verdict } from './changes/reconciliation';
import type { FailureSummary } from './failureSummary';
import type { Emission, PollIo, PollSettings, Traffic } from './pollSettings';
import { ALL_GROUPS } from './state/knownGroups';

/** How many groups a line names. */
const MAX_GROUPS = 10;
const PROGRESS_INTERVAL_MS = 30_000;

/** What happened to a receiver that was read. `known`: already emitted, and unchanged since. */
export type ReceiverStatus = Exclude<Verdict, 'due'> | Emission | 'failed';

export type ReadKind = 'Quick poll' | 'Full read';

interface Count {
  rows: number;
  sent: number;
  failed: number;
}

type Scope = Pick<PollSettings, 'groups' | 'hasSnapshot'> & { scope: string };

export class PollReport {
  /** Rows that the same walk had already read. */
  repeated = 0;
  /** Deleted receivers that were reported. */
  deletions = 0;
  isComplete = true;
  private readonly statuses: Record<ReceiverStatus, number> = {
    sent: 0,
    filtered: 0,
    skipped: 0,
    unchanged: 0,
    known: 0,
    failed: 0,
  };
  private readonly byGroup = new Map<string, Count>();
  private readonly startedAt: number;
  private progressAt: number;

  constructor(
    private readonly kind: ReadKind,
    private readonly scope: Scope,
    private readonly io: Pick<PollIo, 'clock' | 'logger' | 'traffic'>,
    private readonly failures: FailureSummary,
    /** The traffic that an earlier line has reported. */
    private readonly before: Traffic,
  ) {
    this.startedAt = this.progressAt = io.clock.elapsed();
  }

  /** What happened to one receiver. @param reason why it was sent */
  count(groupId: string, id: string, status: ReceiverStatus, reason?: ReceiverChange): void {
    this.statuses[status] += 1;
    if (status !== 'failed') this.failures.others += 1;
    let group = this.byGroup.get(groupId);
    if (!group) this.byGroup.set(groupId, (group = { rows: 0, sent: 0, failed: 0 }));
    group.rows += 1;
    if (status === 'sent' || status === 'failed') group[status] += 1;
    const why = status === 'sent' && reason !== undefined ? ` (${reason})` : '';
    this.io.logger.debug(`Receiver ${shownId(id)} of group ${shownId(groupId)}: ${words[status]}${why}.`);
  }

  /**
   * Removes a receiver from the counts, because a look-up has shown that it also differs in another way. It is counted
   * again afterwards.
   */
  uncount(groupId: string, status: 'unchanged' | 'filtered'): void {
    const group = this.byGroup.get(groupId);
    if (!group || this.statuses[status] === 0) return;
    this.statuses[status] -= 1;
    this.failures.others -= 1;
    group.rows -= 1;
  }

  /** @param part the fraction of receivers (0 to 1) that each poll emits again because the snapshot cannot list the failed ones */
  warnOfRepetition(part: number): void {
    const count = Math.ceil((this.rows() - this.statuses.failed) * part);
    this.io.logger.warn(
      'The snapshot has no room to list all receivers that could not be sent. Until they are corrected, each poll tries them again ' +
        `and also resends about ${count} receivers that were already sent.`,
    );
  }

  failed(groupId: string, id: string, error: RecordError): void {
    this.count(groupId, id, 'failed');
    this.failures.add(groupId, id, error.message);
  }

  /** Reports a long run, at most once every half minute. */
  progress(): void {
    const now = this.io.clock.elapsed();
    if (now - this.progressAt < PROGRESS_INTERVAL_MS) return;
    this.progressAt = now;
    this.io.logger.info(`${this.kind} of ${this.scopeName()}: ${this.counts()} so far; ${this.cost()}.`);
  }

  /** Runs the read, and logs a line if it fails. */
  async during<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.isComplete = false;
      this.log('error', '', ` The poll has failed: ${messageOf(error)}`);
      throw error;
    }
  }

  /** The line at the end of a read. @param next when the next full read is due */
  end(next: string, failure?: Error): void {
    const stopped = this.isComplete
      ? ''
      : ' The maximum run time was reached; the next poll continues from this position.';
    const failed = failure ? ` The poll has failed: ${messageOf(failure)}` : '';
    const level = failure ? 'error' : this.statuses.failed > 0 ? 'warn' : 'info';
    this.log(level, next, stopped + failed);
  }

  private log(level: 'info' | 'warn' | 'error', next: string, remark: string): void {
    const part = this.isComplete ? '' : ' (incomplete)';
    const what = `${this.kind}${part} of ${this.scopeName()}: ${this.counts()}${this.busyGroups()}`;
    const first = this.scope.hasSnapshot === false ? ' There was no snapshot, so this is a first read.' : '';
    this.io.logger[level](`${what}${next}; ${this.cost()}.${first}${remark}`);
  }

  private rows(): number {
    return Object.values(this.statuses).reduce((sum, count) => sum + count, 0);
  }

  private scopeName(): string {
    if (this.scope.scope === ALL_GROUPS) return `all groups (${this.scope.groups.length})`;
    return `group ${this.name(this.scope.scope)}`;
  }

  private name(groupId: string): string {
    const group = this.scope.groups.find(({ id }) => id === groupId);
    return group ? `${shownId(groupId)} "${group.name}"` : shownId(groupId);
  }

  private counts(): string {
    const { sent, filtered, skipped, unchanged, known, failed } = this.statuses;
    const unsent = `${filtered > 0 ? `${filtered} filtered, ` : ''}${skipped > 0 ? `${skipped} skipped, ` : ''}`;
    const twice = this.repeated > 0 ? `, ${this.repeated} duplicate rows` : '';
    const gone = this.deletions > 0 ? `, ${this.deletions} deletion${this.deletions === 1 ? '' : 's'} reported` : '';
    return `${this.rows()} receivers read, ${sent} sent, ${unsent}${unchanged} unchanged, ${known} already sent, ${failed} rejected${twice}${gone}`;
  }

  /** If all groups are read: the groups from which receivers were sent or rejected. */
  private busyGroups(): string {
    if (this.scope.scope !== ALL_GROUPS) return '';
    const busy = [...this.byGroup].filter(([, { sent, failed }]) => sent + failed > 0);
    const shown = busy
      .toSorted(([, a], [, b]) => b.sent + b.failed - a.sent - a.failed)
      .slice(0, MAX_GROUPS)
      .map(([id, { rows, sent, failed }]) => {
        return `${this.name(id)} ${sent} of ${rows}${failed > 0 ? ` (${failed} rejected)` : ''}`;
      });
    if (shown.length === 0) return '';
    const more = busy.length > shown.length ? ` and from ${busy.length - shown.length} more` : '';
    return `; sent from ${shown.join(', ')}${more}`;
  }

  /** Requests of this read. A quick poll before it has already listed the groups. */
  get requests(): number {
    return this.io.traffic().requests - this.before.requests;
  }

  private cost(): string {
    const { bytes } = this.io.traffic();
    const seconds = (this.io.clock.elapsed() - this.startedAt) / 1000;
    return `${this.requests} requests, ${size(bytes - this.before.bytes)}, ${seconds.toFixed(1)} s`;
  }
}

const words: Record<ReceiverStatus, string> = {
  sent: 'sent',
  filtered: 'filtered, because the step does not ask for such a change or tag',
  skipped: 'skipped, because the custom mapping returned nothing',
  unchanged: 'unchanged',
  known: 'already sent, and unchanged since',
  failed: 'rejected',
};

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
