/** A request to a service of the platform. An error of axios never passes on: it holds the credentials of the platform. */

import axios, { isAxiosError } from 'axios';
import { TemporaryError } from '../errors';

const TIMEOUT_MS = 15_000;

export interface ServiceRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  auth?: { username: string; password: string };
}

/** Any answer, or in a word why there was none. */
export type ServiceAnswer = { status: number; body: unknown } | { unreachable: string };

/** Follows no redirect: the credentials of the platform are for nobody else. Does not reject for anything on the wire. */
export async function requestService(request: ServiceRequest): Promise<ServiceAnswer> {
  const settings = { timeout: TIMEOUT_MS, signal: AbortSignal.timeout(2 * TIMEOUT_MS), maxRedirects: 0 };
  try {
    const answer = await axios.request<unknown>({ ...request, ...settings, validateStatus: () => true });
    return { status: answer.status, body: answer.data };
  } catch (error) {
    return { unreachable: (isAxiosError(error) && error.code) || 'no answer' };
  }
}

/**
 * The body of a 2xx answer.
 * @param name of the service, for errors
 * @throws TemporaryError for everything else: what a service of the platform lacks today, it may have again tomorrow
 */
export async function askService(name: string, request: ServiceRequest): Promise<unknown> {
  const answer = await requestService(request);
  if ('unreachable' in answer) throw new TemporaryError(`${name} could not be reached (${answer.unreachable}).`);
  if (answer.status < 300) return answer.body;
  throw new TemporaryError(`${name} failed: status ${answer.status}.`);
}
