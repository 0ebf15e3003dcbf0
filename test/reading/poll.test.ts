import type { CleverReachApi, Group, Receiver } from '../../lib/utils/cleverreach/types';
import { NotFoundError, RecordError, TemporaryError } from '../../lib/utils/errors';
import { poll } from '../../lib/utils/reading/poll';
import type { PollIo, PollSettings } from '../../lib/utils/reading/run';
import { parseSnapshot, stateFor } from '../../lib/utils/reading/snapshot';
import { fakeClock, recordingLogger, type FakeClock, type RecordingLogger } from '../support/http';
import { receiver } from './receivers';

const START = 1_764_000_000;
const MINUTE_MS = 60_000;
const settings: Omit<PollSettings, 'groups'> = {
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

/** An account whose groups hold what `rows` says; its polls go on from what the one before has stored. */
function account(rows: Record<string, Receiver[]>): Account {
  const [clock, logger] = [fakeClock(START * 1_000), recordingLogger()];
  const it: Omit<Account, 'run'> = { clock, logger, rows, sent: [], gone: [], saved: [], looked: [], ahead: 0 };
  const api: Partial<CleverReachApi> = {
    groups: () => Promise.resolve(Object.keys(it.rows).map(group)),
    receivers: (groupId, { page, pageSize }) => {
      const all = it.rows[groupId];
      if (!all) return Promise.reject(new NotFoundError('Not Found: invalid group'));
      return Promise.resolve({ receivers: all.slice(page * pageSize, (page + 1) * pageSize), serverTime: now() });
    },
    receiver: (groupId, id) => {
      it.looked.push(`${groupId}/${id}`);
      return Promise.resolve(it.rows[groupId]?.find((one) => one.id === id));
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
      await poll(state, { ...settings, groups, ...changed }, { ...io, ...other });
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
      polled.ahead = wrong;
      polled.clock.advance(10 * MINUTE_MS);
      const run = polled.run();
      // the first answer is on its way, the next ones tell the right time
      await Promise.resolve();
      polled.ahead = 0;
      await run;
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
    expect(polled.logger.lines).toContainEqual('Group 2 has gone while it was read: Not Found: invalid group');
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

describe('a poll by content', () => {
  it('tells who has gone from every group, once, and reports it', async () => {
    const polled = account({ 1: old('1', '2'), 2: old('2', '3') });
    await polled.run(byContent);
    polled.rows['1'] = old('1');
    polled.rows['2'] = old('2');
    await polled.run(byContent);
    // 2 is still in the other group
    expect(polled.gone).toEqual(['3']);
    expect(polled.looked).toEqual(['1/2', '2/3']);
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

  it('sends a receiver that it has passed over, where it has changed, to the group in which it is', async () => {
    const polled = account({ 1: old('3'), 2: old('1', '2') });
    await polled.run(byContent);
    const [first, second] = polled.rows['2'] ?? [];
    if (!first || !second) throw new Error('no receivers');
    polled.sent.length = 0;
    const changed = { ...second, email: 'changed@example.org' };
    polled.rows['2'] = [first];
    await polled.run(byContent, {
      deliver: ({ id }, { id: groupId, name }) => {
        polled.sent.push(`${groupId}/${id} of ${name}`);
        return Promise.resolve();
      },
      api: {
        receivers: (groupId: string, { page, pageSize }: { page: number; pageSize: number }) =>
          Promise.resolve({
            receivers: (polled.rows[groupId] ?? []).slice(page * pageSize, (page + 1) * pageSize),
            serverTime: START,
          }),
        receiver: () => Promise.resolve(changed),
      } as unknown as CleverReachApi,
    });
    expect(polled.sent).toEqual(['2/2 of G2']);
    expect(polled.gone).toEqual([]);
  });

  it('sends a receiver that has changed in a group that is not listed, with what is known of the group', async () => {
    const polled = account({ 1: old('1'), 2: old('2') });
    await polled.run(byContent);
    polled.sent.length = 0;
    polled.rows['2'] = polled.rows['2']?.map((one) => ({ ...one, email: 'changed@example.org' })) ?? [];
    await polled.run({ ...byContent, groups: [group('1')] });
    expect(polled.sent).toEqual(['2/2 of ""']);
    expect(polled.gone).toEqual([]);
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
