/**
 * The environment of a test: a CleverReach account of its own, and flows under one of the runtimes. All of it is
 * removed after the test.
 */

import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { elasticIo } from './elasticIo';
import { Flow, Step, type FlowOptions } from './flow';
import { oih } from './oih';
import type { Credential, Runtime, StepPlan } from './plan';

export const runtimes: readonly Runtime[] = [elasticIo, oih];

export interface FlowSettings {
  /** Default: client id and secret. */
  credential?: Credential;
  env?: Record<string, string>;
  cuttable?: boolean;
}

export class Stage {
  private readonly closing: (() => Promise<void>)[] = [];

  /** An account in the sandbox. */
  async account(options?: SandboxOptions): Promise<Sandbox> {
    const account = await startSandbox(options);
    this.closing.push(() => account.close());
    return account;
  }

  /** A flow whose containers are not started yet. */
  async flow(
    runtime: Runtime,
    account: Sandbox,
    steps: readonly StepPlan[],
    settings: FlowSettings = {},
  ): Promise<Flow> {
    const { credential = { kind: 'client', ...account.client }, env = {}, cuttable = false } = settings;
    const options: FlowOptions = { steps, credential, cuttable, env: { CLEVERREACH_URL: account.url, ...env } };
    const flow = await Flow.open(runtime, options);
    this.closing.push(() => flow.close());
    return flow;
  }

  /** A flow of one step, with its container started. */
  async step(runtime: Runtime, account: Sandbox, plan: StepPlan, settings?: FlowSettings): Promise<Step> {
    const step = new Step(await this.flow(runtime, account, [plan], settings));
    step.start();
    return step;
  }

  async close(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
  }
}

/** A stage for every test of the file. */
export function useStage(): Stage {
  const stage = new Stage();
  afterEach(() => stage.close());
  return stage;
}
