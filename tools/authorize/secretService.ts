/** Registers a grant at the secret service of the Open Integration Hub. */

import { z } from 'zod';
import { messageOf } from '../../lib/utils/errors';
import { redactSecrets } from '../../lib/utils/redact';
import { phraseOfPage } from '../../lib/http/safeErrorText';
import { errorCode } from './errorCode';
import { authClientRequest, secretRequest, type Grant } from './results';

const TIMEOUT_MS = 15_000;

/** The result of the registration. */
export interface Registration {
  /** The id of the OAuth app at the service: the given one, or the new one. */
  authClientId?: string;
  secretId?: string;
  /** The reason why there is no secret; contains none of the sent secrets. */
  problem?: string;
}

/** The service returns the whole document including tokens; only the id is used. */
const created = z.object({ data: z.object({ _id: z.string().min(1) }) });

/**
 * @param known the auth client to use; if omitted, a new one is created. Never rejects, because the tokens must be
 *   printed in any case.
 */
export async function register(
  service: { url: string; token: string },
  grant: Grant,
  known: string | undefined,
): Promise<Registration> {
  const { client, pair } = grant;
  const secrets = [service.token, client.secret, pair.accessToken, pair.refreshToken ?? ''];
  const post = async (path: string, body: unknown): Promise<string> => {
    const { status, text } = await send(`${service.url}${path}`, service.token, body);
    if (status < 200 || status >= 300)
      throw new Error(`The secret service refused ${path}: ${reason(status, text, secrets)}`);
    const id = created.safeParse(parsed(text)).data?.data._id;
    if (id === undefined) throw new Error(`The secret service answered ${path} with a response without an id.`);
    return id;
  };
  const registration: Registration = known === undefined ? {} : { authClientId: known };
  try {
    registration.authClientId ??= await post('/auth-clients', authClientRequest(grant));
    registration.secretId = await post('/secrets', secretRequest(grant, registration.authClientId));
  } catch (error) {
    registration.problem = messageOf(error);
  }
  return registration;
}

export function summaryOf({ authClientId, secretId, problem }: Registration): string {
  const authClient = authClientId === undefined ? 'without an auth client' : `with the auth client ${authClientId}`;
  return problem === undefined
    ? `Registered at the secret service: the secret ${secretId ?? ''}, ${authClient}.`
    : `Not registered at the secret service (${authClient}). ${problem}`;
}

async function send(url: string, token: string, body: unknown): Promise<{ status: number; text: string }> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const exchange = async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    });
    return { status: answer.status, text: await answer.text() };
  };
  return await exchange().catch((error: unknown) => {
    throw new Error(`The secret service could not be reached (${errorCode(error)}).`);
  });
}

function reason(status: number, text: string, secrets: readonly string[]): string {
  if (status === 401 || status === 403) return `it does not accept OIH_TOKEN for this (status ${status}).`;
  if (status === 404)
    return 'the path does not exist (status 404). The address of the service usually ends in /api/v1.';
  return `status ${status}, ${phraseOfPage(redactSecrets(text, secrets))}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
