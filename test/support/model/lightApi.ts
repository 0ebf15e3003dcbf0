/**
 * The reading half of CleverReach's API for a sandbox account, without HTTP, so that the model can run thousands of
 * sequences. The tests that use the sandbox as a server cover HTTP.
 */

import { parseReceivers } from '../../../lib/cleverreach/parseResponse';
import {
  detail,
  type CleverReachApi,
  type FilterQuery,
  type Group,
  type Receiver,
} from '../../../lib/cleverreach/types';
import { NotFoundError, RejectedError, TemporaryError } from '../../../lib/utils/errors';
import type { Scenario } from '../../../sandbox/state/scenario';
import type { FilterOptions } from './events';

export interface LightAccount {
  scenario: Scenario;
  /** The groups that exist. */
  groups: readonly Group[];
  /** CleverReach's clock, in unix seconds. */
  now(): number;
  /** Whether `GET /receivers/{id}` still returns a receiver that is no longer in a group. */
  keepsReceiversWithoutGroup: boolean;
  /** Whether the list of a group that does not exist is empty; otherwise it is a 404. */
  unknownGroupIsEmpty: boolean;
  hasHistory: boolean;
  filter: FilterOptions;
  /** The id of a receiver whose look-ups fail. */
  unreadable: string | undefined;
  isAccountUnknown: boolean;
}

/** @param before called before each request with its number, from 1; it may throw */
export function lightApi(account: LightAccount, before: () => void): CleverReachApi {
  const known = new Set<string>();
  const exists = (id: string): boolean => account.groups.some((group) => group.id === id);
  const member = (groupId: string, id: string): Receiver | undefined => {
    const row = exists(groupId) ? account.scenario.receiver(groupId, id) : undefined;
    return parseReceivers(row && [row], 'GET', groupId)[0];
  };
  const groupsOf = (id: string): Group[] => account.groups.filter((group) => member(group.id, id) !== undefined);
  const checkReadable = (...ids: readonly string[]): void => {
    if (account.unreadable !== undefined && ids.includes(account.unreadable)) throw new TemporaryError('unreadable');
  };
  const isKept = (id: string): boolean => account.keepsReceiversWithoutGroup && known.has(id);

  const api: Pick<CleverReachApi, 'groups' | 'groupList' | 'receivers' | 'receiver'> & Record<string, unknown> = {
    groups: answered(before, () => [...account.groups]),
    groupList: answered(before, () => ({ groups: [...account.groups], serverTime: account.now() })),
    receivers: answered(before, (groupId, { page, pageSize, detail: bits }) => {
      if (!exists(groupId)) {
        if (account.unknownGroupIsEmpty) return { receivers: [] };
        throw new NotFoundError('Not Found: invalid group');
      }
      const rows = account.scenario.receivers(groupId).slice(page * pageSize, (page + 1) * pageSize);
      const receivers = parseReceivers(rows, 'GET', groupId);
      for (const receiver of receivers) {
        known.add(receiver.id);
        if (!(bits & detail.events) || !account.hasHistory) delete receiver.events;
        if (!(bits & detail.tags)) delete receiver.tags;
      }
      return { receivers };
    }),
    receiversByIds: answered(
      before,
      (groupId: string, ids: readonly string[], { withHistory = false }: { withHistory?: boolean } = {}) => {
        if (!exists(groupId)) throw new NotFoundError('Not Found: invalid group');
        checkReadable(...ids);
        const rows = ids.flatMap((id) => member(groupId, id) ?? []);
        for (const row of rows) if (!withHistory || !account.hasHistory) delete row.events;
        return rows;
      },
    ),
    receiversChangedAfter: answered(before, (groupIds: readonly string[], query: FilterQuery) => {
      const rows = account.groups
        .filter(({ id }) => groupIds.length === 0 || groupIds.includes(id))
        .flatMap(({ id }) => parseReceivers(account.scenario.receivers(id), 'POST', id))
        .filter((row) => isShown(row, account, query));
      return rows.slice(query.page * query.pageSize, (query.page + 1) * query.pageSize);
    }),
    receiver: answered(before, (groupId: string, id: string) => {
      if (!exists(groupId)) throw new NotFoundError('Not Found: invalid group');
      checkReadable(id);
      return member(groupId, id);
    }),
    receiverInAccount: answered(before, (id: string) => {
      checkReadable(id);
      const [group] = groupsOf(id);
      if (group) return member(group.id, id);
      return isKept(id) ? ({ id } as Receiver) : undefined;
    }),
    whoami: answered(before, () => {
      if (account.isAccountUnknown) throw new TemporaryError('unreadable');
      return { id: '300417', company: '', email: '', login_domain: '' };
    }),
    groupsOfReceiver: answered(before, (id: string) => {
      checkReadable(id);
      const groups = groupsOf(id);
      return groups.length > 0 || isKept(id) ? groups : undefined;
    }),
  };
  return api as unknown as CleverReachApi;
}

/** Whether the filter returns a receiver. */
function isShown(row: Receiver, account: LightAccount, { field, after }: FilterQuery): boolean {
  const { behaviour, isInclusive, drops, lag } = account.filter;
  if (behaviour === 'is missing') throw new NotFoundError('Not Found');
  if (behaviour === 'refuses registered' && field === 'registered') throw new RejectedError('invalid field', 400);
  if (behaviour === 'ignores rules') return true;
  const time = row[field];
  // decided by its id, so that it is never returned
  if ((Number(row.id) * 7919) % 100 < drops) return false;
  return (isInclusive ? time >= after : time > after) && time <= account.now() - lag;
}

function answered<Args extends unknown[], T>(before: () => void, answer: (...args: Args) => T) {
  return async (...args: Args): Promise<T> => {
    before();
    return await Promise.resolve(answer(...args));
  };
}
