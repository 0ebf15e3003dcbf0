/**
 * Sends a request to a service of the platform. An axios error contains the credentials of the platform, so it is never
 * passed on.
 */

import { isAxiosError } from 'axios';
import { messageOf, TemporaryError } from '../utils/errors';
import { boundedAxios } from '../http/axiosInstance';
import type { HttpMethod } from '../http/sendRequest';
import { parseJson } from '../utils/json';

const TIMEOUT_MS = 15_000;
/** Larger than the default limit of a message, and so of a snapshot. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

const axios = boundedAxios(undefined, { timeout: TIMEOUT_MS, maxContentLength: MAX_RESPONSE_BYTES });

export interface ServiceRequest {
  method: HttpMethod;
  url: string;
  headers?: Record<string, string>;
  auth?: { username: string; password: string };
}

/** The response, or the reason why there is none. */
export type ServiceResponse = { status: number; body: unknown } | { unreachable: string };

/** The error codes if the server has closed the connection. */
const CLOSED = ['ECONNRESET', 'EPIPE'];

/**
 * Follows no redirect, because the platform credentials must not reach another server. Never rejects for a connection
 * failure. A server may close a kept connection just when it is reused, so a GET is then sent again.
 */
export async function requestService(request: ServiceRequest): Promise<ServiceResponse> {
  const response = await attempt(request);
  const isWorthRepeating =
    request.method === 'GET' && 'unreachable' in response && CLOSED.includes(response.unreachable);
  return isWorthRepeating ? await attempt(request) : response;
}

async function attempt(request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const { status, data } = await axios.request<unknown>({ ...request, signal: AbortSignal.timeout(2 * TIMEOUT_MS) });
    return { status, body: typeof data === 'string' ? bodyOf(data) : undefined };
  } catch (error) {
    if (/maxContentLength/.test(messageOf(error))) return { unreachable: TOO_LARGE };
    return { unreachable: (isAxiosError(error) && error.code) || 'no response' };
  }
}

const TOO_LARGE = `its response is larger than ${MAX_RESPONSE_BYTES / 1024 / 1024} MB`;

/** A body that is not JSON is returned as a string. */
function bodyOf(text: string): unknown {
  const { isJson, body } = parseJson(text);
  return isJson ? body : text;
}

const REJECTED_ADVICE =
  'The request is retried. If the error persists, check that the secret or credential of the step still exists and that the flow may read it, and select it again.';
/** Ends the message of a temporary failure of a service. */
export const TEMPORARY_ADVICE =
  'This is temporary: the request is retried. If the error persists, the operator of the platform must check the service.';

/** The error for an unsuccessful status. A status from 400 to 499 means that the service rejects the request. */
export function failedWith(name: string, status: number): TemporaryError {
  return new TemporaryError(
    `${name} failed: status ${status}. ${status >= 400 && status < 500 ? REJECTED_ADVICE : TEMPORARY_ADVICE}`,
  );
}

/** The error for a response with unexpected content. */
export function unusableResponse(name: string, what: string): TemporaryError {
  return new TemporaryError(`${name} returned an invalid response: ${what}. ${REJECTED_ADVICE}`);
}

/**
 * The body of a 2xx response.
 * @param name the name of the service, for errors
 * @throws TemporaryError otherwise: a failure of a platform service may always pass
 */
export async function askService(name: string, request: ServiceRequest): Promise<unknown> {
  const response = await requestService(request);
  if ('unreachable' in response)
    throw new TemporaryError(`${name} could not be reached (${response.unreachable}). ${TEMPORARY_ADVICE}`);
  if (response.status < 300) return response.body;
  throw failedWith(name, response.status);
}
