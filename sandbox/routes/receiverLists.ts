import type { FastifyInstance } from 'fastify';
import { commaList, textOf, wholeOf } from '../input';
import { badRequest } from '../problems';
import type { Group } from '../state/account';
import { typeOf, type ReceiverType } from '../state/model';
import type { World } from '../world';
import { pageOf, readOrder, readPaging } from './paging';
import { groupOf, personIds, sendRows, type GroupParams, type Query } from './support';

const types: readonly ReceiverType[] = ['active', 'inactive', 'bounce'];

/** `GET /groups/{gid}/receivers`: page, pagesize, type, detail, order_by, email_list, id_list. */
export function receiverListRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Params: GroupParams; Querystring: Query }>('/groups/:gid/receivers', (request, reply) => {
    const { query } = request;
    const group = groupOf(world, request.params.gid, 'read');
    const paging = readPaging(world, query);
    const order = readOrder(world, query['order_by']);
    const type = readType(query['type']);
    const named = namedIds(world, query);
    const ids = named ? pick(world, group, named, type) : group.members.ids(order, type);
    return sendRows(world, reply, group, pageOf(world, ids, paging), wholeOf(query['detail']) ?? 0);
  });
}

function readType(sent: unknown): ReceiverType | undefined {
  const text = textOf(sent)?.toLowerCase() ?? 'all';
  const type = types.find((one) => one === text);
  if (!type && text !== 'all' && text !== '') throw badRequest('invalid type');
  return type;
}

/** The ids of `id_list` and `email_list`, in this order and without duplicates; undefined if neither is given. */
function namedIds(world: World, query: Query): number[] | undefined {
  const refs = [query['id_list'], query['email_list']].map(commaList);
  if (refs.every((one) => one === undefined)) return undefined;
  return [...new Set(refs.flatMap((one) => one ?? []).flatMap((ref) => personIds(world, ref)))];
}

function pick(world: World, group: Group, ids: readonly number[], type: ReceiverType | undefined): number[] {
  return ids.filter((id) => {
    const member = world.account.receiver(group, id)?.member;
    return member !== undefined && (type === undefined || typeOf(member) === type);
  });
}
