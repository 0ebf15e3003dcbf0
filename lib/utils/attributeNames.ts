/** Names of attributes. CleverReach treats them case-insensitively, and some accounts return them with capitals. */

/**
 * @param values values by name
 * @returns the same values under names in lower case; if names differ only in case, the first value that is not blank
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
