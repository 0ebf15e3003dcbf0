import type { FastifyInstance } from 'fastify';
import { isRecord, listOf, recordOf, textOf, wholeOf } from '../input';
import { badRequest, notFound } from '../problems';
import type { Group } from '../state/account';
import { typeOf, type StoredFilter } from '../state/model';
import type { World } from '../world';
import { readRules, Row } from './filterRules';
import { pageOf, readOrder, readPaging } from './paging';
import { groupOf, send, sendRows, single, type GroupParams, type Query } from './support';

interface OfFilter {
  Params: GroupParams & { fid: string };
  Querystring: Query;
}

/** `/groups/{gid}/filters`: stored segments of a group. Their receivers are computed on request. */
export function storedFilterRoutes(app: FastifyInstance, world: World): void {
  const { filters } = world.account;
  const list = '/groups/:gid/filters';
  const one = `${list}/:fid`;
  const find = (
    { gid, fid }: OfFilter['Params'],
    purpose: 'read' | 'write',
  ): { group: Group; filter: StoredFilter } => {
    const group = groupOf(world, gid, purpose);
    const filter = filters.get(wholeOf(fid) ?? -1);
    if (filter?.groupId !== group.id) throw notFound();
    return { group, filter };
  };

  app.get<{ Params: GroupParams }>(list, (request, reply) => {
    const group = groupOf(world, request.params.gid, 'read');
    const own = [...filters.values()].filter(({ groupId }) => groupId === group.id);
    return send(
      world,
      reply,
      own.map((filter) => wireFilter(world, filter)),
    );
  });

  app.post<{ Params: GroupParams }>(list, (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    return send(world, reply, wireFilter(world, world.account.addFilter(group.id, readFilter(world, request.body))));
  });

  app.get<OfFilter>(one, (request, reply) =>
    send(world, reply, single(world, wireFilter(world, find(request.params, 'read').filter))),
  );

  app.put<OfFilter>(one, (request, reply) => {
    const { filter } = find(request.params, 'write');
    Object.assign(filter, readFilter(world, { ...filter, ...recordOf(request.body) }));
    return send(world, reply, wireFilter(world, filter));
  });

  app.delete<OfFilter>(one, (request, reply) => {
    filters.delete(find(request.params, 'write').filter.id);
    return send(world, reply, true);
  });

  app.get<OfFilter>(`${one}/count`, (request, reply) => {
    const { group, filter } = find(request.params, 'read');
    return send(world, reply, String(selected(world, group, filter).length));
  });

  app.get<OfFilter>(`${one}/receivers`, (request, reply) => {
    const { group, filter } = find(request.params, 'read');
    const paging = readPaging(world, request.query);
    const ids = selected(world, group, filter, request.query['order_by']);
    return sendRows(world, reply, group, pageOf(world, ids, paging), wholeOf(request.query['detail']) ?? 0);
  });

  app.get<OfFilter>(`${one}/stats`, (request, reply) => {
    const { group, filter } = find(request.params, 'read');
    const types = selected(world, group, filter).flatMap((id) => {
      const member = group.members.view(id);
      return member ? [typeOf(member)] : [];
    });
    const count = (type: string) => types.filter((other) => other === type).length;
    return send(world, reply, {
      total_count: types.length,
      inactive_count: count('inactive'),
      active_count: count('active'),
      bounce_count: count('bounce'),
      time: world.clock.now(),
    });
  });
}

/** Throws 400 for an invalid rule, so that it is not stored. */
function readFilter(world: World, sent: unknown): Pick<StoredFilter, 'name' | 'operator' | 'rules'> {
  if (!isRecord(sent)) throw badRequest('invalid data');
  const name = textOf(sent['name'])?.trim() ?? '';
  if (name === '') throw badRequest('invalid name');
  readRules(world, sent);
  return { name, operator: textOf(sent['operator']) ?? 'AND', rules: listOf(sent['rules']).filter(isRecord) };
}

function selected(world: World, group: Group, filter: StoredFilter, orderBy?: unknown): number[] {
  const { passes } = readRules(world, { ...filter });
  const { members } = group;
  return members
    .ids(readOrder(world, orderBy))
    .filter((id) => passes(new Row(world.account, group, id, members.timestamps(id))));
}

/** `count` is a string of digits, and attributes are named by their ids. */
function wireFilter(world: World, filter: StoredFilter): Record<string, unknown> {
  const group = world.account.groups.get(filter.groupId);
  const { ids } = world.switches;
  const definitions = [0, filter.groupId].flatMap((id) => world.account.attributes.of(id));
  return {
    id: ids === 'strings' ? String(filter.id) : filter.id,
    name: filter.name,
    group_id: ids === 'strings' ? String(filter.groupId) : filter.groupId,
    operator: filter.operator,
    rules: filter.rules.map((rule) => {
      const definition = definitions.find(({ name }) => name === textOf(rule['field'])?.toLowerCase());
      return definition ? { ...rule, field: `a${definition.id}.value` } : rule;
    }),
    count: String(group ? selected(world, group, filter).length : 0),
  };
}
