/** Reports what happened to each message that was given to the action. The messages run one after the other. */

import { redactEmails } from '../../lib/utils/redactEmails';
import { isObject } from '../../lib/utils/objects';
import type { DryRunReport } from './dryRun';
import type { FlowStep } from './flowFile';
import { isRefusal } from './credentials';
import type { Redelivery } from './localPlatform';
import { asLine, bodyOf, recordUidOf, withName } from './payload';
import { complain, say } from './terminal';

/** The line of the action about one record, see lib/upsert/output/writeReport.ts. */
const WRITTEN = /^(?:Wrote to|Dry run for) (.+?), 1 record: 1 ([^.;]+)[^.]*\.(.*)$/s;
/** What the action logs when it has sent a mail, see lib/upsert/execute/createUnconfirmed.ts. */
const MAIL = /^Receiver \S+: (double-opt-in mail of .+ sent)\.$/;
/** The name of the record before an error; the line of a message has its own. */
const PREFIX = /\bRecord no\. \d+: /;
/** The message fails here instead, with the same reason. */
const HANDED_BACK = /^Handed back to the broker, to give time/;
/** Labels of records that the action has not carried out, although their messages do not fail. */
const NOT_CARRIED_OUT = ['rejected', 'deletion denied', 'deletion failed'];
/** The label of a record that an error of the step, the credential or the account has stopped: the message has failed. */
const NOT_WRITTEN = 'not written';
const SHOWN = ['info', 'warn', 'error'];

export class ActionOutcome {
  /** Whether CleverReach has rejected the credentials; every further message would fail too. */
  isRefused = false;
  /** Whether a message has failed, or its record was not carried out, or would not be. */
  hasFailed = false;
  private readonly counts = new Map<string, number>();
  private written: { where: string; label: string; reason: string } | undefined;
  private sent: { uid: string | undefined; isWaiting: boolean; dryRun: string | undefined } | undefined;
  private mail = '';
  private name = '';
  private failure: Error | undefined;

  constructor(private readonly dryRun: DryRunReport) {}

  /** Runs one message, and prints its outcome. */
  async of(position: number, run: () => Promise<void>): Promise<void> {
    this.written = this.sent = this.failure = undefined;
    this.mail = '';
    this.name = `message ${position}`;
    await run();
    const outcome = this.outcome();
    this.counts.set(outcome.label, (this.counts.get(outcome.label) ?? 0) + 1);
    (outcome.isFailure ? complain : say)(`${this.name}: ${this.renamed(outcome.text.replace(PREFIX, ''))}`);
  }

  onSent(step: FlowStep, message: unknown): void {
    this.sent = {
      uid: recordUidOf(message),
      isWaiting: isInactive(message),
      dryRun: this.dryRun.words(step, message),
    };
  }

  onFailed(error: Error): void {
    this.failure = error;
    this.hasFailed = true;
    this.isRefused ||= isRefusal(error);
  }

  /** Progress while the message waits. */
  onHandedBack(error: Error, { number, most, seconds }: Redelivery): void {
    const reason = this.renamed(error.message.replace(PREFIX, ''));
    complain(`  ${this.name} is tried again in ${seconds} s (no. ${number} of ${most}): ${reason}`);
  }

  onLog(level: string, text: string): void {
    const [, where, label, reason] = WRITTEN.exec(text) ?? [];
    if (where !== undefined && label !== undefined) this.written = { where, label, reason: reason ?? '' };
    else if (SHOWN.includes(level) && !HANDED_BACK.test(text))
      (level === 'info' ? say : complain)(`  ${level}: ${this.renamed(text)}`);
    else this.mail = MAIL.exec(text)?.[1] ?? this.mail;
  }

  summary(): string {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const parts = [...this.counts].map(([label, count]) => `${count} ${label}`);
    return `${total} ${total === 1 ? 'message' : 'messages'}: ${parts.join(', ')}.`;
  }

  private outcome(): { label: string; text: string; isFailure: boolean } {
    const { written, sent, failure } = this;
    const isUnconfirmed = written?.label === 'created' && sent?.isWaiting === true;
    const done = written?.label === NOT_WRITTEN ? 'failed' : (written?.label ?? (failure ? 'failed' : 'done'));
    const label = isUnconfirmed ? 'created unconfirmed' : done;
    if (failure) return { label, text: `${label}. ${failure.name}: ${failure.message}`, isFailure: true };
    const isFailure = NOT_CARRIED_OUT.includes(label);
    this.hasFailed ||= isFailure;
    // the recordUid of a record that was not carried out is that of its sender
    const who =
      sent?.uid === undefined ? '' : isFailure ? `, record ${redactEmails(sent.uid)}` : `, receiver ${sent.uid}`;
    if (sent?.dryRun !== undefined) return { label, text: sent.dryRun, isFailure };
    const what = isFailure && label !== 'rejected' ? `not carried out: ${label}` : label;
    const where = written === undefined || written.where === 'no group' ? '' : `, ${written.where}`;
    const mail = this.mail === '' ? '' : `, ${this.mail}`;
    return { label, text: `${what}${where}${who}${mail}.${written?.reason ?? ''}`, isFailure };
  }

  /** A message as one line of JSON. */
  lineOf(message: unknown): string {
    return asLine(message, this.name);
  }

  private renamed(text: string): string {
    return withName(text, this.name);
  }
}

/** Whether the action has sent a receiver that is not active. */
function isInactive(message: unknown): boolean {
  const body = bodyOf(message);
  const data = isObject(body) ? body['data'] : undefined;
  return isObject(data) && data['active'] === false;
}
