import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { faultText } from '../faultText';
import type { World } from '../world';

/** Changes in quick succession are shown together. */
const lookEveryMs = 250;

/**
 * `GET /sandbox/live`: server-sent events. Each contains the whole overview; one is sent at the start and one after
 * every change.
 */
export function liveRoute(app: FastifyInstance, world: World): void {
  const streams = new Set<PassThrough>();
  app.get('/sandbox/live', (_request, reply) => {
    const stream = new PassThrough();
    streams.add(stream);
    let shown = '';
    const look = (): void => {
      // a slow reader receives the latest overview after it has read the previous one
      if (stream.writableNeedDrain) return;
      const now = JSON.stringify(overview(world));
      if (now !== shown) stream.write(`data: ${now}\n\n`);
      shown = now;
    };
    look();
    const timer = setInterval(look, lookEveryMs);
    stream.on('close', () => {
      clearInterval(timer);
      streams.delete(stream);
    });
    return reply.type('text/event-stream').send(stream);
  });
  app.addHook('preClose', (done) => {
    for (const stream of streams) stream.end();
    done();
  });
}

/** `account` changes whenever a receiver has changed; the newest request comes first. */
function overview({ account, faults, recorder }: World) {
  return {
    account: account.version,
    groups: [...account.groups.values()].map(({ id, name, members }) => ({ id, name, size: members.size })),
    faults: faults.list.map(({ id, fault, hits }) => ({ id, text: faultText(fault), hits })),
    requests: recorder.latest.toReversed(),
  };
}
