/**
 * The row of a record: the validated result of the mapping, reduced to writable values. State and provenance
 * (`registered`, `activated`, `deactivated`, `active`, `bounced`, `source`, `orders`, `id`) are never taken from a
 * record.
 */

import type { DoiData } from '../../cleverreach/types';
import { canonicalAddress, isBlankAddress } from '../../cleverreach/emailAddress';
import { RecordError } from '../../utils/errors';
import { asList, asWords } from '../../utils/lists';
import { namesOf } from '../../mapping/functions/attributes';
import { isExact } from '../../utils/text';
import { isObject } from '../../utils/objects';
import { redactName } from '../redactName';
import { trimmedTag } from './tags';

/** Absent values are not written; `""` clears a value. */
export interface Row {
  /** The canonical form of the address. */
  email?: string;
  /** The spelling in the record, if it is not the canonical form. */
  givenEmail?: string;
  /** Values by name in lower case, one map per scope. */
  attributes: Record<string, string>;
  global_attributes: Record<string, string>;
  /** By property of a person: the names with the same value, in reading order. */
  aliases?: Readonly<Record<string, readonly string[]>>;
  /** `tag` adds, `-tag` and `-origin.*` remove. */
  tags: string[];
  /** Circumstances of a consent that was given elsewhere. */
  doidata: Partial<DoiData>;
}

/**
 * @param mapped the result of the mapping
 * @param name the name of the record, for errors
 * @throws RecordError if a value cannot be written
 */
export function parseRow(mapped: Record<string, unknown>, name: string): Row {
  const aliases = parseAliases(mapped['aliases']);
  return {
    ...parseEmail(mapped['email'], name),
    attributes: parseAttributes(mapped['attributes'], 'attributes', name),
    global_attributes: parseAttributes(mapped['global_attributes'], 'global_attributes', name),
    ...(aliases && { aliases }),
    tags: parseTags(mapped['tags'], name),
    doidata: parseDoiData(mapped['doidata']),
  };
}

/**
 * Parses the address of a record. A blank address counts as missing; a list with one address is accepted.
 * @throws RecordError if the value is not a single string or has no canonical form
 */
export function parseEmail(value: unknown, name: string): Pick<Row, 'email' | 'givenEmail'> {
  const [given, ...others] = asList(value);
  if (given === undefined) return {};
  if (typeof given !== 'string' || others.length > 0)
    throw new RecordError(`The e-mail address of ${name} must be a single string; nothing was written.`);
  if (isBlankAddress(given)) return {};
  const email = canonicalAddress(given);
  if (email === undefined) throw new RecordError(`The e-mail address of ${name} is not valid; nothing was written.`);
  return { email, ...(given.trim() !== email && { givenEmail: given }) };
}

function parseAttributes(value: unknown, map: string, name: string): Record<string, string> {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return {};
  if (!isObject(value)) {
    throw new RecordError(`"${map}" of ${name} must be an object of names and values; nothing was written.`);
  }
  const values = Object.entries(value).flatMap(([key, one]) => {
    if (one === undefined || one === null) return [];
    const attribute = key.trim().toLowerCase();
    const text = attributeValue(one);
    if (text !== undefined) return [[attribute, text] as const];
    const why = Number.isFinite(one)
      ? 'a number with too many digits; nothing was written. Send it as a string.'
      : 'not a string, number or boolean; nothing was written.';
    throw new RecordError(`Attribute "${redactName(attribute)}" in "${map}" of ${name} is ${why}`);
  });
  return Object.fromEntries(values);
}

function attributeValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || (typeof value === 'number' && isExact(value)) ? String(value) : undefined;
}

/** Parses the result of the mapping function `$receiver`; other values are ignored. */
function parseAliases(value: unknown): Row['aliases'] {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).map(([property, names]) => {
    return [property, namesOf(names).map((name) => name.toLowerCase())] as const;
  });
  return Object.fromEntries(entries);
}

/** Longer than any real tag. The limit of CleverReach is unknown. */
const MAX_TAG_LENGTH = 1_000;

function parseTags(value: unknown, name: string): string[] {
  return asWords(value)
    .map((tag) => {
      if (typeof tag === 'string') {
        if (tag.length <= MAX_TAG_LENGTH) return trimmedTag(tag);
        throw new RecordError(`A tag of ${name} has more than ${MAX_TAG_LENGTH} characters; nothing was written.`);
      }
      if (typeof tag === 'number') return String(tag);
      throw new RecordError(`"tags" of ${name} must be a list of strings; nothing was written.`);
    })
    .filter((tag) => tag !== '' && tag !== '-');
}

function parseDoiData(value: unknown): Partial<DoiData> {
  if (!isObject(value)) return {};
  const filled = (['user_ip', 'referer', 'user_agent'] as const).flatMap((key) => {
    const text = value[key];
    return typeof text === 'string' && text.trim() !== '' ? [[key, text.trim()] as const] : [];
  });
  return Object.fromEntries(filled);
}
