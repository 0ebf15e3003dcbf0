/**
 * A step of a flow with the same interface on both runtimes. Every emit waits until the broker has confirmed it. An
 * emit that the runtime reports as failed throws, so that no snapshot covers a lost record.
 */

import { messageOf, NotTakenBackError, RecordError, TemporaryError } from '../utils/errors';
import { checkDepth } from '../utils/json';
import { isDevMode } from '../config/stepConfig';
import { safeLogger, withDetail, type Logger } from '../utils/logger';
import { isObject } from '../utils/objects';
import { runtimeOf, type Invocation, type RuntimeKind } from './runtimeContext';
import { emitError } from './emitError';
import { buildMessage, readMessage, type Message, bytesBeyond } from './messages';

/** The runtimes' default limit of an encoded message, in bytes. */
const DEFAULT_MESSAGE_LIMIT = 10_485_760;
/**
 * elastic.io encrypts messages and encodes them in base64, which needs four bytes for three; the rest is reserved for
 * headers and passthrough.
 */
const USABLE_SHARE: Record<RuntimeKind, number> = { 'elastic.io': 0.7, oih: 0.95 };

/** The runtimes' default limit of rebounds per message. */
const DEFAULT_REBOUNDS = 20;

export interface Step {
  readonly kind: RuntimeKind;
  readonly logger: Logger;
  /** The incoming message; irrelevant for the tick of a trigger. */
  readonly incoming: Message;
  /**
   * Sends a message to the next step. Throws a RecordError before sending if the message is larger or nested more
   * deeply than the runtime supports.
   */
  emitData(message: Message): Promise<void>;
  /** Stores a snapshot; call it only after all messages that it covers were sent. */
  emitSnapshot(snapshot: object): Promise<void>;
  /** OIH: passes the untransformed record to the hub. No effect elsewhere. */
  emitRawRecord(rawRecordId: string, payload: unknown): Promise<void>;
  /** Rebounds the incoming message: the broker delivers it again later. `process` must then end normally. */
  rebound(reason: Error): Promise<void>;
  /**
   * How often the incoming message can still be rebounded; undefined if the runtime does not report it, as on
   * elastic.io.
   */
  readonly reboundsLeft: number | undefined;
}

/** The step of a call of `process`. */
export function openStep(invocation: Invocation, env = process.env): Step {
  const { context, message: incoming, tokenData } = invocation;
  const kind = runtimeOf(context, tokenData, env);
  const limit = (Number(env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT']) || DEFAULT_MESSAGE_LIMIT) * USABLE_SHARE[kind];

  const left = kind === 'oih' ? reboundsLeftOf(invocation.headers, env) : undefined;

  const emit = async (event: string, payload: unknown): Promise<void> => {
    try {
      await context.emit(event, payload);
    } catch (error) {
      throw emitError(event, error);
    }
  };
  const emitWatched = async (event: string, payload: unknown): Promise<void> => {
    const before = context.errorCount;
    await emit(event, payload);
    if (context.errorCount === before) return;
    throw new TemporaryError(
      `The runtime could not send a ${event} message; its error in the log gives the reason. Waiting helps, unless that error is about the message itself, such as its size.`,
    );
  };

  return {
    kind,
    logger: loggerOf(invocation),
    incoming: readMessage(incoming, kind),
    emitData: async (message) => {
      checkDepth(message, 'the message to be sent');
      const bytes = bytesBeyond(limit, message);
      if (bytes !== undefined)
        throw new RecordError(`the message is too large to be sent: ${bytes} bytes, the limit is ${Math.floor(limit)}`);
      await emitWatched('data', await buildMessage(message, kind));
    },
    emitSnapshot: (snapshot) => emitWatched('snapshot', structuredClone(snapshot)),
    emitRawRecord: async (rawRecordId, payload) => {
      if (kind === 'oih') await emitWatched('raw-record', { rawRecordId, payload });
    },
    rebound: async (reason) => {
      const { name, message } = reason;
      try {
        await emit('rebound', Object.assign(new Error(message), { name }));
      } catch (error) {
        throw new NotTakenBackError(`${messageOf(error)} It was to be taken back because of this error: ${message}`);
      }
    },
    reboundsLeft: left,
  };
}

/** The log of a call of `process`, with the level of detail that the step configures. */
export function loggerOf({ context, cfg }: Pick<Invocation, 'context' | 'cfg'>): Logger {
  const logger = safeLogger(context.logger);
  return isDevMode(cfg) ? withDetail(logger) : logger;
}

function reboundsLeftOf(headers: unknown, env: NodeJS.ProcessEnv): number {
  const iteration = isObject(headers) ? headers['reboundIteration'] : undefined;
  const returned = typeof iteration === 'number' ? iteration : 0;
  const limit = Number.parseInt(env['ELASTICIO_REBOUND_LIMIT'] ?? '', 10);
  return Math.max(0, (Number.isFinite(limit) ? limit : DEFAULT_REBOUNDS) - returned);
}
