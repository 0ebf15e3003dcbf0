import type { Account, Group } from './state/account';
import type { AttributeDefinition, AttributeType } from './state/attributes';
import { eventLimit } from './wire';
import { SeededPeople, type SeedAttributes } from './seededPeople';

export interface SeedOptions {
  /** Number of groups, or their names. Default 1. */
  groups?: number | readonly string[];
  /** Receivers per group. A tenth of them are the same people in all groups of this seed. Default 100. */
  receivers?: number;
  /** Whether the usual attributes of the account and of each group are defined and filled. Default true. */
  attributes?: boolean;
  /** Events of each receiver (0 to 250), as years of weekly newsletters leave them. Default: the few of a new receiver. */
  events?: number;
}

export interface Seeded {
  /** Ids of the groups. */
  groups: string[];
}

const globals: readonly (readonly [name: string, type: AttributeType])[] = [
  ['salutation', 'gender'],
  ['firstname', 'text'],
  ['lastname', 'text'],
  ['birthday', 'date'],
  ['street', 'text'],
  ['zip', 'text'],
  ['city', 'text'],
  ['country', 'text'],
  ['phone', 'text'],
  ['language', 'text'],
];

const locals: readonly (readonly [name: string, type: AttributeType])[] = [
  ['customer_no', 'text'],
  ['store', 'text'],
  ['visits', 'number'],
];

const groupNames = ['Newsletter', 'Customers', 'Press', 'Partners', 'Events'];

/**
 * Fills the account with groups, attributes and people. The same options on the same account at the same time produce
 * the same people. Any number is fast: a person is computed from its number on access, and stored only when it is
 * changed.
 */
export function seed(account: Account, options: SeedOptions = {}): Seeded {
  const { groups = 1, receivers = 100, attributes = true, events } = options;
  if (events !== undefined && !(Number.isInteger(events) && events >= 0 && events <= eventLimit))
    throw new RangeError(`events must be a whole number from 0 to ${eventLimit}`);
  const names = typeof groups === 'number' ? Array.from({ length: groups }, (_, index) => nameOf(index)) : groups;
  const global = attributes ? define(account, 0, globals) : new Map<string, number>();
  const people = new SeededPeople({
    firstId: account.pool.reserve(receivers * names.length),
    groups: names.length,
    receivers,
    now: account.clock.now(),
    global,
    events,
  });
  account.pool.addSource(people);
  const added = names.map((name, index): Group => {
    return account.addGroup(name, undefined, (groupId) =>
      people.join(index, groupId, attributes ? define(account, groupId, locals) : new Map<string, number>()),
    );
  });
  return { groups: added.map((group) => String(group.id)) };
}

function nameOf(index: number): string {
  return groupNames[index] ?? `Group ${index + 1}`;
}

/** Defines missing attributes; returns name → id of the attribute. */
function define(account: Account, groupId: number, wanted: typeof globals): SeedAttributes {
  const known = new Map<string, AttributeDefinition>(account.attributes.of(groupId).map((one) => [one.name, one]));
  return new Map(
    wanted.map(([name, type]) => {
      const definition =
        known.get(name) ??
        account.attributes.add({ groupId, name, type, description: name, previewValue: '', defaultValue: '' });
      return [name, definition.id];
    }),
  );
}
