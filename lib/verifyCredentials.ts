/** Asks CleverReach whether the credentials of a step are good; elastic.io calls it when a user saves a credential. */

import { accountOfForm } from './metadata/designTimeAccount';
import { isTemporary, TemporaryError } from './utils/errors';
import { shownId } from './utils/ids';
import { loggerOf, type RuntimeContext } from './platform/runtimeContext';

interface Verified {
  verified: true;
  /** Which account was reached, in words. */
  account: string;
}

/**
 * @param cfg the credential: the same members that the fields of a step would hold
 * @returns elastic.io takes anything that resolves for "verified", and shows the message of an error
 * @throws the typed error whose message says what to do
 */
export async function verify(this: RuntimeContext, cfg: unknown): Promise<Verified> {
  const { id, company, email } = await accountOfForm(this, cfg)
    .whoami()
    .catch((error: unknown) => {
      if (!isTemporary(error)) throw error;
      throw new TemporaryError(`${error.message} This says nothing about the credentials: try again in a few minutes.`);
    });
  // the address is the owner's, who may read it in the form; others read the log
  loggerOf({ context: this, cfg }).info(
    `Connected to the CleverReach account ${company ? `${company} (${shownId(id)})` : shownId(id)}.`,
  );
  return { verified: true, account: `${company || email} (${id})` };
}
