/**
 * What a form offers as a drop-down. elastic.io calls the function that a field names as its `model`, on the module of the step
 * and with all that the step holds so far, and takes an object: values, and the labels that they are shown with.
 */

import { compareIds } from '../cleverreach/groups';
import { isObject } from '../utils/objects';
import type { RuntimeContext } from '../platform/runtimeContext';
import { accountOfForm } from './designTimeAccount';

type Choices = Record<string, string>;

/** The groups of the account, for the field `groupId`. Throws the typed errors of the API. */
export async function getGroups(this: RuntimeContext, cfg: unknown): Promise<Choices> {
  return choicesOf(await accountOfForm(this, cfg).groups(), chosen(cfg, 'groupId'));
}

/** The forms of the account, for the field `doiFormId`. Throws the typed errors of the API. */
export async function getForms(this: RuntimeContext, cfg: unknown): Promise<Choices> {
  return choicesOf(await accountOfForm(this, cfg).forms(), chosen(cfg, 'doiFormId'));
}

/** As people look names up: without regard to case, and with "List 2" before "List 10". */
const { compare } = new Intl.Collator('de', { sensitivity: 'accent', numeric: true });

/**
 * By name. JavaScript moves members that are whole numbers to the front, in the order of their values, wherever an object comes
 * by: here, in the platform, in the browser. A blank in front of an id prevents that, and the fields drop it again. The value
 * that the step holds is left as it stands there, or the form would not show it as chosen.
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
