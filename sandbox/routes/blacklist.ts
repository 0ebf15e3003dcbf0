import type { FastifyInstance } from 'fastify';
import { flagOf, isAddress, isRecord, recordOf, textOf, textsOf } from '../input';
import { badRequest, notFound } from '../problems';
import type { BlockEntry } from '../state/blockList';
import type { World } from '../world';
import { pageOf, readPaging } from './paging';
import { groupOf, send, wireRows, type GroupParams, type Query } from './support';

interface EmailParams {
  email: string;
}

/** Block lists of the account and of a group, and bounced addresses. */
export function blackListRoutes(app: FastifyInstance, world: World): void {
  const { blockList } = world.account;
  const entry = (groupId: number, email: string): BlockEntry => {
    const found = blockList.find(groupId, email);
    if (!found) throw notFound();
    return found;
  };
  const put = (groupId: number, sent: unknown): BlockEntry => {
    const body = recordOf(sent);
    const email = textOf(body['email'])?.trim() ?? '';
    if (!isAddress(email)) throw badRequest('invalid address');
    const added = {
      email,
      comment: textOf(body['comment']) ?? '',
      stamp: world.clock.now(),
      isLocked: flagOf(body['isLocked']),
    };
    blockList.put(groupId, added);
    return added;
  };
  const remove = (groupId: number, email: string): true => {
    if (!blockList.delete(groupId, email)) throw notFound();
    return true;
  };
  const blocked = (groupId: number, sent: unknown): string[] =>
    textsOf(isRecord(sent) ? sent['emails'] : sent).filter((email) => blockList.blocks(groupId, email));

  app.get('/blacklist', (_request, reply) => send(world, reply, blockList.of(0)));
  app.get<{ Params: EmailParams }>('/blacklist/:email', (request, reply) =>
    send(world, reply, entry(0, request.params.email)),
  );
  app.post('/blacklist', (request, reply) => send(world, reply, put(0, request.body)));
  app.put('/blacklist', (request, reply) => send(world, reply, put(0, request.body)));
  app.delete<{ Params: EmailParams }>('/blacklist/:email', (request, reply) =>
    send(world, reply, remove(0, request.params.email)),
  );
  app.post('/blacklist/validate', (request, reply) => send(world, reply, blocked(0, request.body)));

  type ByGroup = { Params: GroupParams };
  type ByGroupEmail = { Params: GroupParams & EmailParams };
  app.get<ByGroup>('/groups/:gid/blacklist', (request, reply) =>
    send(world, reply, blockList.of(groupOf(world, request.params.gid, 'read').id)),
  );
  app.get<ByGroupEmail>('/groups/:gid/blacklist/:email', (request, reply) =>
    send(world, reply, entry(groupOf(world, request.params.gid, 'read').id, request.params.email)),
  );
  app.post<ByGroup>('/groups/:gid/blacklist', (request, reply) =>
    send(world, reply, put(groupOf(world, request.params.gid, 'write').id, request.body)),
  );
  app.post<ByGroup>('/groups/:gid/blacklist/validate', (request, reply) =>
    send(world, reply, blocked(groupOf(world, request.params.gid, 'read').id, request.body)),
  );
  app.delete<ByGroupEmail>('/groups/:gid/blacklist/:email', (request, reply) =>
    send(world, reply, remove(groupOf(world, request.params.gid, 'write').id, request.params.email)),
  );

  app.get<{ Querystring: Query }>('/bounces', (request, reply) =>
    send(world, reply, pageOf(world, bounces(world), readPaging(world, request.query))),
  );
  app.get<{ Querystring: Query }>('/receivers/bounced', (request, reply) => {
    const rows = bouncedReceivers(world).map(({ group, id }) => wireRows(world, group, [id], 0)[0]);
    return send(world, reply, pageOf(world, rows, readPaging(world, request.query)));
  });
}

function bouncedReceivers(world: World) {
  return [...world.account.groups.values()].flatMap((group) =>
    group.members.ids({ field: 'email', descending: false }, 'bounce').map((id) => ({ group, id })),
  );
}

/** One entry per address; the misspelt `occurences` is CleverReach's. */
function bounces(world: World): Record<string, unknown>[] {
  const timestamps = new Map<number, number>();
  for (const { group, id } of bouncedReceivers(world)) {
    timestamps.set(id, Math.max(timestamps.get(id) ?? 0, group.members.view(id)?.bounced ?? 0));
  }
  const iso = (time: number) => new Date(time * 1000).toISOString();
  return [...timestamps].map(([id, stamp]) => ({
    email: world.account.pool.view(id)?.email,
    category: 'hardbounce',
    occurences: 1,
    last_update: stamp,
    last_update_gmt: iso(stamp),
    expires_by: stamp + 180 * 86_400,
    expires_by_gmt: iso(stamp + 180 * 86_400),
    bounce_message: '550 5.1.1 user unknown',
    type: 'mailing',
    type_id: '0',
  }));
}
