import type { Receiver } from '../../../lib/cleverreach/types';
import type { MapMessage, MappingMessage } from '../../../lib/mapping/message';
import { createEmitter } from '../../../lib/polling/emitter';
import type { Emitter } from '../../../lib/polling/pollSettings';
import { NothingMappedError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { receiver } from '../../support/receiver';

const NOW = Date.UTC(2024, 0, 31, 8);
const group = { id: '7', name: 'Newsletter' };
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
/** Maps a receiver to its id. */
const toId: MapMessage = ({ metadata, data }) =>
  Promise.resolve({ ...(metadata && { metadata }), data: { id: data['id'] } });

interface Stage {
  emitter: Emitter;
  messages: MappingMessage[];
  raw: [string, unknown][];
  /** The sizes of the messages that were sent or refused. */
  sizes: number[];
}

const resultsOf = ({ data }: MappingMessage): { id: string }[] => (data['results'] ?? []) as { id: string }[];

function stage(
  behavior: 'emitIndividually' | 'fetchPage',
  {
    map = toId,
    send = () => Promise.resolve(),
    storesRawRecords = false,
    groupId,
  }: {
    map?: MapMessage;
    send?: (message: MappingMessage) => Promise<void>;
    storesRawRecords?: boolean;
    groupId?: string;
  } = {},
): Stage {
  const messages: MappingMessage[] = [];
  const raw: [string, unknown][] = [];
  const sizes: number[] = [];
  const step = {
    emitData: async (message: MappingMessage): Promise<void> => {
      sizes.push(resultsOf(message).length);
      await send(message);
      messages.push(message);
    },
    emitRawRecord: (id: string, payload: unknown): Promise<void> => {
      raw.push([id, payload]);
      return Promise.resolve();
    },
  };
  const emitter = createEmitter(step, map, {
    clock: { now: () => NOW },
    ...{ behavior, storesRawRecords, ...(groupId !== undefined && { groupId }) },
  });
  return { emitter, messages, raw, sizes };
}

const many = (count: number): Receiver[] => Array.from({ length: count }, (_, index) => receiver(String(index + 1)));

/** Emits all of them. @returns the result for each: `waits`, `ok` or an error */
function emitAll({ emitter }: Stage, receivers: readonly Receiver[]): string[] {
  const outcomes = receivers.map(() => 'waits');
  for (const [index, one] of receivers.entries()) {
    void emitter.emit(one, group, 'new').then(
      () => (outcomes[index] = 'ok'),
      (error: unknown) => (outcomes[index] = String(error)),
    );
  }
  return outcomes;
}

const count = (outcomes: readonly string[], wanted: string): number => outcomes.filter((one) => one === wanted).length;

describe('messages for single receivers', () => {
  it('are mapped from the receiver with its group, and have its id', async () => {
    const inputs: MappingMessage[] = [];
    const map: MapMessage = (message) => {
      inputs.push(message);
      return toId(message);
    };
    const { emitter, messages } = stage('emitIndividually', { map });
    await emitter.emit(receiver('1'), group, 'new');
    expect(inputs).toMatchObject([
      { metadata: { recordUid: '1' }, data: { id: '1', group_id: '7', category: 'Newsletter' } },
    ]);
    expect(messages).toEqual([{ metadata: { recordUid: '1', changeType: 'new' }, data: { id: '1' } }]);
  });

  it.each<[string, Record<string, unknown> | undefined, Record<string, unknown>]>([
    ['no metadata', undefined, { recordUid: '1' }],
    ['other metadata', { a: 1 }, { a: 1, recordUid: '1' }],
    ['a number as id', { recordUid: 5 }, { recordUid: '5' }],
    ['an object as id', { recordUid: {} }, { recordUid: '1' }],
  ])('have an id that is a string, although the mapping returns %s', async (_, metadata, expected) => {
    const map: MapMessage = () => Promise.resolve({ ...(metadata && { metadata }), data: {} });
    const { emitter, messages } = stage('emitIndividually', { map });
    await emitter.emit(receiver('1'), group, 'new');
    expect(messages[0]?.metadata).toEqual({ changeType: 'new', ...expected });
  });

  it('are about twenty at once', () => {
    expect(stage('emitIndividually').emitter.concurrency).toBe(20);
  });

  it('need no flush', async () => {
    const { emitter, messages } = stage('emitIndividually');
    await emitter.emit(receiver('1'), group, 'new');
    emitter.flush();
    expect(messages).toHaveLength(1);
  });
});

describe.each(['emitIndividually', 'fetchPage'] as const)('a receiver that cannot be sent, with %s,', (behavior) => {
  const attributes = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`a${index}`, 'x']));
  let nested: Record<string, unknown> = {};
  for (let depth = 0; depth < 150; depth += 1) nested = { nested };

  it.each<[string, Partial<Receiver>, RegExp]>([
    ['too many attributes', { attributes }, /more than 1000 attributes/],
    ['too deep nesting', { nested }, /the receiver is nested more than 100 levels deep/],
  ])('is a RecordError: %s', async (_, members, message) => {
    const one = stage(behavior);
    const [outcome] = [emitAll(one, [receiver('1', members), receiver('2')])];
    one.emitter.flush();
    await turn();
    expect(outcome).toEqual([expect.stringMatching(message), 'ok']);
  });

  it('is a RecordError of its mapping, and the others are sent', async () => {
    const map: MapMessage = (message) =>
      message.data['id'] === '2' ? Promise.reject(new RecordError('it cannot be mapped')) : toId(message);
    const one = stage(behavior, { map });
    const outcomes = emitAll(one, many(3));
    one.emitter.flush();
    await turn();
    expect(outcomes).toEqual(['ok', expect.stringContaining('it cannot be mapped'), 'ok']);
  });
});

describe.each(['emitIndividually', 'fetchPage'] as const)(
  'a receiver for which the mapping returns nothing, with %s,',
  (behavior) => {
    const map: MapMessage = (message) =>
      message.data['id'] === '2' ? Promise.reject(new NothingMappedError('nothing')) : toId(message);

    it('is skipped, and the others are sent', async () => {
      const one = stage(behavior, { map, storesRawRecords: true });
      const emissions = many(3).map((row) => one.emitter.emit(row, group, 'new'));
      await turn();
      one.emitter.flush();
      expect(await Promise.all(emissions)).toEqual(['sent', 'skipped', 'sent']);
      const sent = behavior === 'fetchPage' ? one.messages.flatMap(resultsOf) : one.messages.map(({ data }) => data);
      expect(sent).toEqual([{ id: '1' }, { id: '3' }]);
      expect(one.raw.map(([, payload]) => payload)).toMatchObject([{ id: '1' }, { id: '3' }]);
    });

    it('is no message of its own, and no page', async () => {
      const one = stage(behavior, { map });
      const emission = one.emitter.emit(receiver('2'), group, 'changed');
      one.emitter.flush();
      expect([await emission, one.messages, one.sizes]).toEqual(['skipped', [], []]);
    });
  },
);

describe.each(['emitIndividually', 'fetchPage'] as const)('the history of a receiver, with %s,', (behavior) => {
  it('is not part of what is mapped and stored, and stays with the receiver', async () => {
    const inputs: MappingMessage[] = [];
    const map: MapMessage = (message) => {
      inputs.push(structuredClone(message));
      return toId(message);
    };
    const one = stage(behavior, { map, storesRawRecords: true });
    const events = [{ stamp: 1, type: 'mail_open' }];
    const jo = receiver('1', { email: 'zoe.mueller@example.org', attributes: { nachname: 'Müller' }, events });
    const bare = receiver('2');
    delete bare.events;
    emitAll(one, [jo, bare]);
    one.emitter.flush();
    await turn();
    const data: Partial<Receiver> & { category: string } = { ...jo, group_id: '7', category: 'Newsletter' };
    delete data.events;
    expect(inputs[0]).toStrictEqual({ metadata: { recordUid: '1', changeType: 'new' }, data });
    expect(one.raw[0]?.[1]).toStrictEqual(data);
    expect(inputs[1]?.data).toStrictEqual({ ...bare, group_id: '7', category: 'Newsletter' });
    expect(jo.events).toBe(events);
  });
});

describe('messages for pages of receivers', () => {
  it('contain the mapped data of 500 receivers each, without metadata', async () => {
    const one = stage('fetchPage');
    const outcomes = emitAll(one, many(1_200));
    await turn();
    expect(one.sizes).toEqual([500, 500]);
    expect([count(outcomes, 'ok'), count(outcomes, 'waits')]).toEqual([1_000, 200]);
    expect(one.messages[0]).toEqual({ metadata: {}, data: { results: many(500).map(({ id }) => ({ id })) } });
    one.emitter.flush();
    await turn();
    expect([one.sizes, count(outcomes, 'ok')]).toEqual([[500, 500, 200], 1_200]);
  });

  it('are two at once', () => {
    expect(stage('fetchPage').emitter.concurrency).toBe(1_000);
  });

  it('confirm their receivers when the broker has confirmed them', async () => {
    let confirm = (): void => undefined;
    const one = stage('fetchPage', { send: () => new Promise((resolve) => (confirm = resolve)) });
    const outcomes = emitAll(one, many(2));
    one.emitter.flush();
    await turn();
    expect(outcomes).toEqual(['waits', 'waits']);
    confirm();
    await turn();
    expect(outcomes).toEqual(['ok', 'ok']);
  });

  it('wait at a flush for the receivers that are being mapped', async () => {
    const waiting: (() => void)[] = [];
    const map: MapMessage = async (message) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return await toId(message);
    };
    const one = stage('fetchPage', { map });
    const outcomes = emitAll(one, many(3));
    await turn();
    one.emitter.flush();
    waiting[0]?.();
    waiting[2]?.();
    await turn();
    expect(one.sizes).toEqual([]);
    waiting[1]?.();
    await turn();
    expect([one.sizes, outcomes]).toEqual([[3], ['ok', 'ok', 'ok']]);
  });

  it('are sent at a flush although the last receiver that is being mapped cannot be mapped', async () => {
    let fail = (): void => undefined;
    const map: MapMessage = (message) =>
      message.data['id'] === '2'
        ? new Promise((_, reject) => {
            fail = () => {
              reject(new RecordError('no'));
            };
          })
        : toId(message);
    const one = stage('fetchPage', { map });
    const outcomes = emitAll(one, many(2));
    await turn();
    one.emitter.flush();
    await turn();
    expect(one.sizes).toEqual([]);
    fail();
    await turn();
    expect([one.sizes, outcomes]).toEqual([[1], ['ok', 'RecordError: no']]);
  });

  it('wait for more again after a flush', async () => {
    const one = stage('fetchPage');
    one.emitter.flush();
    const outcomes = emitAll(one, many(2));
    await turn();
    expect([one.sizes, outcomes]).toEqual([[], ['waits', 'waits']]);
  });

  it('are not sent without receivers', async () => {
    const one = stage('fetchPage');
    one.emitter.flush();
    await turn();
    expect(one.sizes).toEqual([]);
  });

  it('are sent in halves if they are too large, down to a single receiver, which alone cannot be sent', async () => {
    const send = (message: MappingMessage): Promise<void> =>
      resultsOf(message).some(({ id }) => id === '3')
        ? Promise.reject(new RecordError('it is too large'))
        : Promise.resolve();
    const one = stage('fetchPage', { send });
    const outcomes = emitAll(one, many(5));
    one.emitter.flush();
    await turn();
    expect(one.sizes).toEqual([5, 3, 2, 1, 2]);
    expect(outcomes).toEqual(['ok', 'ok', 'RecordError: it is too large', 'ok', 'ok']);
    expect(one.messages.flatMap(resultsOf).map(({ id }) => id)).toEqual(['1', '2', '4', '5']);
  });

  it('fail for all their receivers if the broker fails', async () => {
    const one = stage('fetchPage', { send: () => Promise.reject(new TemporaryError('away')) });
    const outcomes = emitAll(one, many(3));
    one.emitter.flush();
    await turn();
    expect([one.sizes, outcomes]).toEqual([[3], Array(3).fill('TemporaryError: away')]);
  });
});

describe('raw records', () => {
  it.each(['emitIndividually', 'fetchPage'] as const)(
    'are sent for each mapped receiver, with %s',
    async (behavior) => {
      const map: MapMessage = (message) =>
        message.data['id'] === '2' ? Promise.reject(new RecordError('no')) : toId(message);
      const one = stage(behavior, { map, storesRawRecords: true });
      emitAll(one, many(3));
      one.emitter.flush();
      await turn();
      expect(one.raw.map(([, payload]) => payload)).toMatchObject([
        { id: '1', email: 'r000001@example.org', category: 'Newsletter' },
        { id: '3' },
      ]);
      expect(new Set(one.raw.map(([id]) => id)).size).toBe(2);
    },
  );

  it('are not sent unless they are wanted', async () => {
    const one = stage('emitIndividually');
    await one.emitter.emit(receiver('1'), group, 'new');
    expect(one.raw).toEqual([]);
  });
});

describe.each(['emitIndividually', 'fetchPage'] as const)('a deletion, with %s,', (behavior) => {
  const deleteRequested = '2024-01-31T08:00:00.000Z';
  const metadata = { recordUid: '5', changeType: 'deleted' };

  it('is a separate message that names the account, the receiver and the group', async () => {
    const { emitter, messages } = stage(behavior, { groupId: '1046' });
    await emitter.emitDeletion('5', '300417');
    const cleverreach = { accountId: '300417', receiverId: '5', groupId: '1046' };
    expect(messages).toEqual([{ metadata, data: { deleteRequested, cleverreach } }]);
  });

  it('omits a group if all groups are read, and an account that is not known', async () => {
    const { emitter, messages } = stage(behavior);
    await emitter.emitDeletion('5', undefined);
    expect(messages).toEqual([{ metadata, data: { deleteRequested, cleverreach: { receiverId: '5' } } }]);
  });
});
