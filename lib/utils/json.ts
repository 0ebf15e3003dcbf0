/** Handles external JSON: parsing, depth limits, and the strings in it. */

import { RecordError } from './errors';
import { isObject } from './objects';

/**
 * Maximum nesting of objects and lists. Records need fewer than ten levels. Thousands overflow the stack of every
 * recursive function, including `JSON.stringify`.
 */
export const MAX_DEPTH = 100;

/**
 * Maximum number of values in a record, at all depths together. Records need some hundreds; millions would block the
 * process for seconds.
 */
export const MAX_VALUES = 100_000;
/** Maximum number of characters in a string of a record: more than any attribute of CleverReach can store. */
export const MAX_STRING_LENGTH = 1_000_000;
/** Maximum number of characters in the name of a field. */
export const MAX_NAME_LENGTH = 10_000;

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
 * Whether a value is nested more than {@link MAX_DEPTH} levels deep; a list in a list has two levels. Visits each level
 * once and each object once per level, so that neither depth, nor cycles, nor shared objects increase the cost.
 */
export function isTooDeep(value: unknown): boolean {
  let level = new Set<object>();
  collect(value, level);
  for (let depth = 0; level.size > 0; depth += 1) {
    if (depth === MAX_DEPTH) return true;
    const next = new Set<object>();
    for (const owner of level) for (const child of Object.values(owner)) collect(child, next);
    level = next;
  }
  return false;
}

/**
 * Checks a record that enters or leaves the component.
 * @param what what is checked, for the error
 * @throws RecordError if the value is nested too deeply
 */
export function checkDepth(value: unknown, what: string): void {
  if (isTooDeep(value)) throw new RecordError(`${what} is nested more than ${MAX_DEPTH} levels deep`);
}

/**
 * Checks the depth and the size of an incoming record in one walk.
 * @throws RecordError when it is nested too deeply, has too many values, or too long a string or name
 */
export function checkRecord(value: unknown, what: string): void {
  let values = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    const add = (one: unknown): void => {
      values += 1;
      if (values > MAX_VALUES) throw new RecordError(`${what} has more than ${MAX_VALUES} values`);
      if (typeof one === 'object' ? one !== null : typeof one === 'string' && one.length > MAX_STRING_LENGTH)
        next.push(one);
    };
    for (const one of level) {
      if (typeof one === 'string' && one.length > MAX_STRING_LENGTH)
        throw new RecordError(`${what} holds a string of more than ${MAX_STRING_LENGTH} characters`);
      if (typeof one !== 'object' || one === null) continue;
      if (depth === MAX_DEPTH) throw new RecordError(`${what} is nested more than ${MAX_DEPTH} levels deep`);
      if (Array.isArray(one)) for (const item of one as unknown[]) add(item);
      else
        for (const name in one) {
          if (name.length > MAX_NAME_LENGTH)
            throw new RecordError(`${what} has a field with a name of more than ${MAX_NAME_LENGTH} characters`);
          add((one as Record<string, unknown>)[name]);
        }
    }
    level = next;
  }
}

/** A copy of an object without fields that are nested too deeply. */
export function withoutDeepFields(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => !isTooDeep([field])));
}

function collect(value: unknown, level: Set<object>): void {
  if (typeof value === 'object' && value !== null) level.add(value);
}

/**
 * All strings of a value at any depth: strings, numbers as strings, and keys that may be addresses. Each object is
 * visited once.
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
      for (const child of Object.values(one)) open.push(child);
    }
  }
}
