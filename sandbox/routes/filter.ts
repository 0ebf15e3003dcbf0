import type { FastifyInstance } from 'fastify';
import { hash } from '../chance';
import { Rows } from '../json';
import { listOf, recordOf, textOf, wholeOf } from '../input';
import { notFound } from '../problems';
import type { Group } from '../state/account';
import type { Order } from '../state/members';
import type { World } from '../world';
import { readRules, Row, type Bound, type Rules } from './filterRules';
import { pageOf, readOrder, readPaging } from './paging';
import { groupOf, send, wireEach } from './support';

/** The ids of one group in a response. */
interface Part {
  group: Group;
  ids: readonly number[];
}

/**
 * `POST /receivers/filter`: rules on timestamps, address, tags and attributes; the paging is in the body. A person is
 * returned once per group.
 */
export function filterRoutes(app: FastifyInstance, world: World): void {
  app.post('/receivers/filter', (request, reply) => {
    const { switches } = world;
    if (switches.filterEndpoint === 'missing') throw notFound();
    const body = recordOf(request.body);
    const paging = readPaging(world, body);
    const order = readOrder(world, body['orderby']);
    const rules = switches.filterRules === 'honoured' ? readRules(world, body) : undefined;
    const parts = groupsOf(world, body['groups']).map((group): Part => ({
      group,
      ids: select(world, group, order, rules),
    }));
    const detail = switches.filterDetail === 'honoured' ? (wholeOf(body['detail']) ?? 0) : 0;
    const page = pageOf(world, { slice: (start, end) => slice(parts, start, end) }, paging);
    const count = page.reduce((sum, { ids }) => sum + ids.length, 0);
    return send(world, reply, new Rows(count, rowsOf(world, page, detail)));
  });
}

function groupsOf(world: World, sent: unknown): Group[] {
  const asked = listOf(sent)
    .flatMap((one) => textOf(one) ?? [])
    .map((id) => groupOf(world, id, 'read'));
  return asked.length === 0 || world.switches.filterGroups === 'ignored' ? [...world.account.groups.values()] : asked;
}

/** The members of a group that pass the rules, in an order; without rules, all. */
function select(world: World, group: Group, order: Order, rules: Rules | undefined): readonly number[] {
  const { members } = group;
  const { filterDrops } = world.switches;
  const isKept = (id: number) => filterDrops === 0 || hash(id, group.id) % 100 >= filterDrops;
  if (!rules) return filterDrops === 0 ? members.ids(order) : members.ids(order).filter(isKept);
  const passes = (id: number): boolean => {
    const timestamps = world.account.former.of(group.id, id, members.timestamps(id));
    return rules.passes(new Row(world.account, group, id, timestamps));
  };
  return members.sorted(
    order,
    candidates(group, rules.bounds).filter((id) => isKept(id) && passes(id)),
  );
}

/**
 * By ascending address, the members that may pass the rules; only changed members if no seeded member has such a late
 * timestamp.
 */
function candidates({ members }: Group, bounds: readonly Bound[]): readonly number[] {
  const isReached = ({ field, limit, inclusive }: Bound): boolean => {
    const latest = members.latestComputed(field);
    return latest > limit || (inclusive && latest === limit);
  };
  return bounds.every(isReached) ? members.ids({ field: 'email', descending: false }) : members.changed();
}

/** The rows of a range, group by group. */
function slice(parts: readonly Part[], start: number, end: number): Part[] {
  let before = 0;
  return parts.flatMap(({ group, ids }) => {
    const found = ids.slice(Math.max(0, start - before), Math.max(0, end - before));
    before += ids.length;
    return found.length > 0 ? [{ group, ids: found }] : [];
  });
}

function* rowsOf(world: World, parts: readonly Part[], detail: number): Generator<Record<string, unknown>> {
  for (const { group, ids } of parts) for (const row of wireEach(world, group, ids, detail)) yield shown(world, row);
}

function shown(world: World, row: Record<string, unknown>): Record<string, unknown> {
  if (world.switches.filterAttributes === 'shown') return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'attributes' && name !== 'tags'));
}
