/** Whatever CleverReach answers: what a poll stores can be read by the next one, and fits on its platform; so do snapshots of earlier versions. */

import fc from '../../support/fastCheck';
import { CHANGE_TYPES } from '../../../lib/config/changeTypes';
import { ChangeFilter } from '../../../lib/polling/changes/changeFilter';
import { parseReceivers } from '../../../lib/cleverreach/parseResponse';
import type { CleverReachApi, Group, Receiver } from '../../../lib/cleverreach/types';
import { RecordError } from '../../../lib/utils/errors';
import { poll } from '../../../lib/polling/poll';
import { parseSnapshot, SNAPSHOT_ROOM } from '../../../lib/polling/state/snapshot';
import { stateFor } from '../../../lib/polling/state/startState';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { BY_DEFAULT, EVERYTHING } from '../../support/polling/reconciliation';
import { DAY, NOW, useAccount } from '../../support/account';
import { fakeClock, recordingLogger } from '../../support/http';
import { FakeRuntime } from '../../support/runtime';
import { examples } from '../../support/runs';

const START = 1_764_000_000;

const oddId = fc.constantFrom(
  'constructor',
  'toString',
  '0',
  '-1',
  '007',
  '9007199254740993',
  '1e5',
  'a=b c"%',
  '€'.repeat(100),
);
const id = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 100_000_000 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }).map((text) => text.slice(0, 100)),
  },
  { weight: 1, arbitrary: fc.string({ minLength: 90, maxLength: 100, unit: 'binary' }) },
  { weight: 1, arbitrary: oddId },
);
/** Ids as `parseResponse.ts` lets them through. */
const validId = id.map((text) => text.trim()).filter((text) => isReadable({ id: text }));
const time = fc.oneof(
  fc.integer({ min: START - 200, max: START + 200 }),
  fc.constantFrom<unknown>(
    0,
    1,
    START * 1000,
    START + 900_000_000,
    99_999_999_999,
    1e300,
    -5,
    'soon',
    '2025-11-24T10:00:00Z',
  ),
);
const row = fc.record({
  id: validId,
  email: fc.nat({ max: 99_999 }).map((number) => `r${number}@example.org`),
  registered: time,
  last_changed: fc.option(time, { nil: undefined }),
  global_attributes: fc.record({ firstname: fc.constantFrom('Jo', 'Bo') }),
});
const rows = fc.uniqueArray(row, { maxLength: 10, selector: (one) => one.id });
/** More rows with a new timestamp than can be noted. */
const crowd = fc.record({
  prefix: validId.map((text) => text.slice(0, 90)),
  length: fc.constantFrom(0, 0, 0, 60, 300),
});

function isReadable(one: unknown): boolean {
  try {
    return parseReceivers([one], 'GET').length === 1;
  } catch {
    return false;
  }
}

const JUST_NEW = new ChangeFilter({ types: ['new'], tag: undefined });

/** Not longer than all ids of groups together may be in a snapshot; CleverReach's are numbers. */
const groupId = validId.filter((id) => encodeURIComponent(id).length < 600);

const scenario = fc.record({
  kind: fc.constantFrom('elastic.io' as const, 'oih' as const),
  changeFilter: fc.constantFrom(EVERYTHING, BY_DEFAULT, JUST_NEW),
  fullReadMinutes: fc.constantFrom(0, 60),
  isOne: fc.boolean(),
  groups: fc.uniqueArray(fc.record({ id: groupId, rows, crowd }), {
    minLength: 1,
    maxLength: 3,
    selector: (one) => one.id,
  }),
  pageSize: fc.constantFrom(2, 7, 50),
  cap: fc.constantFrom(3, 20, Infinity),
  rejects: fc.constantFrom(0, 1, 3),
  clockOffset: fc.constantFrom(0, -4000, 900_000_000, undefined),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** With some of them the notes end just at the limit. */
const LENGTHS = Array.from({ length: 16 }, (_, index) => index + 5);

/** A group of this id with more new receivers than can be noted. */
const crowdOf = (groupId: string, idLength = 1): Scenario => ({
  kind: 'elastic.io',
  changeFilter: BY_DEFAULT,
  fullReadMinutes: 60,
  isOne: true,
  groups: [{ id: groupId, rows: [], crowd: { prefix: '5'.repeat(idLength), length: 300 } }],
  pageSize: 50,
  cap: 20,
  rejects: 0,
  clockOffset: 0,
});

it('whatever CleverReach answers, each stored snapshot can be read, and stays below the limit of its platform', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ kind, isOne, groups, pageSize, cap, rejects, clockOffset = 0, ...fields }) => {
      const all = new Map(
        groups.map((group) => [
          group.id,
          [
            ...group.rows,
            ...Array.from({ length: group.crowd.length }, (_, index) => ({
              id: `${group.crowd.prefix}${index}`,
              email: `c${index}@example.org`,
              registered: START,
            })).filter(isReadable),
          ],
        ]),
      );
      const clock = fakeClock(START * 1_000);
      const chosen: Group[] = groups.slice(0, isOne ? 1 : undefined).map((group) => ({ id: group.id, name: 'G' }));
      const scope = isOne ? (chosen[0]?.id ?? '') : 'all';
      const read = (groupId: string): Receiver[] =>
        parseReceivers(structuredClone(all.get(groupId) ?? []), 'GET', groupId);
      const api = {
        groups: () => Promise.resolve(chosen),
        receivers: (groupId, query) => {
          const size = Math.min(query.pageSize, cap);
          return Promise.resolve({ receivers: read(groupId).slice(query.page * size, (query.page + 1) * size) });
        },
        receiversByIds: (groupId, ids) => Promise.resolve(read(groupId).filter((one) => ids.includes(one.id))),
        receiversChangedAfter: (groupIds, { field, after, page, pageSize: size }) => {
          const rows = (groupIds.length > 0 ? groupIds : [...all.keys()]).flatMap((groupId) =>
            read(groupId).map((one) => ({ ...one, group_id: groupId })),
          );
          return Promise.resolve(rows.filter((one) => one[field] > after).slice(page * size, (page + 1) * size));
        },
        receiver: () => Promise.resolve(undefined),
        receiverInAccount: () => Promise.resolve(undefined),
        groupsOfReceiver: () => Promise.resolve(undefined),
      } satisfies Partial<CleverReachApi> as Partial<CleverReachApi> as CleverReachApi;
      const room = SNAPSHOT_ROOM[kind];
      let stored: unknown;
      let delivered = 0;
      let requests = 0;
      const sizes: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        await poll(
          stateFor(parseSnapshot(stored), scope, undefined),
          {
            groups: chosen,
            now: Math.max(0, Math.floor(clock.now() / 1_000) + clockOffset),
            pageSize,
            maxRunMinutes: 1,
            room,
            ...fields,
          },
          {
            api,
            clock,
            logger: recordingLogger(),
            // as many as make quick polls worth while
            traffic: () => ({ requests: (requests += 10), bytes: 0 }),
            emitter: {
              concurrency: 20,
              emit: () => {
                delivered += 1;
                return rejects > 0 && delivered % rejects === 0
                  ? Promise.reject(new RecordError('it cannot be mapped'))
                  : Promise.resolve('sent');
              },
              flush: () => undefined,
              emitDeletion: () => Promise.resolve(),
            },
            save: (snapshot) => {
              stored = JSON.parse(JSON.stringify(snapshot));
              parseSnapshot(stored);
              sizes.push(Buffer.byteLength(JSON.stringify(snapshot)));
              return Promise.resolve();
            },
          },
        ).catch((error: unknown) => {
          // a list may be one that cannot be read to its end, and a record may be rejected; nothing else may go wrong
          if (!(error instanceof RecordError) && !/list of the group cannot be read/.test(String(error))) throw error;
        });
        clock.advance(600_000);
      }
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(room.bytes);
    }),
    {
      ...examples(40),
      examples: [[crowdOf('constructor')], ...LENGTHS.map((length): [Scenario] => [crowdOf('€€', length)])],
    },
  );
});

describe('a snapshot of an earlier version', () => {
  const account = useAccount();

  /** As version 1 wrote them, with the clock that it kept; `GROUP` stands for the id of the group. */
  const versionOne = {
    'by timestamps, of one group': {
      scope: 'GROUP',
      lastUpdated: NOW - DAY,
      clockOffset: -31_877_519,
      lead: 1,
      seen: { GROUP: 'FRESH=idIf1Hst' },
    },
    'by timestamps, of all groups': { scope: 'all', lastUpdated: NOW - DAY, clockOffset: 0, lead: 1, groups: 'GROUP' },
    'by timestamps, in the middle of a poll': {
      scope: 'GROUP',
      lastUpdated: NOW - DAY,
      sweep: {
        startedAt: NOW - 600,
        newest: NOW - 1_200,
        at: { groupId: 'GROUP', offset: 5, anchors: ['70213~GJh_ys', '70214~jfUnse'] },
      },
      retry: { GROUP: 'FRESH' },
    },
    'by content, of one group': {
      scope: 'GROUP',
      lastUpdated: NOW - DAY,
      clockOffset: 0,
      fingerprints: {
        GROUP: { numeric: 'w6QELc0WWesBKkrJYmsBbrgq6VUBbt+QtAgBEPy2lRoBcqvigbEBbtIppe4BbKziA30BCdIf1Hs=' },
      },
    },
    'by content, of all groups': {
      scope: 'all',
      lastUpdated: NOW - DAY,
      groups: 'GROUP',
      fingerprints: {
        GROUP: { numeric: 'w6QELc0WWesBKkrJYmsBbrgq6VUBbt+QtAgBEPy2lRoBcqvigbEBbtIppe4BOaNHQ8sBCdIf1HsBG/tb02A=' },
      },
    },
    'by content, in the middle of a poll': {
      scope: 'all',
      lastUpdated: NOW - DAY,
      groups: 'GROUP',
      sweep: {
        startedAt: NOW - 600,
        newest: 0,
        content: 'compare',
        at: { groupId: 'GROUP', offset: 5, anchors: ['70212~rEByRX', '70213~GJh_ys'] },
      },
      fingerprints: { GROUP: { numeric: 'w6QErc0WWesBqkrJYmsB7rgq6VUGidIf1HsBm/tb02A=' } },
    },
  };

  /** As the connector before version 1 wrote it. */
  const earlier = {
    'in seconds': { lastUpdated: NOW - DAY },
    'in milliseconds, as text': { lastUpdated: String((NOW - DAY) * 1_000) },
    'as a date': { lastUpdated: new Date((NOW - DAY) * 1_000).toISOString() },
  };

  const snapshots = [
    ...Object.entries(versionOne).map(([name, one]) => [`of version 1 ${name}`, { version: 1, ...one }] as const),
    ...Object.entries(earlier).map(([name, one]) => [`of the earlier connector, ${name}`, one] as const),
  ];
  const kinds = ['oih', 'elastic.io'] as const;

  it.each(snapshots.flatMap(([name, snapshot]) => kinds.map((kind) => [name, kind, snapshot] as const)))(
    '%s is continued on %s: what was modified since is sent, and nothing else of the account',
    async (_, kind, snapshot) => {
      const { sandbox, group, add, later } = account;
      const ids = add(8);
      // sent by the version that wrote the snapshot, and the same since; the note of it is not of this content
      const [edited = '', opened = '', removed = ''] = ids;
      const fresh = sandbox.account.addReceiver(group, { email: 'new@example.org', registered: NOW - 600 });
      sandbox.account.edit(group, edited, { global_attributes: { firstname: 'Bo' } });
      sandbox.account.recordMail(group, opened, 'mail_open');
      sandbox.account.remove(group, removed);
      later();
      const isOfAll = !('scope' in snapshot) || snapshot.scope === 'all';
      const fields = {
        pageSize: 3,
        changeDetection: 'content',
        changeTypes: [...CHANGE_TYPES],
        ...(!isOfAll && { groupId: group }),
        ...account.credentials,
      };
      const step = new FakeRuntime(kind, isOfAll ? pollAll : pollOne, fields);
      const inAccount = JSON.stringify(snapshot).replaceAll('GROUP', group).replaceAll('FRESH', fresh);
      step.snapshot = JSON.parse(inAccount) as unknown;

      expect((await step.run()).ids.toSorted()).toEqual([edited, fresh].toSorted());
      expect(step.snapshot).toMatchObject({ version: 2, scope: isOfAll ? 'all' : group });
      expect(sandbox.requests.filter(({ query }) => query['detail'] === '5').length).toBeGreaterThan(0);
      expect(step.log.filter((line) => line.startsWith('warn'))).toEqual([
        expect.stringContaining('The field "changeDetection" no longer has an effect'),
      ]);

      // from here on, content and deletions are seen
      sandbox.forgetRequests();
      sandbox.account.edit(group, opened, { tags: ['vip'] });
      sandbox.account.remove(group, edited);
      later(3_600);
      const { sent } = await step.run();
      expect(sent.map(({ metadata, data }) => [metadata['recordUid'], 'deleteRequested' in data]).toSorted()).toEqual(
        [
          [opened, false],
          [edited, true],
        ].toSorted(),
      );
      expect(sandbox.requests.filter(({ query }) => query['detail'] === '5' && !('id_list' in query))).toEqual([]);
      later(3_600);
      expect((await step.run()).sent).toEqual([]);
    },
  );
});
