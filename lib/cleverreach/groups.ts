/** Selects a group of an account by name or id, and lists the existing groups in errors. */

import { shortened } from '../utils/truncate';
import { ConfigurationError, NotFoundError, TemporaryError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { nameKey } from '../utils/unicode';
import type { Form, Group } from './types';

/** Maximum number of names in an error; an account may have thousands of groups. */
const NAMES_IN_AN_ERROR = 30;
/** Maximum length of a name in an error, so that thirty names leave room for the advice. */
const NAME_CHARACTERS = 40;

/** A total order of ids: numbers first, by value (`9` before `10`), then all other ids as strings. */
export function compareIds(a: string, b: string): number {
  const [digitsA, digitsB] = [digitsOf(a), digitsOf(b)];
  if (digitsA === undefined || digitsB === undefined)
    return digitsA === digitsB ? compareStrings(a, b) : digitsA === undefined ? 1 : -1;
  return digitsA.length - digitsB.length || compareStrings(digitsA, digitsB) || compareStrings(a, b);
}

const compareStrings = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The digits of a number of any length, without leading zeros; undefined if the id is not a number. */
const digitsOf = (id: string): string | undefined => /^0*(\d+)$/.exec(id)?.[1];

/**
 * Builds a look-up of groups by exact name with a fallback to names that look the same. It is indexed, because a record
 * may have thousands of categories and an account thousands of groups.
 */
export function groupsByName(groups: readonly Group[]): (name: string) => readonly Group[] {
  const exact = new Map<string, Group[]>();
  const alike = new Map<string, Group[]>();
  for (const group of groups) {
    add(exact, group.name, group);
    const looks = nameKey(group.name);
    if (looks !== '') add(alike, looks, group);
  }
  return (name) => exact.get(name) ?? alike.get(nameKey(name)) ?? [];
}

function add(groupsOf: Map<string, Group[]>, key: string, group: Group): void {
  const known = groupsOf.get(key);
  if (known) known.push(group);
  else groupsOf.set(key, [group]);
}

/**
 * The group with this name, as found by {@link groupsByName}.
 * @throws ConfigurationError if no group or more than one group matches; it lists the existing names. TemporaryError if
 *   the list is empty
 */
export function groupByName(groups: readonly Group[], name: string): Group {
  if (groups.length === 0)
    throw noGroups(`no group named "${shortened(name, NAME_CHARACTERS)}" (field "groupName") was found`);
  const [match, ...others] = groupsByName(groups)(name);
  if (match === undefined) {
    throw new ConfigurationError(
      `There is no group named "${shortened(name, NAME_CHARACTERS)}" (field "groupName") in CleverReach. ${RENAMED} ${listed(groups)}`,
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

/**
 * @throws NotFoundError if the group does not exist; it lists the existing names. TemporaryError if the list is empty
 */
export function groupById(groups: readonly Group[], id: string): Group {
  if (groups.length === 0) throw noGroups(`the group with the id ${shownId(id)} (field "groupId") was not found`);
  const match = groups.find((group) => group.id === id);
  if (match) return match;
  throw unknownGroup(groups, id);
}

/**
 * The error for an empty list of groups where the account should have some: more likely a wrong response than the end of
 * all groups.
 * @param consequence what follows from it, as a clause
 */
export function noGroups(consequence: string): TemporaryError {
  return new TemporaryError(
    `CleverReach lists no groups, so ${consequence}. The list is probably incomplete, and a later attempt asks for it again. ` +
      'If the error persists, check in CleverReach whether the account has groups, and whether the credential belongs to this account.',
  );
}

/** The error for a group that is not in the list. */
export function unknownGroup(groups: readonly Group[], id: string): NotFoundError {
  return new NotFoundError(
    `There is no group with the id ${shownId(id)} (field "groupId") in CleverReach. ${DELETED} ${listed(groups)}`,
  );
}

const RENAMED =
  'Waiting does not help: correct the name, or choose the group by its id, which stays the same if the group is renamed.';
const DELETED = 'Waiting does not help: the group may have been deleted; choose another one.';

/** Lists the existing groups for an error. */
export function listed(groups: readonly Group[]): string {
  return groups.length === 0 ? 'CleverReach lists no groups.' : `The groups that exist: ${namesAndIds(groups)}.`;
}

/** Lists the existing forms or flows for an error. */
export function listedForms(forms: readonly Form[], what: 'forms' | 'flows'): string {
  return forms.length === 0 ? `CleverReach lists no ${what}.` : `The ${what} that exist: ${namesAndIds(forms)}.`;
}

/** Names and ids, for an error. */
export function namesAndIds(all: readonly { id: string; name: string }[]): string {
  const names = all
    .slice(0, NAMES_IN_AN_ERROR)
    .map(({ id, name }) => `"${shortened(name, NAME_CHARACTERS)}" (${shownId(id)})`);
  return `${names.join(', ')}${all.length > names.length ? ` and ${all.length - names.length} more` : ''}`;
}
