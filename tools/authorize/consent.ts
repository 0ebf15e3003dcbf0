/** The request for a person's consent, and what the browser brings back. */

import { randomBytes, timingSafeEqual } from 'node:crypto';

const CONSENT_PATH = '/oauth/authorize.php';
const STATE_BYTES = 32;

interface Consent {
  /** The page on which the person allows or refuses. */
  url: string;
  /** Nobody else can know it; the answer has to repeat it. */
  state: string;
}

/** `grant=basic` is required; the scopes are those that are ticked in the OAuth app. CleverReach documents no PKCE. */
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
  /** CleverReach answered, but not with a code. */
  | { kind: 'refused'; why: string }
  /** Nothing says that this is the answer to our question. */
  | { kind: 'foreign'; why: string };

/**
 * @param query of the address that the browser was sent to
 * @param stateIsOptional whether an answer without any `state` will do; a wrong one never does
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

const WRONG_STATE = 'An answer with a wrong "state" was refused: it does not belong to this authorisation.';
const NO_STATE =
  'An answer without "state" was refused: nothing says that it belongs to this authorisation. If CleverReach itself leaves it ' +
  'out, run the command again with --without-state, and look whether the account that is shown at the end is yours.';

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
