import type { CleverReachApi, Receiver } from '../../../lib/cleverreach/types';
import { CHANGE_TYPES } from '../../../lib/config/changeTypes';
import { ChangeFilter } from '../../../lib/polling/changes/changeFilter';
import type { PollIo, PollSettings } from '../../../lib/polling/pollSettings';
import { SNAPSHOT_ROOM } from '../../../lib/polling/state/snapshot';
import { NotFoundError, RecordError, RejectedError, TemporaryError } from '../../../lib/utils/errors';
import {
  group,
  listing,
  MINUTE_MS,
  old,
  polledAccount,
  START,
  type Changes,
  type PolledAccount,
} from '../../support/polling/account';
import { receiver } from '../../support/receiver';
import { EVERYTHING } from '../../support/polling/reconciliation';

type Emit = (...args: Parameters<PollIo['emitter']['emit']>) => Promise<unknown>;

const withDeletions = { changeFilter: EVERYTHING } as const;
const DAY_MS = 86_400_000;

/** Records what is emitted, and advances the clock when a certain receiver is emitted. */
function stoppingAt(it: PolledAccount, stop: string, milliseconds = MINUTE_MS): Emit {
  return ({ id }, { id: groupId }) => {
    it.sent.push(`${groupId}/${id}`);
    if (id === stop) it.clock.advance(milliseconds);
    return Promise.resolve();
  };
}

/** Refuses some receivers permanently. */
function refusing(it: PolledAccount, refused: (id: string) => boolean): Emit {
  return ({ id }, { id: groupId }) => {
    if (refused(id)) return Promise.reject(new RecordError('it cannot be mapped'));
    it.sent.push(`${groupId}/${id}`);
    return Promise.resolve();
  };
}

const readOf = (it: PolledAccount): { at?: { groupId: string; offset: number }; pass: string } | undefined =>
  it.saved.at(-1)?.['read'] as { at?: { groupId: string; offset: number }; pass: string } | undefined;

describe('a poll', () => {
  it('sends each receiver of each group once, in the order of the groups, and none in the next poll', async () => {
    const it = polledAccount({ 1: old('1', '2', '3'), 2: old('4') });
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '2/4']);
    it.clock.advance(10 * MINUTE_MS);
    await it.run();
    expect(it.sent).toHaveLength(4);
    expect(it.asked.filter((request) => !request.startsWith('page'))).toEqual([]);
  });

  it('stores a snapshot in which only the time is new if nothing has changed', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    await it.run();
    const [before, count] = [it.saved.at(-1), it.saved.length];
    it.clock.advance(10 * MINUTE_MS);
    await it.run();
    expect(it.saved).toHaveLength(count + 1);
    expect(it.saved.at(-1)).toMatchObject({ version: 2, lastUpdated: START + 540, sketch: before?.['sketch'] });
    await it.run();
    expect(it.saved).toHaveLength(count + 1);
  });

  it('sends every change of content and every deletion', async () => {
    const it = polledAccount({ 1: old('1', '2', '3'), 2: old('2', '4') });
    await it.run(withDeletions);
    it.sent.length = 0;
    Object.assign(it.rows['1']?.[0] ?? {}, { tags: ['b'] });
    Object.assign(it.rows['2']?.[0] ?? {}, { attributes: { a: 'b' } });
    it.rows['1']?.pop();
    it.clock.advance(10 * MINUTE_MS);
    await it.run(withDeletions);
    expect([it.sent.sort(), it.gone]).toEqual([['1/1', '1/2', '2/2'], ['3']]);
    await it.run(withDeletions);
    expect([it.sent.length, it.gone]).toEqual([3, ['3']]);
  });

  it.each([
    ['on elastic.io', SNAPSHOT_ROOM['elastic.io'], 50],
    ['where the platform has more room', SNAPSHOT_ROOM.oih, 5],
  ])('repeats few receivers when more have failed than the snapshot can list, %s', async (_, room, repeats) => {
    const ids = Array.from({ length: 1500 }, (__, index) => String(index + 1));
    const it = polledAccount({ 1: old(...ids) });
    const emit = refusing(it, (id) => Number(id) <= 600);
    const run = (): Promise<void> => it.run({ pageSize: 1000, room }, { emit });
    await expect(run()).rejects.toThrow('600 of 1500 receivers could not be sent');
    it.sent.length = 0;
    await expect(run()).rejects.toThrow('600 of 1500 receivers could not be sent');
    expect(it.sent.length).toBeLessThan(repeats);
  });

  it('sends no request and stores nothing when there is no group', async () => {
    const it = polledAccount({});
    await it.run();
    expect([it.sent, it.saved, it.asked]).toEqual([[], [], []]);
  });

  it('resumes where the last one reached its time limit, and stores the position', async () => {
    const it = polledAccount({ 1: old('1', '2', '3'), 2: old('4', '5') });
    await it.run(undefined, { emit: stoppingAt(it, '4') });
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '2/4']);
    expect(readOf(it)).toMatchObject({ at: { groupId: '2', offset: 1 } });
    expect(it.logger.lines.at(-1)).toContain(
      'The maximum run time was reached; the next poll continues from this position.',
    );
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '2/4', '2/5']);
    expect(it.saved.at(-1)).not.toHaveProperty('read');
    expect(it.saved.at(-1)).toMatchObject({ full: { at: START, rows: 5 } });
  });

  it('resumes only in the group in which it stopped, although a receiver of that group is also in the next one', async () => {
    const it = polledAccount({ 1: old('1', '2', '3'), 2: old('5', '2', '3') });
    await it.run(undefined, { emit: stoppingAt(it, '2') });
    expect(it.sent).toEqual(['1/1', '1/2']);
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '2/5', '2/2', '2/3']);
  });

  it('starts again with the first group if the position is lost, and loses no receiver', async () => {
    const it = polledAccount({ 1: old('1', '2', '3'), 2: old('4', '5', '6') });
    await it.run();
    it.sent.length = 0;
    for (const row of [...(it.rows['1'] ?? []), ...(it.rows['2'] ?? [])]) row.tags = ['b'];
    it.clock.advance(10 * MINUTE_MS);
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      // the first page of the second group is read ahead
      if (groupId === '2' && query.page === 1 && query.pageSize === 2) it.clock.advance(6 * MINUTE_MS);
      return it.api.receivers(groupId, query);
    };
    await it.run(undefined, { api: { receivers } });
    expect(readOf(it)?.at?.groupId).toBe('2');
    it.rows['2'] = [];
    it.rows['2'].push(...old('7', '8', '9'));
    await it.run(withDeletions);
    expect(new Set(it.sent)).toEqual(new Set(['1/1', '1/2', '1/3', '2/7', '2/8', '2/9']));
    expect([...it.gone].sort()).toEqual(['4', '5', '6']);
    await it.run(withDeletions);
    expect(it.saved.at(-1)).toMatchObject({ full: { rows: 6 } });
    expect(it.gone).toHaveLength(3);
  });

  it('continues as long as it has not reached its time limit', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    await it.run(undefined, { emit: stoppingAt(it, '1', MINUTE_MS - 1) });
    expect(it.sent).toEqual(['1/1', '1/2', '1/3']);
  });

  it('omits a group that was deleted while it ran, and warns', async () => {
    const it = polledAccount({ 1: old('1'), 2: old('2'), 3: old('3') });
    delete it.rows['2'];
    await it.run();
    expect(it.sent).toEqual(['1/1', '3/3']);
    expect(it.logger.lines).toContainEqual('Group 2 was deleted while it was read: Not Found: invalid group');
  });

  it('omits a group that was deleted while it ran, even during the look-up of changes', async () => {
    const it = polledAccount({ 1: old('1'), 2: old('2'), 3: old('3') });
    await it.run();
    it.sent.length = 0;
    it.clock.advance(10 * MINUTE_MS);
    Object.assign(it.rows['3']?.[0] ?? {}, { tags: ['b'] });
    delete it.rows['2'];
    await it.run(withDeletions);
    expect([it.sent, it.gone]).toEqual([['3/3'], ['2']]);
    expect(it.saved.at(-1)).not.toHaveProperty('read');
  });

  it('fails when its only group was deleted', async () => {
    const it = polledAccount({ 1: old('1') });
    delete it.rows['1'];
    await expect(it.run()).rejects.toThrow(NotFoundError);
  });

  it('sends a receiver once when an insertion before it makes the poll read it twice', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4') });
    await it.run(undefined, {
      emit: ({ id }) => {
        it.sent.push(id);
        if (id === '2') it.rows['1']?.unshift(...old('0'));
        return Promise.resolve();
      },
    });
    expect([...it.sent].sort()).toEqual(expect.arrayContaining(['1', '2', '3', '4']));
    expect(new Set(it.sent).size).toBe(it.sent.length);
    expect(it.logger.lines.at(-1)).toMatch(/, [12] duplicate rows;/);
  });

  it('requests the history only when it starts from a time', async () => {
    const it = polledAccount({
      1: [...old('1'), ...old('2').map((row) => ({ ...row, events: [{ stamp: START - 5, type: 'api' }] }))],
    });
    it.saved.push({ version: 1, lastUpdated: START - 100, scope: '1' });
    const detailed = (): string[] => it.asked.filter((request) => request.endsWith('with history'));
    await it.run();
    expect([it.sent, detailed()]).toEqual([['1/2'], ['page 0 of 1 with history', 'page 1 of 1 with history']]);
    it.asked.length = 0;
    await it.run();
    expect([it.asked.length > 0, detailed()]).toEqual([true, []]);
  });
});

describe('a wrong clock of CleverReach', () => {
  it('causes no loss when it is set back', async () => {
    const it = polledAccount({ 1: [receiver('1', { registered: START + 3480 })] });
    await it.run({ now: START + 3600 });
    it.clock.advance(2 * MINUTE_MS);
    it.rows['1']?.push(receiver('2', { registered: START + 60 }));
    await it.run();
    expect(it.sent).toContain('1/2');
  });

  it.each([-START + 5, 9_000_000_000, -86_400])(
    'causes no loss and no later repetition when one answer is wrong by %d seconds',
    async (wrong) => {
      const it = polledAccount({ 1: old('1', '2', '3') });
      await it.run();
      it.clock.advance(10 * MINUTE_MS);
      Object.assign(it.rows['1']?.[0] ?? {}, { deactivated: it.now(), active: false });
      await it.run({ now: it.now() + wrong });
      it.clock.advance(10 * MINUTE_MS);
      Object.assign(it.rows['1']?.[1] ?? {}, { bounced: it.now(), active: false });
      await it.run();
      expect(it.sent).toEqual(expect.arrayContaining(['1/1', '1/2']));
      const count = it.sent.length;
      it.clock.advance(10 * MINUTE_MS);
      await it.run();
      expect(it.sent).toHaveLength(count);
    },
  );
});

describe('a resumed poll', () => {
  /** A poll of groups 1 and 2 that reached its time limit in group 2. */
  async function stopped(changed: Partial<PollSettings> = {}): Promise<PolledAccount> {
    const it = polledAccount({ 1: old('1'), 2: old('2', '3') });
    await it.run(changed, { emit: stoppingAt(it, '2') });
    expect(readOf(it)).toMatchObject({ at: { groupId: '2', offset: 1 } });
    it.sent.length = 0;
    return it;
  }

  it('reaches its end after the group in which it stopped was deleted, and the next one reads everything', async () => {
    const it = await stopped();
    delete it.rows['2'];
    const groups = [group('1')];
    await it.run({ groups });
    expect(it.saved.at(-1)).not.toHaveProperty('read');
    it.rows['1']?.push(receiver('9', { registered: START + 120 }));
    it.clock.advance(5 * MINUTE_MS);
    await it.run({ groups });
    expect(it.sent).toEqual(['1/9']);
  });

  it('reads the groups after the deleted one', async () => {
    const it = await stopped();
    delete it.rows['2'];
    it.rows['3'] = old('5');
    await it.run({ groups: [group('1'), group('3')] });
    expect(it.sent).toEqual(['3/5']);
  });

  it('reaches its end if no group is left', async () => {
    const it = await stopped();
    it.rows = {};
    await it.run({ groups: [] });
    expect(it.saved.at(-1)).not.toHaveProperty('read');
  });

  it('leaves a new group with a lower id to the next poll, which sends all its receivers, however old they are', async () => {
    const it = await stopped();
    it.rows['0'] = [receiver('7', { registered: 5 })];
    const groups = ['0', '1', '2'].map(group);
    await it.run({ groups });
    expect(it.sent).toEqual(['2/3']);
    await it.run({ groups });
    expect(it.sent).toEqual(['2/3', '0/7']);
    await it.run({ groups });
    expect(it.sent).toHaveLength(2);
  });
});

describe('a poll whose requests take longer than its time', () => {
  /** Group 1 in pages of two. Each request for receivers takes `minutes`. `run` returns the stored position. */
  function slow(minutes: number): { it: PolledAccount; run: () => Promise<unknown> } {
    const it = polledAccount({ 1: old('1', '2', '3', '4', '5', '6') });
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      it.clock.advance(minutes * MINUTE_MS);
      return listing(it.rows)(groupId, query);
    };
    const run = async (): Promise<unknown> => {
      await it.run(undefined, { api: { receivers } });
      return readOf(it)?.at?.offset;
    };
    return { it, run };
  }

  it('sends one new page, and the next poll continues after it', async () => {
    const { it, run } = slow(0.5);
    expect([await run(), await run(), await run(), await run()]).toEqual([2, 4, 6, undefined]);
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '1/4', '1/5', '1/6']);
  });

  it('advances by at least one receiver if requests take minutes, and the stored position never moves back', async () => {
    const { it, run } = slow(6);
    expect([await run(), await run(), await run()]).toEqual([1, 2, 3]);
    expect(it.sent).toEqual(['1/1', '1/2', '1/3']);
  });

  it('keeps its position if it fails before it reaches a new receiver', async () => {
    const { it, run } = slow(0.5);
    await run();
    const stored = it.saved.at(-1);
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      it.clock.advance(MINUTE_MS / 2);
      if (query.page > 0) return Promise.reject(new TemporaryError('away'));
      return listing(it.rows)(groupId, query);
    };
    const began = it.now();
    await expect(it.run(undefined, { api: { receivers } })).rejects.toThrow('away');
    expect(it.saved.at(-1)).toEqual({ ...stored, quickUntil: began - 60 });
  });
});

describe('the deletion of a receiver that a poll has sent while it was new', () => {
  it('is reported, even if every full read takes several polls', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4', '5', '6') });
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      it.clock.advance(MINUTE_MS / 2);
      return listing(it.rows)(groupId, query);
    };
    const read = async (): Promise<void> => {
      do {
        await it.run(withDeletions, { api: { receivers } });
      } while (readOf(it) !== undefined);
    };
    await it.run(withDeletions, { api: { receivers } });
    it.rows['1']?.push(receiver('7', { registered: it.now() - 5, activated: it.now() - 5 }));
    await read();
    expect(it.sent).toContain('1/7');
    it.rows['1']?.pop();
    await read();
    expect(it.gone).toEqual(['7']);
    await read();
    expect(it.gone).toEqual(['7']);
  });

  it.each([1, 15, 120])('is reported, even if the clock is %i minutes slow in between', async (minutes) => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    await it.run(withDeletions);
    it.clock.advance(10 * MINUTE_MS);
    it.rows['1']?.push(receiver('7', { registered: it.now() - 90, activated: it.now() - 90 }));
    await it.run(withDeletions);
    it.clock.advance(5 * MINUTE_MS);
    await it.run({ ...withDeletions, now: it.now() - minutes * 60 });
    it.rows['1']?.pop();
    it.clock.advance(10 * MINUTE_MS);
    await it.run(withDeletions);
    await it.run(withDeletions);
    expect(it.gone).toEqual(['7']);
  });
});

describe('the snapshots of a poll', () => {
  it('are stored after each page of emitted receivers at the latest, and with nothing in flight', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4', '5', '6', '7') });
    let inFlight = 0;
    const emit: Emit = async ({ id }) => {
      inFlight += 1;
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      it.sent.push(id);
    };
    const saves: [number, number][] = [];
    const save = (): Promise<void> => {
      saves.push([it.sent.length, inFlight]);
      return Promise.resolve();
    };
    await it.run({ pageSize: 3 }, { emit, save, concurrency: 20 });
    expect(saves).toEqual([
      [3, 0],
      [6, 0],
      [7, 0],
    ]);
  });

  it('are stored every ten seconds, however little is sent', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    await it.run({ pageSize: 500 }, { emit: stoppingAt(it, '1', 10_000) });
    expect(it.saved).toHaveLength(2);
    expect(it.saved[0]).toMatchObject({ read: { at: { offset: 1 } } });
  });

  it('stay below the size limit when notes about the last minute do not all fit, and only receivers without a note are sent again', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => String(index + 1));
    const it = polledAccount({ 1: ids.map((id) => receiver(id, { registered: START - 5 })) });
    for (let round = 0; round < 3; round += 1) {
      await it.run({ pageSize: 100 });
      it.clock.advance(10 * MINUTE_MS);
    }
    expect(Math.max(...it.saved.map((one) => JSON.stringify(one).length))).toBeLessThanOrEqual(4_000);
    expect(new Set(it.sent).size).toBe(600);
    expect(it.sent.length).toBeLessThan(1_200);
  });
});

describe('receivers with timestamps in the far future', () => {
  it('are sent once', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => String(index + 1));
    const it = polledAccount({ 1: ids.map((id) => receiver(id, { registered: START + 9_000_000 })) });
    for (let round = 0; round < 3; round += 1) {
      await it.run({ pageSize: 100 });
      it.clock.advance(10 * MINUTE_MS);
    }
    expect(it.sent).toHaveLength(600);
  });
});

describe('more changes than the snapshot can identify', () => {
  const ids = Array.from({ length: 400 }, (_, index) => String(index + 1));

  it.each([
    ['are found by the history, with one warning', true, 300, ['history']],
    ['cause everything to be sent where there is no history, with two warnings', false, 400, ['history', 'all']],
  ])('%s', async (_, hasHistory, sent, passes) => {
    const it = polledAccount({ 1: old(...ids) });
    await it.run({ pageSize: 100 });
    it.sent.length = 0;
    it.clock.advance(10 * MINUTE_MS);
    for (const row of it.rows['1']?.slice(0, 300) ?? [])
      Object.assign(row, { tags: ['b'], events: hasHistory ? [{ stamp: START + 60, type: 'api' }] : [] });
    const before = it.logger.lines.length;
    await it.run({ pageSize: 100 });
    expect(it.sent).toHaveLength(sent);
    const warnings = it.logger.lines.slice(before, -1);
    expect(warnings).toHaveLength(passes.length);
    expect(warnings[0]).toContain(
      'More receivers have changed since the last full read than the snapshot can identify.',
    );
    it.clock.advance(10 * MINUTE_MS);
    await it.run({ pageSize: 100 });
    expect(it.sent).toHaveLength(sent);
  });

  it('are found by a read that is interrupted in each pass', async () => {
    const it = polledAccount({ 1: old(...ids) });
    await it.run({ pageSize: 100 });
    it.sent.length = 0;
    it.clock.advance(10 * MINUTE_MS);
    for (const row of it.rows['1']?.slice(0, 300) ?? [])
      Object.assign(row, { tags: ['b'], events: [{ stamp: START + 60, type: 'api' }] });
    const passes: (string | undefined)[] = [];
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      it.clock.advance(MINUTE_MS / 2);
      return it.api.receivers(groupId, query);
    };
    do {
      await it.run({ pageSize: 100 }, { api: { receivers } });
      passes.push(readOf(it)?.pass);
    } while (readOf(it) && passes.length < 30);
    expect([new Set(passes), new Set(it.sent).size]).toEqual([new Set(['first', 'history', undefined]), 300]);
    expect(it.sent).toHaveLength(300);
  });
});

describe('a poll of all groups', () => {
  it('sends all receivers of a group that it has not read before, however old the timestamps are, and once', async () => {
    const it = polledAccount({ 1: old('1'), 2: old('2') });
    await it.run();
    it.sent.length = 0;
    it.rows['3'] = [receiver('1', { registered: 5 }), receiver('3', { registered: 6 })];
    const groups = ['1', '2', '3'].map(group);
    await it.run({ groups }, { emit: () => Promise.reject(new TemporaryError('away')) }).catch(() => undefined);
    await it.run({ groups });
    expect(it.sent).toEqual(['3/1', '3/3']);
    await it.run({ groups });
    expect(it.sent).toHaveLength(2);
  });

  it('reads a group again if one of its messages has failed, although a later group was read', async () => {
    const it = polledAccount({ 1: old('1'), 2: old('2', '3') });
    await it.run();
    it.sent.length = 0;
    it.rows['0'] = [receiver('7', { registered: 5 })];
    it.rows['2']?.push(receiver('8', { registered: START + 60 }));
    it.clock.advance(10 * MINUTE_MS);
    const groups = ['0', '1', '2'].map(group);
    const emit: Emit = async ({ id }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (id === '7') throw new TemporaryError('away');
    };
    await expect(it.run({ groups }, { emit, concurrency: 5 })).rejects.toThrow('away');
    await it.run({ groups });
    expect(it.sent).toContain('0/7');
  });

  it('treats all groups as known if an earlier version has stored the snapshot, and later ones as new', async () => {
    const it = polledAccount({ 1: [receiver('1', { registered: 5 })], 2: old('2') });
    it.saved.push({ version: 1, lastUpdated: START, scope: 'all' });
    await it.run();
    expect(it.sent).toEqual([]);
    it.rows['3'] = [receiver('3', { registered: 6 })];
    await it.run({ groups: ['1', '2', '3'].map(group) });
    expect(it.sent).toEqual(['3/3']);
  });
});

describe('deletions', () => {
  it('are reported once for receivers that are no longer in a group, and counted', async () => {
    const it = polledAccount({ 1: old('1', '2'), 2: old('2', '3') });
    await it.run(withDeletions);
    it.rows['1'] = old('1');
    it.rows['2'] = old('2');
    await it.run(withDeletions);
    // 2 is still in the other group
    expect(it.gone).toEqual(['3']);
    expect(it.logger.lines.at(-1)).toContain(', 1 deletion reported;');
    await it.run(withDeletions);
    expect(it.gone).toEqual(['3']);
  });

  it('are not reported if the step does not ask for them, nor later if it does', async () => {
    const it = polledAccount({ 1: old('1', '2') });
    await it.run();
    it.rows['1'] = old('1');
    await it.run();
    await it.run(withDeletions);
    expect(it.gone).toEqual([]);
  });

  it('are reported for the receivers of groups that no longer exist, even of the last group', async () => {
    const it = polledAccount({ 1: old('1'), 2: old('2') });
    await it.run(withDeletions);
    delete it.rows['2'];
    await it.run({ ...withDeletions, groups: [group('1')] });
    expect(it.gone).toEqual(['2']);
    it.rows = {};
    await it.run({ ...withDeletions, groups: [] });
    expect(it.gone).toEqual(['2', '1']);
    await it.run({ ...withDeletions, groups: [] });
    expect(it.gone).toEqual(['2', '1']);
  });

  it('are not reported for a receiver that the full read has missed; it is sent if it has changed', async () => {
    const it = polledAccount({ 1: old('1', '2') });
    await it.run(withDeletions);
    it.sent.length = 0;
    Object.assign(it.rows['1']?.[1] ?? {}, { email: 'changed@example.org' });
    await it.run(withDeletions, { api: { receivers: listing({ 1: old('1') }) } });
    expect([it.sent, it.gone]).toEqual([['1/2'], []]);
  });

  it('are not reported for a receiver that has moved; it is sent with its new group', async () => {
    const it = polledAccount({ 1: old('1'), 2: old('2', '3') });
    await it.run(withDeletions);
    it.sent.length = 0;
    const moved = it.rows['2']?.pop();
    const { rows } = it;
    // it comes into group 1 after that group was read
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      if (groupId === '2' && moved && !rows['1']?.includes(moved)) rows['1']?.push(moved);
      return it.api.receivers(groupId, query);
    };
    await it.run(withDeletions, { api: { receivers } });
    expect([it.sent, it.gone]).toEqual([['1/3'], []]);
    await it.run(withDeletions);
    expect([it.sent, it.gone]).toEqual([['1/3'], []]);
    rows['1']?.pop();
    await it.run(withDeletions);
    expect(it.gone).toEqual(['3']);
  });

  it('are reported by the next poll if a look-up fails, which causes one warning and an error at the end', async () => {
    const it = polledAccount({ 1: old('1', '2', '3'), 2: old('4') });
    await it.run(withDeletions);
    it.rows['1'] = old('1');
    const receiverInAccount = (): Promise<never> => Promise.reject(new TemporaryError('CleverReach is away'));
    await expect(it.run(withDeletions, { api: { receiverInAccount } })).rejects.toThrow('CleverReach is away');
    expect(it.gone).toEqual([]);
    // it has read everything
    expect(it.saved.at(-1)).not.toHaveProperty('read');
    expect(it.logger.lines.filter((line) => line.includes('could not be looked up'))).toEqual([
      expect.stringMatching(/^Receivers that could not be looked up: 2 \([23], [23]\)\. .* CleverReach is away$/),
    ]);
    await it.run(withDeletions);
    expect([...it.gone].sort()).toEqual(['2', '3']);
    await it.run(withDeletions);
    expect(it.gone).toHaveLength(2);
  });

  describe('of one group that is deleted while it is read', () => {
    const gone = new NotFoundError('Not Found: invalid group');

    it('are not reported if the list is then empty', async () => {
      const it = polledAccount({ 1: old('1', '2', '3', '4') });
      await it.run(withDeletions);
      it.sent.length = 0;
      it.rows['1'] = [];
      const api = { groups: () => Promise.resolve([group('7')]) };
      await expect(it.run(withDeletions, { api })).rejects.toThrow(
        new NotFoundError('Group 1 was deleted while it was read. The groups that exist: "G7" (7).'),
      );
      expect([it.sent, it.gone]).toEqual([[], []]);
    });

    it('are not reported if their look-ups fail because the group is missing, but by the next poll if the group exists', async () => {
      const it = polledAccount({ 1: old('1', '2', '3', '4') });
      await it.run(withDeletions);
      it.rows['1'] = old('1');
      const looked: string[] = [];
      const receiverOf: CleverReachApi['receiver'] = (_, id) => {
        looked.push(id);
        return looked.length === 1 ? Promise.resolve(undefined) : Promise.reject(gone);
      };
      await expect(it.run(withDeletions, { api: { receiver: receiverOf } })).rejects.toThrow(gone);
      expect([it.gone.length, looked.length]).toEqual([1, 3]);
      await it.run(withDeletions);
      expect([...it.gone].sort()).toEqual(['2', '3', '4']);
    });

    it('need one request for the group, however many are missing, and none if it fails', async () => {
      const it = polledAccount({ 1: old('1', '2', '3') });
      let asked = 0;
      const groups: CleverReachApi['groups'] = () => {
        asked += 1;
        return asked === 1 ? Promise.reject(new TemporaryError('CleverReach is away')) : Promise.resolve([group('1')]);
      };
      await it.run(withDeletions, { api: { groups } });
      expect(asked).toBe(0);
      it.rows['1'] = old('1');
      await expect(it.run(withDeletions, { api: { groups } })).rejects.toThrow('CleverReach is away');
      expect([it.gone, asked]).toEqual([[], 1]);
      await it.run(withDeletions, { api: { groups } });
      expect([[...it.gone].sort(), asked]).toEqual([['2', '3'], 2]);
    });
  });

  it('continue after a run that reached its time limit between two of them', async () => {
    const ids = Array.from({ length: 700 }, (_, index) => String(index + 1));
    const room = SNAPSHOT_ROOM.oih;
    const it = polledAccount({ 1: old(...ids) });
    await it.run({ ...withDeletions, room, pageSize: 500 });
    it.rows['1'] = old('1');
    const emitDeletion = (id: string): Promise<void> => {
      it.gone.push(id);
      if (it.gone.length === 1) it.clock.advance(6 * MINUTE_MS);
      return Promise.resolve();
    };
    await it.run({ ...withDeletions, room, pageSize: 500 }, { emitDeletion });
    expect(it.gone).toHaveLength(500);
    expect(it.logger.lines.at(-1)).toContain('The maximum run time was reached');
    expect(it.saved.at(-1)).toHaveProperty('read');
    await it.run({ ...withDeletions, room, pageSize: 500 });
    expect(it.saved.at(-1)).not.toHaveProperty('read');
    expect([it.gone.length, new Set(it.gone).size]).toEqual([699, 699]);
  });
});

describe('many empty groups in a row', () => {
  const ids = Array.from({ length: 12 }, (_, index) => String(index + 1));

  /** Each request for a page takes so long. */
  const slow = (it: PolledAccount, milliseconds: number): { api: Partial<CleverReachApi> } => ({
    api: {
      receivers: (groupId, query) => {
        it.clock.advance(milliseconds);
        return it.api.receivers(groupId, query);
      },
    },
  });

  const emptyBut = (last: Receiver[]): PolledAccount =>
    polledAccount({ ...Object.fromEntries(ids.map((id) => [id, []])), 13: last });

  it('do not keep a read whose time is up from ending, and from continuing after them', async () => {
    const it = emptyBut(old('1'));
    let polls = 0;
    do {
      await it.run({}, slow(it, 2 * MINUTE_MS));
      polls += 1;
    } while (polls < 20 && it.saved.at(-1)?.['read'] !== undefined);
    expect(it.sent).toEqual(['13/1']);
    expect(polls).toBeGreaterThan(2);
    expect(polls).toBeLessThan(20);
  });

  it('need no checkpoint each', async () => {
    const it = emptyBut(old('1'));
    await it.run({ maxRunMinutes: 15 }, slow(it, 1_000));
    expect(it.saved.length).toBeLessThan(6);
    expect(it.sent).toEqual(['13/1']);
  });

  it('are read again if they are the position of the last run and have got receivers', async () => {
    const it = emptyBut([]);
    await it.run({}, slow(it, 2 * MINUTE_MS));
    const at = (it.saved.at(-1)?.['read'] as { at: { groupId: string; offset: number } }).at;
    expect(at.offset).toBe(0);
    it.rows[at.groupId] = old('5');
    for (let polls = 0; polls < 20; polls += 1) await it.run({}, slow(it, 2 * MINUTE_MS));
    expect(it.sent).toEqual([`${at.groupId}/5`]);
  });
});

describe('a full read in which the look-up of some receivers fails', () => {
  const unreadable = new TemporaryError('CleverReach is unreadable');

  /** No receiver with this id can be looked up. */
  const withoutLookUpOf = (it: PolledAccount, failing: string): { api: Partial<CleverReachApi> } => ({
    api: {
      receiversByIds: async (groupId, ids) => {
        if (ids.includes(failing)) throw unreadable;
        return await it.api.receiversByIds(groupId, ids);
      },
      receiverInAccount: async (id) => {
        if (id === failing) throw unreadable;
        return await it.api.receiverInAccount(id);
      },
    },
  });

  const editOf = (it: PolledAccount, id: string, tag: string): void => {
    for (const row of it.rows['1'] ?? []) if (row.id === id) row.tags = [tag];
  };

  const hours = async (it: PolledAccount, io: Changes = {}): Promise<void> => {
    it.clock.advance(60 * MINUTE_MS);
    it.sent.length = it.why.length = 0;
    await it.run(withDeletions, io);
  };

  it('ends, sends all others once, and later reads find the postponed edits', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4'), 2: old('5') });
    await it.run(withDeletions);
    editOf(it, '2', 'b');
    editOf(it, '3', 'b');
    it.rows['2'] = [];
    const failing = withoutLookUpOf(it, '2');
    await expect(hours(it, failing)).rejects.toBe(unreadable);
    expect([it.sent, it.gone]).toEqual([['1/3'], ['5']]);
    expect(it.saved.at(-1)).not.toHaveProperty('read');
    editOf(it, '4', 'b');
    await expect(hours(it, failing)).rejects.toBe(unreadable);
    expect([it.sent, it.gone]).toEqual([['1/4'], ['5']]);
    await hours(it);
    expect(it.why).toEqual(['2 changed']);
    await hours(it);
    expect(it.sent).toEqual([]);
  });

  it('later finds a postponed deletion, even of a receiver that has only a note', async () => {
    const it = polledAccount({ 1: old('1', '2'), 2: [] });
    it.rows['1']?.push(receiver('9', { registered: START - 5, activated: START - 5 }));
    await it.run(withDeletions);
    it.rows['1'] = old('1');
    await expect(hours(it, withoutLookUpOf(it, '9'))).rejects.toBe(unreadable);
    expect(it.gone).toEqual(['2']);
    await expect(hours(it, withoutLookUpOf(it, '9'))).rejects.toBe(unreadable);
    expect(it.gone).toEqual(['2']);
    await hours(it);
    await hours(it);
    expect([it.gone, it.sent]).toEqual([['2', '9'], []]);
  });

  it('sends a receiver again that was sent with its change of state and then changed back', async () => {
    const it = polledAccount({ 1: old('1', '2') });
    await it.run(withDeletions);
    editOf(it, '2', 'b');
    const [, row] = it.rows['1'] ?? [];
    Object.assign(row ?? {}, { deactivated: START + 1_800, active: false });
    await expect(hours(it, withoutLookUpOf(it, '2'))).rejects.toBe(unreadable);
    expect(it.why).toEqual(['2 unsubscribed']);
    if (row) delete row.tags;
    await hours(it);
    expect(it.sent).toEqual(['1/2']);
  });

  it('reports deletions as soon as CleverReach returns the id of the account', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    await it.run(withDeletions);
    editOf(it, '1', 'b');
    it.rows['1'] = it.rows['1']?.slice(0, 1) ?? [];
    const api = { whoami: () => Promise.reject(unreadable) };
    await expect(hours(it, { api })).rejects.toBe(unreadable);
    expect([it.sent, it.gone]).toEqual([['1/1'], []]);
    await expect(hours(it, { api })).rejects.toBe(unreadable);
    expect([it.sent, it.gone]).toEqual([[], []]);
    await hours(it);
    expect([...it.gone].sort()).toEqual(['2', '3']);
  });
});

describe('a receiver that is changed back', () => {
  const a = receiver('1', { registered: START - 9_000, activated: START - 8_000 });
  const changes: [string, (seconds: number) => Partial<Receiver>][] = [
    ['in its content', () => ({ tags: ['b'] })],
    ['in its state', (seconds) => ({ deactivated: START + seconds, active: false })],
  ];

  const ends: [string, boolean][] = [
    ['the run has died', true],
    ['the run has stored its failure', false],
  ];

  it.each(changes.flatMap(([how, changed]) => ends.map(([end, isDead]) => [how, end, isDead, changed] as const)))(
    '%s is sent again if the previous message may have arrived and %s',
    async (_how, _end, isDead, changed) => {
      const it = polledAccount({ 1: [a] });
      await it.run();
      it.clock.advance(10 * MINUTE_MS);
      it.rows['1'] = [{ ...a, ...changed(300) }];
      let isGone = false;
      const emit: Emit = () => {
        isGone = true;
        return Promise.reject(new Error('not confirmed'));
      };
      const save = (snapshot: object): Promise<void> => {
        if (isDead && isGone) return Promise.reject(new Error('dead'));
        it.saved.push(structuredClone(snapshot) as Record<string, unknown>);
        return Promise.resolve();
      };
      await expect(it.run({}, { emit, save })).rejects.toThrow('not confirmed');
      it.rows['1'] = [a];
      it.clock.advance(10 * MINUTE_MS);
      await it.run();
      expect(it.sent).toEqual(['1/1', '1/1']);
      // again if an earlier run has read the row that was looked up
      await it.run();
      const count = it.sent.length;
      expect(count).toBeLessThanOrEqual(3);
      await it.run();
      expect(it.sent).toHaveLength(count);
    },
  );

  it.each(changes)('%s is sent again after a poll that was stopped had sent it', async (_, changed) => {
    const it = polledAccount({ 1: [a, ...old('2', '3')] });
    await it.run();
    it.clock.advance(10 * MINUTE_MS);
    it.sent.length = 0;
    it.rows['1'] = [{ ...a, ...changed(300) }, ...old('2', '3')];
    await it.run({ maxRunMinutes: 1 }, { emit: stoppingAt(it, '1') });
    it.rows['1'] = [a, ...old('2', '3')];
    await it.run();
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/1']);
  });
});

describe('a poll that fails', () => {
  const failure = new TemporaryError('the broker is away');

  it('stores its position', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    const emit: Emit = ({ id }) => {
      if (id === '2') return Promise.reject(failure);
      it.sent.push(id);
      return Promise.resolve();
    };
    await expect(it.run(undefined, { emit })).rejects.toBe(failure);
    expect(it.logger.lines.at(-1)).toMatch(
      /^Full read \(incomplete\) of group 1 .* The poll has failed: the broker is away/,
    );
    it.sent.length = 0;
    await it.run();
    expect(new Set(it.sent)).toEqual(new Set(['1/1', '1/2', '1/3']));
    await it.run();
    expect(it.sent.length).toBeLessThanOrEqual(3);
  });

  it('repeats only what it has sent after the last checkpoint', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    const emit: Emit = ({ id }) => (id === '3' ? Promise.reject(failure) : Promise.resolve());
    await expect(it.run(undefined, { emit })).rejects.toBe(failure);
    expect(it.saved).toMatchObject([{ read: { at: { groupId: '1', offset: 2 } } }]);
    await it.run();
    expect(it.sent).toEqual(['1/3']);
  });

  it('stores nothing if nothing was sent', async () => {
    const it = polledAccount({ 1: old('1') });
    await expect(it.run(undefined, { emit: () => Promise.reject(failure) })).rejects.toBe(failure);
    expect(it.saved).toEqual([]);
  });

  it('stores the confirmed receivers when a request fails', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4') });
    const receivers: CleverReachApi['receivers'] = (groupId, query) =>
      query.page > 0 ? Promise.reject(failure) : it.api.receivers(groupId, query);
    await expect(it.run({ pageSize: 3 }, { api: { receivers } })).rejects.toBe(failure);
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '1/4']);
  });

  it('warns when the position cannot be stored, and fails with its first error', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4') });
    const receivers: CleverReachApi['receivers'] = (groupId, query) =>
      query.page > 0 ? Promise.reject(failure) : it.api.receivers(groupId, { ...query, pageSize: 3 });
    const save = (): Promise<void> => Promise.reject(new Error('no connection'));
    await expect(it.run({ pageSize: 4 }, { api: { receivers }, save })).rejects.toBe(failure);
    expect(it.logger.lines).toContain('The current position could not be stored: no connection');
    expect(
      it.logger.lines.filter((line) => line.startsWith('The run failed, and another message could not be sent')),
    ).toEqual([]);
  });

  it('reports what happened to another message that was in flight', async () => {
    const it = polledAccount({ 1: old('1', '2', '3', '4') });
    const away = new TemporaryError('CleverReach is away');
    let refuse = (): void => undefined;
    const emit: Emit = ({ id }) =>
      new Promise((resolve, reject) => {
        if (id !== '4') resolve('sent');
        else
          refuse = () => {
            reject(failure);
          };
      });
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      if (query.page === 0) return it.api.receivers(groupId, { ...query, pageSize: 4 });
      setTimeout(() => {
        refuse();
      }, 20);
      return Promise.reject(away);
    };
    await expect(it.run({ pageSize: 5 }, { emit, api: { receivers }, concurrency: 5 })).rejects.toBe(away);
    expect(it.logger.lines).toContain('The run failed, and another message could not be sent: the broker is away');
  });

  it('sends all other receivers when one of them fails, and fails at its end', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    await expect(it.run(undefined, { emit: refusing(it, (id) => id === '2') })).rejects.toThrow(
      /receiver 2 of group 1: it cannot be mapped/,
    );
    expect(it.sent).toEqual(['1/1', '1/3']);
    expect(it.logger.lines.at(-1)).toMatch(/: 3 receivers read, 2 sent, 0 unchanged, 0 already sent, 1 rejected;/);
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/3', '1/2']);
  });
});

describe('quick polls and full reads', () => {
  const hourly = { fullReadMinutes: 60 } as const;

  /** An account so large that quick polls are worth while, after its first read. */
  async function large(rows: Record<string, Receiver[]>): Promise<PolledAccount> {
    const it = polledAccount(rows);
    it.overhead = 10;
    await it.run(hourly);
    it.sent.length = it.asked.length = it.logger.lines.length = 0;
    return it;
  }

  const unsubscribe = (it: PolledAccount, groupId: string, index: number): void => {
    Object.assign(it.rows[groupId]?.[index] ?? {}, { deactivated: it.now() - 100, active: false });
  };

  it('take turns: changes of state are sent at once, others within the hour', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    it.clock.advance(10 * MINUTE_MS);
    unsubscribe(it, '1', 0);
    Object.assign(it.rows['1']?.[1] ?? {}, { tags: ['b'] });
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1']);
    expect(it.logger.lines.at(-1)).toMatch(
      /^Quick poll of group 1 "G1": 1 receivers read, 1 sent.*; next full read due at/,
    );
    it.clock.advance(50 * MINUTE_MS);
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1', '1/2']);
    expect(it.logger.lines.at(-1)).toMatch(/^Full read of group 1 "G1": .* 1 sent, /);
  });

  it('need four requests besides the list of groups, and store one snapshot, when nothing has changed', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    const stored = it.saved.length;
    it.clock.advance(10 * MINUTE_MS);
    await it.run(hourly);
    expect([it.asked.length, it.saved.length]).toEqual([4, stored + 1]);
  });

  it('do not send a receiver again whose edit was undone after it was sent, and the full read does', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    const row = it.rows['1']?.[0] ?? {};
    it.clock.advance(10 * MINUTE_MS);
    Object.assign(row, { bounced: it.now() - 100, active: false, tags: ['b'] });
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1']);
    it.clock.advance(10 * MINUTE_MS);
    await it.run(hourly);
    Object.assign(row, { tags: [] });
    it.clock.advance(40 * MINUTE_MS);
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1', '1/1']);
  });

  it('reduce the run time that is left for the full read that follows', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `${index + 1}`);
    const it = await large({ 1: old(...ids) });
    it.clock.advance(60 * MINUTE_MS);
    unsubscribe(it, '1', 0);
    // the message of the quick poll takes four of five minutes, and each page of the full read one
    const receivers: CleverReachApi['receivers'] = async (groupId, query) => {
      it.clock.advance(MINUTE_MS);
      return await listing(it.rows)(groupId, query);
    };
    await it.run(
      { ...hourly, maxRunMinutes: 5, pageSize: 2 },
      { emit: stoppingAt(it, '1', 4 * MINUTE_MS), api: { receivers } },
    );
    expect(it.logger.lines.at(-1)).toMatch(/^Full read \(incomplete\) .* The maximum run time was reached/);
    expect(readOf(it)).toMatchObject({ at: { offset: 2 } });
  });

  it('stop when the account has become small; their requests do not count as those of a full read', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    it.overhead = 0;
    it.clock.advance(60 * MINUTE_MS);
    await it.run(hourly);
    expect(it.logger.lines).toHaveLength(2);
    expect(it.logger.lines.at(-1)).toMatch(/^Full read .*; the next poll is a full read; 4 requests/);
  });

  it('do not begin in a small account, however many edits and deletions a full read looks up', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    // the list of groups
    it.overhead = 1;
    const settings = { ...hourly, ...withDeletions };
    await it.run(settings);
    for (let poll = 0; poll < 3; poll += 1) {
      it.clock.advance(10 * MINUTE_MS);
      Object.assign(it.rows['1']?.[0] ?? {}, { tags: [`t${poll}`] });
      it.rows['1']?.pop();
      await it.run(settings);
      expect(it.logger.lines.at(-1)).toMatch(/^Full read .*; the next poll is a full read; /);
    }
  });

  it.each([
    ['unsubscribed', { deactivated: START - 5_000, active: false }],
    ['bounced', { bounced: START - 5_000, active: false }],
  ])('send once a receiver that had %s and subscribes again', async (_was, state) => {
    const [first, ...others] = old('1', '2', '3');
    const it = await large({ 1: [{ ...(first as Receiver), ...state }, ...others] });
    it.why.length = 0;
    it.clock.advance(10 * MINUTE_MS);
    const again = { deactivated: 0, bounced: 0, activated: it.now() - 100, active: true };
    Object.assign(it.rows['1']?.[0] ?? {}, again);
    await it.run(hourly);
    it.clock.advance(50 * MINUTE_MS);
    await it.run(hourly);
    await it.run({ fullReadMinutes: 0 });
    expect(it.why).toEqual(['1 confirmed']);
  });

  it('send nothing for a second subscription when the step asks only for edits', async () => {
    const changeFilter = new ChangeFilter({ types: ['changed'], tag: undefined });
    const [first, ...others] = old('1', '2', '3');
    const it = await large({ 1: [{ ...(first as Receiver), deactivated: START - 5_000, active: false }, ...others] });
    const subscribe = (): void => {
      const again = { deactivated: 0, activated: it.now() - 100, active: true };
      Object.assign(it.rows['1']?.[0] ?? {}, again);
    };
    it.clock.advance(10 * MINUTE_MS);
    subscribe();
    await it.run({ ...hourly, changeFilter });
    it.clock.advance(50 * MINUTE_MS);
    await it.run({ ...hourly, changeFilter });
    Object.assign(it.rows['1']?.[0] ?? {}, { deactivated: it.now() - 100, active: false });
    it.clock.advance(60 * MINUTE_MS);
    await it.run({ changeFilter, fullReadMinutes: 0 });
    subscribe();
    it.clock.advance(60 * MINUTE_MS);
    await it.run({ changeFilter, fullReadMinutes: 0 });
    expect(it.sent).toEqual([]);
  });

  it.each([
    [{ types: CHANGE_TYPES }, ['7 confirmed']],
    [{ types: ['new', 'confirmed'] as const }, ['7 confirmed']],
    [{ types: ['confirmed'] as const }, ['7 confirmed']],
    [{ types: ['new'] as const }, ['7 new']],
    [{ types: ['changed'] as const }, ['7 changed']],
    [{ types: ['unsubscribed'] as const }, []],
  ])('send once a receiver that comes with an old registration and a new activation: %j', async ({ types }, sent) => {
    const it = await large({ 1: old('1', '2', '3') });
    it.why.length = 0;
    const changeFilter = new ChangeFilter({ types, tag: undefined });
    it.clock.advance(10 * MINUTE_MS);
    it.rows['1']?.push(receiver('7', { registered: START - 100_000, activated: it.now() - 100 }));
    await it.run({ ...hourly, changeFilter });
    it.clock.advance(60 * MINUTE_MS);
    await it.run({ ...hourly, changeFilter });
    await it.run({ changeFilter, fullReadMinutes: 0 });
    expect(it.why).toEqual(sent);
    // an edit is still found
    Object.assign(it.rows['1']?.at(-1) ?? {}, { tags: ['vip'] });
    it.clock.advance(60 * MINUTE_MS);
    await it.run({ fullReadMinutes: 0 });
    expect(it.why).toEqual([...sent, '7 changed']);
  });

  it('send once a receiver that registers during the first full read', async () => {
    const it = polledAccount({ 1: old('1', '2', '3') });
    it.overhead = 10;
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      if (query.page === 0 && it.rows['1']?.length === 3)
        it.rows['1'].push(receiver('7', { registered: it.now(), activated: it.now() }));
      return listing(it.rows)(groupId, query);
    };
    await it.run(hourly, { api: { receivers } });
    it.clock.advance(10 * MINUTE_MS);
    await it.run(hourly);
    it.clock.advance(60 * MINUTE_MS);
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1', '1/2', '1/3', '1/7']);
  });

  it('share one error about receivers that could not be sent', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    it.clock.advance(10 * MINUTE_MS);
    unsubscribe(it, '1', 0);
    await expect(it.run(hourly, { emit: refusing(it, () => true) })).rejects.toThrow(
      '1 of 1 receivers could not be sent; the next poll tries them again. receiver 1 of group 1',
    );
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1']);
  });

  it('run one after the other in one poll when the filter is refused, and then only full reads run for a day', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    const receiversChangedAfter = (): Promise<never> => Promise.reject(new RejectedError('unknown field', 400));
    it.clock.advance(10 * MINUTE_MS);
    unsubscribe(it, '1', 0);
    await it.run(hourly, { api: { receiversChangedAfter } });
    expect(it.sent).toEqual(['1/1']);
    expect(it.logger.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      "CleverReach's filter",
      'Full read',
    ]);
    expect(it.saved.at(-1)).toMatchObject({ filterOffUntil: it.now() + 86_400 });
    it.clock.advance(10 * MINUTE_MS);
    it.asked.length = 0;
    await it.run(hourly);
    expect(it.asked.every((request) => request.startsWith('page'))).toBe(true);
    it.clock.advance(DAY_MS);
    await it.run(hourly);
    it.clock.advance(10 * MINUTE_MS);
    it.asked.length = 0;
    await it.run(hourly);
    expect(it.asked).toHaveLength(4);
  });

  it('pause quick polls for a day when the filter misses a change of state, which the full read sends', async () => {
    const it = await large({ 1: old('1', '2', '3') });
    const lying: CleverReachApi['receiversChangedAfter'] = async (groups, query) =>
      (await it.api.receiversChangedAfter(groups, query)).filter(({ id }) => id !== '1');
    it.clock.advance(10 * MINUTE_MS);
    unsubscribe(it, '1', 0);
    it.clock.advance(10 * MINUTE_MS);
    unsubscribe(it, '1', 1);
    await it.run(hourly, { api: { receiversChangedAfter: lying } });
    expect(it.sent).toEqual(['1/2']);
    it.clock.advance(40 * MINUTE_MS);
    await it.run(hourly, { api: { receiversChangedAfter: lying } });
    expect(it.sent).toEqual(['1/2', '1/1']);
    expect(it.saved.at(-1)).toMatchObject({ filterOffUntil: it.now() + 86_400 });
    expect(
      it.logger.lines.filter((line) => line.startsWith("CleverReach's filter did not return 1 change of state")),
    ).toHaveLength(1);
  });

  it('both continue while a full read takes several runs', async () => {
    const it = await large({ 1: old('1', '2', '3', '4', '5', '6') });
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      it.clock.advance(MINUTE_MS);
      return it.api.receivers(groupId, query);
    };
    it.clock.advance(60 * MINUTE_MS);
    await it.run(hourly, { api: { receivers } });
    expect(readOf(it)).toBeDefined();
    it.clock.advance(10 * MINUTE_MS);
    unsubscribe(it, '1', 0);
    it.asked.length = 0;
    await it.run(hourly, { api: { receivers } });
    expect(it.sent).toEqual(['1/1']);
    expect(it.asked[0]).toMatch(/^registered after/);
    expect(it.asked.some((request) => request.startsWith('page'))).toBe(true);
    for (let round = 0; round < 5; round += 1) {
      it.clock.advance(10 * MINUTE_MS);
      await it.run(hourly);
    }
    expect(readOf(it)).toBeUndefined();
    it.clock.advance(60 * MINUTE_MS);
    await it.run(hourly);
    expect(it.sent).toEqual(['1/1']);
  });
});
