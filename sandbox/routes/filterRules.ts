import { flagOf, isRecord, listOf, textOf } from '../input';
import { badRequest } from '../problems';
import type { Account, Group } from '../state/account';
import { timestampFields, typeOf, type MemberView, type PersonView, type Timestamps } from '../state/model';
import { visibleTags } from '../state/tags';
import type { World } from '../world';

/** A membership that is tested. Person and member are computed only where a rule needs them. */
export class Row {
  constructor(
    private readonly account: Account,
    readonly group: Group,
    readonly id: number,
    /** As the filter returns them; undefined for a member that it does not include yet. */
    readonly timestamps: Readonly<Timestamps> | undefined,
  ) {}

  get email(): string {
    return this.account.pool.key(this.id);
  }

  get person(): PersonView | undefined {
    return this.account.pool.view(this.id);
  }

  get member(): MemberView | undefined {
    return this.group.members.view(this.id);
  }
}

type Test = (row: Row) => boolean;

/** A rule that a timestamp is bigger than a limit, or equal if `inclusive`. */
export interface Bound {
  field: keyof Timestamps;
  limit: number;
  inclusive: boolean;
}

export interface Rules {
  passes: Test;
  /** Rules that every row has to pass. */
  bounds: readonly Bound[];
}

/**
 * Parses `rules`, which are joined in sequence by the operator of the rule, or else by the operator of the filter.
 * @throws Problem 400 for an unknown field or logic
 */
export function readRules(world: World, body: Record<string, unknown>): Rules {
  const rules = listOf(body['rules'])
    .filter(isRecord)
    .map((rule) => ({
      test: readRule(world, rule),
      bound: boundOf(world, rule),
      isOr: isOr(rule['operator']) ?? isOr(body['operator']) ?? false,
    }));
  const activeOnly = flagOf(body['activeonly']);
  const passes = (row: Row): boolean => {
    if (activeOnly && !(row.timestamps && typeOf(row.timestamps) === 'active')) return false;
    return rules.reduce((passed, { test, isOr: or }, index) => {
      if (index === 0) return test(row);
      return or ? passed || test(row) : passed && test(row);
    }, true);
  };
  // the operator of the first rule joins nothing; after an OR, only the rules behind it have to be passed by every row
  const lastOr = rules.findLastIndex((rule, index) => index > 0 && rule.isOr);
  return { passes, bounds: rules.slice(lastOr + 1).flatMap(({ bound }) => bound ?? []) };
}

/** undefined for a blank operator, which a first rule may have. */
function isOr(operator: unknown): boolean | undefined {
  const text = textOf(operator)?.trim().toUpperCase() ?? '';
  return text === '' ? undefined : text === 'OR';
}

function boundOf({ switches }: World, rule: Record<string, unknown>): Bound | undefined {
  const { field, logic, condition } = partsOf(rule);
  const timestampField = timestampFields.find((one) => one === field);
  if (!timestampField || logic !== 'bg') return undefined;
  return { field: timestampField, limit: Number(condition), inclusive: switches.filterBigger === 'inclusive' };
}

function partsOf(rule: Record<string, unknown>): { field: string; logic: string; condition: string } {
  const part = (name: string) => textOf(rule[name])?.toLowerCase() ?? '';
  return { field: part('field'), logic: part('logic'), condition: part('condition') };
}

function readRule(world: World, rule: Record<string, unknown>): Test {
  const { field, logic, condition } = partsOf(rule);
  const values = readField(world, field);
  const compare = (row: Row, passes: (difference: number) => boolean) =>
    values(row).some((value) => value !== '' && passes(Number(value) - Number(condition)));
  const inclusive = world.switches.filterBigger === 'inclusive';
  switch (logic) {
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
  const timestampField = timestampFields.find((one) => one === field);
  if (timestampField) return ({ timestamps }) => (timestamps ? [String(timestamps[timestampField])] : []);
  if (field === 'email') return ({ email }) => [email];
  if (field === 'id') return ({ id }) => [String(id)];
  if (field === 'tags') return ({ member }) => (member ? visibleTags(member, world.clock.now()).map(lowerCase) : []);
  const { attributes, groups } = world.account;
  const definitions = [0, ...groups.keys()]
    .flatMap((id) => attributes.of(id))
    .filter(({ id, name }) => name === field || field === `a${id}.value`);
  if (definitions.length === 0) throw badRequest(`invalid field '${field}'`);
  return (row) => {
    const own = definitions.filter(({ groupId }) => groupId === 0 || groupId === row.group.id);
    return own.map(({ id, groupId }) =>
      ((groupId === 0 ? row.person : row.member)?.values.get(id) ?? '').toLowerCase(),
    );
  };
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
