/** The types of changes that a trigger can send, as the field `changeTypes` and `metadata.changeType` name them. */

import { z } from 'zod';
import { text } from '../utils/text';
import { withoutInvisible } from '../utils/unicode';
import { shownValue } from './fieldTypes';
import { differsByOne } from './unknownFields';

/** In the order of the form. */
export const CHANGE_TYPES = ['new', 'changed', 'confirmed', 'unsubscribed', 'bounced', 'deleted'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];
/** What can happen to a receiver that exists. */
export type ReceiverChange = Exclude<ChangeType, 'deleted'>;

const DEFAULT: readonly ChangeType[] = CHANGE_TYPES.filter((type) => type !== 'deleted');

/** Prefixes of synonyms for the types. */
const SYNONYMS: readonly (readonly [RegExp, ChangeType])[] = [
  [/^(?:un-?sub|opt(?:ed)?[-_]?out|sign(?:ed)?[-_]?off|abgemeld|abmeld)/, 'unsubscribed'],
  [/^(?:confirm|activ|subscri|opt(?:ed)?[-_]?in|doi|best[aä]t)/, 'confirmed'],
  [/^(?:bounc|hard|soft|undeliver)/, 'bounced'],
  [/^(?:delet|remov|gel[oö]e?scht)/, 'deleted'],
  [/^(?:new|creat|add|regist|insert|neu)/, 'new'],
  [/^(?:chang|edit|updat|modif|tag|ge[aä]e?ndert)/, 'changed'],
];
const SEPARATORS = /[,;\s]+/;

/**
 * The field `changeTypes`: a list, or a string with commas. Empty means every type except `deleted`.
 * @returns each type once, in the order of the form
 */
export const changeTypes = z
  .unknown()
  .optional()
  .transform((value, context): readonly ChangeType[] => {
    const words = wordsIn(value);
    if (words === undefined) {
      context.addIssue(`must be a list of types (${CHANGE_TYPES.join(', ')}), or a string with commas`);
      return z.NEVER;
    }
    const unknown = words.find((word) => !isChangeType(word));
    if (unknown !== undefined) {
      const meant = typeLike(unknown);
      const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
      context.addIssue(`has the unknown type ${shownValue(unknown)}.${hint} The types are ${CHANGE_TYPES.join(', ')}`);
      return z.NEVER;
    }
    return words.length === 0 ? DEFAULT : CHANGE_TYPES.filter((type) => words.includes(type));
  });

/** In lower case; undefined if the value is neither a string nor a list of strings. */
function wordsIn(value: unknown): string[] | undefined {
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  const words: string[] = [];
  for (const part of parts) {
    if (part === undefined || part === null) continue;
    if (typeof part !== 'string') return undefined;
    const visible = text(withoutInvisible(part));
    if (visible !== undefined) words.push(...visible.toLowerCase().split(SEPARATORS).filter(Boolean));
  }
  return words;
}

const isChangeType = (word: string): word is ChangeType => (CHANGE_TYPES as readonly string[]).includes(word);

function typeLike(word: string): ChangeType | undefined {
  return CHANGE_TYPES.find((type) => differsByOne(word, type)) ?? SYNONYMS.find(([words]) => words.test(word))?.[1];
}
