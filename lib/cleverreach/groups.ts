/** Choosing among the groups of an account, and naming those that there are. */

import { shortened } from '../utils/truncate';
import { ConfigurationError, NotFoundError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { likeness } from '../utils/likeness';
import type { Form, Group } from './types';

/** How many names an error lists; an account may have thousands. */
const NAMES_IN_AN_ERROR = 30;
/** How much of a name an error repeats; thirty names then leave room for what to do. */
const NAME_CHARACTERS = 40;

/** By id, a total order: numbers first and by their value (`9` before `10`), then all other ids as strings. */
export function compareIds(a: string, b: string): number {
  const [digitsA, digitsB] = [digitsOf(a), digitsOf(b)];
  if (digitsA === undefined || digitsB === undefined)
    return digitsA === digitsB ? compareStrings(a, b) : digitsA === undefined ? 1 : -1;
  return digitsA.length - digitsB.length || compareStrings(digitsA, digitsB) || compareStrings(a, b);
}

const compareStrings = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The digits of a number of any length, without leading zeros; undefined where an id is not a number. */
const digitsOf = (id: string): string | undefined => /^0*(\d+)$/.exec(id)?.[1];

/**
 * A look-up of the groups that bear a name as it is written or, where none does, one that looks the same. A record may give
 * thousands of names, and an account may have thousands of groups.
 */
export function groupsByName(groups: readonly Group[]): (name: string) => readonly Group[] {
  const exact = new Map<string, Group[]>();
  const alike = new Map<string, Group[]>();
  for (const group of groups) {
    add(exact, group.name, group);
    const looks = likeness(group.name);
    if (looks !== '') add(alike, looks, group);
  }
  return (name) => exact.get(name) ?? alike.get(likeness(name)) ?? [];
}

function add(groupsOf: Map<string, Group[]>, key: string, group: Group): void {
  const known = groupsOf.get(key);
  if (known) known.push(group);
  else groupsOf.set(key, [group]);
}

/**
 * The one group that bears a name, as {@link groupsByName} finds it.
 * @throws ConfigurationError when none or more than one does, with the names that exist
 */
export function groupByName(groups: readonly Group[], name: string): Group {
  const [match, ...others] = groupsByName(groups)(name);
  if (match === undefined) {
    throw new ConfigurationError(
      `There is no group named "${shortened(name, NAME_CHARACTERS)}" (field "groupName") in CleverReach. ${listed(groups)}`,
    );
  }
  if (others.length > 0) {
    const ids = [match, ...others].map((group) => shownId(group.id)).join(', ');
    throw new ConfigurationError(
      `There are ${others.length + 1} groups named "${shortened(name, NAME_CHARACTERS)}" (field "groupName"), with the ids ${ids}: give one of the ids as "groupId" instead. ${listed(groups)}`,
    );
  }
  return match;
}

/** @throws NotFoundError when there is no such group, with the names that exist */
export function groupById(groups: readonly Group[], id: string): Group {
  const match = groups.find((group) => group.id === id);
  if (match) return match;
  throw new NotFoundError(
    `There is no group with the id ${shownId(id)} (field "groupId") in CleverReach. ${listed(groups)}`,
  );
}

/** The groups that exist, for an error. */
export function listed(groups: readonly Group[]): string {
  return groups.length === 0 ? 'The account has no groups.' : `The groups that exist: ${namesOf(groups)}.`;
}

/** The forms that exist, for an error. */
export function listedForms(forms: readonly Form[]): string {
  return forms.length === 0 ? 'CleverReach lists no forms.' : `The forms that exist: ${namesOf(forms)}.`;
}

/** Names and ids, for an error. */
export function namesOf(all: readonly { id: string; name: string }[]): string {
  const names = all
    .slice(0, NAMES_IN_AN_ERROR)
    .map(({ id, name }) => `"${shortened(name, NAME_CHARACTERS)}" (${shownId(id)})`);
  return `${names.join(', ')}${all.length > names.length ? ` and ${all.length - names.length} more` : ''}`;
}
