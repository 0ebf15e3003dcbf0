/**
 * Everything that the steps of a flow publish, in the order in which the broker accepted it: one queue is bound to all
 * of their routing keys, so that the order is valid across data, snapshots and errors.
 */

import { randomUUID } from 'node:crypto';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Bell } from './bell';

export type Kind = 'data' | 'error' | 'snapshot' | 'rebound' | 'complete' | 'raw' | 'other';

/** A message that a step has published. */
export interface Published {
  step: string;
  kind: Kind;
  /** Decrypted and parsed. */
  content: unknown;
  headers: Record<string, unknown>;
}

export class Journal {
  readonly entries: Published[] = [];
  private readonly byKind = new Map<string, Published[]>();
  private readonly markers = new Set<string>();

  constructor(
    private readonly channel: ConfirmChannel,
    private readonly queue: string,
    private readonly bell: Bell,
  ) {}

  /**
   * @param read parses a message
   * @param onEntry called for every message
   */
  async open(read: (message: ConsumeMessage) => Published, onEntry: (entry: Published) => void): Promise<void> {
    await this.channel.consume(this.queue, (message) => {
      if (!message) return;
      this.channel.ack(message);
      const marker: unknown = message.properties.headers?.['marker'];
      if (typeof marker === 'string') this.markers.add(marker);
      else {
        const entry = read(message);
        this.entries.push(entry);
        this.of(entry.step, entry.kind).push(entry);
        onEntry(entry);
      }
      this.bell.ring();
    });
  }

  /** All messages of one kind from one step so far. */
  of(step: string, kind: Kind): Published[] {
    const key = `${step} ${kind}`;
    const entries = this.byKind.get(key) ?? [];
    this.byKind.set(key, entries);
    return entries;
  }

  /** Resolves when everything that the broker has confirmed so far was read. */
  async settle(): Promise<void> {
    const marker = randomUUID();
    this.channel.sendToQueue(this.queue, Buffer.alloc(0), { headers: { marker } });
    await this.bell.until(
      () => this.markers.delete(marker),
      () => 'the journal',
    );
  }
}
