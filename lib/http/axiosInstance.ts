/**
 * The axios instances, with their limits for hosts, time and size. No status throws, and redirects are not followed.
 */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';

/** How long CleverReach may send nothing. */
export const SILENCE_TIMEOUT_MS = 60_000;
/** Time limit of a whole response, so that one that arrives byte by byte ends too. */
export const RESPONSE_TIMEOUT_MS = 180_000;
export const MAX_RESPONSE_BYTES = 100 * 1024 * 1024;

// the slots of each account and of the process limit how many sockets are in use
const kept = { keepAlive: true, maxFreeSockets: 10 };
const keepAlive = { httpAgent: new HttpAgent(kept), httpsAgent: new HttpsAgent(kept) };
const fresh = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };

/**
 * CleverReach sometimes closes idle keep-alive connections; it is then unknown whether a request was carried out.
 * Requests that must not be carried out twice therefore use a new connection.
 */
export function agentsFor(repeatable: boolean): typeof keepAlive {
  return repeatable ? keepAlive : fresh;
}

export interface Bounds {
  /** How long the server may send nothing, in milliseconds. */
  timeout: number;
  /** Maximum size of a response in bytes, decompressed. */
  maxContentLength: number;
}

/**
 * The settings that all requests of the component share. axios honours HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY,
 * in upper or lower case.
 * @returns an instance whose responses are unparsed strings
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

/** @param baseUrl scheme and host; the paths of requests begin with one of `apiPaths` */
export function createAxios(baseUrl: string): AxiosInstance {
  const instance = boundedAxios(baseUrl, {
    timeout: SILENCE_TIMEOUT_MS,
    maxContentLength: MAX_RESPONSE_BYTES,
  });
  instance.defaults.maxBodyLength = MAX_RESPONSE_BYTES;
  return instance;
}
