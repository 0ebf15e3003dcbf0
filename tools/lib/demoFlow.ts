/** Runs the flow of the demo, flows/group-to-group.json, against an account as a platform would. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readFlow } from './flowFile';
import { LocalPlatform } from './localPlatform';

export interface DemoEvents {
  /** Number of receivers sent so far by the current poll. */
  sent?(receivers: number): void;
  /** The log of the trigger. */
  log?(text: string): void;
}

export class DemoFlow {
  /** Failures of steps in order of time. */
  readonly errors: string[] = [];
  private sent = 0;
  private readonly platform: LocalPlatform;

  /** @param root the folder with component.json; `CLEVERREACH_URL` selects the account */
  constructor(root: string, credentials: Record<string, string>, events: DemoEvents = {}) {
    const flow = readFlow(JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')));
    this.platform = new LocalPlatform(root, flow, credentials, {
      sent: (step) => {
        if (step !== flow.first) return;
        this.sent += 1;
        events.sent?.(this.sent);
      },
      failed: (step, error) => this.errors.push(`${step.function}: ${error.message}`),
      log: (level, text, step) => {
        if (step === flow.first && level === 'info') events.log?.(text);
      },
    });
  }

  /** Runs one poll until all messages have passed the flow; returns the number of receivers sent. */
  async poll(): Promise<number> {
    this.sent = 0;
    await this.platform.tick();
    return this.sent;
  }
}
