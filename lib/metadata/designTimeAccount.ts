/** The account of a step that somebody is setting up. */

import { openAccount } from '../account';
import type { CleverReachApi } from '../cleverreach/types';
import type { RuntimeContext } from '../platform/runtimeContext';

/** Somebody waits in front of a form. */
const BUDGET_SECONDS = 20;

/** @throws ConfigurationError when no credentials are chosen yet */
export function accountOfForm(context: RuntimeContext, cfg: unknown): CleverReachApi {
  return openAccount({ context, cfg }, BUDGET_SECONDS).api;
}
