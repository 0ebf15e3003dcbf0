/** Birthdays. Dates are YYYY-MM-DD throughout; a time of day is dropped. */

import { text } from './text';

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})(?!\d)/;
const GERMAN_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
/** How the database behind a form writes "no date". */
const NO_DATE = /^0000-00-00|^-?0+$/;
const UNIX_SECONDS = /^-?\d{5,}$/;

/** @returns the date if the calendar has it: the 31st of February would be a day in March */
function calendarDate(year = '', month = '', day = ''): string | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1) return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** @returns the day in UTC, for years of four digits */
function dateOfUnixSeconds(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : /^\d{4}-\d{2}-\d{2}/.exec(date.toISOString())?.[0];
}

/**
 * A date that can be written into a date field.
 * @param value YYYY-MM-DD, a date-time that begins so, or D.M.YYYY
 * @returns YYYY-MM-DD; undefined for everything else
 */
export function isoDate(value: unknown): string | undefined {
  const found = text(value) ?? '';
  const iso = ISO_DATE.exec(found);
  if (iso) return calendarDate(iso[1], iso[2], iso[3]);
  const german = GERMAN_DATE.exec(found);
  return german ? calendarDate(german[3], german[2], german[1]) : undefined;
}

/**
 * A birthday as it is read: what {@link isoDate} understands, and unix seconds (the day in UTC; the time zone of
 * whoever wrote them is not known).
 * @returns YYYY-MM-DD; undefined for "no date" (0, 0000-00-00); any other text as it is
 */
export function birthday(value: unknown): string | undefined {
  const found = text(value);
  if (found === undefined || NO_DATE.test(found)) return undefined;
  const date = UNIX_SECONDS.test(found) ? dateOfUnixSeconds(Number(found)) : isoDate(found);
  return date ?? found;
}
