/** A TCP proxy in front of the broker whose connections can be cut, as when a broker is restarted or a network breaks. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class CuttableProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** The address of the broker, through this proxy. */
    readonly url: string,
  ) {}

  static async before(brokerUrl: string): Promise<CuttableProxy> {
    const target = new URL(brokerUrl);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    const url = new URL(brokerUrl);
    url.host = `127.0.0.1:${address.port}`;
    const proxy = new CuttableProxy(server, url.href);
    server.on('connection', (client) => {
      proxy.join(client, connect(Number(target.port || 5672), target.hostname));
    });
    return proxy;
  }

  /** Breaks every connection; new ones are accepted. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private join(client: Socket, broker: Socket): void {
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
