/** The consent request, and the parameters of the redirect. */

import { randomBytes, timingSafeEqual } from 'node:crypto';

const CONSENT_PATH = '/oauth/authorize.php';
const STATE_BYTES = 32;

interface Consent {
  /** The page on which the user allows or refuses access. */
  url: string;
  /** A random secret; the redirect must repeat it. */
  state: string;
}

/** `grant=basic` is required; the scopes are those selected in the OAuth app. CleverReach does not document PKCE. */
export function askForConsent(baseUrl: string, clientId: string, redirectUri: string): Consent {
  const state = randomBytes(STATE_BYTES).toString('base64url');
  const url = new URL(CONSENT_PATH, baseUrl);
  url.search = new URLSearchParams({
    client_id: clientId,
    grant: 'basic',
    response_type: 'code',
    redirect_uri: redirectUri,
    state,
  }).toString();
  return { url: url.href, state };
}

export type Answer =
  | { kind: 'allowed'; code: string }
  /** CleverReach answered without a code. */
  | { kind: 'refused'; why: string }
  /** Nothing shows that the redirect belongs to this request. */
  | { kind: 'foreign'; why: string };

/**
 * @param query the query of the redirect
 * @param stateIsOptional whether a redirect without `state` is accepted; a wrong one never is
 */
export function readAnswer(query: URLSearchParams, state: string, stateIsOptional: boolean): Answer {
  const given = query.get('state');
  if (given === null && !stateIsOptional) return { kind: 'foreign', why: NO_STATE };
  if (given !== null && !isEqual(given, state)) return { kind: 'foreign', why: WRONG_STATE };
  const error = query.get('error');
  if (error === 'access_denied') return { kind: 'refused', why: 'Access to the account was refused (access_denied).' };
  if (error !== null) {
    const said = [error, query.get('error_description')].filter((part) => part !== null).join(': ');
    return { kind: 'refused', why: `CleverReach answered with an error: ${said.slice(0, 200)}` };
  }
  const code = query.get('code') ?? '';
  return code === ''
    ? { kind: 'refused', why: 'CleverReach answered with neither a code nor an error.' }
    : { kind: 'allowed', code };
}

const WRONG_STATE = 'A redirect with a wrong "state" was rejected: it does not belong to this authorisation.';
const NO_STATE =
  'A redirect without "state" was rejected, because it may not belong to this authorisation. If CleverReach itself omits it, ' +
  'run the command again with --without-state, and check that the account shown at the end is yours.';

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
