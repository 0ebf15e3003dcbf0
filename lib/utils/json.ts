/** JSON that others wrote: how it is parsed, how deeply it may be nested, and which strings it holds. */

import { RecordError } from './errors';
import { isObject } from './objects';

/**
 * How many objects and lists may stand inside one another. Records need fewer than ten; thousands overflow the stack of
 * whatever walks through them, `JSON.stringify` included.
 */
export const MAX_DEPTH = 100;

/** How many members a record may have, at all depths together. Records need some hundreds; millions keep the process busy for seconds. */
export const MAX_MEMBERS = 100_000;
/** Characters of one string of a record: more than any attribute of CleverReach can hold. */
export const MAX_STRING_LENGTH = 1_000_000;

export type Parsed = { isJson: true; body: unknown } | { isJson: false; body: undefined };

/** Blanks and byte order marks around the JSON are ignored. An empty string counts as JSON without a body. */
export function parseJson(text: string): Parsed {
  const json = text.trim();
  if (json === '') return { isJson: true, body: undefined };
  try {
    return { isJson: true, body: JSON.parse(json) as unknown };
  } catch {
    return { isJson: false, body: undefined };
  }
}

/**
 * Whether a value is nested more than {@link MAX_DEPTH} levels deep; a list in a list has two. Looks at one level after the
 * other and at each object of a level once, so that neither depth, nor a cycle, nor an object with many owners costs more.
 */
export function isTooDeep(value: unknown): boolean {
  let level = new Set<object>();
  collect(value, level);
  for (let depth = 0; level.size > 0; depth += 1) {
    if (depth === MAX_DEPTH) return true;
    const next = new Set<object>();
    for (const owner of level) for (const member of Object.values(owner)) collect(member, next);
    level = next;
  }
  return false;
}

/**
 * For the borders where a record enters or leaves.
 * @param what is checked, for the error
 * @throws RecordError when it is nested too deeply
 */
export function checkDepth(value: unknown, what: string): void {
  if (isTooDeep(value)) throw new RecordError(`${what} is nested more than ${MAX_DEPTH} levels deep`);
}

/**
 * For a record that enters. Its depth has to be checked before.
 * @throws RecordError when it has too many members or too long a string
 */
export function checkSize(value: unknown, what: string): void {
  let members = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string' && one.length > MAX_STRING_LENGTH)
      throw new RecordError(`${what} holds a string of more than ${MAX_STRING_LENGTH} characters`);
    if (typeof one !== 'object' || one === null) continue;
    for (const name in one) {
      members += 1;
      if (members > MAX_MEMBERS) throw new RecordError(`${what} has more than ${MAX_MEMBERS} members`);
      open.push((one as Record<string, unknown>)[name]);
    }
  }
}

/** An object without the members that would be nested too deeply in it. */
export function withoutDeepMembers(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => !isTooDeep([member])));
}

function collect(value: unknown, level: Set<object>): void {
  if (typeof value === 'object' && value !== null) level.add(value);
}

/**
 * All strings, numbers as strings, and the names that may be addresses, however deeply the value is nested. Each object is looked at
 * once.
 */
export function* textsIn(value: unknown): Generator<string> {
  const open: unknown[] = [value];
  const known = new Set<object>();
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string') yield one;
    else if (typeof one === 'number') yield String(one);
    else if (typeof one === 'object' && one !== null && !known.has(one)) {
      known.add(one);
      if (isObject(one)) for (const name in one) if (name.includes('@')) yield name;
      for (const member of Object.values(one)) open.push(member);
    }
  }
}
