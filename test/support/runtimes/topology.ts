/** The queues and exchanges of one flow. All names begin with that of the run; `remove` deletes them. */

import amqplib, { type Channel, type ChannelModel, type ConfirmChannel, type Options } from 'amqplib';

/** If a run is killed before its cleanup, the broker removes unused queues, and their exchanges, after this time. */
const EXPIRES_MS = 15 * 60_000;

export class Topology {
  private readonly queues: string[] = [];
  private readonly exchanges: string[] = [];

  private constructor(
    private readonly connection: ChannelModel,
    readonly channel: ConfirmChannel,
  ) {}

  static async connect(url: string): Promise<Topology> {
    const connection = await amqplib.connect(url);
    connection.on('error', () => undefined);
    return new Topology(connection, await connection.createConfirmChannel());
  }

  async exchange(name: string, type: 'direct' | 'topic'): Promise<string> {
    await this.channel.assertExchange(name, type, { durable: true, autoDelete: true });
    this.exchanges.push(name);
    return name;
  }

  /** A queue that is bound to an exchange by each of the keys. */
  async queue(
    name: string,
    bindings: readonly (readonly [exchange: string, key: string])[],
    options: Omit<Options.AssertQueue, 'arguments'> = {},
    further: Record<string, unknown> = {},
  ): Promise<string> {
    await this.channel.assertQueue(name, { durable: true, expires: EXPIRES_MS, ...options, arguments: further });
    this.queues.push(name);
    for (const [exchange, key] of bindings) await this.channel.bindQueue(name, exchange, key);
    return name;
  }

  async publish(exchange: string, key: string, content: Buffer, options: Options.Publish): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.channel.publish(
        exchange,
        key,
        content,
        { contentType: 'application/json', ...options },
        (error: unknown) => {
          if (error) reject(new Error(`The broker refused a message for ${key}.`));
          else resolve();
        },
      );
    });
  }

  /** The number of messages in a queue that were not delivered yet. */
  async waiting(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).messageCount;
  }

  async openChannel(): Promise<Channel> {
    return await this.connection.createChannel();
  }

  async remove(): Promise<void> {
    for (const queue of this.queues) await this.channel.deleteQueue(queue);
    for (const exchange of this.exchanges) await this.channel.deleteExchange(exchange);
    await this.connection.close();
  }
}
