/** Runs the flow of the demo, flows/group-to-group.json, against an account as a platform would. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readFlow, type FlowStep } from './flowFile';
import { LocalPlatform } from './localPlatform';

export interface DemoEvents {
  /** Number of receivers sent so far by the current poll, and the message of the last one. */
  sent?(receivers: number, message: unknown): void;
  /** The log of a step, without details. */
  log?(text: string, from: 'trigger' | 'action'): void;
}

export class DemoFlow {
  /** Failures of steps in order of time. */
  readonly errors: string[] = [];
  private sent = 0;
  private readonly platform: LocalPlatform;
  private readonly first: string;

  /** @param root the folder with component.json; `CLEVERREACH_URL` selects the account */
  constructor(root: string, credentials: Record<string, string>, events: DemoEvents = {}) {
    const flow = readFlow(JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')));
    this.first = flow.first.id;
    const listeners = {
      sent: (step: FlowStep, message: unknown) => {
        if (step !== flow.first) return;
        this.sent += 1;
        events.sent?.(this.sent, message);
      },
      failed: (step: FlowStep, error: Error) => void this.errors.push(`${step.function}: ${error.message}`),
      log: (level: string, text: string, step: FlowStep) => {
        if (level === 'info') events.log?.(text, step === flow.first ? 'trigger' : 'action');
      },
    };
    this.platform = new LocalPlatform(root, flow, credentials, listeners);
  }

  /** Runs one poll until all messages have passed the flow; returns the number of receivers sent. */
  async poll(): Promise<number> {
    this.sent = 0;
    await this.platform.tick();
    return this.sent;
  }

  /** The time up to which the trigger has reported all changes, in Unix seconds. */
  get lastUpdated(): number {
    return snapshotShape.parse(this.platform.snapshots.get(this.first)).lastUpdated;
  }
}

const snapshotShape = z.object({ lastUpdated: z.number() });
