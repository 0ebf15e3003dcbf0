/**
 * Reports a run of a flow: failures and log lines of its steps. Equal lines are shown once, with the name of the first
 * record, and counted at the end.
 */

import { holdsValue } from '../../lib/utils/text';
import { isRefusal } from './credentials';
import type { FlowStep } from './flowFile';
import type { Redelivery } from './localPlatform';
import { withName } from './payload';
import { complain, Progress, say } from './terminal';

/** Maximum length of a line that is only counted. */
const RECALLED = 100;

/** The line of a read, see lib/polling/pollReport.ts; lines about its progress have the same counts. */
const FILTERED = /^(?:Full read|Quick poll)\b(?!.* so far; ).* (\d+) filtered\b/;
/** The fields by which a trigger filters receivers. */
const FILTERS = ['changeTypes', 'tag'];

const SHOWN = ['info', 'warn', 'error'];

/** The names of records in messages of the component. Lines that differ only in such a name are equal. */
const NAME =
  /(?:the record with the )?recordUid "[^"]*"|record no\. \d+(?: \(oihUid "[^"]*"\)| \(SHA-256 of its recordUid: \w+…\))?|\breceiver \d+/gi;

/** A list of such names. */
const NAMES = /\ba record(?:, a record)+(?: and \d+ more)?/g;

export class FlowReport {
  private readonly steps = new Map<string, { sent: number; failed: number }>();
  /** Number of occurrences of each line, without the name of the record. */
  private readonly lines = new Map<string, number>();
  /** Number of messages for each step of another component. */
  private readonly foreignSteps = new Map<string, number>();
  /** Number of receivers that each trigger has filtered. */
  private readonly filtered = new Map<FlowStep, number>();
  private readonly progress = new Progress();
  /** Whether CleverReach has rejected the credentials. */
  isRefused = false;

  sent(step: FlowStep): void {
    this.of(step).sent += 1;
    this.progress.show([...this.steps].map(([id, { sent }]) => `${id}: ${sent} sent`).join(', '));
  }

  /** A step of another component does not run: its first message is shown, or with `all` each one. */
  foreign({ id, function: named }: FlowStep, message: unknown, all: boolean): void {
    const count = (this.foreignSteps.get(id) ?? 0) + 1;
    this.foreignSteps.set(id, count);
    if (count === 1) say(`${id} is a step of another component ("${named}") and does not run. It would receive:`);
    if (all || count === 1) say(JSON.stringify(message));
  }

  /** @param record the record of the message; of equal failures only the first record is shown */
  failed(step: FlowStep, error: Error, record = ''): void {
    this.of(step).failed += 1;
    this.isRefused ||= isRefusal(error);
    this.once(`${step.id} ${step.function}: ${error.name}: ${error.message}`, record, complain);
  }

  /** Without this line, a run would show nothing for a minute or more while messages wait. */
  handedBack({ id }: FlowStep, error: Error, { number, most, seconds }: Redelivery, record = ''): void {
    const what = `rebound, retry ${number} of ${most} in ${seconds} s`;
    this.once(`${id}: ${what}: ${error.message}`, record, complain);
  }

  /**
   * Most errors are also reported as a failure, but not all: for example an error after a write has activated a
   * receiver. So every error is shown.
   */
  log(level: string, text: string, step: FlowStep): void {
    const count = Number(FILTERED.exec(text)?.[1] ?? 0);
    if (count > 0) this.filtered.set(step, (this.filtered.get(step) ?? 0) + count);
    if (SHOWN.includes(level)) this.once(`${step.id} ${level}: ${text}`, '', level === 'info' ? say : complain);
  }

  get hasFailed(): boolean {
    return [...this.steps.values()].some(({ failed }) => failed > 0);
  }

  summary(): string[] {
    const repeated = new Map<string, number>();
    for (const [line, times] of this.lines) {
      const text = shortened(line);
      if (times > 1) repeated.set(text, (repeated.get(text) ?? 0) + times - 1);
    }
    const counts = [...this.steps].map(
      ([id, { sent, failed }]) => `${id}: ${plural(sent, 'message')} sent, ${plural(failed, 'failure')}`,
    );
    const foreign = [...this.foreignSteps].map(
      ([id, count]) => `${id}: did not run, would receive ${plural(count, 'message')}`,
    );
    return [
      ...[...repeated].map(([line, times]) => `${times} more times: ${line}`),
      ...[...this.filtered].map(
        ([step, count]) => `${step.id}: ${plural(count, 'receiver')} filtered${byFields(step)}`,
      ),
      ...(counts.length === 0 ? ['Nothing was sent.'] : counts),
      ...foreign,
    ];
  }

  private of({ id }: FlowStep): { sent: number; failed: number } {
    const count = this.steps.get(id) ?? { sent: 0, failed: 0 };
    this.steps.set(id, count);
    return count;
  }

  /** @param record replaces the position of a record; added to a line that names no record */
  private once(line: string, record: string, print: (line: string) => void): void {
    const alike = line.replace(NAME, 'a record').replace(NAMES, 'records');
    const times = this.lines.get(alike) ?? 0;
    this.lines.set(alike, times + 1);
    if (times > 0) return;
    if (record === '') print(line);
    else print(alike === line ? `${line} (${record})` : withName(line, record));
  }
}

function byFields({ fields }: FlowStep): string {
  const set = FILTERS.filter((name) => holdsValue(fields[name])).map((name) => `"${name}"`);
  return set.length === 0 ? '' : ` by ${set.join(' and ')} of the step`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function shortened(line: string): string {
  return line.length > RECALLED ? `${line.slice(0, RECALLED)}…` : line;
}
