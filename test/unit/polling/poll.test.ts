import type { CleverReachApi, Group, Receiver } from '../../../lib/cleverreach/types';
import { NotFoundError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { poll } from '../../../lib/polling/poll';
import { readClocks } from '../../../lib/polling/changes/serverTime';
import type { PollIo, PollSettings } from '../../../lib/polling/pollSettings';
import { parseSnapshot, SNAPSHOT_LIMIT, stateFor } from '../../../lib/polling/state/snapshot';
import { fakeClock, recordingLogger, type FakeClock, type RecordingLogger } from '../../support/http';
import { receiver } from '../../support/receiver';

const START = 1_764_000_000;
const MINUTE_MS = 60_000;
const settings: Omit<PollSettings, 'groups' | 'clocks'> = {
  pageSize: 2,
  maxRunMinutes: 1,
  changeDetection: 'timestamps',
  emitDeletions: false,
  emitConcurrency: 1,
};
const byContent = { changeDetection: 'content', emitDeletions: true } as const;

interface Account {
  clock: FakeClock;
  logger: RecordingLogger;
  sent: string[];
  gone: string[];
  saved: Record<string, unknown>[];
  looked: string[];
  /** How far CleverReach's clock is ahead of ours, in seconds. */
  ahead: number;
  /** What is in the groups. */
  rows: Record<string, Receiver[]>;
  run(changed?: Partial<PollSettings>, io?: Partial<PollIo>): Promise<void>;
}

/** Pages of the rows of a group, as they are when the page is asked for. */
function listing(rows: Record<string, Receiver[]>): CleverReachApi['receivers'] {
  return (groupId, { page, pageSize }) => {
    const all = rows[groupId];
    if (!all) return Promise.reject(new NotFoundError('Not Found: invalid group'));
    return Promise.resolve({ receivers: all.slice(page * pageSize, (page + 1) * pageSize) });
  };
}

/** An account whose groups hold what `rows` says; its polls go on from what the one before has stored. */
function account(rows: Record<string, Receiver[]>): Account {
  const [clock, logger] = [fakeClock(START * 1_000), recordingLogger()];
  const it: Omit<Account, 'run'> = { clock, logger, rows, sent: [], gone: [], saved: [], looked: [], ahead: 0 };
  const api: Partial<CleverReachApi> = {
    groups: () => Promise.resolve(Object.keys(it.rows).map(group)),
    groupList: () => Promise.resolve({ groups: Object.keys(it.rows).map(group), serverTime: now() }),
    receivers: (groupId, page) => listing(it.rows)(groupId, page),
    receiver: (groupId, id) => {
      it.looked.push(`${groupId}/${id}`);
      return Promise.resolve(it.rows[groupId]?.find((one) => one.id === id));
    },
    receiverInAccount: (id) => {
      it.looked.push(id);
      return Promise.resolve(Object.values(it.rows).flatMap((some) => some.filter((one) => one.id === id))[0]);
    },
    groupsOfReceiver: (id) => {
      const groups = Object.entries(it.rows).filter(([, some]) => some.some((one) => one.id === id));
      return Promise.resolve(groups.map(([groupId]) => group(groupId)));
    },
  };
  const now = (): number => Math.floor(clock.now() / 1_000) + it.ahead;
  const io: PollIo = {
    api: api as CleverReachApi,
    clock,
    logger,
    requests: () => 0,
    deliver: ({ id }, { id: groupId, name }) => {
      it.sent.push(`${groupId}/${id}${name === `G${groupId}` ? '' : ` of "${name}"`}`);
      return Promise.resolve();
    },
    deliverDeletion: (id) => {
      it.gone.push(id);
      return Promise.resolve();
    },
    save: (snapshot) => {
      it.saved.push(structuredClone(snapshot) as Record<string, unknown>);
      return Promise.resolve();
    },
  };
  const groups = Object.keys(rows).map(group);
  return Object.assign(it, {
    run: async (changed: Partial<PollSettings> = {}, other: Partial<PollIo> = {}) => {
      const scope = groups.length === 1 ? String(groups[0]?.id) : 'all';
      const state = stateFor(parseSnapshot(it.saved.at(-1)), scope, undefined);
      await poll(state, { ...settings, groups, clocks: readClocks(now(), clock), ...changed }, { ...io, ...other });
    },
  });
}

const group = (id: string): Group => ({ id, name: `G${id}` });
/** Registered long before the poll. */
const old = (...ids: string[]): Receiver[] =>
  ids.map((id) => receiver(id, { registered: START - 90_000 + Number(id) }));

describe('a poll', () => {
  it('sends everybody of every group once, and stores nothing new where nothing has changed', async () => {
    const polled = account({ 1: old('1', '2', '3'), 2: old('4') });
    await polled.run();
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3', '2/4']);
    const stored = polled.saved.length;
    polled.clock.advance(10 * MINUTE_MS);
    await polled.run();
    expect(polled.sent).toHaveLength(4);
    expect(polled.saved).toHaveLength(stored);
  });

  it.each([
    ['in the least room', undefined, /tries them again, and with them sends about [1-9]\d? receivers again/],
    ['where the platform has more', 24_000, /tries them again, and with them sends about 1 receivers again/],
  ])('warns of what is repeated where more have failed than can be named, %s', async (_, unlistedBytes, warning) => {
    const ids = Array.from({ length: 1500 }, (__, index) => String(index + 1));
    const polled = account({ 1: old(...ids) });
    const deliver: PollIo['deliver'] = ({ id }) => {
      if (Number(id) <= 600) return Promise.reject(new RecordError('it cannot be mapped'));
      polled.sent.push(id);
      return Promise.resolve();
    };
    const run = (): Promise<void> => polled.run({ pageSize: 1000, unlistedBytes }, { deliver });
    await expect(run()).rejects.toThrow('600 of 1500 receivers could not be sent');
    expect(polled.logger.lines.join('\n')).toMatch(warning);
    polled.sent.length = 0;
    await expect(run()).rejects.toThrow('600 of');
    expect(polled.sent.length).toBeLessThan(unlistedBytes === undefined ? 50 : 5);
  });

  it('of no group asks nothing and stores nothing', async () => {
    const polled = account({});
    await polled.run();
    expect([polled.sent, polled.saved]).toEqual([[], []]);
  });

  it('goes on where the last one was stopped by its time, and stores the place', async () => {
    const polled = account({ 1: old('1', '2', '3'), 2: old('4', '5') });
    await polled.run(undefined, {
      deliver: ({ id }, { id: groupId }) => {
        polled.sent.push(`${groupId}/${id}`);
        if (id === '4') polled.clock.advance(MINUTE_MS);
        return Promise.resolve();
      },
    });
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3', '2/4']);
    expect(polled.saved.at(-1)).toMatchObject({ sweep: { at: { groupId: '2', offset: 1 } } });
    expect(polled.logger.lines.at(-1)).toContain('The time of the run was up; the next poll goes on from this place.');
    await polled.run();
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3', '2/4', '2/5']);
    expect(polled.saved.at(-1)).not.toHaveProperty('sweep');
  });

  it('goes on in the group in which it stopped alone, also where somebody of that group is in the next one too', async () => {
    const polled = account({ 1: old('1', '2', '3'), 2: old('5', '2', '3') });
    await polled.run(undefined, {
      deliver: ({ id }, { id: groupId }) => {
        polled.sent.push(`${groupId}/${id}`);
        if (id === '2') polled.clock.advance(MINUTE_MS);
        return Promise.resolve();
      },
    });
    expect(polled.sent).toEqual(['1/1', '1/2']);
    await polled.run();
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3', '2/5', '2/2', '2/3']);
  });

  it("misses nobody where CleverReach's clock has been set back since the last one", async () => {
    const polled = account({ 1: [receiver('1', { registered: START + 3480 })] });
    polled.ahead = 3600;
    await polled.run();
    polled.ahead = 0;
    polled.clock.advance(2 * MINUTE_MS);
    polled.rows['1']?.push(receiver('2', { registered: START + 60 }));
    await polled.run();
    expect(polled.sent).toContain('1/2');
  });

  it('with one wrong time in an answer sends nothing again', async () => {
    const polled = account({ 1: old('1', '2', '3') });
    await polled.run();
    for (const wrong of [-START, 9_000_000_000, -86_400]) {
      polled.clock.advance(10 * MINUTE_MS);
      const { clock } = polled;
      await polled.run({ clocks: readClocks(Math.floor(clock.now() / 1_000) + wrong, clock) });
    }
    expect(polled.sent).toHaveLength(3);
  });

  it('from the future sends every receiver, and warns', async () => {
    const polled = account({ 1: old('1', '2', '3') });
    polled.saved.push({ version: 1, lastUpdated: START + 10 * 365 * 86_400, scope: '1' });
    await polled.run();
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3']);
    expect(polled.logger.lines.join('\n')).toMatch(/lies in the future/);
    expect(polled.saved.at(-1)?.['lastUpdated']).toBeLessThan(START);
  });

  it('goes through all groups anew if the stored sweep began in the future', async () => {
    const polled = account({ 1: [receiver('1', { registered: START - 500 })], 2: old('2') });
    const sweep = { startedAt: START + 10 * 365 * 86_400, newest: 0, at: { groupId: '2', offset: 0, anchors: [] } };
    polled.saved.push({ version: 1, lastUpdated: START - 1_000, scope: 'all', groups: '1 2', sweep });
    await polled.run();
    expect(polled.sent).toEqual(['1/1']);
    expect(polled.logger.lines.join('\n')).toContain('That poll is begun anew');
  });

  it('that is not yet at the end of its time goes on', async () => {
    const polled = account({ 1: old('1', '2', '3') });
    await polled.run(undefined, {
      deliver: ({ id }) => {
        polled.sent.push(id);
        if (id === '1') polled.clock.advance(MINUTE_MS - 1);
        return Promise.resolve();
      },
    });
    expect(polled.sent).toEqual(['1', '2', '3']);
  });

  it('passes by a group that has gone meanwhile, and says so', async () => {
    const polled = account({ 1: old('1'), 2: old('2'), 3: old('3') });
    delete polled.rows['2'];
    await polled.run();
    expect(polled.sent).toEqual(['1/1', '3/3']);
    expect(polled.logger.lines).toContainEqual('Group 2 was deleted while it was read: Not Found: invalid group');
  });

  it('of one group that has gone is an error', async () => {
    const polled = account({ 1: old('1') });
    delete polled.rows['1'];
    await expect(polled.run()).rejects.toThrow(NotFoundError);
  });

  it('sends a receiver once where it is met twice, since another one was inserted before it', async () => {
    const polled = account({ 1: old('1', '2', '3', '4') });
    await polled.run(undefined, {
      deliver: ({ id }) => {
        polled.sent.push(id);
        if (id === '2') polled.rows['1']?.unshift(...old('0'));
        return Promise.resolve();
      },
    });
    expect([...polled.sent].sort()).toEqual(expect.arrayContaining(['1', '2', '3', '4']));
    expect(new Set(polled.sent).size).toBe(polled.sent.length);
    expect(polled.logger.lines.at(-1)).toMatch(/, [12] read again;/);
  });
});

describe('a poll that goes on', () => {
  /** A poll of groups 1 and 2 whose time is up in group 2. */
  async function stopped(changed: Partial<PollSettings> = {}): Promise<Account> {
    const polled = account({ 1: old('1'), 2: old('2', '3') });
    const deliver: PollIo['deliver'] = ({ id }) => {
      if (id === '2') polled.clock.advance(MINUTE_MS);
      return Promise.resolve();
    };
    await polled.run(changed, { deliver });
    expect(polled.saved.at(-1)).toMatchObject({ sweep: { at: { groupId: '2', offset: 1 } } });
    return polled;
  }

  it.each([
    ['timestamps', {}],
    ['content', byContent],
  ])(
    'by %s after the group in which it stopped was deleted comes to its end, and the next one reads all',
    async (_, by) => {
      const polled = await stopped(by);
      delete polled.rows['2'];
      const groups = [group('1')];
      await polled.run({ ...by, groups });
      expect(polled.saved.at(-1)).not.toHaveProperty('sweep');
      polled.rows['1']?.push(receiver('9', { registered: START + 120 }));
      polled.clock.advance(5 * MINUTE_MS);
      await polled.run({ ...by, groups });
      expect(polled.sent).toEqual(['1/9']);
    },
  );

  it('reads the groups behind the one that was deleted', async () => {
    const polled = await stopped();
    delete polled.rows['2'];
    polled.rows['3'] = old('5');
    await polled.run({ groups: [group('1'), group('3')] });
    expect(polled.sent).toEqual(['3/5']);
  });

  it('where no group is left comes to its end', async () => {
    const polled = await stopped();
    polled.rows = {};
    await polled.run({ groups: [] });
    expect(polled.saved.at(-1)).not.toHaveProperty('sweep');
  });

  it('leaves a new group with a lower id to the next one, which sends all of it, however old it is', async () => {
    const polled = await stopped();
    polled.rows['0'] = [receiver('7', { registered: 5 })];
    const groups = ['0', '1', '2'].map(group);
    await polled.run({ groups });
    expect(polled.sent).toEqual(['2/3']);
    await polled.run({ groups });
    expect(polled.sent).toEqual(['2/3', '0/7']);
    await polled.run({ groups });
    expect(polled.sent).toHaveLength(2);
  });
});

describe('a poll whose requests take longer than its time', () => {
  /** Group 1 in pages of two; each request for receivers takes as long. */
  async function slow(minutes: number): Promise<{ polled: Account; run: () => Promise<unknown> }> {
    const polled = account({ 1: old('1', '2', '3', '4', '5', '6') });
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      polled.clock.advance(minutes * MINUTE_MS);
      return listing(polled.rows)(groupId, query);
    };
    const run = async (): Promise<unknown> => {
      const groups = (): Promise<Group[]> => Promise.resolve([group('1')]);
      await polled.run(undefined, { api: { receivers, groups } as unknown as CleverReachApi });
      return (polled.saved.at(-1)?.['sweep'] as { at: { offset: number } } | undefined)?.at.offset;
    };
    return await Promise.resolve({ polled, run });
  }

  it('hands out one page that is new, and the next one goes on behind it', async () => {
    const { polled, run } = await slow(0.5);
    expect([await run(), await run(), await run(), await run()]).toEqual([2, 4, 6, undefined]);
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3', '1/4', '1/5', '1/6']);
  });

  it('gets on by a receiver at least where they take minutes, and the stored place never goes back', async () => {
    const { polled, run } = await slow(6);
    expect([await run(), await run(), await run()]).toEqual([1, 2, 3]);
    expect(polled.sent).toEqual(['1/1', '1/2', '1/3']);
  });

  it('keeps its place where it fails before it comes to a receiver that is new', async () => {
    const { polled, run } = await slow(0.5);
    await run();
    const stored = polled.saved.at(-1);
    const receivers: CleverReachApi['receivers'] = (groupId, query) => {
      polled.clock.advance(MINUTE_MS / 2);
      if (query.page > 0) return Promise.reject(new TemporaryError('away'));
      return listing(polled.rows)(groupId, query);
    };
    await expect(polled.run(undefined, { api: { receivers } as unknown as CleverReachApi })).rejects.toThrow('away');
    expect(polled.saved.at(-1)).toEqual(stored);
  });
});

describe('a poll that sends what the one before has sent', () => {
  /** More receivers with a timestamp far in the future than a snapshot can note. */
  const future = (count: number): Receiver[] =>
    Array.from({ length: count }, (_, index) => receiver(String(index + 1), { registered: START + 9_000_000 }));
  const warnings = ({ logger }: Account): number =>
    logger.lines.filter((line) => line.includes('with the same content as the poll before it')).length;

  async function polledThrice(count: number, between: (polled: Account) => void = () => undefined): Promise<Account> {
    const polled = account({ 1: future(count) });
    for (let round = 0; round < 3; round += 1) {
      await polled.run({ pageSize: 100 });
      polled.clock.advance(10 * MINUTE_MS);
      between(polled);
    }
    return polled;
  }

  it('says so once in each poll, with what to check, in a snapshot below the limit', async () => {
    const polled = await polledThrice(600);
    expect(warnings(polled)).toBe(1);
    expect(polled.logger.lines.join('\n')).toMatch(/timestamps in the future, and check the clock of this machine/);
    expect(Math.max(...polled.saved.map((one) => JSON.stringify(one).length))).toBeLessThanOrEqual(SNAPSHOT_LIMIT);
  });

  it('says nothing where the snapshot has room for all, or where one of them has changed each time', async () => {
    expect(warnings(await polledThrice(100))).toBe(0);
    let edits = 0;
    const changing = await polledThrice(600, ({ rows }) => {
      const last = rows['1']?.at(-1);
      if (last) last.global_attributes = { firstname: String((edits += 1)) };
    });
    expect(warnings(changing)).toBe(0);
  });
});

describe('a poll of all groups', () => {
  it('sends everybody of a group that it has not read before, however old the timestamps are, and once', async () => {
    const polled = account({ 1: old('1'), 2: old('2') });
    await polled.run();
    polled.sent.length = 0;
    polled.rows['3'] = [receiver('1', { registered: 5 }), receiver('3', { registered: 6 })];
    const groups = ['1', '2', '3'].map(group);
    await polled.run({ groups }, { deliver: () => Promise.reject(new TemporaryError('away')) }).catch(() => undefined);
    await polled.run({ groups });
    expect(polled.sent).toEqual(['3/1', '3/3']);
    await polled.run({ groups });
    expect(polled.sent).toHaveLength(2);
  });

  it('does not count a group as read in which a message has failed, while a later group went on', async () => {
    const polled = account({ 1: old('1'), 2: old('2', '3') });
    await polled.run();
    polled.sent.length = 0;
    polled.rows['0'] = [receiver('7', { registered: 5 })];
    polled.rows['2']?.push(receiver('8', { registered: START + 60 }));
    polled.clock.advance(10 * MINUTE_MS);
    const groups = ['0', '1', '2'].map(group);
    const deliver: PollIo['deliver'] = async ({ id }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (id === '7') throw new TemporaryError('away');
    };
    await expect(polled.run({ groups, emitConcurrency: 5 }, { deliver })).rejects.toThrow('away');
    await polled.run({ groups });
    expect(polled.sent).toContain('0/7');
  });

  it('takes all groups for known where an earlier version has left the snapshot, and later ones for new', async () => {
    const polled = account({ 1: [receiver('1', { registered: 5 })], 2: old('2') });
    polled.saved.push({ version: 1, lastUpdated: START, scope: 'all' });
    await polled.run();
    expect(polled.sent).toEqual([]);
    polled.rows['3'] = [receiver('3', { registered: 6 })];
    await polled.run({ groups: ['1', '2', '3'].map(group) });
    expect(polled.sent).toEqual(['3/3']);
  });
});

describe('a poll by content', () => {
  it('tells who has gone from every group, once, and reports it', async () => {
    const polled = account({ 1: old('1', '2'), 2: old('2', '3') });
    await polled.run(byContent);
    polled.rows['1'] = old('1');
    polled.rows['2'] = old('2');
    await polled.run(byContent);
    // 2 is still in the other group
    expect(polled.gone).toEqual(['3']);
    expect(polled.looked).toEqual(['3']);
    expect(polled.logger.lines.at(-1)).toContain(', 1 gone;');
    await polled.run(byContent);
    expect(polled.gone).toEqual(['3']);
  });

  it('forgets those of a group that is not listed any more, and announces them', async () => {
    const polled = account({ 1: old('1'), 2: old('2') });
    await polled.run(byContent);
    delete polled.rows['2'];
    await polled.run({ ...byContent, groups: [group('1')] });
    expect(polled.gone).toEqual(['2']);
  });

  it('of one group sends a receiver that it has passed over, where it has changed', async () => {
    const polled = account({ 1: old('1', '2') });
    await polled.run(byContent);
    const [first, second] = polled.rows['1'] ?? [];
    if (!first || !second) throw new Error('no receivers');
    polled.sent.length = 0;
    const changed = { ...second, email: 'changed@example.org' };
    await polled.run(byContent, {
      api: {
        groups: () => Promise.resolve([group('1')]),
        receivers: listing({ 1: [first] }),
        receiver: () => Promise.resolve(changed),
      } as unknown as CleverReachApi,
    });
    expect(polled.sent).toEqual(['1/2']);
    expect(polled.gone).toEqual([]);
  });

  it('does not announce a receiver that has moved to a group that was read before, and sends it there', async () => {
    const polled = account({ 1: old('1'), 2: old('2', '3') });
    await polled.run(byContent);
    polled.sent.length = 0;
    const moved = polled.rows['2']?.pop();
    const { rows } = polled;
    await polled.run(byContent, {
      api: {
        receivers: listing(rows),
        receiverInAccount: () => {
          if (moved && !rows['1']?.includes(moved)) rows['1']?.push(moved);
          return Promise.resolve(moved);
        },
        groupsOfReceiver: () => Promise.resolve([group('1')]),
      } as unknown as CleverReachApi,
    });
    expect(polled.sent).toEqual([]);
    await polled.run(byContent);
    expect([polled.sent, polled.gone]).toEqual([['1/3'], []]);
    rows['1']?.pop();
    await polled.run(byContent);
    expect(polled.gone).toEqual(['3']);
  });

  it('announces a receiver that moved and was deleted before any poll has met it again', async () => {
    const polled = account({ 1: old('1'), 2: old('2', '3') });
    await polled.run(byContent);
    const moved = polled.rows['2']?.pop();
    const receiverInAccount = (): Promise<Receiver | undefined> => Promise.resolve(moved);
    const groupsOfReceiver = (): Promise<Group[]> => Promise.resolve([group('1')]);
    const receivers = listing(polled.rows);
    const api = { receivers, receiverInAccount, groupsOfReceiver } as unknown as CleverReachApi;
    await polled.run(byContent, { api });
    expect(polled.gone).toEqual([]);
    await polled.run(byContent);
    expect(polled.gone).toEqual(['3']);
  });

  it.each([
    ['the account has it, and no group', [], ['2']],
    ['the account has it, and does not know its groups', undefined, []],
    ['the account has it, and a group', [group('7')], []],
  ])('announces a receiver where it has to: %s', async (_, groups, gone) => {
    const polled = account({ 1: old('1', '2'), 3: [] });
    await polled.run(byContent);
    const second = polled.rows['1']?.pop();
    const receivers = listing(polled.rows);
    await polled.run(byContent, {
      api: {
        receivers,
        receiverInAccount: () => Promise.resolve(second),
        groupsOfReceiver: () => Promise.resolve(groups),
      } as unknown as CleverReachApi,
    });
    expect(polled.gone).toEqual(gone);
  });

  it('of all groups does not take a look-up that fails for a deletion, says so once, and looks again', async () => {
    const polled = account({ 1: old('1', '2', '3'), 2: old('4') });
    await polled.run(byContent);
    polled.rows['1'] = old('1');
    const receivers = listing(polled.rows);
    const receiverInAccount = (): Promise<never> => Promise.reject(new TemporaryError('CleverReach is away'));
    const api = { receivers, receiverInAccount } as unknown as CleverReachApi;
    await expect(polled.run(byContent, { api })).rejects.toThrow('CleverReach is away');
    expect(polled.gone).toEqual([]);
    // it has read everything
    expect(polled.saved.at(-1)).not.toHaveProperty('sweep');
    expect(polled.logger.lines.filter((line) => line.includes('could not be asked'))).toEqual([
      'Receiver 2 was not met, and CleverReach could not be asked whether it still exists. Its deletion is not announced; the next poll asks again. CleverReach is away',
    ]);
    await polled.run(byContent);
    expect(polled.gone).toEqual(['2', '3']);
  });

  describe('of one group that is deleted while it runs', () => {
    const gone = new NotFoundError('Not Found: invalid group');

    it.each([
      ['before its first page', 0, []],
      ['before its second page', 1, ['1/1']],
    ])('announces nothing where the list is then empty: %s', async (_, from, sent) => {
      const polled = account({ 1: old('1', '2', '3', '4') });
      await polled.run(byContent);
      const rows = [receiver('1', { tags: ['new'] }), ...old('2', '3', '4')];
      polled.sent.length = 0;
      let isDeleted = false;
      const api: Partial<CleverReachApi> = {
        groups: () => Promise.resolve([group('7')]),
        receivers: (groupId, query) => {
          isDeleted ||= query.page >= from;
          return listing({ 1: isDeleted ? [] : rows })(groupId, query);
        },
        receiver: () => Promise.resolve(undefined),
      };
      await expect(polled.run(byContent, { api: api as CleverReachApi })).rejects.toThrow(
        new NotFoundError('Group 1 was deleted while it was read. The groups that exist: "G7" (7).'),
      );
      expect([polled.sent, polled.gone]).toEqual([sent, []]);
    });

    it('announces nothing more where a look-up says so, asks no further, and announces them if the group was there', async () => {
      const polled = account({ 1: old('1', '2', '3', '4') });
      await polled.run(byContent);
      polled.rows['1'] = old('1');
      const looked: string[] = [];
      const api: Partial<CleverReachApi> = {
        groups: () => Promise.resolve([group('1')]),
        receivers: listing(polled.rows),
        receiver: (_, id) => {
          looked.push(id);
          return id === '2' ? Promise.resolve(undefined) : Promise.reject(gone);
        },
      };
      await expect(polled.run(byContent, { api: api as CleverReachApi })).rejects.toThrow(gone);
      expect([polled.gone, looked]).toEqual([['2'], ['2', '3']]);
      await polled.run(byContent);
      expect(polled.gone).toEqual(['2', '3', '4']);
    });

    it('announces nothing where CleverReach cannot be asked for the group, and asks once', async () => {
      const polled = account({ 1: old('1', '2', '3') });
      await polled.run(byContent);
      polled.rows['1'] = old('1');
      let asked = 0;
      const api: Partial<CleverReachApi> = {
        groups: () => {
          asked += 1;
          return Promise.reject(new TemporaryError('CleverReach is away'));
        },
        receivers: listing(polled.rows),
        receiver: () => Promise.resolve(undefined),
      };
      await expect(polled.run(byContent, { api: api as CleverReachApi })).rejects.toThrow('CleverReach is away');
      expect([polled.gone, asked]).toEqual([[], 1]);
    });

    it('asks for the group once, however many are missing, and not where none is', async () => {
      const polled = account({ 1: old('1', '2', '3') });
      let asked = 0;
      const api: Partial<CleverReachApi> = {
        groups: () => {
          asked += 1;
          return Promise.resolve([group('1')]);
        },
        receivers: (groupId, query) => listing(polled.rows)(groupId, query),
        receiver: () => Promise.resolve(undefined),
      };
      await polled.run(byContent, { api: api as CleverReachApi });
      expect(asked).toBe(0);
      polled.rows['1'] = old('1');
      await polled.run(byContent, { api: api as CleverReachApi });
      expect([polled.gone, asked]).toEqual([['2', '3'], 1]);
    });
  });

  it('of all groups announces the receivers of groups that are not listed any more, also of the last one', async () => {
    const polled = account({ 1: old('1'), 2: old('2') });
    await polled.run(byContent);
    polled.rows = {};
    await polled.run({ ...byContent, groups: [] });
    expect(polled.gone).toEqual(['1', '2']);
    await polled.run({ ...byContent, groups: [] });
    expect(polled.gone).toEqual(['1', '2']);
  });

  it('goes on with those that have gone where its time was up between two of them', async () => {
    const polled = account({ 1: old('1', '2', '3') });
    await polled.run(byContent);
    polled.rows['1'] = old('1');
    const deliverDeletion = (id: string): Promise<void> => {
      polled.gone.push(id);
      polled.clock.advance(MINUTE_MS);
      return Promise.resolve();
    };
    await polled.run(byContent, { deliverDeletion });
    expect(polled.gone).toEqual(['2']);
    expect(polled.logger.lines.at(-1)).toContain('The time of the run was up');
    expect(polled.saved.at(-1)).toHaveProperty('sweep');
    await polled.run(byContent);
    expect(polled.saved.at(-1)).not.toHaveProperty('sweep');
    expect(polled.gone).toEqual(['2', '3']);
  });
});

describe.each([
  ['timestamps', { changeDetection: 'timestamps', emitDeletions: false }],
  ['content', byContent],
] as const)('a receiver that is changed back, with polls by %s,', (_, by) => {
  const a = receiver('1', { registered: START - 10 });
  const b = { ...a, tags: ['b'] };
  const after = (one: Receiver, seconds: number): Receiver => ({
    ...one,
    events: [{ stamp: START + seconds, type: 'api' }],
  });

  it.each([
    ['and nothing is stored any more', true],
    ['and the failure is stored', false],
  ])('is sent again where the message before may have arrived, %s', async (_how, isDead) => {
    const polled = account({ 1: [a] });
    const deliver: PollIo['deliver'] = () => Promise.reject(new Error('not confirmed'));
    let saves = 0;
    const save = (snapshot: object): Promise<void> => {
      if (isDead && (saves += 1) > 1) return Promise.reject(new Error('dead'));
      polled.saved.push(structuredClone(snapshot) as Record<string, unknown>);
      return Promise.resolve();
    };
    await polled.run(by);
    polled.clock.advance(10_000);
    polled.rows['1'] = [after(b, 5)];
    await polled.run(by, { deliver, save }).catch(() => undefined);
    polled.rows['1'] = [after(a, 8)];
    await polled.run(by);
    expect(polled.sent).toEqual(['1/1', '1/1']);
    await polled.run(by);
    expect(polled.sent).toHaveLength(2);
  });

  it('is sent again after a poll that went on had sent the other content', async () => {
    const polled = account({ 1: [a, ...old('2', '3')] });
    await polled.run(by);
    polled.clock.advance(10 * MINUTE_MS);
    polled.rows['1'] = [after(b, 300), ...old('2', '3')];
    const deliver: PollIo['deliver'] = () => {
      polled.clock.advance(MINUTE_MS);
      return Promise.resolve();
    };
    await polled.run(by, { deliver });
    polled.rows['1'] = [after(a, 620), ...old('2', '3')];
    polled.sent.length = 0;
    await polled.run(by);
    await polled.run(by);
    expect(polled.sent).toEqual(['1/1']);
  });
});

describe('a poll that fails', () => {
  const failure = new TemporaryError('the broker is away');

  it('stores how far it came', async () => {
    const polled = account({ 1: old('1', '2', '3') });
    const deliver: PollIo['deliver'] = ({ id }) => {
      if (id === '2') return Promise.reject(failure);
      polled.sent.push(id);
      return Promise.resolve();
    };
    await expect(polled.run(undefined, { deliver })).rejects.toBe(failure);
    expect(polled.saved).toMatchObject([{ sweep: { at: { groupId: '1', offset: 1 } } }]);
    expect(polled.logger.lines.at(-1)).toMatch(/^Polled a part of group 1 .* The poll has failed: the broker is away/);
    await polled.run();
    expect(polled.sent).toEqual(['1', '1/2', '1/3']);
  });

  it('stores nothing where nothing was sent', async () => {
    const polled = account({ 1: old('1') });
    await expect(polled.run(undefined, { deliver: () => Promise.reject(failure) })).rejects.toBe(failure);
    expect(polled.saved).toEqual([]);
  });

  it('says that the place could not be stored, and fails with what it has failed with', async () => {
    const polled = account({ 1: old('1', '2') });
    const deliver: PollIo['deliver'] = ({ id }) => (id === '2' ? Promise.reject(failure) : Promise.resolve());
    const save = (): Promise<void> => Promise.reject(new Error('no connection'));
    await expect(polled.run(undefined, { deliver, save })).rejects.toBe(failure);
    expect(polled.logger.lines).toContain('The place where the run stopped could not be stored: no connection');
    expect(polled.logger.lines.filter((line) => line.startsWith('A message could not be sent either'))).toEqual([]);
  });

  it('says what happened to another message that was on its way', async () => {
    const polled = account({ 1: old('1', '2', '3', '4') });
    const away = new TemporaryError('CleverReach is away');
    let refuse = (): void => undefined;
    const deliver: PollIo['deliver'] = ({ id }) =>
      new Promise((resolve, reject) => {
        if (id !== '4') resolve();
        else
          refuse = () => {
            reject(failure);
          };
      });
    const receivers = (_group: string, { page }: { page: number }): Promise<{ receivers: Receiver[] }> => {
      if (page === 0) return Promise.resolve({ receivers: polled.rows['1'] ?? [] });
      setTimeout(() => {
        refuse();
      }, 20);
      return Promise.reject(away);
    };
    const api = { receivers } as unknown as CleverReachApi;
    await expect(polled.run({ pageSize: 4, emitConcurrency: 5 }, { deliver, api })).rejects.toBe(away);
    expect(polled.logger.lines).toContain('A message could not be sent either: the broker is away');
  });

  it('for the sake of one receiver sends the others, and is an error at its end', async () => {
    const polled = account({ 1: old('1', '2', '3') });
    const deliver: PollIo['deliver'] = ({ id }) => {
      if (id === '2') return Promise.reject(new RecordError('it cannot be mapped'));
      polled.sent.push(id);
      return Promise.resolve();
    };
    await expect(polled.run(undefined, { deliver })).rejects.toThrow(/receiver 2 of group 1: it cannot be mapped/);
    expect(polled.sent).toEqual(['1', '3']);
    expect(polled.logger.lines.at(-1)).toMatch(/: 3 receivers read, 2 sent, 0 unchanged, 0 sent before, 1 rejected;/);
  });
});
