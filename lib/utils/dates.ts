/**
 * Parses birthdays. Dates are YYYY-MM-DD; a time of day is dropped, and the calendar day is not shifted. An ambiguous
 * date is never guessed.
 */

import { onlyOf } from './lists';
import { text } from './text';

/** Longer than any date; keeps the regular expressions fast on any input. */
const MAX_LENGTH = 80;
/** How databases and programs express "no date". */
const NO_DATE = /^(?:0000[-/.]00[-/.]00|00[-/.]00[-/.](?:00|0000)|0001-01-01)(?!\d)|^-?0+$/;

const TIME =
  /^(.*?\d.*?)[T\s,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?|Uhr)?\s*(?:Z|[A-Z]{2,4})?(?:[+-]\d{2}:?\d{2})?(?:\s*\([^()]*\))?(\s+\d{4})?$/is;
/** An XML date may have a time zone. */
const DATE_WITH_ZONE = /^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$/;
const PARTS = /^(\d{4}|\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})$/;
/** YYYYMMDD, optionally with a six-digit time. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T?\d{6}(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const COMPACT_YEARS = { from: 1800, to: 2100 };
const WHOLE_NUMBER = /^-?\d+$/;
const NEGATIVE_TIME = /^-\d{5,}$/;
/** Unix time before 1970. */
const FIRST_DAY = '1900-01-01';

const MONTHS = new Map(
  [
    'jan januar january jänner jaenner',
    'feb februar february feber',
    'mar mär mrz märz maerz march',
    'apr april',
    'may mai',
    'jun juni june',
    'jul juli july',
    'aug august',
    'sep sept september',
    'oct okt oktober october',
    'nov november',
    'dec dez dezember december',
  ].flatMap((names, index) => names.split(' ').map((name): [string, number] => [name, index + 1])),
);
/**
 * Weekdays in English and German, complete or shortened to two or three letters, and the separators between parts of a
 * date.
 */
const FILLERS =
  /^(?:mon|tues?|wed|thu|thurs?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|of|the|der|den|am)$/;

type Parts = readonly [year: string | undefined, month: string | number | undefined, day: string | undefined];

/** @returns the date if it exists in the calendar: JavaScript would parse February 31 as a day in March */
function calendarDate([year = '', month = '', day = '']: Parts): string | undefined {
  if (year.length === 2) return inThePast(year, month, day);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isThere = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return year.length === 4 && year >= '1000' && isThere ? date.toISOString().slice(0, 10) : undefined;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** A two-digit year is the latest such year in which the day is not in the future. */
function inThePast(year: string, month: string | number, day: string): string | undefined {
  const recent = calendarDate([`20${year}`, month, day]);
  const isFuture = recent !== undefined && recent > today();
  return recent === undefined || isFuture ? calendarDate([`19${year}`, month, day]) : recent;
}

/**
 * @param doubts readings that are never used; they only show that the date is ambiguous
 * @returns the date, if all valid readings are the same date
 */
function onlyOne(readings: readonly Parts[], doubts: readonly Parts[]): string | undefined {
  const dates = new Set(readings.map(calendarDate).filter((date) => date !== undefined));
  const [date] = dates;
  const isDoubtful = doubts.map(calendarDate).some((other) => other !== undefined && other !== date);
  return dates.size === 1 && !isDoubtful ? date : undefined;
}

/**
 * With dots the day always comes first; with slashes and hyphens the day or the month comes first. A two-digit year
 * never comes first: 31-11-01 would otherwise be a day in 1931.
 */
function dateOfParts(found: string): string | undefined {
  const [, first = '', separator, second, third = ''] = PARTS.exec(found) ?? [];
  const dayFirst: Parts = [third, second, first];
  const yearFirst: Parts = [first, second, third];
  if (first.length === 4) return calendarDate(yearFirst);
  if (separator === '.') return calendarDate(dayFirst);
  const monthFirst: Parts = [third, first, second];
  return onlyOne([dayFirst, monthFirst], third.length === 4 ? [] : [yearFirst]);
}

function dateOfWords(found: string): string | undefined {
  const words = found
    .toLowerCase()
    .split(/[\s.,/-]+/)
    .filter((word) => word !== '' && !FILLERS.test(word))
    .map((word) => word.replace(/^(\d{1,2})(?:st|nd|rd|th)$/, '$1'));
  const [first = '', second = '', third = '', more] = words;
  if (more !== undefined) return undefined;
  const [one, two] = [MONTHS.get(first), MONTHS.get(second)];
  if (one !== undefined) return calendarDate([third, one, second]);
  if (two === undefined) return undefined;
  return calendarDate(first.length === 4 ? [first, two, third] : [third, two, first]);
}

function dateOfCompact(found: string): string | undefined {
  const [, year, month, day] = COMPACT.exec(found) ?? [];
  const isYear = Number(year) >= COMPACT_YEARS.from && Number(year) <= COMPACT_YEARS.to;
  return isYear ? calendarDate([year, month, day]) : undefined;
}

/**
 * Unix time; the day in UTC. Strings of up to 8 digits and numbers of up to 5 digits are rejected, because they may be
 * anything, for example the serial number of a spreadsheet. 11 to 13 digits are milliseconds. A negative number of that
 * length is rejected, because it may also be seconds before the year 1653; so is a date before 1900, which programs use
 * for "no date".
 */
function dateOfUnixTime(found: string, isNumber: boolean): string | undefined {
  const digits = found.replace('-', '').length;
  const isNegative = found.startsWith('-');
  if (isNegative && (digits > 10 || Number(found) * 1_000 < Date.parse(FIRST_DAY))) return undefined;
  if (digits < (isNegative ? 5 : isNumber ? 6 : 9) || digits > 13) return undefined;
  // a date with hours and minutes has as many digits as milliseconds
  if (digits === 12 && !isNegative && dateOfCompact(found.slice(0, 8)) !== undefined) return undefined;
  const date = new Date(Number(found) * (digits > 10 ? 1 : 1_000));
  return date.toISOString().slice(0, 10);
}

/**
 * A date for a date field.
 * @param value YYYY-MM-DD, D.M.YYYY, YYYYMMDD, a date-time, a date with the name of its month, Unix seconds and others;
 *   a two-digit year is never in the future
 * @returns YYYY-MM-DD; undefined for everything else, including ambiguous dates such as 3/4/1990
 */
export function isoDate(value: unknown): string | undefined {
  const written = text(value)?.replace(/\s+/g, ' ') ?? '';
  if (written.length > MAX_LENGTH || NO_DATE.test(written)) return undefined;
  const compact = dateOfCompact(written);
  if (compact !== undefined) return compact;
  if (WHOLE_NUMBER.test(written)) return dateOfUnixTime(written, typeof onlyOf(value) === 'number');
  const found = written.replace(TIME, '$1$2').replace(DATE_WITH_ZONE, '$1');
  return dateOfParts(found) ?? dateOfWords(found);
}

/**
 * A birthday as read: a date that {@link isoDate} understands, or any other string unchanged.
 * @returns YYYY-MM-DD, or the string; undefined for "no date" (0, 0000-00-00) and for Unix time before 1900 or after
 *   today
 */
export function birthday(value: unknown): string | undefined {
  const found = text(value);
  if (found === undefined || NO_DATE.test(found)) return undefined;
  const date = isoDate(value);
  if (date === undefined) return NEGATIVE_TIME.test(found) ? undefined : found;
  return WHOLE_NUMBER.test(found) && date > today() ? undefined : date;
}
