/** The flow of the demonstration, flows/group-to-group.json, run against an account as a platform would. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readFlow } from './flowFile';
import { LocalPlatform } from './localPlatform';

export interface DemoEvents {
  /** How many receivers the present poll has sent so far. */
  sent?(receivers: number): void;
  /** What the trigger logs. */
  log?(text: string): void;
}

export class DemoFlow {
  /** What steps have failed with, in the order in which it happened. */
  readonly errors: string[] = [];
  private sent = 0;
  private readonly platform: LocalPlatform;

  /** @param root the folder with component.json; `CLEVERREACH_URL` says where the account is */
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

  /** One poll, until everything has gone through the flow; how many receivers were sent. */
  async poll(): Promise<number> {
    this.sent = 0;
    await this.platform.tick();
    return this.sent;
  }
}
