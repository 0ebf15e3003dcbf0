/** Names of attributes: CleverReach takes them without regard to case, and some accounts show them with upper case. */

/**
 * @param values by name
 * @returns the same under names in lower case; where two names differ in case only, the first value that is not blank
 */
export function byLowerCase<Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  if (Object.keys(values).every((name) => name === name.toLowerCase())) return values;
  const found: Record<string, Value> = {};
  for (const [name, value] of Object.entries(values)) {
    const lower = name.toLowerCase();
    if (!Object.hasOwn(found, lower) || isBlank(found[lower])) found[lower] = value;
  }
  return found;
}

function isBlank(value: unknown): boolean {
  return typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '');
}
