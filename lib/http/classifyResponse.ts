/**
 * Classifies a response of CleverReach. The status alone is not enough: a 2xx response may contain `{"error": …}`,
 * `false` or the HTML page of a gateway, and `error.code` is more specific than the status of the others.
 */

import {
  AuthorisationError,
  NotAcceptedError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  saysDuplicate,
  TemporaryError,
  UnexplainedError,
  type ComponentError,
} from '../utils/errors';
import { LAST_SECOND } from '../utils/clock';
import { parseJson } from '../utils/json';
import { advice, PAGE, permissionAdvice } from './errorAdvice';
import { phraseOf, phraseOfPage } from './safeErrorText';
import { failureKindOf, readRetryAfter, requestedWait, retryPolicy } from './retryPolicy';
import type { AttemptResult } from './retry';
import { isObject } from '../utils/objects';

/** Maximum number of characters of a reason that are searched for known words. */
const SEARCHED_CHARACTERS = 500;

/** A response as received. */
export interface RawResponse {
  status: number;
  text: string;
  /** The headers `Date` and `Retry-After`. */
  date?: string;
  retryAfter?: string;
}

export interface ParsedResponse {
  /** Parsed JSON; undefined if the response is empty. */
  body: unknown;
  /** CleverReach's time in Unix seconds, from the `Date` header. */
  serverTime?: number;
  status: number;
}

export interface RequestFacts {
  /** The request as method and path, without personal data. */
  what: string;
  /** Whether the request may be carried out twice. */
  repeatable: boolean;
  /** Whether the request changes nothing, so that a refusal is not about a record. */
  reads: boolean;
  /** Advice for a response that is too large; undefined if no setting of the step helps. */
  whenTooLarge?: string;
  /** Time limit of the whole response, in milliseconds. */
  within: number;
  /** The token to send. */
  token: string;
  /** The current time in milliseconds; read when the response arrives, because a pause may precede the request. */
  now: () => number;
}

/** Returns the response for the caller, or the error that it means and whether a retry can help. */
export function classifyResponse(response: RawResponse, facts: RequestFacts): AttemptResult<ParsedResponse> {
  const { status } = response;
  const date = timeIn(response.date);
  const parsed = parseJson(response.text);
  const isSuccess = status >= 200 && status < 300;

  if (!parsed.isJson && (isSuccess || status === 404)) {
    // a 404 with an HTML page comes from a gateway; as "receiver not found" it would end a list or confirm a deletion
    const what = `CleverReach answered ${facts.what} (${status}) with ${pageOf(response.text)}`;
    return { ok: false, error: new TemporaryError(what), again: facts.repeatable };
  }
  const problem = parsed.isJson ? problemIn(parsed.body) : undefined;
  if (isSuccess && !problem) {
    if (parsed.body === false || parsed.body === null) {
      return withoutReason(`it answered "${String(parsed.body)}" (${status}), without a reason`, facts);
    }
    // CleverReach reports "nothing there" with a 204, a 404 or an empty list; any other empty body was lost in transit
    if (facts.reads && parsed.body === undefined && status !== 204) {
      return withoutReason(`its response is empty (${status})`, facts);
    }
    const time = Number.isNaN(date) ? {} : { serverTime: Math.floor(date / 1_000) };
    return { ok: true, value: { body: parsed.body, status, ...time } };
  }

  const code = problem?.code ?? status;
  const said = problem?.message ?? topLevelMessage(parsed.body);
  const retryAfterMs = readRetryAfter(response.retryAfter, Number.isNaN(date) ? facts.now() : date);
  const shown = said === undefined ? phraseOfPage(response.text) : phraseOf(said);
  const isUnexplained = isSuccess && problem?.code === undefined && (facts.reads || !isAboutRecord(said ?? ''));
  if (isUnexplained) {
    return withoutReason(`it returned an error without a code (${status})${shown === '' ? '' : `: ${shown}`}`, facts);
  }
  const page = /^\s*</.test(response.text) ? PAGE : '';
  const error = errorFor(code, { said: (said ?? '').slice(0, SEARCHED_CHARACTERS), shown, page }, facts, retryAfterMs);
  const again = code === 429 || (facts.repeatable && retryPolicy.doubtfulStatuses.has(code));
  const hints = {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(code === 401 && { unauthorised: true as const }),
  };
  return { ok: false, error, again, ...hints };
}

/** The error for a success status without a result: a write was refused, but a list or a look-up has failed. */
function withoutReason(why: string, { what, reads, repeatable }: RequestFacts): AttemptResult<never> {
  if (!reads) {
    const text = `CleverReach refused ${what}: ${why}. ${advice.unexplained}`;
    return { ok: false, error: new UnexplainedError(text), again: false };
  }
  return { ok: false, error: new TemporaryError(`CleverReach could not process ${what}: ${why}`), again: repeatable };
}

/** The `Date` header in Unix milliseconds; NaN if it is missing or not between 1970 and the end of the year 9999. */
function timeIn(header: string | undefined): number {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return time >= 0 && time / 1_000 <= LAST_SECOND ? time : Number.NaN;
}

/**
 * @param reasons the reason of CleverReach: unchanged, for decisions, and reduced to what is safe to show; `page` says
 *   that an HTML page gave it
 */
function errorFor(
  code: number,
  reasons: { said: string; shown: string; page: string },
  { what, reads }: RequestFacts,
  retryAfterMs: number | undefined,
): ComponentError {
  const { said, shown, page } = reasons;
  const reason = `(${code})${shown === '' ? '' : `: ${shown}`}`;
  if (code === 401) return new AuthorisationError(`CleverReach rejected the access token for ${what} ${reason}`);
  if (code === 404 || isAboutUnknownGroup(code, said)) {
    return new NotFoundError(`CleverReach found nothing for ${what} ${reason}. ${advice.notFound}`);
  }
  if (code === 403 && isAboutAddress(said)) {
    const text = `CleverReach refuses the e-mail address of the record in ${what} ${reason}. ${advice.address}`;
    return new RejectedError(text, code);
  }
  if (code === 403) {
    return new AuthorisationError(`CleverReach does not allow ${what} ${reason}. ${permissionAdvice(what)}`, code);
  }
  if (code === 429) {
    const { seconds, text } = requestedWait(retryAfterMs);
    return new RateLimitedError(
      `CleverReach rejected ${what}, because its rate limit is reached ${reason}${text}`,
      seconds,
    );
  }
  const kind = failureKindOf(code);
  if (kind === 'temporary') {
    return new TemporaryError(`${failed(code)} ${what} (${code})${page}${shown === '' ? '' : `: ${shown}`}`);
  }
  if (kind === 'setup' || (reads && code === 413)) {
    return new NotAcceptedError(
      `CleverReach, or a proxy on the way to it, does not accept ${what} ${reason}. ${advice.setup}`,
      code,
    );
  }
  return new RejectedError(`CleverReach refused ${what} ${reason}. ${adviceOnRefusal(code, said, reads)}`, code);
}

function adviceOnRefusal(code: number, said: string, reads: boolean): string {
  if (reads) return advice.query;
  if (code === 413) return advice.tooLarge;
  return code === 409 || saysDuplicate(said) ? advice.conflict : advice.record;
}

/** The beginning of the message for a temporary failure. */
function failed(code: number): string {
  if (code < 400) return 'A redirect, for example from a proxy or a login page, was received instead of a response to';
  return code === 407 ? 'A proxy on the way to CleverReach requires credentials for' : 'CleverReach could not process';
}

/** CleverReach returns 400, 404 or 405 for an unknown group, depending on the request. */
function isAboutUnknownGroup(code: number, said: string): boolean {
  return code !== 429 && failureKindOf(code) !== 'temporary' && /invalid group/i.test(said);
}

/** A 403 about a blocked or spam address is not about the permissions of the account. */
function isAboutAddress(said: string): boolean {
  const blocked = String.raw`(block|black|spam|suppress|disposable)`;
  const isNamed = new RegExp(String.raw`(?<!\bip )\b(e-?mail|address|recipient|receiver)\b.*\b${blocked}`, 'i').test(
    said,
  );
  return isNamed || (!ABOUT_OTHERS.test(said) && new RegExp(String.raw`\b${blocked}`, 'i').test(said));
}

const ABOUT_OTHERS = /\b(account|client|app|application|user|customer|ip|token|scope|permission|licen[cs]e)\b/i;
const OF_RECORDS =
  /\b(duplicates?|already|e-?mails?|address(es)?|recipients?|receivers?|attributes?|tags?|invalid group)\b/i;

/** Whether a message without a code is about the request content. Limits belong to the account. */
function isAboutRecord(said: string): boolean {
  return isAboutAddress(said) || (OF_RECORDS.test(said) && !ABOUT_OTHERS.test(said) && !/limit|quota/i.test(said));
}

/** The `error` member: `{code, message}` of the API, or the string of the token endpoint with `error_description`. */
function problemIn(body: unknown): { code?: number; message: string } | undefined {
  if (!isObject(body) || !body['error']) return undefined;
  const { error } = body;
  if (!isObject(error)) {
    const description = body['error_description'];
    const name = typeof error === 'string' ? error : '';
    return { message: typeof description === 'string' ? `${name}: ${description}` : name };
  }
  const code = Number(error['code']);
  const message = typeof error['message'] === 'string' ? error['message'] : '';
  return code >= 400 && code <= 599 ? { code, message } : { message };
}

function topLevelMessage(body: unknown): string | undefined {
  return isObject(body) && typeof body['message'] === 'string' ? body['message'] : undefined;
}

/** Truncated JSON contains receivers, so its content is not shown. */
function pageOf(text: string): string {
  if (/^\s*[[{]/.test(text)) return `JSON that breaks off after ${text.length} characters`;
  const phrase = phraseOfPage(text);
  return `content that is not JSON, such as the page of a proxy or a gateway${phrase === '' ? '' : `: "${phrase}"`}`;
}
