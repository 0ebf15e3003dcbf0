/** Interprets a failure of the token endpoint: wait, or connect the account again. */

import { AuthorisationError, NotAcceptedError, RateLimitedError, TemporaryError } from '../utils/errors';
import { advice, PAGE } from '../http/errorAdvice';
import { redactSecrets } from '../utils/redact';
import { phraseOf } from '../http/safeErrorText';
import { failureKindOf, readRetryAfter, requestedWait } from '../http/retryPolicy';
import type { Failure } from '../http/retry';
import { asList } from '../utils/lists';
import { isObject } from '../utils/objects';

/** The refresh token is invalid: already used elsewhere, revoked, or too old. */
export class InvalidGrantError extends AuthorisationError {}

/**
 * Statuses of a refusal by the token endpoint itself, which then states a reason. An HTML page with one of them comes
 * from another server.
 */
const WITH_A_REASON: ReadonlySet<number> = new Set([401, 403, 404]);

const WHAT = 'the request for a token';

/**
 * Every failure that may be temporary is retried. If the response of a refresh was lost, the retry finds the refresh
 * token invalid, and the stored credentials are read again.
 * @param error thrown by simple-oauth2: a Boom error, or any other error if the response was not a token
 */
export function failureOf(error: unknown, secrets: readonly string[], nowMs: number): Failure {
  const { status, payload, headers, code, host } = partsOf(error);
  if (status === undefined) {
    const where = host === undefined ? '' : ` at ${host}`;
    return temporary(`CleverReach could not be reached${where} for ${WHAT}${code === undefined ? '' : ` (${code})`}`);
  }
  const name = textIn(payload, 'error');
  const description = textIn(payload, 'error_description') ?? textIn(payload, 'message');
  const response = [name, description].filter((part) => part !== undefined).join(': ');
  // a client secret may consist of ordinary words
  const said = phraseOf(redactSecrets(response, secrets));
  const reason = `(${status})${said === '' ? '' : `: ${said}`}`;

  if (status === 429) {
    const retryAfterMs = readRetryAfter(textIn(headers, 'retry-after'), nowMs);
    const text = `CleverReach rejected ${WHAT}, because its rate limit is reached ${reason}`;
    const wait = requestedWait(retryAfterMs);
    const error = new RateLimitedError(`${text}${wait.text}`, wait.seconds);
    return { ok: false, error, again: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  const kind = failureKindOf(status);
  // the page of a gateway, unless its status shows that waiting does not help
  const isPage = !isObject(payload) && (kind === 'record' || WITH_A_REASON.has(status));
  if (status < 300) return unusableTokenResponse();
  if (kind === 'temporary' || isPage) {
    const page = /\bhtml\b/i.test(textIn(headers, 'content-type') ?? '') ? PAGE : '';
    return temporary(`CleverReach could not process ${WHAT} (${status})${page}${said === '' ? '' : `: ${said}`}`);
  }
  if (kind === 'setup' && name === undefined && !WITH_A_REASON.has(status)) {
    const text = `CleverReach, or a proxy on the way to it, does not accept ${WHAT} ${reason}. ${advice.setup}`;
    return { ok: false, again: false, error: new NotAcceptedError(text) };
  }
  return { ok: false, again: false, error: refusal(name, reason) };
}

/** The failure for a 2xx response without a token. */
export function unusableTokenResponse(): Failure {
  return temporary(`CleverReach answered ${WHAT} with something that is not a token`);
}

const RECONNECT = 'Waiting does not help: reconnect the account in the credential.';

function refusal(name: string | undefined, reason: string): AuthorisationError {
  if (name === 'invalid_grant')
    return new InvalidGrantError(`CleverReach does not renew the token ${reason}. ${RECONNECT}`);
  if (name === 'invalid_client' || name === 'unauthorized_client') {
    return new AuthorisationError(
      `CleverReach does not accept the client id and client secret ${reason}. Waiting does not help: check both in the credential, or in ` +
        'CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET.',
    );
  }
  return new AuthorisationError(
    `CleverReach refused ${WHAT} ${reason}. Waiting does not help: check the OAuth app in CleverReach, and the client id and secret.`,
  );
}

function temporary(text: string): Failure {
  return { ok: false, error: new TemporaryError(text), again: true };
}

interface Parts {
  status?: number;
  payload?: unknown;
  headers?: unknown;
  /** The code of a network error, such as `ECONNREFUSED`. */
  code?: string;
  /** The host name, or the IP address and port, that could not be reached. */
  host?: string;
}

/** If the response is not JSON, only the status and the headers are known. */
function partsOf(error: unknown): Parts {
  if (!isObject(error)) return {};
  const data = isObject(error['data']) ? error['data'] : {};
  const response = data['res'];
  const status = isObject(response) ? response['statusCode'] : undefined;
  if (typeof status === 'number') {
    // without this flag, the payload is the unparsed bytes
    const { headers } = data;
    return data['isResponseError'] === true ? { status, payload: data['payload'], headers } : { status, headers };
  }
  const code = error['code'] ?? data['code'];
  // a host with several addresses has an error for each
  const several = [error['errors'], data['errors']].flatMap((errors: unknown) => asList(errors)).filter(isObject);
  const host = [error, data, ...several].map(hostIn).find((one) => one !== undefined);
  return {
    ...(typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) && { code }),
    ...(host !== undefined && { host }),
  };
}

/** The host in a network error of Node. */
function hostIn({ hostname, address, port }: Record<string, unknown>): string | undefined {
  const named = [hostname, typeof port === 'number' ? `${String(address)}:${port}` : address];
  return named.filter((one) => typeof one === 'string').find((one) => /^[\w.:-]{1,100}$/.test(one));
}

function textIn(value: unknown, name: string): string | undefined {
  const text = isObject(value) ? value[name] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
