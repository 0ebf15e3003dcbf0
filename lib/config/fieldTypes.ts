/**
 * The types of the fields of a step. elastic.io delivers the content of a text field as a string, an emptied field as
 * `""`, a ticked checkbox as `true`, and omits an unticked one. OIH delivers the JSON of the flow. A blank value means
 * "not set".
 */

import { z } from 'zod';
import { redactSecrets } from '../utils/redact';
import { redactEmails } from '../utils/redactEmails';
import { isoDate } from '../utils/dates';
import { text as visibleText } from '../utils/text';

const blankAsMissing = (value: unknown): unknown =>
  value === null || (typeof value === 'string' && visibleText(value) === undefined) ? undefined : value;

const optional = <T extends z.ZodType>(schema: T): z.ZodType<z.output<T> | undefined> =>
  z.preprocess(blankAsMissing, schema.optional());

/** A longer string is not a field value but was pasted into the wrong field, for example a token. */
const SHOWN_CHARACTERS = 24;

/** Redaction costs time, and characters beyond this length are not shown. */
const SEARCHED_CHARACTERS = 1_000;

/** Formats a wrong value for an error: short, and without anything that looks like a secret or an address. */
export function shownValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return Array.isArray(value) ? 'a list' : 'an object';
  const text = redactEmails(redactSecrets(value.slice(0, SEARCHED_CHARACTERS)));
  return `"${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS / 4)}…` : text}"`;
}

/** A string without surrounding blanks. */
export const text = optional(z.string('must be a string').trim());

/**
 * A field for which a string of invisible characters is an error: the user has filled it in, so it does not mean "not
 * set". Blanks only are still missing.
 */
export function visible<T extends z.ZodType>(schema: T): z.ZodType<z.output<T> | undefined> {
  const isSeen = (value: unknown): boolean =>
    typeof value !== 'string' || value.trim() === '' || visibleText(value) !== undefined;
  return z
    .unknown()
    .refine(isSeen, 'holds only invisible characters: enter it again, or empty it')
    .pipe(schema)
    .optional();
}

/** CleverReach's ids have about a dozen digits. */
const LONGEST_ID = 100;
const noId = `must be an id (a string of at most ${LONGEST_ID} characters, or a whole number)`;

/** An id: a string or a whole number, converted to a string. */
export const id = optional(
  z.union([z.string().trim().max(LONGEST_ID, noId), z.number().int(noId).nonnegative(noId)], noId).transform(String),
);

const flagWords = new Map([
  ['true', true],
  ['on', true],
  ['false', false],
]);

/** A checkbox. Also accepts `"true"`, `"false"` and `"on"`, which elastic.io documents for a ticked checkbox. */
export const flag = z
  .preprocess(
    (value) =>
      (typeof value === 'string' ? flagWords.get(value.trim().toLowerCase()) : undefined) ?? blankAsMissing(value),
    z.boolean('must be true or false').optional(),
  )
  .transform((value) => value ?? false);

/** A whole number in a range, given as a number or as a string of digits. */
export function wholeNumber(minimum: number, maximum: number, fallback: number): z.ZodType<number> {
  const problem = `must be a whole number from ${minimum} to ${maximum}`;
  const digits = (value: unknown): unknown =>
    typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : blankAsMissing(value);
  return z
    .preprocess(digits, z.number(problem).int(problem).min(minimum, problem).max(maximum, problem).optional())
    .transform((value) => value ?? fallback);
}

/** One of the given strings. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  words: T,
  fallback: T[number],
): z.ZodType<T[number]> {
  return z
    .preprocess(blankAsMissing, z.enum(words, `must be one of ${words.join(', ')}`).optional())
    .transform((value): T[number] => value ?? fallback);
}

const dateOrTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Node parses February 30 as March 2, so the day is checked here. */
function exists(value: string): boolean {
  return isoDate(value) !== undefined && !Number.isNaN(Date.parse(value));
}

/** An ISO date or date-time, in UTC if it has no time zone; converted to Unix seconds. */
export const date = optional(
  z
    .string('must be an ISO date such as 2024-01-31 or 2024-01-31T08:00:00Z')
    .trim()
    .regex(dateOrTime)
    .transform((value) => (/T.*(Z|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes('T') ? value : `${value}Z`))
    .refine(exists, 'must be a valid calendar date')
    .transform((value) => Math.floor(Date.parse(value) / 1000)),
);
