/** The result of one check of a step. */

import { AuthorisationError, ComponentError, isTemporary, messageOf } from '../../lib/utils/errors';
import { maskEmails } from '../../lib/utils/maskEmails';
import { maskSecrets } from '../../lib/utils/redact';

/** `problem` stops the step; `warning` does not; `skipped` depends on a check with a problem. */
type Severity = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Verdict {
  severity: Severity;
  /** What was found. */
  found: string;
  /** What to do about a warning or a problem. */
  remedy?: string;
}

export const ok = (found: string): Verdict => ({ severity: 'ok', found });
export const warning = (found: string, remedy: string): Verdict => ({ severity: 'warning', found, remedy });
export const problem = (found: string, remedy: string): Verdict => ({ severity: 'problem', found, remedy });

export const skipped = (because: string): Verdict => ({ severity: 'skipped', found: `See "${because}".` });

const LATER = 'Try again later: this says nothing about the step.';
const CREDENTIALS = 'See "credentials".';
const SCOPES = 'Tick the scope in the OAuth app of CleverReach and connect the account again.';

/**
 * A check that fails is a problem.
 * @param remedy for an error of the step or the account
 */
export function failed(error: unknown, remedy: string): Verdict {
  const text = maskSecrets(maskEmails(messageOf(error)));
  if (isTemporary(error)) return problem(text, LATER);
  if (error instanceof AuthorisationError) return problem(text, error.status === 403 ? SCOPES : CREDENTIALS);
  if (error instanceof ComponentError) return problem(text, remedy);
  return problem(`The check failed: ${text}`, 'Report it as a bug in the component.');
}
