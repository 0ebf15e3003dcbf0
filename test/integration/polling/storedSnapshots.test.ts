/** Whatever CleverReach answers: what a poll stores can be read by the next one, and by timestamps it fits on every platform. */

import fc from 'fast-check';
import { parseReceivers } from '../../../lib/cleverreach/parseResponse';
import type { CleverReachApi, Group } from '../../../lib/cleverreach/types';
import { RecordError } from '../../../lib/utils/errors';
import { readClocks } from '../../../lib/polling/changes/serverTime';
import { poll } from '../../../lib/polling/poll';
import { parseSnapshot, SNAPSHOT_LIMIT, stateFor } from '../../../lib/polling/state/snapshot';
import { fakeClock, recordingLogger } from '../../support/http';
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

const story = fc.record({
  changeDetection: fc.constantFrom('timestamps' as const, 'content' as const),
  isOne: fc.boolean(),
  groups: fc.uniqueArray(fc.record({ id: validId, rows, crowd }), {
    minLength: 1,
    maxLength: 3,
    selector: (one) => one.id,
  }),
  pageSize: fc.constantFrom(2, 7, 50),
  cap: fc.constantFrom(3, 20, Infinity),
  rejects: fc.constantFrom(0, 1, 3),
  clockOffset: fc.constantFrom(0, -4000, 900_000_000, undefined),
});

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** With some of them the notes end just at the limit. */
const LENGTHS = Array.from({ length: 16 }, (_, index) => index + 5);

/** A group of this id with more new receivers than can be noted. */
const crowdOf = (groupId: string, idLength = 1): Story => ({
  changeDetection: 'timestamps',
  isOne: true,
  groups: [{ id: groupId, rows: [], crowd: { prefix: '5'.repeat(idLength), length: 300 } }],
  pageSize: 50,
  cap: 20,
  rejects: 0,
  clockOffset: 0,
});

it('whatever CleverReach answers, each stored snapshot can be read, and by timestamps it stays below the limit', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ changeDetection, isOne, groups, pageSize, cap, rejects, clockOffset }) => {
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
      const now = (): number => Math.floor(clock.now() / 1_000) + (clockOffset ?? 0);
      const api = {
        groups: () => Promise.resolve(chosen),
        groupList: () => Promise.resolve({ groups: chosen, ...(clockOffset !== undefined && { serverTime: now() }) }),
        receivers: ((groupId, query) => {
          const size = Math.min(query.pageSize, cap);
          const page = (all.get(groupId) ?? []).slice(query.page * size, (query.page + 1) * size);
          const receivers = parseReceivers(structuredClone(page), 'GET', groupId);
          return Promise.resolve({ receivers });
        }) satisfies CleverReachApi['receivers'],
        receiver: () => Promise.resolve(undefined),
        receiverInAccount: () => Promise.resolve(undefined),
        groupsOfReceiver: () => Promise.resolve(undefined),
      } as Partial<CleverReachApi> as CleverReachApi;
      let stored: unknown;
      let delivered = 0;
      const sizes: number[] = [];
      for (let round = 0; round < 2; round += 1) {
        await poll(
          stateFor(parseSnapshot(stored), scope, undefined),
          {
            groups: chosen,
            clocks: readClocks(clockOffset === undefined ? undefined : now(), clock),
            pageSize,
            maxRunMinutes: 1,
            changeDetection,
            emitDeletions: false,
            emitConcurrency: 1,
          },
          {
            api,
            clock,
            logger: recordingLogger(),
            requests: () => 0,
            deliver: () => {
              delivered += 1;
              return rejects > 0 && delivered % rejects === 0
                ? Promise.reject(new RecordError('it cannot be mapped'))
                : Promise.resolve();
            },
            deliverDeletion: () => Promise.resolve(),
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
      const limit = changeDetection === 'timestamps' ? SNAPSHOT_LIMIT : Infinity;
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(limit);
    }),
    {
      ...examples(60),
      examples: [[crowdOf('constructor')], ...LENGTHS.map((length): [Story] => [crowdOf('€€', length)])],
    },
  );
});
