/** Asks CleverReach whether the credentials of a step are good; elastic.io calls it when a user saves a credential. */

import { openAccount } from './utils/account';
import type { RuntimeContext } from './utils/runtime/context';

/** A user waits for the answer. */
const BUDGET_SECONDS = 20;

/**
 * @param cfg the credential: the same members that the fields of a step would hold
 * @returns `{verified: true}` with the account that was reached; elastic.io takes anything that resolves for "verified"
 * @throws the typed error whose message the user is shown
 */
export async function verify(this: RuntimeContext, cfg: unknown): Promise<{ verified: true; account: string }> {
  const account = await openAccount({ context: this, cfg }, BUDGET_SECONDS).api.whoami();
  const label = `${account.company || account.email} (${account.id})`;
  this.logger.info(`Connected to the CleverReach account ${label}.`);
  return { verified: true, account: label };
}
