/** Maps receivers and emits them to the next step: one message per receiver, or one message per page of receivers. */

import { randomUUID } from 'node:crypto';
import { isTooLarge, MAX_ATTRIBUTES } from '../cleverreach/parseResponse';
import type { Group, Receiver } from '../cleverreach/types';
import type { ReceiverChange } from '../config/changeTypes';
import type { MapMessage, MappingMessage } from '../mapping/message';
import type { Step } from '../platform/step';
import { NothingMappedError, RecordError } from '../utils/errors';
import type { Clock } from '../utils/clock';
import { checkDepth } from '../utils/json';
import { text } from '../utils/text';
import type { Emitter } from './pollSettings';

/**
 * Maximum number of messages that are sent at once. The runtimes wait for the broker to confirm each message. With 20 at
 * once, up to eight times as many messages are sent per second as with 5 (row 4 of docs/performance.md).
 */
const MESSAGES_AT_ONCE = 20;
/** Maximum number of receivers in one message. */
const PAGE_SIZE = 500;
/** While one page is being sent, the next one is mapped. */
const PAGES_AT_ONCE = 2;

type EmitterStep = Pick<Step, 'emitData' | 'emitRawRecord'>;

interface EmitterOptions {
  clock: Pick<Clock, 'now'>;
  behavior: 'emitIndividually' | 'fetchPage';
  /** Whether the hub wants the untransformed records too (OIH). */
  storesRawRecords: boolean;
  /** The one group that the step reads; missing if it reads all groups. */
  groupId?: string;
}

/**
 * Receivers are emitted with `group_id` and `category`, the name of the group. The mapping receives the reason for
 * sending a receiver as `metadata.changeType`; a message with one receiver also contains it, a page does not. `emit`
 * throws a RecordError if this receiver cannot be mapped, is too large, has too many attributes or is nested too
 * deeply.
 */
export function createEmitter(step: EmitterStep, map: MapMessage, options: EmitterOptions): Emitter {
  // a hub that links ids replaces the metadata, so the data names the receiver too
  const emitDeletion = async (id: string, accountId: string | undefined): Promise<void> => {
    const { groupId } = options;
    const cleverreach = {
      ...(accountId !== undefined && { accountId }),
      receiverId: id,
      ...(groupId !== undefined && { groupId }),
    };
    const data = { deleteRequested: new Date(options.clock.now()).toISOString(), cleverreach };
    await step.emitData({ metadata: { recordUid: id, changeType: 'deleted' }, data });
  };
  const mapped = async (
    receiver: Receiver,
    group: Group,
    changeType: ReceiverChange,
  ): Promise<MappingMessage | undefined> => {
    if (isTooLarge(receiver)) throw new RecordError(`more than ${MAX_ATTRIBUTES} attributes`);
    checkDepth(receiver, 'the receiver');
    // a receiver does not contain the name of its group, but a custom mapping may need it. The receiver is changed in
    // place: a copy would take half as much time as a mapping
    const data = Object.assign(withoutHistory(receiver), { group_id: group.id, category: group.name });
    const message = await map({ metadata: { recordUid: receiver.id, changeType }, data }).catch(undefinedIfNothing);
    if (message !== undefined && options.storesRawRecords) await step.emitRawRecord(randomUUID(), data);
    return message;
  };

  if (options.behavior === 'fetchPage') {
    const pages = new PageBuffer((results) => step.emitData({ metadata: {}, data: { results } }));
    return {
      concurrency: PAGES_AT_ONCE * PAGE_SIZE,
      emit: async (receiver, group, changeType) =>
        (await pages.add(async () => (await mapped(receiver, group, changeType))?.data)) ? 'sent' : 'skipped',
      flush: () => {
        pages.flush();
      },
      emitDeletion,
    };
  }
  return {
    concurrency: MESSAGES_AT_ONCE,
    emit: async (receiver, group, changeType) => {
      const message = await mapped(receiver, group, changeType);
      if (message === undefined) return 'skipped';
      const { metadata, data } = message;
      // id linking needs the id as a string, whatever metadata a custom mapping returns
      const recordUid = text(metadata?.['recordUid']) ?? receiver.id;
      await step.emitData({ metadata: { changeType, ...metadata, recordUid }, data });
      return 'sent';
    },
    flush: () => undefined,
    emitDeletion,
  };
}

/** Most reads do not contain the history, so no message contains it. */
function withoutHistory(receiver: Receiver): Receiver {
  if (receiver.events === undefined) return receiver;
  const rest = { ...receiver };
  delete rest.events;
  return rest;
}

/** A custom mapping skips a receiver if it returns nothing. */
function undefinedIfNothing(error: unknown): undefined {
  if (!(error instanceof NothingMappedError)) throw error;
}

interface Waiting {
  data: Record<string, unknown>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Collects records into pages. */
class PageBuffer {
  private waiting: Waiting[] = [];
  /** Records that are being mapped. */
  private expected = 0;
  private isFlushing = false;

  constructor(private readonly send: (results: Record<string, unknown>[]) => Promise<void>) {}

  /** Resolves when the page of the record is confirmed. @returns false if there is no record */
  async add(map: () => Promise<Record<string, unknown> | undefined>): Promise<boolean> {
    this.expected += 1;
    let confirmed: Promise<void> | undefined;
    try {
      const data = await map();
      if (data === undefined) return false;
      confirmed = new Promise<void>((resolve, reject) => this.waiting.push({ data, resolve, reject }));
    } finally {
      this.expected -= 1;
      this.sendIfDue();
    }
    await confirmed;
    return true;
  }

  /** Sends the last page even if it is not full. */
  flush(): void {
    this.isFlushing = true;
    this.sendIfDue();
  }

  private sendIfDue(): void {
    const isLast = this.isFlushing && this.expected === 0;
    if (isLast) this.isFlushing = false;
    if (this.waiting.length < PAGE_SIZE && !isLast) return;
    const page = this.waiting;
    this.waiting = [];
    if (page.length > 0) void this.sendPage(page);
  }

  /** A page that is too large is split in half. */
  private async sendPage(page: Waiting[]): Promise<void> {
    try {
      await this.send(page.map(({ data }) => data));
      for (const { resolve } of page) resolve();
    } catch (error) {
      const half = Math.ceil(page.length / 2);
      if (page.length > 1 && error instanceof RecordError) {
        await this.sendPage(page.slice(0, half));
        await this.sendPage(page.slice(half));
      } else for (const { reject } of page) reject(error);
    }
  }
}
