/** Maps tags of a receiver to categories of a person and back. */

import { asWords } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { firstText, text, unlessEmpty } from '../../utils/text';

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

/**
 * @returns `[{name, label}, …]`, each tag once and without blanks; undefined if there are no tags. The OIH model uses
 *   name, other components read label
 */
export function categories(tags: unknown): { name: string; label: string }[] | undefined {
  return unlessEmpty(distinct(asWords(tags).map(text)).map((tag) => ({ name: tag, label: tag })));
}

/**
 * @param list categories as strings, or as objects with a name or a label; one string may contain several, separated by
 *   commas or semicolons
 * @returns each tag once and without blanks; undefined if there are no tags. A tag that begins with "-" is omitted,
 *   because CleverReach would remove that tag
 */
export function tags(list: unknown): string[] | undefined {
  const names = asWords(list).map((item) => (isObject(item) ? firstText(item['name'], item['label']) : text(item)));
  return unlessEmpty(distinct(names).filter((tag) => !tag.startsWith('-')));
}
