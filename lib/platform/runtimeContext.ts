/**
 * What the two runtimes hand to `process`: elasticio-sailor-nodejs (elastic.io) and @openintegrationhub/ferryman (OIH).
 * Only what we use, and only what both were seen to have unless it is optional here.
 */

import { isDevMode } from '../config/stepConfig';
import { safeLogger, withDetail, type Logger } from '../utils/logger';
import { isObject } from '../utils/objects';

/** `this` of `process`. `emit` resolves when the broker has confirmed, but says nothing about success: watch `errorCount`. */
export interface RuntimeContext {
  emit(event: string, payload: unknown): Promise<unknown>;
  logger: Logger;
  /** Rises with every error that was emitted, by us or by the runtime itself. */
  errorCount?: number;
  /** Only elastic.io's runtime has it. */
  getApiClient?: () => unknown;
  /** Settings of the runtime, secrets included: never log them. */
  getConfig?: () => unknown;
}

/** The decoded token of OIH's orchestrator, the fifth argument of `process`. Holds credentials: never log it. */
export interface TokenData {
  flowId?: string;
  stepId?: string;
  secretId?: string;
  apiKey?: string;
  [further: string]: unknown;
}

/** One call of `process`: `this` and its arguments, of which elastic.io's runtime gives the message, the fields and the snapshot. */
export interface Invocation {
  context: RuntimeContext;
  message: unknown;
  cfg: unknown;
  snapshot?: unknown;
  /** Of the message that came in. Only OIH's runtime has them. */
  headers?: unknown;
  tokenData?: unknown;
}

/** The log of a call of `process`, as detailed as its step wants it. */
export function loggerOf({ context, cfg }: Pick<Invocation, 'context' | 'cfg'>): Logger {
  const logger = safeLogger(context.logger);
  return isDevMode(cfg) ? withDetail(logger) : logger;
}

export type RuntimeKind = 'elastic.io' | 'oih';

/** Which runtime called; the message itself cannot tell, since either may carry a `data` or a `body`. */
export function runtimeOf(context: RuntimeContext, tokenData: unknown, env: NodeJS.ProcessEnv): RuntimeKind {
  if (isObject(tokenData)) return 'oih';
  if (typeof context.getApiClient === 'function') return 'elastic.io';
  return env['ELASTICIO_NODE_EXCHANGE'] ? 'oih' : 'elastic.io';
}
