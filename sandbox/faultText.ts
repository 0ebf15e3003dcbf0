/**
 * Faults as text, on the command line and on the page: `429 retry-after=3 on GET /groups every 5`.
 *
 *     <status> [html | retry-after=<seconds>] | html | delay=<milliseconds> | drop
 *     on [<method>] <path>        `*` in the path stands for any characters; `/v3` may be omitted
 *     [after <n>] [every <n>] [times <n>]
 */

import { STATUS_CODES } from 'node:http';
import { maintenancePage, type Fault, type FaultKind, type FaultScope } from './faults';
import { Problem } from './problems';

export const faultExample = '429 retry-after=3 on GET /groups every 5';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const counts = ['after', 'every', 'times'] as const;
/** An HTML page, as a proxy or the maintenance page of a server sends it. */
const HTML = 'html';
const delays = { longestMs: 600_000 } as const;

/** @throws Problem 400 that states in one line what is wrong with the text */
export function parseFault(text: string): Fault {
  const words = text.trim().split(/\s+/);
  const on = words.findIndex((word) => word.toLowerCase() === 'on');
  if (on < 0) throw invalid(text, 'it has no "on" with a path');
  return { times: Infinity, ...scopeOf(words.slice(on + 1), text), ...kindOf(words.slice(0, on), text) };
}

function kindOf([first = '', ...settings]: readonly string[], text: string): FaultKind {
  const effect = first.toLowerCase();
  const [name, value] = settingIn(effect);
  if (/^[45]\d\d$/.test(effect)) {
    const status = Number(effect);
    const error = { code: status, message: STATUS_CODES[status] ?? 'Error' };
    return { kind: 'status', status, body: { error }, ...answerOf(settings, text) };
  }
  if (settings.length > 0) throw invalid(text, `"${settings.join(' ')}" before "on" has no meaning`);
  if (effect === 'drop' || effect === HTML) return { kind: effect };
  if (name === 'delay') {
    const ms = wholeNumber(value, delays.longestMs);
    if (ms === undefined) throw invalid(text, `delay needs milliseconds, 0 to ${delays.longestMs}`);
    return { kind: 'delay', ms };
  }
  throw invalid(text, 'it must begin with a status (400 to 599), html, delay=<milliseconds> or drop');
}

/** What is set after a status: `html` for a page in place of JSON, and `retry-after`. */
function answerOf(
  settings: readonly string[],
  text: string,
): Pick<Extract<FaultKind, { kind: 'status' }>, 'body' | 'headers'> {
  const isPage = settings.some((setting) => setting.toLowerCase() === HTML);
  const [setting, ...others] = settings.filter((one) => one.toLowerCase() !== HTML);
  const page = isPage ? { body: maintenancePage } : {};
  if (setting === undefined) return page;
  const [name, value] = settingIn(setting);
  const seconds = name === 'retry-after' ? wholeNumber(value, delays.longestMs) : undefined;
  if (seconds === undefined || others.length > 0)
    throw invalid(text, 'only html and retry-after=<seconds> are allowed between the status and "on"');
  return { ...page, headers: { 'retry-after': String(seconds) } };
}

function scopeOf(words: readonly string[], text: string): FaultScope {
  const method = methods.find((one) => one === words[0]?.toUpperCase());
  const [path = '', ...rest] = words.slice(method === undefined ? 0 : 1);
  if (!/^[/*][^?#]*$/.test(path))
    throw invalid(
      text,
      `"on" needs a path without a query, such as /groups; a method may precede the path: ${methods.join(', ')}`,
    );
  const scope: FaultScope = { path: path.includes('*') ? wildcard(path) : path, ...(method && { method }) };
  for (let index = 0; index < rest.length; index += 2) {
    const name = counts.find((one) => one === rest[index]?.toLowerCase());
    const number = wholeNumber(rest[index + 1], Number.MAX_SAFE_INTEGER);
    if (name === undefined) throw invalid(text, `"${rest[index] ?? ''}" is not one of ${counts.join(', ')}`);
    if (number === undefined || number === 0) throw invalid(text, `"${name}" needs a whole number from 1`);
    scope[name] = number;
  }
  return scope;
}

/** The text of a fault; the same fault results from it, unless it is one that only a program can add. */
export function faultText(fault: Fault): string {
  const { method, path, after, every, times = 1 } = fault;
  const place = typeof path === 'string' ? path : pathIn(path);
  const numbers = Object.entries({ after, every, times: times === Infinity ? undefined : times });
  const parts = numbers.flatMap(([name, number]) => (number === undefined ? [] : [`${name} ${number}`]));
  return [effectText(fault), 'on', method ?? [], place, ...parts].flat().join(' ');
}

function effectText(fault: FaultKind): string {
  if (fault.kind === 'delay') return `delay=${fault.ms}`;
  if (fault.kind !== 'status') return fault.kind;
  const wait = fault.headers?.['retry-after'];
  const page = typeof fault.body === 'string' ? ` ${HTML}` : '';
  return `${fault.status}${page}${wait === undefined ? '' : ` retry-after=${wait}`}`;
}

function wildcard(path: string): RegExp {
  const parts = path.split(/\*+/).map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function pathIn({ source }: RegExp): string {
  return source
    .replace(/^\^|\$$/g, '')
    .replaceAll('.*', '*')
    .replace(/\\(.)/g, '$1');
}

function settingIn(word: string): [name: string, value: string | undefined] {
  const cut = word.indexOf('=');
  return cut < 0 ? [word, undefined] : [word.slice(0, cut).toLowerCase(), word.slice(cut + 1)];
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function invalid(text: string, why: string): Problem {
  return new Problem(400, `Invalid fault "${text}": ${why}. Example: ${faultExample}`);
}
