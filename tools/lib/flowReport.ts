/**
 * What a run of a flow says: failures and logs of its steps, the same line only once, with the first record that it is about, and at
 * the end how many there were.
 */

import type { FlowStep } from './flowFile';
import { complain, Progress, say } from './terminal';

/** Characters of a line that is only counted. */
const RECALLED = 100;

const SHOWN = ['info', 'warn', 'error'];

/** How the component names a record, and what it knows it by; lines that differ in nothing else are the same. */
const NAME =
  /(?:the record with the )?recordUid "[^"]*"|record no\. \d+(?: \(oihUid "[^"]*"\)| \(SHA-256 of its recordUid: \w+…\))?|\breceiver \d+/gi;

export class FlowReport {
  private readonly steps = new Map<string, { sent: number; failed: number }>();
  /** How often each line came, whichever record it is about. */
  private readonly lines = new Map<string, number>();
  private readonly progress = new Progress();
  /** Whether CleverReach has refused the credentials. */
  isRefused = false;

  sent(step: FlowStep): void {
    this.of(step).sent += 1;
    this.progress.show([...this.steps].map(([id, { sent }]) => `${id}: ${sent} sent`).join(', '));
  }

  /** @param record which record it is about, where the error does not say it; only that of the first of equal failures is shown */
  failed(step: FlowStep, error: Error, record?: string): void {
    this.of(step).failed += 1;
    // a pair that cannot be renewed here is an error of the configuration
    this.isRefused ||= error.name === 'AuthorisationError' || error.message.startsWith('The access token');
    this.once(
      `${step.id} ${step.function}: ${error.name}: ${error.message}`,
      record === undefined ? '' : ` (${record})`,
      complain,
    );
  }

  /** An error is shown though most come as a failure too: not all do, as when a write has made a receiver active. */
  log(level: string, text: string, step: FlowStep): void {
    if (SHOWN.includes(level)) this.once(`${step.id} ${level}: ${text}`, '', level === 'info' ? say : complain);
  }

  get hasFailed(): boolean {
    return [...this.steps.values()].some(({ failed }) => failed > 0);
  }

  summary(): string[] {
    const repeated = [...this.lines].filter(([, times]) => times > 1);
    const counts = [...this.steps].map(([id, { sent, failed }]) => `${id}: ${sent} messages sent, ${failed} failures`);
    return [
      ...repeated.map(([line, times]) => `${times - 1} more times: ${shortened(line)}`),
      ...(counts.length === 0 ? ['Nothing was sent.'] : counts),
    ];
  }

  private of({ id }: FlowStep): { sent: number; failed: number } {
    const count = this.steps.get(id) ?? { sent: 0, failed: 0 };
    this.steps.set(id, count);
    return count;
  }

  private once(line: string, detail: string, tell: (line: string) => void): void {
    const alike = line.replace(NAME, 'a record');
    const times = this.lines.get(alike) ?? 0;
    this.lines.set(alike, times + 1);
    if (times === 0) tell(`${line}${detail}`);
  }
}

function shortened(line: string): string {
  return line.length > RECALLED ? `${line.slice(0, RECALLED)}…` : line;
}
