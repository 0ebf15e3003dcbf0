/** Tags of a receiver are categories of a person. */

import { asWords } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { firstText, text, unlessEmpty } from '../../utils/text';

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

/** @returns `[{name, label}, …]`, each tag once and without blanks; undefined if there is none. The model says name, others read label */
export function categories(tags: unknown): { name: string; label: string }[] | undefined {
  return unlessEmpty(distinct(asWords(tags).map(text)).map((tag) => ({ name: tag, label: tag })));
}

/**
 * @param list categories as texts, or as objects with a name or else a label; one text may hold several, separated by commas
 *   or semicolons
 * @returns each tag once and without blanks; undefined if there is none. One that begins with "-" is left out: to
 *   CleverReach it means that a tag is to be taken away
 */
export function tags(list: unknown): string[] | undefined {
  const names = asWords(list).map((item) => (isObject(item) ? firstText(item['name'], item['label']) : text(item)));
  return unlessEmpty(distinct(names).filter((tag) => !tag.startsWith('-')));
}
