/**
 * The receivers whose state has changed, as CleverReach selects them by four timestamps (`POST /receivers/filter`). Only
 * ids and groups are taken from the rows of the filter; the receivers are then read by id.
 */

import type { Group, Receiver } from '../cleverreach/types';
import { withoutAdvice } from '../http/errorAdvice';
import { ComponentError, isRefusal, messageOf } from '../utils/errors';
import { hasChangedAfter } from './changes/receiverContent';
import type { PollIo, PollSettings } from './pollSettings';
import { deletedGroupText } from './deletedGroup';
import { repeatsOf } from './state/checkpoints';
import type { PollState } from './state/snapshot';

const FIELDS = ['registered', 'activated', 'deactivated', 'bounced'] as const;
/** Rows of the filter have neither attributes nor tags, so the page size of the step does not apply. */
const PAGE_SIZE = 1_000;
/** With more rows, a full read is simpler; and unlike a quick poll, it can continue in the next poll if messages are slow. */
const MAX_ROWS = 1_500;

/** A receiver in one of its groups. */
export interface Row {
  group: Group;
  receiver: Receiver;
}

/** A problem of the filter, or undefined if a full read has to follow for another reason. */
interface Problem {
  problem: string | undefined;
}

/** Ids by group. */
type Candidates = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The receivers that the filter returns, and those in the retry list. Throws the errors of the API, except for a refusal
 * of the filter.
 */
export async function filteredReceivers(
  before: PollState,
  settings: PollSettings,
  io: PollIo,
): Promise<{ rows: Row[] } | Problem> {
  const found = await candidates(before, settings, io);
  if ('problem' in found) return found;
  const rows: Row[] = [];
  const size = repeatsOf(settings.pageSize);
  for (const group of settings.groups) {
    const ids = [...(found.ids.get(group.id) ?? [])];
    for (let from = 0; from < ids.length; from += size) {
      const receivers = await membersOf(group, ids.slice(from, from + size), before, io);
      // a full read finds changes of state without a look-up
      if (receivers === undefined) return { problem: undefined };
      rows.push(...receivers.map((receiver) => ({ group, receiver })));
    }
  }
  return { rows };
}

/**
 * If all groups are read, one of them may have been deleted since they were listed.
 * @returns undefined if the look-up fails
 */
async function membersOf(
  group: Group,
  ids: readonly string[],
  { scope }: PollState,
  { api, logger }: PollIo,
): Promise<Receiver[] | undefined> {
  try {
    return await api.receiversByIds(group.id, ids);
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    const text = await deletedGroupText(error, group.id, { api, scope });
    logger.warn(text ?? `The quick poll could not look up receivers, so a full read follows. ${error.message}`);
    return text === undefined ? undefined : [];
  }
}

async function candidates(
  before: PollState,
  { groups }: PollSettings,
  { api }: PollIo,
): Promise<{ ids: Candidates } | Problem> {
  const ids = new Map<string, Set<string>>(groups.map(({ id }) => [id, new Set()]));
  const [only] = groups;
  let count = 0;
  for (const { groupId, id } of before.retry.keys()) ids.get(groupId)?.add(id);
  try {
    for (const field of FIELDS) {
      for (let page = 0; ; page += 1) {
        const query = { field, after: before.horizon, page, pageSize: PAGE_SIZE };
        const rows = await api.receiversChangedAfter(groups.length === 1 && only ? [only.id] : [], query);
        count += rows.length;
        if (count > MAX_ROWS) return { problem: undefined };
        for (const row of rows) {
          if (row[field] < before.horizon)
            return { problem: `CleverReach's filter returned receivers that do not match the rule "${field}".` };
          if (!hasChangedAfter(row, before.horizon)) continue;
          // a row may lack its group: then the receiver may be in any group
          for (const groupId of row.group_id === undefined ? ids.keys() : [row.group_id]) ids.get(groupId)?.add(row.id);
        }
        if (rows.length < PAGE_SIZE) break;
      }
    }
  } catch (error) {
    if (isRefusal(error))
      return { problem: `CleverReach's filter refused a request: ${withoutAdvice(messageOf(error))}` };
    throw error;
  }
  return { ids };
}
