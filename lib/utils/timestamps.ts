/** Reads timestamps of CleverReach, in any form, as Unix time in seconds. */

import { FIRST_MILLISECONDS, inSeconds } from './clock';

/** Longer than any representation of a time. */
const MAX_TIME_LENGTH = 40;

/** The latest timestamp, in the year 5138; a larger number is in milliseconds. */
const LATEST = FIRST_MILLISECONDS - 1;

/** Whether a value is a timestamp already, as {@link timestampOf} returns it. */
export function isTimestamp(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LATEST;
}

/**
 * A timestamp in whole seconds from 0 to {@link LATEST}. Accepts seconds, milliseconds and ISO 8601; a date-time
 * without a time zone is in UTC. A later time is set to the latest, because 0 would hide a change. Everything else is
 * 0, which means "never".
 */
export function timestampOf(value: unknown): number {
  const time = typeof value === 'string' ? timeIn(value.slice(0, MAX_TIME_LENGTH).trim()) : value;
  return typeof time === 'number' && time > 0 && time < Infinity ? Math.min(inSeconds(time), LATEST) : 0;
}

function timeIn(text: string): number {
  if (/^\+?\d+(\.\d+)?(e\+?\d+)?$/i.test(text)) return Number(text);
  const date = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  return date ? Date.parse(`${date[1] ?? ''}T${date[2] ?? '00:00'}${date[3]?.toUpperCase() ?? 'Z'}`) / 1_000 : 0;
}
