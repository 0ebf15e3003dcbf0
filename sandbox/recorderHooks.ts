import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tokenOf } from './authorisation';
import { recordOf } from './input';
import { pathOf } from './paths';
import { withoutSecrets, type RecordedRequest, type RequestLine } from './recorder';
import type { World } from './world';

export interface Recorded {
  /** Marks a request that got no response although one was ready. */
  dropped(request: FastifyRequest): void;
  /** Notes the size of the body that the client gets. */
  sent(request: FastifyRequest, bytes: number): void;
}

interface Entry {
  request: RecordedRequest;
  line: RequestLine;
}

/** Records every request when its body is read, and its status when the response is sent. */
export function installRecorder(app: FastifyInstance, world: World): Recorded {
  const open = new WeakMap<FastifyRequest, Entry>();
  const record = (request: FastifyRequest): Entry => {
    const token = tokenOf(request);
    const recorded: RecordedRequest = {
      method: request.method,
      path: pathOf(request.url),
      route: request.is404 ? undefined : request.routeOptions.url,
      query: recordOf(withoutSecrets(request.query)),
      body: withoutSecrets(request.body),
      status: 0,
      time: world.clock.now(),
      bytes: 0,
      token: token === undefined ? 'none' : world.tokens.scopes(token) ? 'valid' : 'invalid',
    };
    const entry = { request: recorded, line: world.recorder.add(recorded) };
    open.set(request, entry);
    return entry;
  };
  app.addHook('preValidation', (request, _reply, next) => {
    record(request);
    next();
  });
  app.addHook('onSend', (request, reply, payload, next) => {
    // a body that cannot be parsed is answered before preValidation
    const entry = open.get(request) ?? record(request);
    entry.request.status = reply.statusCode;
    next(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const line = open.get(request)?.line;
    if (line) Object.assign(line, { status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 });
    done();
  });
  return {
    dropped(request) {
      const entry = open.get(request);
      if (entry) entry.request.status = 0;
    },
    sent(request, bytes) {
      const entry = open.get(request);
      if (entry) world.recorder.sent(entry.request, bytes);
    },
  };
}

/** Counts the bytes of the responses; has to come after everything that changes a response. */
export function installByteCount(app: FastifyInstance, recorded: Recorded): void {
  app.addHook('onSend', (request, _reply, payload, next) => {
    const isBody = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (isBody && !request.raw.socket.destroyed) recorded.sent(request, Buffer.byteLength(payload));
    next(null, payload);
  });
}
