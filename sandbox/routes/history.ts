import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isRecord, recordOf, textOf, wholeOf } from '../input';
import { badRequest, notFound, Problem } from '../problems';
import type { Group } from '../state/account';
import type { Order } from '../state/model';
import { orderOf } from '../state/writing';
import { detailBits, personResponse, receiverResponse } from '../wire';
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

type Asked = FastifyRequest<{ Params: ReceiverParams & Partial<GroupReceiverParams>; Querystring: Query }>;
type Route = { Params: ReceiverParams & Partial<GroupReceiverParams> & { oid: string }; Querystring: Query };
type Row = Record<string, unknown>;

/**
 * `…/events` and `…/orders` of a receiver of a group, and of a person across all groups. Both accept a single object or
 * a list.
 */
export function historyRoutes(app: FastifyInstance, world: World): void {
  const { account } = world;
  for (const base of ['/groups/:gid/receivers/:rid', '/receivers/:rid']) {
    app.get<Route>(`${base}/events`, (request, reply) => send(world, reply, shown(world, request)['events']));
    app.post<Route>(`${base}/events`, (request, reply) => {
      const { id } = personOf(world, request.params.rid);
      const events = rowsIn(world, request.body).map((row) => ({
        group: groupFor(world, request, row),
        event: readEvent(world, row),
      }));
      for (const { group, event } of events)
        account.record(id, { ...event, groupId: group?.id ?? 0, aboutPerson: !group });
      return send(world, reply, true);
    });

    app.get<Route>(`${base}/orders`, (request, reply) => send(world, reply, shown(world, request)['orders']));
    app.post<Route>(`${base}/orders`, (request, reply) => {
      const { id } = personOf(world, request.params.rid);
      const orders = rowsIn(world, request.body).map((row) => ({
        group: groupFor(world, request, row),
        order: readOrder(world, row),
      }));
      for (const { group, order } of orders) {
        const holder = group ? group.members.edit(id) : account.pool.edit(id);
        holder.orders.push(order);
        holder.changedAt = world.clock.now();
      }
      return send(world, reply, true);
    });
    app.get<Route>(`${base}/orders/:oid`, (request, reply) => {
      const orders: unknown = shown(world, request)['orders'];
      const lines = (Array.isArray(orders) ? orders : []).filter((one) => isLineOf(request.params.oid, recordOf(one)));
      if (lines.length === 0) throw notFound();
      return send(world, reply, lines);
    });
    app.put<Route>(`${base}/orders/:oid`, (request, reply) => {
      if (!isRecord(request.body)) throw badRequest('invalid data');
      const { quantity, ...rest } = without(request.body, ['order_id']);
      const change = { ...rest, ...(quantity !== undefined && { amount: quantity }) };
      replaceLines(world, request, (line) => [{ ...line, ...change }]);
      return send(world, reply, true);
    });
    app.delete<Route>(`${base}/orders/:oid`, (request, reply) => {
      replaceLines(world, request, () => []);
      return send(world, reply, true);
    });
  }
}

/** The receiver in the path. */
function shown(world: World, request: Asked): Row {
  const { gid, rid } = request.params;
  if (gid === undefined) return personResponse(world.account, personOf(world, rid));
  const group = groupOf(world, gid, 'read');
  const { person, member } = receiverOf(world, group, rid);
  return receiverResponse(world.account, group, person, member, detailBits.all);
}

/** One object, or a list with at most the length of a bulk write. */
function rowsIn(world: World, body: unknown): Row[] {
  const rows: unknown[] = Array.isArray(body) ? body : [body];
  if (rows.length > world.switches.maxBatch) throw new Problem(413, 'Request Entity Too Large');
  if (rows.length === 0 || !rows.every(isRecord)) throw badRequest('invalid data');
  return rows;
}

/** The group of the path, of the row or of the query; undefined for an entry without a group. */
function groupFor(world: World, { params, query }: Asked, row: Row): Group | undefined {
  const gid = params.gid ?? textOf(row['group_id']) ?? textOf(row['groups_id']) ?? textOf(query['group_id']) ?? '0';
  if (gid === '0') return undefined;
  const group = groupOf(world, gid, 'write');
  receiverOf(world, group, params.rid);
  return group;
}

function readEvent(world: World, row: Row) {
  const type = textOf(row['type'])?.trim() ?? '';
  if (type === '') throw badRequest('invalid event');
  return {
    type,
    typeId: textOf(row['type_id']) ?? '',
    value: textOf(row['value']) ?? '',
    mailingId: wholeOf(row['mailing_id']) ?? 0,
    stamp: wholeOf(row['stamp']) ?? world.clock.now(),
  };
}

/** `order_id` and the name of the product are required. */
function readOrder(world: World, row: Row): Order {
  for (const name of ['order_id', 'product'])
    if ((textOf(row[name])?.trim() ?? '') === '') throw badRequest(`invalid order: ${name}`);
  return orderOf(world.account, without(row, ['group_id', 'groups_id']));
}

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

function isLineOf(oid: string, order: Row): boolean {
  return textOf(order['order_id']) === oid;
}

/** Replaces the lines of an order wherever they are stored; throws 404 if there are none. */
function replaceLines(world: World, request: FastifyRequest<Route>, change: (line: Order) => Order[]): void {
  const { account } = world;
  const { gid, rid, oid } = request.params;
  const person = personOf(world, rid);
  const groups = gid === undefined ? account.groupsOf(person.id) : [groupOf(world, gid, 'write')];
  for (const group of groups) receiverOf(world, group, rid);
  const replace = (
    view: { readonly orders: readonly Order[] } | undefined,
    edit: () => { orders: Order[] },
  ): boolean => {
    if (!view?.orders.some((line) => isLineOf(oid, line))) return false;
    const holder = edit();
    holder.orders = holder.orders.flatMap((line) => (isLineOf(oid, line) ? change(line) : [line]));
    return true;
  };
  const found = [
    replace(account.pool.view(person.id), () => account.pool.edit(person.id)),
    ...groups.map(({ members }) => replace(members.view(person.id), () => members.edit(person.id))),
  ];
  if (!found.includes(true)) throw notFound();
}
