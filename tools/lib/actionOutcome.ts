/** Reports what happened to each message that was given to the action. The messages run one after the other. */

import type { DryRunReport } from './dryRun';
import type { FlowStep } from './flowFile';
import { isRefusal } from './credentials';
import { recordUidOf } from './payload';
import { complain, say } from './terminal';

/** The line of the action about one record, see lib/upsert/output/writeReport.ts. */
const WRITTEN = /^(?:Wrote to|Dry run for) (.+?), 1 record: 1 ([^.;]+)[^.]*\.(.*)$/s;
/** The message fails here instead, with the same reason. */
const HANDED_BACK = /^Handed back to the broker, to give time/;
const SHOWN = ['info', 'warn', 'error'];

export class ActionOutcome {
  /** Whether CleverReach has rejected the credentials; every further message would fail too. */
  isRefused = false;
  hasFailed = false;
  private readonly counts = new Map<string, number>();
  private written: { where: string; label: string; reason: string } | undefined;
  private sent: { receiver: string | undefined; dryRun: string | undefined } | undefined;
  private failure: Error | undefined;

  constructor(private readonly dryRun: DryRunReport) {}

  /** Runs one message, and prints its outcome. */
  async of(position: number, run: () => Promise<void>): Promise<void> {
    this.written = this.sent = this.failure = undefined;
    await run();
    const name = `message ${position}`;
    const outcome = this.outcome();
    this.counts.set(outcome.label, (this.counts.get(outcome.label) ?? 0) + 1);
    (outcome.isFailure ? complain : say)(`${name}: ${outcome.text}`);
  }

  onSent(step: FlowStep, message: unknown): void {
    this.sent = { receiver: recordUidOf(message), dryRun: this.dryRun.words(step, message) };
  }

  onFailed(error: Error): void {
    this.failure = error;
    this.hasFailed = true;
    this.isRefused ||= isRefusal(error);
  }

  onLog(level: string, text: string): void {
    const [, where, label, reason] = WRITTEN.exec(text) ?? [];
    if (where !== undefined && label !== undefined) this.written = { where, label, reason: reason ?? '' };
    else if (SHOWN.includes(level) && !HANDED_BACK.test(text))
      (level === 'info' ? say : complain)(`  ${level}: ${text}`);
  }

  summary(): string {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const parts = [...this.counts].map(([label, count]) => `${count} ${label}`);
    return `${total} ${total === 1 ? 'message' : 'messages'}: ${parts.join(', ')}.`;
  }

  private outcome(): { label: string; text: string; isFailure: boolean } {
    const { written, sent, failure } = this;
    const label = written?.label ?? (failure ? 'failed' : 'done');
    if (failure) return { label, text: `${label}. ${failure.name}: ${failure.message}`, isFailure: true };
    if (sent?.dryRun !== undefined) return { label, text: sent.dryRun, isFailure: false };
    const receiver = sent?.receiver === undefined ? '' : `, receiver ${sent.receiver}`;
    const where = written === undefined || written.where === 'no group' ? '' : `, ${written.where}`;
    return { label, text: `${label}${where}${receiver}.${written?.reason ?? ''}`, isFailure: false };
  }
}
