import { FairScheduler } from '../../../lib/mapping/fairScheduler';

/** Turns at which each piece of work goes on until the test ends it. */
function bench() {
  let now = 0;
  const turns = new FairScheduler({ now: () => now });
  const begun: string[] = [];
  const ends = new Map<string, (how?: 'slow' | 'failed') => void>();
  const add = (key: string, record = ''): Promise<unknown> =>
    turns
      .run(key, async (turn) => {
        const name = key + record;
        begun.push(name);
        const how = await new Promise<string | undefined>((resolve) => ends.set(name, resolve));
        if (how === 'slow') turn.wasSlow();
        if (how === 'failed') throw new Error(name);
      })
      .catch((error: unknown) => error);
  /** Ends what is under way; resolves when what follows has begun. */
  const end = async (name: string, how?: 'slow' | 'failed'): Promise<void> => {
    const resolve = ends.get(name);
    if (!resolve) throw new Error(`${name} is not under way`);
    ends.delete(name);
    resolve(how);
    await new Promise((done) => setImmediate(done));
  };
  /** A mapping with one record behind it. */
  const know = async (key: string, how?: 'slow'): Promise<void> => {
    void add(key, '0');
    await new Promise((done) => setImmediate(done));
    await end(`${key}0`, how);
    begun.length = 0;
  };
  return { turns, begun, add, end, know, later: (ms: number) => (now += ms) };
}

const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('the scheduler', () => {
  it('runs one record of a mapping at a time, in order', async () => {
    const { begun, add, end, know } = bench();
    await know('a');
    for (const record of ['1', '2', '3']) void add('a', record);
    await settle();
    expect(begun).toEqual(['a1']);
    await end('a1');
    await end('a2');
    expect(begun).toEqual(['a1', 'a2', 'a3']);
  });

  it('makes no mapping wait for the many records of another', async () => {
    const { begun, add, end, know } = bench();
    for (const key of ['a', 'b', 'c']) await know(key);
    for (const record of ['1', '2', '3']) void add('a', record);
    void add('b', '1');
    void add('c', '1');
    await settle();
    expect(begun).toEqual(['a1', 'b1']);
    await end('a1');
    expect(begun).toEqual(['a1', 'b1', 'c1']);
    await end('b1');
    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  it('reserves a slot for mappings that were quick, whatever the others do', async () => {
    const { begun, add, end, know } = bench();
    await know('good');
    await know('slow', 'slow');
    for (const key of ['slow', 'new', 'new too']) void add(key, '1');
    await settle();
    expect(begun).toHaveLength(1);
    void add('good', '1');
    await settle();
    expect(begun).toHaveLength(2);
    expect(begun).toContain('good1');
    await end('good1');
    expect(begun).toHaveLength(2);
  });

  it('gives every third turn to slow mappings while unknown mappings wait', async () => {
    const { begun, add, end, know } = bench();
    for (const key of ['s1', 's2', 's3']) await know(key, 'slow');
    for (const key of ['s1', 's2', 's3', 'n1', 'n2', 'n3', 'n4']) void add(key);
    await settle();
    for (let count = 0; count < 6; count += 1) await end(begun.at(-1) ?? '', 'slow');
    const kinds = begun.map((name) => name.charAt(0)).join('');
    expect(kinds).toMatch(/^s(nnsnns|nsnnsn|snnsnn)$/);
  });

  it('makes a new mapping wait for at most three records, however many mappings are slow or unknown', async () => {
    const { begun, add, end } = bench();
    for (let n = 0; n < 40; n += 1) void add(`loop${n}`);
    await settle();
    const endAll = async (): Promise<void> => {
      const name = begun.at(-1) ?? '';
      await end(name, 'slow');
      if (name.startsWith('loop')) void add(name);
      await settle();
    };
    for (let n = 0; n < 20; n += 1) await endAll();
    for (const name of ['new a', 'new b', 'new c']) {
      const before = begun.length;
      void add(name);
      await settle();
      for (let n = 0; n < 3; n += 1) await endAll();
      expect(begun.slice(before)).toContain(name);
    }
    for (let n = 0; n < 120; n += 1) await endAll();
    // and nobody is forgotten
    for (let n = 0; n < 40; n += 1) expect(begun).toContain(`loop${n}`);
    expect(begun.filter((name) => name === 'loop0').length).toBeGreaterThan(1);
  });

  it('treats a mapping as slow for ten minutes, even if it is quick in the meantime', async () => {
    const { begun, add, end, know, later } = bench();
    await know('bad', 'slow');
    later(300_000);
    await know('bad');
    void add('new');
    void add('bad', '1');
    await settle();
    expect(begun).toEqual(['new']);
    await end('new');
    await end('bad1');
    later(300_001);
    await know('bad');
    void add('new too');
    void add('bad', '2');
    await settle();
    expect(begun).toEqual(['new too', 'bad2']);
  });

  it('passes on the result and the error of the work', async () => {
    const { turns, add, end } = bench();
    await expect(turns.run('a', () => Promise.resolve(7))).resolves.toBe(7);
    const failed = add('a', '1');
    await settle();
    await end('a1', 'failed');
    await expect(failed).resolves.toEqual(new Error('a1'));
    await expect(turns.run('a', () => Promise.resolve(8))).resolves.toBe(8);
  });

  it('remembers at most ten thousand mappings', async () => {
    const { turns, begun, add, know } = bench();
    await know('old');
    await know('older');
    for (let n = 0; n < 9_999; n += 1) await turns.run(String(n), () => Promise.resolve());
    void add('new');
    void add('old');
    void add('older');
    await settle();
    expect(begun).toEqual(['new', 'older']);
  });
});
