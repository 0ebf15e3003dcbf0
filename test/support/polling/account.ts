/** An account with groups of receivers, and polls of it, without HTTP, for unit tests of polling. */

import type { CleverReachApi, FilterQuery, Group, Receiver } from '../../../lib/cleverreach/types';
import { poll } from '../../../lib/polling/poll';
import type { PollIo, PollSettings } from '../../../lib/polling/pollSettings';
import { parseSnapshot, SNAPSHOT_ROOM, type PollState } from '../../../lib/polling/state/snapshot';
import { stateFor } from '../../../lib/polling/state/startState';
import { NotFoundError } from '../../../lib/utils/errors';
import { fakeClock, recordingLogger, type FakeClock, type RecordingLogger } from '../http';
import { receiver } from '../receiver';
import { BY_DEFAULT } from './reconciliation';

export const START = 1_764_000_000;
export const MINUTE_MS = 60_000;

/** A full read at every poll, in small pages. */
const SETTINGS: Omit<PollSettings, 'groups' | 'now'> = {
  pageSize: 2,
  maxRunMinutes: 1,
  fullReadMinutes: 0,
  changeFilter: BY_DEFAULT,
  room: SNAPSHOT_ROOM['elastic.io'],
};

export interface PolledAccount {
  clock: FakeClock;
  logger: RecordingLogger;
  /** What the groups contain. */
  rows: Record<string, Receiver[]>;
  /** Emitted receivers, as `group/id`. */
  sent: string[];
  /** The reasons of the emitted receivers, as `id type`. */
  why: string[];
  /** Reported deletions. */
  gone: string[];
  saved: Record<string, unknown>[];
  /** Requests except those for the groups, in short form. */
  asked: string[];
  /** The number of requests that a run counts in addition to those in `asked`. With a large number, quick polls run. */
  overhead: number;
  api: CleverReachApi;
  /** CleverReach's time. */
  now(): number;
  /** The dependencies of a poll; what it emits is listed here. */
  io(changed?: Changes): PollIo;
  settings(changed?: Partial<PollSettings>): PollSettings;
  /** The full read that the last snapshot contains. */
  state(): PollState;
  run(changed?: Partial<PollSettings>, io?: Changes): Promise<void>;
}

/** Dependencies to replace; the rest of the API and of the emitter stays. */
export interface Changes extends Partial<Omit<PollIo, 'api' | 'emitter'>> {
  api?: Partial<CleverReachApi>;
  emit?: (...args: Parameters<PollIo['emitter']['emit']>) => Promise<unknown>;
  emitDeletion?: PollIo['emitter']['emitDeletion'];
  concurrency?: number;
}

export const group = (id: string): Group => ({ id, name: `G${id}` });

/** Registered and activated long before the polls. */
export const old = (...ids: string[]): Receiver[] =>
  ids.map((id) => receiver(id, { registered: START - 90_000 + Number(id), activated: START - 90_000 + Number(id) }));

/** Pages of the rows of a group at the time of the request. */
export function listing(rows: Record<string, Receiver[]>): CleverReachApi['receivers'] {
  return (groupId, { page, pageSize, detail }) => {
    const all = rows[groupId];
    if (!all) return Promise.reject(new NotFoundError('Not Found: invalid group'));
    const shown = all.slice(page * pageSize, (page + 1) * pageSize).map((row) => structuredClone(row));
    if ((detail & 1) === 0) for (const row of shown) delete row.events;
    return Promise.resolve({ receivers: shown });
  };
}

/** An account whose polls continue from the last stored snapshot. */
export function polledAccount(rows: Record<string, Receiver[]>): PolledAccount {
  const [clock, logger] = [fakeClock(START * 1_000), recordingLogger()];
  const groupIds = Object.keys(rows);
  const memberships = (): [string, Receiver][] =>
    Object.entries(it.rows).flatMap(([groupId, some]) => some.map((one): [string, Receiver] => [groupId, one]));
  const now = (): number => Math.floor(clock.now() / 1_000);
  const ask = (request: string): void => void it.asked.push(request);

  const api: Partial<CleverReachApi> = {
    groups: () => Promise.resolve(Object.keys(it.rows).map(group)),
    receivers: (groupId, query) => {
      ask(`page ${query.page} of ${groupId}${(query.detail & 1) > 0 ? ' with history' : ''}`);
      return listing(it.rows)(groupId, query);
    },
    receiversByIds: (groupId, ids) => {
      ask(`ids ${ids.join(' ')} of ${groupId}`);
      const all = it.rows[groupId];
      if (!all) return Promise.reject(new NotFoundError('Not Found: invalid group'));
      return Promise.resolve(all.filter(({ id }) => ids.includes(id)).map((row) => structuredClone(row)));
    },
    receiversChangedAfter: (wanted: readonly string[], { field, after, page, pageSize }: FilterQuery) => {
      ask(`${field} after ${after - START}${page > 0 ? `, page ${page}` : ''}`);
      const found = memberships()
        .filter(([groupId, one]) => (wanted.length === 0 || wanted.includes(groupId)) && one[field] > after)
        .map(([groupId, one]) => ({ ...structuredClone(one), group_id: groupId }));
      return Promise.resolve(found.slice(page * pageSize, (page + 1) * pageSize));
    },
    receiver: (groupId, id) => {
      ask(`receiver ${id} of ${groupId}`);
      return Promise.resolve(it.rows[groupId]?.find((one) => one.id === id));
    },
    receiverInAccount: (id) => {
      ask(`receiver ${id}`);
      return Promise.resolve(memberships().find(([, one]) => one.id === id)?.[1]);
    },
    whoami: () => {
      ask('account');
      return Promise.resolve({ id: '300417', company: '', email: '', login_domain: '' });
    },
    groupsOfReceiver: (id) => {
      ask(`groups of ${id}`);
      return Promise.resolve(memberships().flatMap(([groupId, one]) => (one.id === id ? [group(groupId)] : [])));
    },
  };

  const it: PolledAccount = {
    ...{ clock, logger, rows, now, sent: [], why: [], gone: [], saved: [], asked: [], overhead: 0 },
    api: api as CleverReachApi,
    io: ({ api: otherApi, emit, emitDeletion, concurrency = 1, ...rest } = {}) => {
      const before = it.asked.length;
      return {
        api: { ...it.api, ...otherApi },
        clock,
        logger,
        emitter: {
          concurrency,
          emit: async (receiver, ofGroup, changeType) => {
            const { id: groupId, name } = ofGroup;
            if (emit) await emit(receiver, ofGroup, changeType);
            else {
              it.sent.push(`${groupId}/${receiver.id}${name === `G${groupId}` ? '' : ` of "${name}"`}`);
              it.why.push(`${receiver.id} ${changeType}`);
            }
            return 'sent';
          },
          flush: () => undefined,
          emitDeletion:
            emitDeletion ??
            ((id) => {
              it.gone.push(id);
              return Promise.resolve();
            }),
        },
        traffic: () => ({ requests: it.overhead + it.asked.length - before, bytes: 0 }),
        save: (snapshot) => {
          it.saved.push(structuredClone(snapshot) as Record<string, unknown>);
          return Promise.resolve();
        },
        ...rest,
      };
    },
    settings: (changed = {}) => ({ ...SETTINGS, groups: groupIds.map(group), now: now(), ...changed }),
    state: () =>
      stateFor(parseSnapshot(it.saved.at(-1)), groupIds.length === 1 ? String(groupIds[0]) : 'all', undefined),
    run: async (changed, io) => {
      await poll(it.state(), it.settings(changed), it.io(io));
    },
  };
  return it;
}
