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

/**
 * The body of a 2xx answer.
 * @param name of the service, for errors
 * @throws TemporaryError for everything else: what a service of the platform lacks today, it may have again tomorrow
 */
export async function askService(name: string, request: ServiceRequest): Promise<unknown> {
  const settings = { timeout: TIMEOUT_MS, signal: AbortSignal.timeout(2 * TIMEOUT_MS), maxRedirects: 0 };
  const answer = await axios
    .request<unknown>({ ...request, ...settings, validateStatus: () => true })
    .catch((error: unknown) => {
      const code = isAxiosError(error) ? (error.code ?? 'no answer') : 'no answer';
      throw new TemporaryError(`${name} could not be reached (${code}).`);
    });
  if (answer.status < 300) return answer.data;
  throw new TemporaryError(`${name} failed: status ${answer.status}.`);
}
