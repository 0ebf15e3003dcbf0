import { MessageBatcher, type BatchEntry, type WriteMany } from '../../../lib/upsert/messageBatcher';
import type { Subject } from '../../../lib/upsert/resolve/recordOrder';

type AnyEntry = BatchEntry<string, string>;

/** Writes that end when the test says so. */
class SlowWriter {
  readonly written: string[][] = [];
  private readonly open: {
    items: readonly string[];
    end: (results: string[]) => void;
    fail: (error: Error) => void;
  }[] = [];

  readonly write = (items: readonly string[]): Promise<string[]> => {
    this.written.push([...items]);
    return new Promise((end, fail) => this.open.push({ items, end, fail }));
  };

  end(): void {
    const { items, end } = this.open.shift() ?? {};
    end?.((items ?? []).map((item) => `${item}!`));
  }

  fail(): void {
    this.open.shift()?.fail(new Error('no'));
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that passes when the test says so. */
class Pauses {
  private open: (() => void)[] = [];

  readonly sleep = (): Promise<void> => new Promise((resolve) => this.open.push(resolve));

  async pass(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      for (const end of this.open.splice(0)) end();
      await tick();
    }
  }
}

/** Adds what is ready at once; its first letter is the address. */
function add(
  batcher: MessageBatcher<string, string>,
  queue: string,
  item: string | Promise<string>,
  write: WriteMany<string, string>,
  kind = 'same settings',
  { source = 'same mapping', names = () => true }: Partial<Pick<AnyEntry, 'source' | 'names'>> = {},
): Promise<string> {
  const subjectOf = (text: string) => ({ addresses: [text.charAt(0)] });
  return batcher.add({ queue, kind, item: Promise.resolve(item), source, names, subjectOf, write });
}

/** Three messages came one after the other, and the first of them is written. */
async function firstOfThree(): Promise<{
  writer: SlowWriter;
  pauses: Pauses;
  batcher: MessageBatcher<string, string>;
  results: Promise<string>[];
}> {
  const writer = new SlowWriter();
  const pauses = new Pauses();
  const batcher = new MessageBatcher<string, string>(pauses);
  const results = [add(batcher, 'k', 'a', writer.write)];
  await tick();
  results.push(...['b', 'c'].map((item) => add(batcher, 'k', item, writer.write)));
  await tick();
  writer.end();
  return { writer, pauses, batcher, results };
}

/** A moment is over before anybody can come. */
const noPause = { sleep: (): Promise<void> => Promise.resolve() };

describe('messages that arrive together', () => {
  it('are written together while one write is under way, and each gets its own result', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const results = [add(batcher, 'k', 'a', writer.write)];
    await tick();
    results.push(...['b', 'c', 'd'].map((item) => add(batcher, 'k', item, writer.write)));
    await tick();
    expect(writer.written).toEqual([['a']]);
    writer.end();
    await tick();
    expect(writer.written).toEqual([['a'], ['b', 'c', 'd']]);
    writer.end();
    expect(await Promise.all(results)).toEqual(['a!', 'b!', 'c!', 'd!']);
  });

  it('do not delay one that arrives alone, now or later', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    for (const item of ['a', 'b']) {
      const result = add(batcher, 'k', item, writer.write);
      await tick();
      writer.end();
      expect(await result).toBe(`${item}!`);
    }
    expect(writer.written).toEqual([['a'], ['b']]);
  });

  it('do not delay one that arrives after one that was alone', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(new Pauses());
    for (const item of ['a', 'b']) {
      const result = add(batcher, 'k', item, writer.write);
      await tick();
      writer.end();
      expect(await result).toBe(`${item}!`);
    }
  });

  it('are not written together with messages of another account or with other settings', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const results = ['a', 'b'].map((item) => add(batcher, item, item, writer.write));
    await tick();
    expect(writer.written).toEqual([['a'], ['b']]);
    writer.end();
    writer.end();
    expect(await Promise.all(results)).toEqual(['a!', 'b!']);
  });

  it('are written 250 at a time', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const results = Array.from({ length: 301 }, (_, index) => add(batcher, 'k', String(index), writer.write));
    for (let round = 0; round < 2; round += 1) {
      await tick();
      writer.end();
    }
    await Promise.all(results);
    expect(writer.written.map(({ length }) => length)).toEqual([250, 51]);
  });

  it('fail together when the write as a whole fails, and the following ones are written', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const first = add(batcher, 'k', 'a', writer.write);
    await tick();
    const second = add(batcher, 'k', 'b', writer.write);
    await tick();
    writer.fail();
    await expect(first).rejects.toThrow('no');
    await tick();
    writer.end();
    expect(await second).toBe('b!');
  });

  it('fail if the write returns no result for them, and no others do', async () => {
    const batcher = new MessageBatcher<string, string>(noPause);
    const write = (items: readonly string[]): Promise<string[]> =>
      Promise.resolve(items.slice(0, 1).map((item) => `${item}!`));
    const [first, second] = ['a', 'b'].map((item) => add(batcher, 'k', item, write));
    expect(await first).toBe('a!');
    await expect(second).rejects.toThrow('2 items were written with 1 results');
  });

  it('are written together with those that arrive as soon as the previous ones are done', async () => {
    const { writer, pauses, batcher, results } = await firstOfThree();
    await results[0];
    results.push(add(batcher, 'k', 'd', writer.write));
    await pauses.pass(1);
    expect(writer.written).toEqual([['a'], ['b', 'c', 'd']]);
    writer.end();
    await Promise.all(results);
    // the line is empty now, and still nobody of the next three goes alone
    results.push(...['e', 'f', 'g'].map((item) => add(batcher, 'k', item, writer.write)));
    await pauses.pass(1);
    expect(writer.written[2]).toEqual(['e', 'f', 'g']);
    writer.end();
    expect(await Promise.all(results)).toHaveLength(7);
  });

  it('wait for at most a twentieth of a second when fewer arrive than before', async () => {
    const { writer, pauses, results } = await firstOfThree();
    await tick();
    await pauses.pass(9);
    expect(writer.written).toEqual([['a']]);
    await pauses.pass(1);
    expect(writer.written).toEqual([['a'], ['b', 'c']]);
    writer.end();
    await Promise.all(results);
  });

  it('are no longer waited for after a moment without messages', async () => {
    const { writer, pauses, batcher, results } = await firstOfThree();
    await tick();
    await pauses.pass(10);
    writer.end();
    await Promise.all(results);
    await pauses.pass(10);
    const alone = add(batcher, 'k', 'd', writer.write);
    await tick();
    expect(writer.written).toEqual([['a'], ['b', 'c'], ['d']]);
    writer.end();
    expect(await alone).toBe('d!');
  });

  const late = (item: string): { item: Promise<string>; come: () => void; fail: () => void } => {
    let [come, fail] = [(): void => undefined, (): void => undefined];
    const promise = new Promise<string>((resolve, reject) => {
      come = () => {
        resolve(item);
      };
      fail = () => {
        reject(new Error(`${item} cannot be mapped`));
      };
    });
    return { item: promise, come, fail };
  };

  it('keep their positions while one of them is not ready yet', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const slow = late('b');
    const results = ['a', slow.item, 'c'].map((item) => add(batcher, 'k', item, writer.write));
    await tick();
    writer.end();
    await tick();
    expect(writer.written).toEqual([['a']]);
    slow.come();
    await tick();
    expect(writer.written).toEqual([['a'], ['b', 'c']]);
    writer.end();
    expect(await Promise.all(results)).toEqual(['a!', 'b!', 'c!']);
  });

  it('do not wait for one that is rejected before it is ready', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const slow = late('a');
    const failing = add(batcher, 'k', slow.item, writer.write);
    const other = add(batcher, 'k', 'b', writer.write);
    await tick();
    expect(writer.written).toEqual([]);
    slow.fail();
    await expect(failing).rejects.toThrow('a cannot be mapped');
    await tick();
    writer.end();
    expect(await other).toBe('b!');
  });

  it('are overtaken before they are mapped, after a timeout, only by those of another mapping whose receiver they do not name', async () => {
    const writer = new SlowWriter();
    const pauses = new Pauses();
    const batcher = new MessageBatcher<string, string>(pauses);
    const slow = late('a1');
    const names = ({ addresses }: Subject): boolean => addresses.includes('a');
    const results = [
      add(batcher, 'k', slow.item, writer.write, 's', { source: 'slow', names }),
      add(batcher, 'k', 'b1', writer.write, 's', { source: 'slow' }),
      ...['a2', 'b2', 'c1'].map((item) => add(batcher, 'k', item, writer.write, 's', { source: 'quick' })),
    ];
    await tick();
    expect(writer.written).toEqual([]);
    await pauses.pass(1);
    // b1 waits for its own mapping, a2 for its receiver, and b2 for b1
    expect(writer.written).toEqual([['c1']]);
    writer.end();
    await pauses.pass(400);
    expect(writer.written).toEqual([['c1']]);
    slow.come();
    await tick();
    expect(writer.written).toEqual([['c1'], ['a1', 'b1', 'a2', 'b2']]);
    writer.end();
    expect(await Promise.all(results)).toEqual(['a1!', 'b1!', 'a2!', 'b2!', 'c1!']);
  });

  it('delay all others whose receiver they do not name once, for a second and a half, before they are mapped', async () => {
    const writer = new SlowWriter();
    const sleeps: [number, () => void][] = [];
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => sleeps.push([ms, resolve]));
    const batcher = new MessageBatcher<string, string>({ sleep });
    const slow = ['x', 'y', 'z'].map(late);
    const unknown = { source: 'slow', names: () => false };
    const slowResults = slow.map(({ item }) => add(batcher, 'k', item, writer.write, 's', unknown));
    const first = add(batcher, 'k', 'a', writer.write, 's', { source: 'quick' });
    await tick();
    expect(writer.written).toEqual([]);
    expect(sleeps.map(([ms]) => ms)).toEqual([1_500, 1_500, 1_500]);
    for (const [, end] of sleeps.splice(0)) end();
    await tick();
    expect(writer.written).toEqual([['a']]);
    writer.end();
    expect(await first).toBe('a!');
    for (const { come } of slow) come();
    for (let step = 0; step < 10; step += 1) {
      for (const [, end] of sleeps.splice(0)) end();
      await tick();
    }
    expect(writer.written.slice(1)).toEqual([['x', 'y', 'z']]);
    writer.end();
    expect(await Promise.all(slowResults)).toEqual(['x!', 'y!', 'z!']);
  });

  it('with other settings are overtaken only by those about another receiver', async () => {
    const writer = new SlowWriter();
    const batcher = new MessageBatcher<string, string>(noPause);
    const kinds = { a1: 'x', b1: 'y', a2: 'x', b2: 'x', c1: 'y', b3: 'y', d1: 'x' };
    const results = Object.entries(kinds).map(([item, kind]) => add(batcher, 'k', item, writer.write, kind));
    for (let round = 0; round < 4; round += 1) {
      await tick();
      writer.end();
    }
    expect(await Promise.all(results)).toEqual(Object.keys(kinds).map((item) => `${item}!`));
    expect(writer.written).toEqual([['a1', 'a2', 'd1'], ['b1', 'c1'], ['b2'], ['b3']]);
  });
});
