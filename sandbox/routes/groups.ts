import type { FastifyInstance } from 'fastify';
import { flagOf, recordOf, textOf } from '../input';
import { badRequest, Problem } from '../problems';
import type { Group } from '../state/account';
import type { ReceiverType } from '../state/model';
import { groupResponse } from '../wire';
import type { World } from '../world';
import { groupOf, send, single, type GroupParams, type Query } from './support';

/** Groups with their statistics. */
export function groupRoutes(app: FastifyInstance, world: World): void {
  const { account, switches } = world;
  const stats = createStats(world);

  app.get<{ Querystring: Query }>('/groups', (request, reply) => {
    const groups = ordered([...account.groups.values()], textOf(request.query['order']));
    return send(
      world,
      reply,
      groups.map((group) => groupResponse(group, switches)),
    );
  });

  app.post('/groups', (request, reply) => {
    const body = recordOf(request.body);
    const name = textOf(body['name'])?.trim() ?? '';
    if (name === '') throw badRequest('invalid name');
    const group = account.addGroup(name);
    change(group, body);
    return send(world, reply, groupResponse(group, switches));
  });

  app.get<{ Params: GroupParams }>('/groups/:gid', (request, reply) =>
    send(world, reply, single(world, groupResponse(groupOf(world, request.params.gid, 'read'), switches))),
  );

  app.put<{ Params: GroupParams }>('/groups/:gid', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    change(group, recordOf(request.body));
    account.touchGroup(group);
    return send(world, reply, groupResponse(group, switches));
  });

  app.delete<{ Params: GroupParams }>('/groups/:gid', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    if (group.locked) throw new Problem(403, 'Forbidden: group is locked');
    account.removeGroup(group);
    return send(world, reply, true);
  });

  app.delete<{ Params: GroupParams }>('/groups/:gid/clear', (request, reply) => {
    account.clearGroup(groupOf(world, request.params.gid, 'write'));
    return send(world, reply, true);
  });

  app.get<{ Params: GroupParams }>('/groups/:gid/stats', (request, reply) =>
    send(world, reply, stats(groupOf(world, request.params.gid, 'read'))),
  );
}

function change(group: Group, body: Record<string, unknown>): void {
  group.name = textOf(body['name'])?.trim() ?? group.name;
  group.receiverInfo = textOf(body['receiver_info']) ?? group.receiverInfo;
  if ('locked' in body) group.locked = flagOf(body['locked']);
  if ('backup' in body) group.backup = flagOf(body['backup']);
}

/** `created` or `changed`, `ASC` or `DESC`; by id if no order is requested. */
function ordered(groups: Group[], order: string | undefined): Group[] {
  const [field = '', direction = ''] = (order ?? '').toLowerCase().split(/[\s+]+/);
  const sign = direction === 'desc' ? -1 : 1;
  const keyOf = (group: Group) =>
    field === 'created' ? group.stamp : field === 'changed' ? group.lastChanged : group.id;
  return groups.sort((a, b) => sign * (keyOf(a) - keyOf(b)) || a.id - b.id);
}

/** The statistics of a group, cached for the time of the switch. */
function createStats(world: World): (group: Group) => Record<string, number> {
  const cache = new Map<number, { time: number; stats: Record<string, number> }>();
  return (group) => {
    const now = world.clock.now();
    const known = cache.get(group.id);
    if (known && now - known.time < world.switches.statsCacheSeconds) return known.stats;
    const count = (type: ReceiverType) => group.members.ids({ field: 'email', descending: false }, type).length;
    const stats = {
      total_count: group.members.size,
      inactive_count: count('inactive'),
      active_count: count('active'),
      bounce_count: count('bounce'),
      avg_points: 0,
      quality: 0,
      time: now,
      order_count: 0,
    };
    cache.set(group.id, { time: now, stats });
    return stats;
  };
}
