import { Gatherer } from '../../lib/utils/writing/gather';

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

/** Three messages came at once, and the first of them is written. */
async function firstOfThree(): Promise<{
  writer: SlowWriter;
  pauses: Pauses;
  gatherer: Gatherer<string, string>;
  results: Promise<string>[];
}> {
  const writer = new SlowWriter();
  const pauses = new Pauses();
  const gatherer = new Gatherer<string, string>(pauses);
  const results = ['a', 'b', 'c'].map((item) => gatherer.add('k', item, writer.write));
  await tick();
  writer.end();
  return { writer, pauses, gatherer, results };
}

/** A moment is over before anybody can come. */
const noPause = { sleep: (): Promise<void> => Promise.resolve() };

describe('messages that arrive together', () => {
  it('are written together while one write is under way, and each gets its own result', async () => {
    const writer = new SlowWriter();
    const gatherer = new Gatherer<string, string>(noPause);
    const results = ['a', 'b', 'c', 'd'].map((item) => gatherer.add('k', item, writer.write));
    await tick();
    expect(writer.written).toEqual([['a']]);
    writer.end();
    await tick();
    expect(writer.written).toEqual([['a'], ['b', 'c', 'd']]);
    writer.end();
    expect(await Promise.all(results)).toEqual(['a!', 'b!', 'c!', 'd!']);
  });

  it('do not keep one waiting that comes alone, now or later', async () => {
    const writer = new SlowWriter();
    const gatherer = new Gatherer<string, string>(noPause);
    for (const item of ['a', 'b']) {
      const result = gatherer.add('k', item, writer.write);
      await tick();
      writer.end();
      expect(await result).toBe(`${item}!`);
    }
    expect(writer.written).toEqual([['a'], ['b']]);
  });

  it('keep nobody waiting who comes after one that was alone', async () => {
    const writer = new SlowWriter();
    const gatherer = new Gatherer<string, string>(new Pauses());
    for (const item of ['a', 'b']) {
      const result = gatherer.add('k', item, writer.write);
      await tick();
      writer.end();
      expect(await result).toBe(`${item}!`);
    }
  });

  it('are not written together with those of another account or other settings', async () => {
    const writer = new SlowWriter();
    const gatherer = new Gatherer<string, string>(noPause);
    const results = ['a', 'b'].map((item) => gatherer.add(item, item, writer.write));
    await tick();
    expect(writer.written).toEqual([['a'], ['b']]);
    writer.end();
    writer.end();
    expect(await Promise.all(results)).toEqual(['a!', 'b!']);
  });

  it('go out 250 at a time', async () => {
    const writer = new SlowWriter();
    const gatherer = new Gatherer<string, string>(noPause);
    const results = Array.from({ length: 301 }, (_, index) => gatherer.add('k', String(index), writer.write));
    for (let round = 0; round < 3; round += 1) {
      await tick();
      writer.end();
    }
    await Promise.all(results);
    expect(writer.written.map(({ length }) => length)).toEqual([1, 250, 50]);
  });

  it('fail together when the write as a whole fails, and those behind them are written', async () => {
    const writer = new SlowWriter();
    const gatherer = new Gatherer<string, string>(noPause);
    const first = gatherer.add('k', 'a', writer.write);
    const second = gatherer.add('k', 'b', writer.write);
    await tick();
    writer.fail();
    await expect(first).rejects.toThrow('no');
    await tick();
    writer.end();
    expect(await second).toBe('b!');
  });

  it('that a write has forgotten fail, and no other', async () => {
    const gatherer = new Gatherer<string, string>(noPause);
    const write = (items: readonly string[]): Promise<string[]> =>
      Promise.resolve(items.slice(0, 1).map((item) => `${item}!`));
    const [first, second, third] = ['a', 'b', 'c'].map((item) => gatherer.add('k', item, write));
    expect(await first).toBe('a!');
    expect(await second).toBe('b!');
    await expect(third).rejects.toThrow('2 items were written with 1 results');
  });

  it('find those beside them that come as soon as the ones before them are done', async () => {
    const { writer, pauses, gatherer, results } = await firstOfThree();
    await results[0];
    results.push(gatherer.add('k', 'd', writer.write));
    await pauses.pass(1);
    expect(writer.written).toEqual([['a'], ['b', 'c', 'd']]);
    writer.end();
    await Promise.all(results);
    // the line is empty now, and still nobody of the next three goes alone
    results.push(...['e', 'f', 'g'].map((item) => gatherer.add('k', item, writer.write)));
    await pauses.pass(1);
    expect(writer.written[2]).toEqual(['e', 'f', 'g']);
    writer.end();
    expect(await Promise.all(results)).toHaveLength(7);
  });

  it('wait for no more than a twentieth of a second when fewer come than before', async () => {
    const { writer, pauses, results } = await firstOfThree();
    await tick();
    await pauses.pass(9);
    expect(writer.written).toEqual([['a']]);
    await pauses.pass(1);
    expect(writer.written).toEqual([['a'], ['b', 'c']]);
    writer.end();
    await Promise.all(results);
  });

  it('forget that they were many once a moment has passed in which nobody came', async () => {
    const { writer, pauses, gatherer, results } = await firstOfThree();
    await tick();
    await pauses.pass(10);
    writer.end();
    await Promise.all(results);
    await pauses.pass(10);
    const alone = gatherer.add('k', 'd', writer.write);
    await tick();
    expect(writer.written).toEqual([['a'], ['b', 'c'], ['d']]);
    writer.end();
    expect(await alone).toBe('d!');
  });
});
