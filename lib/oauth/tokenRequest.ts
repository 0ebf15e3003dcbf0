/**
 * Sends a request to CleverReach's token endpoint, through the same proxy as all other requests but with its own
 * limits.
 */

import { isAxiosError } from 'axios';
import { agentsFor, boundedAxios } from '../http/axiosInstance';
import { parseJson, withoutDeepFields } from '../utils/json';
import { isObject } from '../utils/objects';
import type { OAuthClient } from './credentials';

const TIMEOUT_MS = 15_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** The failure: a response with its status, or the code of a network error. Its payload may contain secrets. */
class TokenRequestError extends Error {
  constructor(
    readonly data: {
      /** Whether the payload is parsed JSON. */
      isResponseError?: boolean;
      res?: { statusCode: number };
      payload?: unknown;
      headers?: object;
      code?: string | undefined;
      /** The host that could not be reached, with its port if it has one. */
      hostname?: string;
    },
  ) {
    super('the request for a token failed');
  }
}

/**
 * Sends the form of a grant. Client id and secret are sent as HTTP Basic without form encoding, like the clients known
 * to work.
 * @returns the response, a 2xx with a JSON object
 * @throws TokenRequestError in all other cases
 */
export async function requestToken(
  baseUrl: string,
  { id, secret }: OAuthClient,
  path: string,
  form: Record<string, string>,
): Promise<object> {
  const axios = boundedAxios(baseUrl, { timeout: TIMEOUT_MS, maxContentLength: MAX_RESPONSE_BYTES });
  const response = await axios
    .request<unknown>({
      method: 'POST',
      url: path,
      data: new URLSearchParams(form).toString(),
      ...agentsFor(false),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
    })
    .catch((error: unknown) => {
      const hostname = new URL(baseUrl).host;
      throw new TokenRequestError({ code: isAxiosError(error) ? error.code : undefined, hostname });
    });
  const { isJson, body } = parseJson(typeof response.data === 'string' ? response.data : '');
  const isSuccess = response.status >= 200 && response.status < 300;
  if (isSuccess && isObject(body)) return withoutDeepFields(body);
  const res = { statusCode: response.status };
  throw new TokenRequestError({ isResponseError: isJson, res, payload: body, headers: response.headers });
}
