import type { FastifyInstance } from 'fastify';
import { commaList, recordOf, textOf, textsOf, wholeOf } from '../input';
import { badRequest } from '../problems';
import type { Group } from '../state/account';
import { changeTags, visibleTags } from '../state/tags';
import type { World } from '../world';
import {
  groupOf,
  personOf,
  receiverOf,
  send,
  type GroupReceiverParams,
  type Query,
  type ReceiverParams,
} from './support';

/** Tags of a person, of a receiver in a group, and of the whole account. */
export function tagRoutes(app: FastifyInstance, world: World): void {
  type ByPerson = { Params: ReceiverParams; Querystring: Query };
  const groupsFor = (rid: string, gid: unknown): { id: number; groups: Group[] } => {
    const { id } = personOf(world, rid);
    const wanted = textOf(gid);
    if (wanted === undefined || wanted === '0') return { id, groups: world.account.groupsOf(id) };
    const group = groupOf(world, wanted, 'write');
    receiverOf(world, group, rid);
    return { id, groups: [group] };
  };

  app.get<ByPerson>('/receivers/:rid/tags', (request, reply) => {
    const { id, groups } = groupsFor(request.params.rid, request.query['group_id']);
    return send(world, reply, shown(world, groups, id));
  });
  app.post<ByPerson>('/receivers/:rid/tags', (request, reply) => {
    const body = recordOf(request.body);
    const { id, groups } = groupsFor(request.params.rid, body['group_id']);
    return send(world, reply, change(world, groups, id, tagsIn(body)));
  });
  app.delete<ByPerson & { Params: { tags: string } }>('/receivers/:rid/tags/:tags', (request, reply) => {
    const { id, groups } = groupsFor(request.params.rid, request.query['group_id']);
    return send(world, reply, remove(world, groups, id, request.params.tags));
  });

  app.get<{ Params: GroupReceiverParams }>('/groups/:gid/receivers/:rid/tags', (request, reply) => {
    const { id, groups } = groupsFor(request.params.rid, request.params.gid);
    return send(world, reply, shown(world, groups, id));
  });
  app.post<{ Params: GroupReceiverParams }>('/groups/:gid/receivers/:rid/tags', (request, reply) => {
    const { id, groups } = groupsFor(request.params.rid, request.params.gid);
    return send(world, reply, change(world, groups, id, tagsIn(request.body)));
  });
  app.delete<{ Params: GroupReceiverParams & { tags: string } }>(
    '/groups/:gid/receivers/:rid/tags/:tags',
    (request, reply) => {
      const { id, groups } = groupsFor(request.params.rid, request.params.gid);
      return send(world, reply, remove(world, groups, id, request.params.tags));
    },
  );

  app.get<{ Querystring: Query }>('/tags', (request, reply) => send(world, reply, accountTags(world, request.query)));
  app.get<{ Querystring: Query }>('/tags/count', (request, reply) => {
    const wanted = textOf(request.query['tag']);
    const counts = tagCounts(world, textOf(request.query['group_id']));
    return send(world, reply, wanted === undefined ? counts.size : (counts.get(wanted) ?? 0));
  });
}

function tagsIn(body: unknown): string[] {
  const tags = Array.isArray(body) ? textsOf(body) : textsOf(recordOf(body)['tags']);
  if (tags.length === 0) throw badRequest('invalid tags');
  return tags;
}

function shown(world: World, groups: readonly Group[], id: number): string[] {
  const now = world.clock.now();
  const members = groups.flatMap((group) => group.members.view(id) ?? []);
  return [...new Set(members.flatMap((member) => visibleTags(member, now)))];
}

function change(world: World, groups: readonly Group[], id: number, tags: readonly string[]): string[] {
  const { account } = world;
  const added = groups.flatMap((group) =>
    account.tagHolders(group, id).flatMap((member) => {
      account.touchMember(member, false);
      return changeTags(member, tags, world.clock.now(), account.tagGoesAt());
    }),
  );
  if (world.switches.eventForTags) {
    for (const group of groups) {
      account.record(id, { type: 'api', typeId: 'REST update', value: '127.0.0.1, 127.0.0.1', groupId: group.id });
    }
  }
  return [...new Set(added)];
}

function remove(world: World, groups: readonly Group[], id: number, tags: string): true {
  const names = (commaList(tags) ?? []).map((tag) => `-${tag}`);
  change(world, groups, id, names);
  return true;
}

/** Number of receivers per tag, in one group or in all. */
function tagCounts(world: World, gid: string | undefined): Map<string, number> {
  const now = world.clock.now();
  const all = gid === undefined || gid === '0';
  const groups = all ? [...world.account.groups.values()] : [groupOf(world, gid, 'read')];
  const counts = new Map<string, number>();
  for (const group of groups) {
    for (const id of group.members.ids({ field: 'email', descending: false })) {
      const member = group.members.view(id);
      for (const tag of member ? visibleTags(member, now) : []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * `group_id`, `origin` (`''` for no origin, `*` for any), `order_by` (tag, origin, count), `limit`, `page` and
 * `offset`.
 */
function accountTags(world: World, query: Query): { tag: string; origin: string; count: number }[] {
  const origin = textOf(query['origin']) ?? '*';
  const limit = wholeOf(query['limit']) ?? 20;
  const { tagPaging } = world.switches;
  const page = tagPaging === 'offset' ? 0 : (wholeOf(query['page']) ?? 0);
  const offset = tagPaging === 'page' ? 0 : (wholeOf(query['offset']) ?? 0);
  const start = page * limit + offset;
  const rows = [...tagCounts(world, textOf(query['group_id']))].map(([full, count]) => {
    const cut = full.indexOf('.');
    return cut < 0 ? { tag: full, origin: '', count } : { tag: full.slice(cut + 1), origin: full.slice(0, cut), count };
  });
  const compare = { tag: 'tag', origin: 'origin', count: 'count' } as const;
  const [field = 'tag', direction = ''] = (textOf(query['order_by']) ?? 'tag').toLowerCase().split(/[\s+]+/);
  const key = field === 'origin' || field === 'count' ? compare[field] : 'tag';
  const sign = direction === 'desc' ? -1 : 1;
  return rows
    .filter((row) => origin === '*' || row.origin === origin)
    .sort((a, b) => sign * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0))
    .slice(start, start + limit);
}
