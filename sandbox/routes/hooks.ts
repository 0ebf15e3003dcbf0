import type { FastifyInstance } from 'fastify';
import { isLoopbackUrl } from '../guard';
import { hookEvents, type Hook } from '../hooks';
import { isRecord, textOf } from '../input';
import { badRequest, notFound, Problem } from '../problems';
import type { World } from '../world';
import { send, type Query } from './support';

const verifyLength = { min: 10, max: 50 } as const;

/** `/hooks/eventhook`: registers, lists and deletes web hooks. */
export function hookRoutes(app: FastifyInstance, world: World): void {
  const { hooks } = world;

  app.get('/hooks/eventhook', (_request, reply) =>
    send(
      world,
      reply,
      hooks.list.map(({ event, condition, url }) => ({ event, condition, url })),
    ),
  );

  app.post('/hooks/eventhook', async (request, reply) => {
    const hook = readHook(request.body);
    if (hooks.find(hook)) throw new Problem(409, 'Conflict: this event is hooked already');
    const registered = await hooks.register(hook);
    if (!registered) throw badRequest('the url could not be verified');
    return send(world, reply, { success: true, call_token: registered.callToken, secret: registered.secret });
  });

  app.delete<{ Params: { event: string }; Querystring: Query }>('/hooks/eventhook/:event', (request, reply) => {
    if (hooks.delete(request.params.event, textOf(request.query['condition'])) === 0) throw notFound();
    return send(world, reply, true);
  });
}

function readHook(body: unknown): Hook {
  if (!isRecord(body)) throw badRequest('invalid json');
  const { url, event, condition = '', verify } = body;
  // numeric strings are rejected, not parsed
  if (typeof condition !== 'string') throw badRequest('invalid json');
  if (typeof event !== 'string' || !hookEvents.includes(event))
    throw badRequest(`invalid event: the sandbox delivers only ${hookEvents.join(', ')}`);
  if (typeof verify !== 'string' || verify.length < verifyLength.min || verify.length > verifyLength.max)
    throw badRequest('invalid verify');
  if (typeof url !== 'string' || !URL.canParse(url)) throw badRequest('invalid url');
  if (!isLoopbackUrl(url)) throw badRequest('invalid url: the sandbox calls only 127.0.0.1, [::1] and localhost');
  return { url, event, condition, verify };
}
