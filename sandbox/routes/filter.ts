import type { FastifyInstance } from 'fastify';
import { flagOf, isRecord, listOf, recordOf, textOf, wholeOf } from '../input';
import { badRequest } from '../problems';
import type { Group } from '../state/account';
import { typeOf, type MemberView, type PersonView } from '../state/model';
import { visibleTags } from '../state/tags';
import { wireReceiver } from '../wire';
import type { World } from '../world';
import { pageOf, readOrder, readPaging } from './paging';
import { groupOf, send } from './support';

interface Row {
  group: Group;
  person: PersonView;
  member: MemberView;
}

type Test = (row: Row) => boolean;

const stampFields = ['registered', 'activated', 'deactivated', 'bounced', 'imported'] as const;

/**
 * `POST /receivers/filter`: rules on timestamps, address, tags and attributes; the paging is in the body. A person is
 * returned once per group.
 */
export function filterRoutes(app: FastifyInstance, world: World): void {
  app.post('/receivers/filter', (request, reply) => {
    const body = recordOf(request.body);
    const paging = readPaging(world, body);
    const order = readOrder(world, body['orderby']);
    const test = readRules(world, body);
    const rows = groupsOf(world, body['groups']).flatMap((group) =>
      group.members.ids(order).flatMap((id): Row[] => {
        const receiver = world.account.receiver(group, id);
        return receiver && test({ group, ...receiver }) ? [{ group, ...receiver }] : [];
      }),
    );
    const detail = world.switches.filterDetail === 'honoured' ? (wholeOf(body['detail']) ?? 0) : 0;
    const page = pageOf(world, rows, paging);
    return send(
      world,
      reply,
      page.map(({ group, person, member }) => wireReceiver(world.account, group, person, member, detail)),
    );
  });
}

function groupsOf(world: World, sent: unknown): Group[] {
  const ids = listOf(sent).flatMap((one) => textOf(one) ?? []);
  return ids.length === 0 ? [...world.account.groups.values()] : ids.map((id) => groupOf(world, id, 'read'));
}

/**
 * Parses `rules`, which are joined in sequence by the operator of the rule, or else by the operator of the filter.
 * @throws Problem 400 for an unknown field or logic
 */
export function readRules(world: World, body: Record<string, unknown>): Test {
  const tests = listOf(body['rules'])
    .filter(isRecord)
    .map((rule) => ({ test: readRule(world, rule), isOr: isOr(rule['operator']) ?? isOr(body['operator']) ?? false }));
  const activeOnly = flagOf(body['activeonly']);
  return (row) => {
    if (activeOnly && typeOf(row.member) !== 'active') return false;
    return tests.reduce((passes, { test, isOr: or }, index) => {
      if (index === 0) return test(row);
      return or ? passes || test(row) : passes && test(row);
    }, true);
  };
}

/** undefined for a blank operator, which a first rule may have. */
function isOr(operator: unknown): boolean | undefined {
  const text = textOf(operator)?.trim().toUpperCase() ?? '';
  return text === '' ? undefined : text === 'OR';
}

function readRule(world: World, rule: Record<string, unknown>): Test {
  const values = readField(world, textOf(rule['field'])?.toLowerCase() ?? '');
  const condition = (textOf(rule['condition']) ?? '').toLowerCase();
  const compare = (row: Row, passes: (difference: number) => boolean) =>
    values(row).some((value) => value !== '' && passes(Number(value) - Number(condition)));
  const inclusive = world.switches.filterBigger === 'inclusive';
  switch (textOf(rule['logic'])?.toLowerCase() ?? '') {
    case 'eq':
      return (row) => values(row).some((value) => value === condition);
    case 'bg':
      return (row) => compare(row, (difference) => difference > 0 || (inclusive && difference === 0));
    case 'sm':
      return (row) => compare(row, (difference) => difference < 0 || (inclusive && difference === 0));
    case 'contains':
      return (row) => values(row).some((value) => value.includes(condition));
    case 'nocontains':
      return (row) => !values(row).some((value) => value.includes(condition));
    case 'notisnull':
      return (row) => values(row).some((value) => value !== '' && value !== '0');
    default:
      throw badRequest('invalid logic');
  }
}

/** The values of a field in lower case; several for tags. */
function readField(world: World, field: string): (row: Row) => string[] {
  if (field === 'registered' && world.switches.filterRegistered === 'rejected')
    throw badRequest("invalid field 'registered'");
  const stamp = stampFields.find((one) => one === field);
  if (stamp) return (row) => [String(row.member[stamp])];
  if (field === 'email') return (row) => [row.person.email.toLowerCase()];
  if (field === 'id') return (row) => [String(row.person.id)];
  if (field === 'tags') return (row) => visibleTags(row.member, world.clock.now()).map((tag) => tag.toLowerCase());
  const { attributes, groups } = world.account;
  const definitions = [0, ...groups.keys()]
    .flatMap((id) => attributes.of(id))
    .filter(({ id, name }) => name === field || field === `a${id}.value`);
  if (definitions.length === 0) throw badRequest(`invalid field '${field}'`);
  return ({ group, person, member }) =>
    definitions.flatMap(({ id, groupId }) => {
      if (groupId !== 0 && groupId !== group.id) return [];
      return [((groupId === 0 ? person : member).values.get(id) ?? '').toLowerCase()];
    });
}
