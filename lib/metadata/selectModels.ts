/**
 * The options of drop-down fields. elastic.io calls the function named by the `model` of a field, on the module of the
 * step and with the current configuration of the step. The function returns an object of values and their labels.
 */

import { compareIds } from '../cleverreach/groups';
import { isObject } from '../utils/objects';
import type { RuntimeContext } from '../platform/runtimeContext';
import { designTimeAccount } from './designTimeAccount';
import { optInForms } from './optInForms';

type Choices = Record<string, string>;

/** The groups of the account, for the field `groupId`. Throws the typed errors of the API. */
export async function getGroups(this: RuntimeContext, cfg: unknown): Promise<Choices> {
  return choicesOf(await designTimeAccount(this, cfg).groups(), chosen(cfg, 'groupId'));
}

/**
 * The forms and flows of the group of the step, or of all groups if it has none, for the field `doiFormId`. Throws the
 * typed errors of the API.
 */
export async function getForms(this: RuntimeContext, cfg: unknown): Promise<Choices> {
  const group = { id: chosen(cfg, 'groupId').trim(), name: chosen(cfg, 'groupName').trim() };
  const forms = await optInForms(designTimeAccount(this, cfg), group);
  return choicesOf(forms, chosen(cfg, 'doiFormId'));
}

/** Sorts as people expect: without regard to case, and "List 2" before "List 10". */
const { compare } = new Intl.Collator('de', { sensitivity: 'accent', numeric: true });

/**
 * Sorted by name. JavaScript moves integer keys to the front, sorted by value, wherever an object passes through: here,
 * in the platform and in the browser. A blank in front of an id prevents that; the fields trim it again. The selected
 * value keeps its spelling; otherwise the form would not show it as selected.
 */
function choicesOf(named: readonly { id: string; name: string }[], current: string): Choices {
  const sorted = named.toSorted((a, b) => compare(a.name.trim(), b.name.trim()) || compareIds(a.id, b.id));
  return Object.fromEntries(
    sorted.map(({ id, name }) => [id === current ? id : ` ${id}`, `${name.trim()} (${id})`.trim()]),
  );
}

function chosen(cfg: unknown, field: string): string {
  const value = isObject(cfg) ? cfg[field] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
