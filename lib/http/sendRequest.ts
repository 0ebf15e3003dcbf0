/** Sends one HTTP request. Errors of axios contain the Authorization header, so they never leave this file. */

import type { AxiosInstance } from 'axios';
import { isAxiosError } from 'axios';
import { AuthorisationError, messageOf, NotAcceptedError, TemporaryError } from '../utils/errors';
import { ResponseTooLargeError } from './responseTooLarge';
import { agentsFor, MAX_RESPONSE_BYTES } from './axiosInstance';
import { classifyResponse, type ParsedResponse, type RequestFacts } from './classifyResponse';
import { phraseOf } from './safeErrorText';
import { retryPolicy } from './retryPolicy';
import type { AttemptResult } from './retry';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface WireRequest {
  method: HttpMethod;
  /** Path with the query. */
  url: string;
  /** JSON text. */
  data?: string;
}

/** Whether a token is valid in a header. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}

/** @throws AuthorisationError if the token is not valid in a header; the token is not shown */
export function checkToken(token: string): string {
  if (isSendable(token)) return token;
  throw new AuthorisationError(
    'The access token for CleverReach is empty or contains whitespace or non-ASCII characters. Waiting does not help: enter the token in the credential or the secret again.',
  );
}

/**
 * Never rejects for a failure of the connection.
 * @param onEnd called once with the status or the failure, and the size of the response
 */
export async function sendRequest(
  axios: AxiosInstance,
  request: WireRequest,
  facts: RequestFacts,
  onEnd: (ended: number | string, bytes: number) => void,
): Promise<AttemptResult<ParsedResponse>> {
  try {
    const response = await axios.request<unknown>({
      ...request,
      ...agentsFor(facts.repeatable),
      signal: AbortSignal.timeout(facts.within),
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${facts.token}`,
        // without this, axios sends the missing body of a PUT as a form
        'Content-Type': request.data === undefined ? false : 'application/json; charset=utf-8',
      },
    });
    const date = headerText(response.headers['date']);
    const retryAfter = headerText(response.headers['retry-after']);
    const text = typeof response.data === 'string' ? response.data : '';
    onEnd(response.status, Buffer.byteLength(text));
    const headers = { ...(date !== undefined && { date }), ...(retryAfter !== undefined && { retryAfter }) };
    return classifyResponse({ status: response.status, text, ...headers }, facts);
  } catch (error) {
    onEnd((isAxiosError(error) && error.code) || 'no response', 0);
    return networkFailure(error, facts, hostOf(axios));
  }
}

/** The host of the requests, with its port if it has one. */
function hostOf(axios: AxiosInstance): string {
  const { baseURL = '' } = axios.defaults;
  return URL.canParse(baseURL) ? new URL(baseURL).host : 'an unknown host';
}

function networkFailure(error: unknown, facts: RequestFacts, host: string): AttemptResult<never> {
  if (!isAxiosError(error)) {
    const why = phraseOf(messageOf(error));
    throw new TemporaryError(`${facts.what} could not be sent${why === '' ? '' : `: ${why}`}`);
  }
  if (/maxContentLength/.test(error.message)) return tooLarge(facts);
  const code = error.code ?? 'no response';
  const text = `CleverReach could not be reached at ${host} for ${facts.what}: ${inWords(code)} (${code})`;
  return { ok: false, error: new TemporaryError(text), again: facts.repeatable || retryPolicy.unsentCodes.has(code) };
}

/** If no setting of the step helps, the response is probably not from CleverReach. */
function tooLarge({ what, reads, whenTooLarge }: RequestFacts): AttemptResult<never> {
  const done = reads ? '' : ', and it is unknown whether the request was carried out';
  const text = `The response to ${what} is larger than ${MAX_RESPONSE_BYTES / 1024 / 1024} MB, so it was not read${done}. Waiting does not help`;
  const error =
    whenTooLarge === undefined
      ? new NotAcceptedError(
          `${text}: check the proxy on the way to CleverReach, since CleverReach's responses are far smaller.`,
        )
      : new ResponseTooLargeError(`${text}: ${whenTooLarge}`);
  return { ok: false, error, again: false };
}

function inWords(code: string): string {
  if (code.includes('CERT') || TLS_CODES.has(code)) return 'the certificate of the server is not accepted';
  return meanings[code] ?? 'the connection failed';
}

/** Certificate error codes whose names do not contain "CERT". */
const TLS_CODES: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
]);

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is unknown',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the host',
  EPROTO: 'the encrypted connection failed',
  EAI_AGAIN: 'the host name could not be resolved',
  ECONNRESET: 'the connection broke',
  ETIMEDOUT: 'there was no response in time',
  ECONNABORTED: 'the connection broke',
  ERR_BAD_RESPONSE: 'the response broke off',
  ERR_CANCELED: 'the response was not complete in time',
};

function headerText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
