/** Whether the time until which something is valid is over. */

import { systemClock } from '../utils/clock';
import { wordSet } from '../utils/text';

const ENDLESS = wordSet('unlimited infinite forever permanent open unbegrenzt unbefristet dauerhaft offen');
const DURATION =
  /^\d{1,4}(?:[.,]\d+)?\s*(?:h|d|w|m|y|j|hours?|days?|weeks?|months?|years?|stunden?|tagen?|tag|tage|wochen?|monate?n?|jahre?n?)$/;
/** A year with or without a month before or after it. */
const MONTH = /^(?:(0?[1-9]|1[0-2])[-/.])?(19\d{2}|2\d{3})(?:[-/.](0?[1-9]|1[0-2]))?$/;
const MONTHS = 12;
/** A date with a year of two digits. */
const SHORT_YEAR = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2})(?:[\st,]+[\d:.]+)?$/;
/** The serial number of a day in a spreadsheet. */
const SERIAL = /^(\d{5})(?:\.\d+)?$/;
const SERIAL_OF_1970 = 25_569;
/** Serial numbers of the days between 1995 and 2200. */
const SERIALS = { from: 34_700, to: 109_575 };
const DAY_MS = 86_400_000;
/** Time zones, and clocks that are set wrongly. */
const TOLERANCE_MS = DAY_MS;
const FIRST_YEAR = 1995;

/** Whether a word says that there is no end, or how long from an unknown time. */
export function isEndless(word: string): boolean {
  return ENDLESS.has(word) || DURATION.test(word);
}

/**
 * @param word in lower case
 * @param times its readings as a date with a year of four digits or as Unix time
 * @returns undefined if the word is not a time, or if some of its readings are past and others are not
 */
export function isPast(word: string, times: readonly number[]): boolean | undefined {
  const isOver = [...times, ...monthIn(word), ...shortDatesIn(word), ...serialIn(word)].map(
    (time) => time <= systemClock.now() + TOLERANCE_MS,
  );
  const [first] = isOver;
  return isOver.every((one) => one === first) ? first : undefined;
}

/** The end of `2020`, `2020-01` or `01/2020`; a month is over as soon as the next one begins. */
function monthIn(word: string): number[] {
  const [, before, year, after] = MONTH.exec(word) ?? [];
  if (year === undefined || (before !== undefined && after !== undefined)) return [];
  return [Date.UTC(Number(year), Number(before ?? after ?? MONTHS), 1) - TOLERANCE_MS];
}

/** With dots the day comes first; otherwise the day, the month or the year may. */
function shortDatesIn(word: string): number[] {
  const [, first = '', separator, second = '', third = ''] = SHORT_YEAR.exec(word) ?? [];
  if (separator === undefined) return [];
  const dayFirst = daysOf(third, second, first);
  return separator === '.' ? dayFirst : [...dayFirst, ...daysOf(third, first, second), ...daysOf(first, second, third)];
}

function daysOf(year: string, month: string, day: string): number[] {
  if (year.length !== 2) return [];
  return [1900, 2000]
    .map((century) => century + Number(year))
    .filter((full) => full >= FIRST_YEAR)
    .map((full) => new Date(Date.UTC(full, Number(month) - 1, Number(day))))
    .filter((date) => date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day))
    .map((date) => date.getTime());
}

function serialIn(word: string): number[] {
  const serial = Number(SERIAL.exec(word)?.[1]);
  return serial >= SERIALS.from && serial <= SERIALS.to ? [(serial - SERIAL_OF_1970) * DAY_MS] : [];
}
