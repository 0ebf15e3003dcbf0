/**
 * Selects the target group of a record: the group of the step, else the group that matches a category of the record.
 */

import { groupByName, groupsByName, listed, noGroups, unknownGroup } from '../../cleverreach/groups';
import type { Group } from '../../cleverreach/types';
import { ComponentError, ConfigurationError, NotFoundError, RecordError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { asList, asWords } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import type { AccountDirectory } from '../../cleverreach/accountCache';
import { typedError, unlessRefused } from '../recordError';
import { redactName } from '../redactName';
import type { IncomingRecord } from '../record';
import type { WriteSettings } from '../writeSettings';

/** Maximum number of categories in an error. */
const NAMES_IN_AN_ERROR = 20;

export type TargetGroup = { groupId: string } | { error: ComponentError };

/**
 * Returns the target of each record. Requests the list of groups at most once, and not at all if the step has a group
 * id. A name that matches no group or several groups is a ConfigurationError that lists the existing names.
 */
export async function targetGroups(
  records: readonly IncomingRecord[],
  settings: WriteSettings,
  directory: AccountDirectory,
): Promise<TargetGroup[]> {
  try {
    const groupId = await stepGroup(settings, directory);
    if (groupId !== undefined) return records.map(() => ({ groupId }));
    const groups = await directory.groups();
    const named = groupsByName(groups);
    return records.map(({ entry }) => byCategories(entry['categories'], groups, named));
  } catch (error) {
    const failure = { error: typedError(error) };
    return records.map(() => failure);
  }
}

/** Returns the group of the step, or undefined if the step has none. Throws as {@link targetGroups} describes. */
export async function stepGroup(settings: WriteSettings, directory: AccountDirectory): Promise<string | undefined> {
  if (settings.groupId !== undefined) return settings.groupId;
  if (settings.groupName === undefined) return undefined;
  return groupByName(await directory.groups(), settings.groupName).id;
}

/** Adds the name of the group, unless CleverReach rejects the request. Any other failure is thrown. */
export async function groupWithName(id: string, directory: AccountDirectory): Promise<{ id: string; name?: string }> {
  const groups = await unlessRefused<readonly Group[]>(directory.groups(), []);
  const { name } = groups.find((group) => group.id === id) ?? {};
  return { id, ...(name !== undefined && { name }) };
}

/** If the group does not exist, returns an error that lists the existing groups; otherwise returns the given error. */
export async function missingGroup(
  error: ComponentError,
  groupId: string,
  directory: AccountDirectory,
): Promise<ComponentError> {
  try {
    const groups = await directory.groups();
    return groups.some(({ id }) => id === groupId) ? error : unknownGroup(groups, groupId);
  } catch (reason) {
    return reason instanceof NotFoundError ? reason : error;
  }
}

function byCategories(
  categories: unknown,
  groups: readonly Group[],
  named: ReturnType<typeof groupsByName>,
): TargetGroup {
  const names = namesIn(categories);
  for (const name of names) {
    const matches = named(name);
    const [match] = matches;
    if (match === undefined) continue;
    if (matches.length === 1) return { groupId: match.id };
    const ids = matches.map(({ id }) => shownId(id)).join(', ');
    const text = `The category "${redactName(name)}" names ${matches.length} groups (ids ${ids}): set one of these ids as field "groupId".`;
    return { error: new ConfigurationError(text) };
  }
  if (names.length > 0 && groups.length === 0)
    return { error: noGroups('the categories of the record name none of them') };
  const tried = names.length === 0 ? 'the record has no categories' : `no group is named ${quoted(names)}`;
  const text = `No target group: neither field "groupId" nor "groupName" is set, and ${tried}. ${listed(groups)}`;
  // without categories, the group is probably missing from the step, and the message should not be lost before it is added
  return { error: names.length === 0 ? new ConfigurationError(text) : new RecordError(text) };
}

/**
 * Categories are strings or objects with a `label` or a `name`, each of which may be the group name. A string may be
 * one name or several.
 */
function namesIn(categories: unknown): string[] {
  const list = typeof categories === 'string' ? [categories, ...asWords(categories)] : asList(categories);
  const names = list
    .flatMap((one) => (isObject(one) ? [one['label'], one['name']] : [one]))
    .filter((name) => typeof name === 'string')
    .filter((name) => name.trim() !== '');
  return [...new Set(names)];
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_IN_AN_ERROR).map((name) => `"${redactName(name)}"`);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}
