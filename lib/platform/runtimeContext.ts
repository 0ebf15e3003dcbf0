/**
 * What the two runtimes pass to `process`: elasticio-sailor-nodejs (elastic.io) and @openintegrationhub/ferryman (OIH).
 * Contains only members that we use. A member is required only if both runtimes have it.
 */

import type { Logger } from '../utils/logger';
import { isObject } from '../utils/objects';

/**
 * `this` of `process`. `emit` resolves when the broker has confirmed the message, but does not report success: check
 * `errorCount`.
 */
export interface RuntimeContext {
  emit(event: string, payload: unknown): Promise<unknown>;
  logger: Logger;
  /** Increases with every emitted error, whether emitted by us or by the runtime. */
  errorCount?: number;
  /** Only in elastic.io's runtime. */
  getApiClient?: () => unknown;
  /** Settings of the runtime, including secrets: never log them. */
  getConfig?: () => unknown;
}

/** The decoded token of OIH's orchestrator, the fifth argument of `process`. Contains credentials: never log it. */
export interface TokenData {
  flowId?: string;
  stepId?: string;
  secretId?: string;
  apiKey?: string;
  [further: string]: unknown;
}

/**
 * One call of `process`: `this` and its arguments. elastic.io's runtime passes only the message, the fields and the
 * snapshot.
 */
export interface Invocation {
  context: RuntimeContext;
  message: unknown;
  cfg: unknown;
  snapshot?: unknown;
  /** Headers of the incoming message. Only in OIH's runtime. */
  headers?: unknown;
  tokenData?: unknown;
}

export type RuntimeKind = 'elastic.io' | 'oih';

/**
 * The runtime of the call. The message does not show it, because a message of either runtime may contain `data` or
 * `body`.
 */
export function runtimeOf(context: RuntimeContext, tokenData: unknown, env: NodeJS.ProcessEnv): RuntimeKind {
  if (isObject(tokenData)) return 'oih';
  if (typeof context.getApiClient === 'function') return 'elastic.io';
  return env['ELASTICIO_NODE_EXCHANGE'] ? 'oih' : 'elastic.io';
}

/**
 * Whether elastic.io asks for a sample: the flow designer then calls `process` with `ELASTICIO_FLOW_TYPE=debug` and waits
 * for one minute. OIH has no samples.
 */
export function isSampleRun(env: NodeJS.ProcessEnv): boolean {
  return env['ELASTICIO_FLOW_TYPE'] === 'debug';
}
