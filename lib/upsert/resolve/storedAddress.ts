/**
 * Finds the receiver of another group that has the address of a new receiver. CleverReach keeps one receiver per address
 * in an account, with shared global attributes. A create with a different spelling of the address would make a second
 * receiver for the same person.
 */

import { addressSpellings, bareAddress } from '../../cleverreach/emailAddress';
import { noGroups } from '../../cleverreach/groups';
import { byAddress } from '../../cleverreach/sameAddress';
import { isFoundByPath } from '../../cleverreach/accountLookup';
import type { Receiver } from '../../cleverreach/types';
import type { ComponentError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { areCredentialsRefused, isRefusedOrMissing } from '../recordError';
import type { Planned } from '../plan/plan';
import type { GroupContext } from '../plan/writeContext';

type Context = Pick<GroupContext, 'groupId' | 'settings' | 'api' | 'directory' | 'logger'>;

/** The result of the search for one address. */
interface Found {
  receiver?: Receiver;
  /** Why the account, or a part of it, could not be searched. */
  refusal?: ComponentError;
}

/**
 * Returns the plans, with the stored spelling of the address and the existing receiver added to each create. Searches
 * only for addresses with several spellings; a dry run, which reports stored values, always searches. If CleverReach
 * refuses the search, a notice and the log say so; if it refuses the credentials, the record fails. Throws the other
 * errors of the API.
 */
export async function withStoredSpelling<One extends Planned>(
  planned: readonly One[],
  context: Context,
): Promise<One[]> {
  const searched = new Map<One, { given: string; found: Found }>();
  for (const one of planned) {
    const given = searchedAddress(one, context);
    if (given !== undefined) searched.set(one, { given, found: await byPath(given, context) });
  }
  const missed = [...searched.values()].filter(({ given, found }) => isMissed(given, found));
  const inGroups = await byGroups(
    missed.map(({ given }) => given),
    context,
  );
  return planned.map((one) => {
    const { given, found } = searched.get(one) ?? {};
    if (given === undefined || !found) return one;
    const receiver = found.receiver ?? inGroups.receivers(given)[0];
    if (receiver) return joining(one, receiver);
    const refusal = isMissed(given, found) ? inGroups.refusal : found.refusal;
    return refusal ? unsearched(one, refusal, context) : one;
  });
}

/** The address to search for; undefined if the account need not be searched. */
function searchedAddress({ plan, candidate }: Planned, { settings }: Context): string | undefined {
  if (plan.kind !== 'create' && plan.kind !== 'createUnconfirmed') return undefined;
  const { email } = plan.write;
  if (addressSpellings(email).length > 1) return candidate.row.givenEmail ?? email;
  return settings.dryRun ? email : undefined;
}

/** Uses the account-level path, with the given spelling first. A refusal of one spelling does not end the search for the others. */
async function byPath(email: string, { api }: Context): Promise<Found> {
  const found: Found = {};
  const given = bareAddress(email);
  const forms = addressSpellings(email);
  for (const form of forms.toSorted((a, b) => Number(b === given) - Number(a === given))) {
    try {
      const receiver = await api.receiverInAccount(form);
      if (receiver) return { receiver };
    } catch (error) {
      const refusal = refusalIn(error);
      found.refusal ??= refusal;
      if (areCredentialsRefused(refusal)) return { refusal };
    }
  }
  return found;
}

/** Whether the groups may have a receiver that the path has not found. */
function isMissed(given: string, { receiver, refusal }: Found): boolean {
  if (receiver || (refusal && areCredentialsRefused(refusal))) return false;
  return refusal !== undefined || !isFoundByPath(given);
}

/** Searches the other groups for all addresses together. */
async function byGroups(
  emails: readonly string[],
  { groupId, api, directory }: Context,
): Promise<{ receivers: ReturnType<typeof byAddress>; refusal?: ComponentError }> {
  const receivers: Receiver[] = [];
  let refusal: ComponentError | undefined;
  try {
    const groups = emails.length > 0 ? await directory.groups() : [];
    if (emails.length > 0 && groups.length === 0) throw noGroups('the address could not be searched in them');
    for (const { id } of groups) {
      if (id === groupId) continue;
      receivers.push(...(await api.receiversByEmails(id, emails)));
    }
  } catch (error) {
    refusal = refusalIn(error);
  }
  return { receivers: byAddress(receivers), ...(refusal && { refusal }) };
}

/** Returns the error if CleverReach refuses the request; any other is thrown. */
function refusalIn(error: unknown): ComponentError {
  if (isRefusedOrMissing(error)) return error;
  throw error;
}

function joining<One extends Planned>(one: One, elsewhere: Receiver): One {
  const { plan } = one;
  if (plan.kind !== 'create' && plan.kind !== 'createUnconfirmed') return one;
  return { ...one, plan: { ...plan, write: { ...plan.write, email: elsewhere.email }, elsewhere } };
}

function unsearched<One extends Planned>(one: One, refusal: ComponentError, context: Context): One {
  if (areCredentialsRefused(refusal)) return { ...one, plan: { kind: 'refuse', error: refusal } };
  const { groupId, directory, logger } = context;
  const notice =
    'The account could not be searched for the address of a new receiver. If another group has the address in another spelling, CleverReach creates a ' +
    `second receiver for the same person. ${refusal.message}`;
  const line = `Group ${shownId(groupId)}: ${notice}`;
  if (directory.isFirstOccurrence(line)) logger.warn(line);
  const { candidate } = one;
  return { ...one, candidate: { ...candidate, notices: [...candidate.notices, notice] } };
}
