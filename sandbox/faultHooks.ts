import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maintenancePage, type FaultKind } from './faults';
import { pathOf } from './paths';
import type { Recorded } from './recorderHooks';
import type { World } from './world';

/** Applies each pending fault to the next matching request, before its token is checked, or to the response. */
export function installFaults(app: FastifyInstance, world: World, recorded: Recorded): void {
  const taken = new WeakMap<FastifyRequest, FaultKind>();
  app.addHook('preValidation', async (request, reply) => {
    const route = request.is404 ? undefined : request.routeOptions.url;
    const fault = world.faults.take(request.method, pathOf(request.url), route);
    if (!fault) return undefined;
    taken.set(request, fault);
    return before(fault, request, reply);
  });
  app.addHook('onSend', (request, reply, payload, next) => {
    const fault = taken.get(request);
    if (fault?.kind === 'drop') {
      recorded.dropped(request);
      request.raw.socket.destroy();
    }
    if (fault?.kind !== 'truncate' || !Buffer.isBuffer(payload)) {
      next(null, payload);
      return;
    }
    const half = payload.subarray(0, Math.ceil(payload.length / 2));
    if (fault.connection !== 'closed') {
      void reply.header('content-length', half.length);
      next(null, half);
      return;
    }
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': payload.length,
      date: String(reply.getHeader('date')),
    });
    recorded.sent(request, half.length);
    reply.raw.write(half, () => request.raw.socket.destroy());
  });
}

async function before(fault: FaultKind, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  switch (fault.kind) {
    case 'delay':
      await wait(fault.ms, undefined, { ref: false });
      return undefined;
    case 'drop':
      if (fault.applied === true) return undefined;
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    case 'truncate':
      return undefined;
    case 'status': {
      const text = typeof fault.body === 'string';
      const type = text ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
      const answer = reply
        .code(fault.status)
        .type(type)
        .headers(fault.headers ?? {});
      return answer.send(text ? fault.body : fault.body === undefined ? '' : JSON.stringify(fault.body));
    }
    case 'html':
      return reply.type('text/html; charset=utf-8').send(fault.html ?? maintenancePage);
    case 'body':
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(fault.body));
  }
}
