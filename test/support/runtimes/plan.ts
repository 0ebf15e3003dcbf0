/** What a flow consists of, and what both runtimes have in common for whoever tests. */

import { z } from 'zod';
import type { Image } from '../deploy/image';
import type { Call, HttpDouble } from './httpDouble';
import type { Published } from './journal';
import type { Topology } from './topology';

export const componentFunction = z.enum(['getReceiversPolling', 'getReceiversByGroupIdPolling', 'upsertReceiver']);

export interface StepPlan {
  function: z.infer<typeof componentFunction>;
  /** As a person would set them; each platform delivers them in its own way. */
  fields?: Record<string, unknown>;
  /** OIH only. */
  nodeSettings?: Record<string, unknown>;
  /** Messages per 100 ms that the runtime lets through; 100 by default, ten times the runtimes' own default. */
  rate?: number;
  /** Unacknowledged messages per container; 1 by default. */
  prefetch?: number;
  /** Containers on the queue of the step; 1 by default. */
  replicas?: number;
  /** Further variables of the container. */
  env?: Record<string, string>;
}

/**
 * The credential of the flow's steps.
 * - `client`: client id and secret as fields (elastic.io), in a MIXED secret (OIH)
 * - `oauth`: elastic.io's classic credential with an OAuth field
 * - `secret`: a secret of the platform: elastic.io's `oauth2`, OIH's `OA2_AUTHORIZATION_CODE`
 * - `key`: OIH's API_KEY
 */
export type Credential =
  | { kind: 'client'; id: string; secret: string }
  | { kind: 'oauth'; accessToken: string; refreshToken: string; expiresIn?: number }
  | { kind: 'secret'; accessToken: string }
  | { kind: 'key'; key: string };

export interface FlowPlan {
  steps: readonly StepPlan[];
  credential: Credential;
  /** Variables of every container. */
  env: Record<string, string>;
  /** The broker, as the containers see it. */
  containerAmqpUrl: string;
}

/** A record as it travels: on OIH the message itself, on elastic.io the body of the message. */
export interface FlowRecord {
  metadata: Record<string, unknown>;
  data: Record<string, unknown>;
}

/** What is read of a message as amqplib delivers it. */
interface JournalMessage {
  fields: { routingKey: string };
  properties: { headers?: unknown };
  content: Buffer;
}

/** A flow that is set up under one of the runtimes; containers are started by whoever uses it. */
export interface Wiring {
  readonly topology: Topology;
  readonly platform: Platform;
  readonly journalQueue: string;
  /** Says what a message of the journal is. */
  readonly read: (message: JournalMessage) => Published;
  /** The environment of a step's containers. */
  env(step: string): Record<string, string>;
  /** Puts a message into the queue of a step: a tick when there is no record. */
  publish(step: string, record?: FlowRecord): Promise<void>;
  /** Adds a queue that takes the step's data and refuses more than it can hold, as a slow next step does. */
  addFullQueue(step: string, maximum: number): Promise<string>;
  close(): Promise<void>;
}

/** The services of the platform that the component or its runtime asks. */
export interface Platform {
  readonly service: HttpDouble;
  /** Is told every call of the service, as soon as it is answered. */
  onCall?: (call: Call) => void;
  /** What is stored, by step. */
  readonly snapshots: Map<string, unknown>;
  /**
   * The token in a secret, and what the platform renews it to: elastic.io when it is asked to refresh it, OIH by itself once
   * it has been read.
   */
  readonly secret: { current: string; renewed?: string };
}

export interface Runtime {
  readonly name: 'elastic.io' | 'OIH';
  /** What the Dockerfile builds for it. */
  image(): Image;
  /** The record in what was published, or undefined when the message does not have the shape that the next step expects. */
  recordOf(content: unknown): FlowRecord | undefined;
  wire(plan: FlowPlan): Promise<Wiring>;
}

/** @param step `step_1` is the first */
export function planOf(plan: FlowPlan, step: string): StepPlan {
  const found = plan.steps[Number(step.split('_')[1]) - 1];
  if (!found) throw new Error(`No ${step}`);
  return found;
}
