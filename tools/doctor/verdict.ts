/** The result of one check of a step. */

import { scopeFor } from '../../lib/http/errorAdvice';
import { AuthorisationError, ComponentError, isTemporary, messageOf } from '../../lib/utils/errors';
import { redactEmails } from '../../lib/utils/redactEmails';
import { redactSecrets } from '../../lib/utils/redact';

/** `problem` stops the step; `warning` does not; `skipped` depends on a check with a problem, or is about another component. */
type Severity = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Verdict {
  severity: Severity;
  /** What was found. */
  found: string;
  /** What to do about a warning or a problem. */
  remedy?: string;
  /**
   * The problem is not of the step alone: `account` may concern some requests only; with `all`, no request of any step
   * can work.
   */
  scope?: 'account' | 'all';
}

export const ok = (found: string): Verdict => ({ severity: 'ok', found });
export const warning = (found: string, remedy: string): Verdict => ({ severity: 'warning', found, remedy });
export const problem = (found: string, remedy: string): Verdict => ({ severity: 'problem', found, remedy });

/** @param of the id of the step with the problem, if it is another one */
export const skipped = (because: string, of?: string): Verdict => ({
  severity: 'skipped',
  found: of === undefined ? `Not tested, see "${because}".` : `Not tested, see "${because}" of ${of}.`,
});

const LATER = 'The step could not be checked; try again in a few minutes.';
const CREDENTIALS = 'See "credentials".';

function adviceOnScope(text: string): string {
  const scope = scopeFor(text);
  const which = scope === undefined ? 'the scope' : `the scope for ${scope}`;
  return `Tick ${which} in the OAuth app of CleverReach and connect the account again.`;
}

/** Whether every other request fails too: there is no connection, no token, or the token is not accepted. */
function isForAll(error: unknown): boolean {
  if (error instanceof AuthorisationError) return error.status !== 403;
  return /could not be reached|request for a token/.test(messageOf(error));
}

/**
 * A check that fails is a problem.
 * @param remedy for an error of the step or the account
 */
export function failed(error: unknown, remedy: string): Verdict {
  const text = redactSecrets(redactEmails(messageOf(error)));
  if (isTemporary(error)) return { ...problem(text, LATER), scope: isForAll(error) ? 'all' : 'account' };
  if (error instanceof AuthorisationError)
    return {
      ...problem(text, error.status === 403 ? adviceOnScope(text) : CREDENTIALS),
      scope: isForAll(error) ? 'all' : 'account',
    };
  if (error instanceof ComponentError) return problem(text, remedy);
  return problem(`The check failed: ${text}`, 'Report it as a bug in the component.');
}
