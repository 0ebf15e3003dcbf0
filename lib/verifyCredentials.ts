/** Checks the credentials of a step against CleverReach. elastic.io calls it when a user saves a credential. */

import { designTimeAccount } from './metadata/designTimeAccount';
import { isTemporary, TemporaryError } from './utils/errors';
import { shownId } from './utils/ids';
import type { RuntimeContext } from './platform/runtimeContext';
import { loggerOf } from './platform/step';

interface Verified {
  verified: true;
  /** The name of the connected account. */
  account: string;
}

/**
 * @param cfg the credential, with the same members as in the fields of a step
 * @returns elastic.io treats any resolved value as "verified" and shows the message of an error
 * @throws the typed error whose message states what to do
 */
export async function verify(this: RuntimeContext, cfg: unknown): Promise<Verified> {
  const { id, company, email } = await designTimeAccount(this, cfg)
    .whoami()
    .catch((error: unknown) => {
      if (!isTemporary(error)) throw error;
      throw new TemporaryError(`${error.message} The credentials could not be checked; try again in a few minutes.`);
    });
  // the form may show the address to its owner; the log has other readers
  loggerOf({ context: this, cfg }).info(
    `Connected to the CleverReach account ${company ? `${company} (${shownId(id)})` : shownId(id)}.`,
  );
  return { verified: true, account: `${company || email} (${id})` };
}
