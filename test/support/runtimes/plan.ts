/** The parts of a flow, and the common interface of both runtimes for tests. */

import { z } from 'zod';
import type { Image } from '../deploy/image';
import type { Call, HttpDouble } from './httpDouble';
import type { Published } from './journal';
import type { Topology } from './topology';

export const componentFunction = z.enum(['getReceiversPolling', 'getReceiversByGroupIdPolling', 'upsertReceiver']);

export interface StepPlan {
  function: z.infer<typeof componentFunction>;
  /** The fields as a user sets them; each platform delivers them in its own format. */
  fields?: Record<string, unknown>;
  /** OIH only. */
  nodeSettings?: Record<string, unknown>;
  /** Messages per 100 ms that the runtime allows; 100 by default, ten times the runtimes' own default. */
  rate?: number;
  /** Unacknowledged messages per container; 1 by default. */
  prefetch?: number;
  /** Containers on the queue of the step; 1 by default. */
  replicas?: number;
  /** Further environment variables of the container. */
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
  /** The broker's URL, as the containers reach it. */
  containerAmqpUrl: string;
}

/** A record in the format of the platform: on OIH the message itself, on elastic.io the body of the message. */
export interface FlowRecord {
  metadata: Record<string, unknown>;
  data: Record<string, unknown>;
}

/** The parts of a message of amqplib that are used. */
interface JournalMessage {
  fields: { routingKey: string };
  properties: { headers?: unknown };
  content: Buffer;
}

/** A flow that is set up under one of the runtimes; the caller starts its containers. */
export interface Wiring {
  readonly topology: Topology;
  readonly platform: Platform;
  readonly journalQueue: string;
  /** Parses a message of the journal. */
  readonly read: (message: JournalMessage) => Published;
  /** The environment variables of a step's containers. */
  env(step: string): Record<string, string>;
  /** Puts a message into the queue of a step: a tick if there is no record. */
  publish(step: string, record?: FlowRecord): Promise<void>;
  /** Adds a queue that gets the step's data and rejects more than it can hold, like a slow next step. */
  addFullQueue(step: string, maximum: number): Promise<string>;
  close(): Promise<void>;
}

/** The services of the platform that the component or its runtime uses. */
export interface Platform {
  readonly service: HttpDouble;
  /** Called for every call of the service, after its response. */
  onCall?: (call: Call) => void;
  /** The stored snapshots, by step. */
  readonly snapshots: Map<string, unknown>;
  /**
   * The token in a secret, and the token after its renewal: elastic.io renews it on request, OIH after each read.
   */
  readonly secret: { current: string; renewed?: string };
}

export interface Runtime {
  readonly name: 'elastic.io' | 'OIH';
  /** The image that the Dockerfile builds for it. */
  image(): Image;
  /** The record in a message; undefined if the message does not have the format that the next step expects. */
  recordOf(content: unknown): FlowRecord | undefined;
  wire(plan: FlowPlan): Promise<Wiring>;
}

/** @param step `step_1` is the first */
export function planOf(plan: FlowPlan, step: string): StepPlan {
  const found = plan.steps[Number(step.split('_')[1]) - 1];
  if (!found) throw new Error(`No ${step}`);
  return found;
}
