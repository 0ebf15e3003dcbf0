/**
 * Reads times that stand for a state, such as the time of a consent. The day and the month may be ambiguous: only the
 * era matters.
 */

import { isoDate } from '../utils/dates';

/**
 * What a time says: no time at all (0 in any spelling, such as 1970-01-01, 31.12.1969 or 1899-12-30), a time before
 * newsletters, a time since then, or a time that is still to come.
 */
type Era = 'none' | 'early' | 'past' | 'future';

/** The first moment that is not a spelling of Unix time 0 in some time zone. */
const AFTER_ZERO = Date.UTC(1970, 0, 2);
/** Earlier times cannot be a consent to newsletters by e-mail. */
const FIRST_CONSENT = Date.UTC(1995, 0, 1);
/** Time zones, and clocks that are set wrongly. */
const TOLERANCE_MS = 86_400_000;

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)$/;
/** YYYYMMDD, also with hours and minutes. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:t?[0-2]\d[0-5]\d(?:[0-5]\d)?z?)?$/;
/** A time of day, or the time zone of a date. */
const REST = /^(?:(?:t|[\s,]+(?:um )?)\d{1,2}[:.]\d{2}[\d:.,+\s\-apmzutcgehrs()]*|z|[+-]\d{2}:?\d{2})?$/;
/** Unix time in seconds since 1973, or in milliseconds. Shorter numbers may be anything. */
const UNIX = /^(\d{9,14})(?:\.\d+)?$/;
const MOST_SECONDS = 10;
/** A year with or without a month before or after it. */
const MONTH = /^(?:(0?[1-9]|1[0-2])[-/.])?((?:19|20)\d{2})(?:[-/.](0?[1-9]|1[0-2]))?$/;
const MONTHS = 12;

/**
 * @param word in lower case
 * @returns undefined if the word is not a time
 */
export function eraOf(word: string): Era | undefined {
  const times = timesIn(word);
  if (times.length === 0) return undefined;
  const eras = new Set(times.map(eraOfTime));
  return (['none', 'early', 'future'] as const).find((era) => eras.has(era)) ?? 'past';
}

/** Whether a word is a year, or a month of a year, that is over: `2020`, `2020-01`, `01/2020`. */
export function isPastMonth(word: string): boolean {
  const [, before, year, after] = MONTH.exec(word) ?? [];
  if (year === undefined || (before !== undefined && after !== undefined)) return false;
  return Date.UTC(Number(year), Number(before ?? after ?? MONTHS), 1) <= Date.now();
}

function eraOfTime(time: number): Era {
  if (time < AFTER_ZERO) return 'none';
  if (time < FIRST_CONSENT) return 'early';
  return time > Date.now() + TOLERANCE_MS ? 'future' : 'past';
}

/** All readings, in milliseconds; empty if the word is not a time. */
function timesIn(word: string): number[] {
  if (!/\d/.test(word)) return [];
  const [, year, , month, day, rest = ''] = YEAR_FIRST.exec(word) ?? [];
  if (year !== undefined) return REST.test(rest) ? dayOf(year, month, day) : [];
  const [, first, separator, second, last, more = ''] = YEAR_LAST.exec(word) ?? [];
  if (last !== undefined) {
    if (!REST.test(more)) return [];
    return separator === '.'
      ? dayOf(last, second, first)
      : [...dayOf(last, second, first), ...dayOf(last, first, second)];
  }
  const [, compactYear, compactMonth, compactDay] = COMPACT.exec(word) ?? [];
  const compact =
    Number(compactYear) >= 1800 && Number(compactYear) <= 2100 ? dayOf(compactYear, compactMonth, compactDay) : [];
  if (compact.length > 0) return compact;
  const digits = UNIX.exec(word)?.[1];
  if (digits !== undefined) return [Number(digits) * (digits.length > MOST_SECONDS ? 1 : 1_000)];
  // the name of a month, or a year of two digits
  const date = /^\d+$/.test(word) ? undefined : isoDate(word);
  return date === undefined ? [] : [Date.parse(date)];
}

/** A list with the day, empty if there is no such day; a day or a month of 0 is no time, like the year 0. */
function dayOf(year = '', month = '', day = ''): number[] {
  if (Number(month) > 12 || Number(day) > 31) return [];
  if (Number(month) === 0 || Number(day) === 0) return [0];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return [date.getTime()];
}
