/** Opens the account of a step at design time. */

import { openAccount } from '../account';
import type { CleverReachApi } from '../cleverreach/types';
import type { RuntimeContext } from '../platform/runtimeContext';
import { loggerOf } from '../platform/step';

/** Time limit of a request, because a user waits for the form. */
const BUDGET_SECONDS = 20;

/** @throws ConfigurationError if no credentials are selected yet */
export function designTimeAccount(context: RuntimeContext, cfg: unknown): CleverReachApi {
  return openAccount({ context, cfg }, { logger: loggerOf({ context, cfg }), budgetSeconds: BUDGET_SECONDS }).api;
}
