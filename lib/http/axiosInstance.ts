/** The axios instances: where they may go, how long, and how much they take. No status is an error here, and no redirect is followed. */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { API_PATH } from './baseUrl';

/** How long CleverReach may be silent. */
export const SILENCE_TIMEOUT_MS = 60_000;
/** How long an answer may take in all, so that one that drips in byte by byte ends too. */
export const ANSWER_TIMEOUT_MS = 180_000;
export const MAX_ANSWER_BYTES = 100 * 1024 * 1024;

// how many are in use at once is bounded by the slots of each account and of the process
const kept = { keepAlive: true, maxFreeSockets: 10 };
const keepAlive = { httpAgent: new HttpAgent(kept), httpsAgent: new HttpsAgent(kept) };
const fresh = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };

/**
 * CleverReach closes kept connections at times, and then nobody knows whether the request was carried out. What must not be
 * carried out twice goes over a connection of its own.
 */
export function agentsFor(repeatable: boolean): typeof keepAlive {
  return repeatable ? keepAlive : fresh;
}

export interface Bounds {
  /** How long the other side may be silent, in milliseconds. */
  timeout: number;
  /** Bytes of an answer, decompressed; more are not read. */
  maxContentLength: number;
}

/**
 * What all requests of the component share. axios obeys HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or not.
 * @returns an instance whose answers are strings, as they came
 */
export function boundedAxios(baseURL: string | undefined, bounds: Bounds): AxiosInstance {
  return axios.create({
    ...bounds,
    ...(baseURL !== undefined && { baseURL, allowAbsoluteUrls: false }),
    maxRedirects: 0,
    transitional: { clarifyTimeoutError: true },
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
  });
}

/** @param baseUrl without {@link API_PATH} */
export function createAxios(baseUrl: string): AxiosInstance {
  const instance = boundedAxios(`${baseUrl}${API_PATH}`, {
    timeout: SILENCE_TIMEOUT_MS,
    maxContentLength: MAX_ANSWER_BYTES,
  });
  instance.defaults.maxBodyLength = MAX_ANSWER_BYTES;
  return instance;
}
