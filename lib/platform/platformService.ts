/** A request to a service of the platform. An error of axios never passes on: it holds the credentials of the platform. */

import { isAxiosError } from 'axios';
import { messageOf, TemporaryError } from '../utils/errors';
import { boundedAxios } from '../http/axiosInstance';
import type { HttpMethod } from '../http/sendRequest';
import { parseJson } from '../utils/json';

const TIMEOUT_MS = 15_000;
/** More than a message, and so a snapshot, can have by default. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const axios = boundedAxios(undefined, { timeout: TIMEOUT_MS, maxContentLength: MAX_ANSWER_BYTES });

export interface ServiceRequest {
  method: HttpMethod;
  url: string;
  headers?: Record<string, string>;
  auth?: { username: string; password: string };
}

/** Any answer, or in a word why there was none. */
export type ServiceAnswer = { status: number; body: unknown } | { unreachable: string };

/** Follows no redirect: the credentials of the platform are for nobody else. Does not reject for anything on the wire. */
export async function requestService(request: ServiceRequest): Promise<ServiceAnswer> {
  try {
    const { status, data } = await axios.request<unknown>({ ...request, signal: AbortSignal.timeout(2 * TIMEOUT_MS) });
    return { status, body: typeof data === 'string' ? bodyOf(data) : undefined };
  } catch (error) {
    if (/maxContentLength/.test(messageOf(error))) return { unreachable: TOO_LARGE };
    return { unreachable: (isAxiosError(error) && error.code) || 'no answer' };
  }
}

const TOO_LARGE = `its answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MB`;

/** What is not JSON is kept as it is. */
function bodyOf(text: string): unknown {
  const { isJson, body } = parseJson(text);
  return isJson ? body : text;
}

const REFUSED =
  'It is tried again; if it goes on, check that what the step refers to still exists and that the flow may read it, and choose it anew.';
/** Ends the message of a failure of a service that passes. */
export const PASSES =
  'This is temporary: it is tried again. If it goes on, the operator of the platform has to check the service.';

/** The error for a status that is no success: below 500 a service says that the request is not right. */
export function failedWith(name: string, status: number): TemporaryError {
  return new TemporaryError(`${name} failed: status ${status}. ${status >= 400 && status < 500 ? REFUSED : PASSES}`);
}

/** The error for an answer that is not what was asked for. */
export function unusableAnswer(name: string, what: string): TemporaryError {
  return new TemporaryError(`${name} answered with something that is ${what}. ${REFUSED}`);
}

/**
 * The body of a 2xx answer.
 * @param name of the service, for errors
 * @throws TemporaryError for everything else: what a service of the platform lacks today, it may have again tomorrow
 */
export async function askService(name: string, request: ServiceRequest): Promise<unknown> {
  const answer = await requestService(request);
  if ('unreachable' in answer)
    throw new TemporaryError(`${name} could not be reached (${answer.unreachable}). ${PASSES}`);
  if (answer.status < 300) return answer.body;
  throw failedWith(name, answer.status);
}
