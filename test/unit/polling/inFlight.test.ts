import { InFlight } from '../../../lib/polling/inFlight';

/** Messages by name, each of which ends when the test says so. */
function messages(): {
  send: (name: string) => () => Promise<void>;
  sent: string[];
  confirm: (name: string) => Promise<void>;
  fail: (name: string) => Promise<void>;
} {
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const sent: string[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return {
    sent,
    send: (name) => () => {
      sent.push(name);
      return new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
    },
    confirm: (name) => {
      ends.get(name)?.resolve();
      return turn();
    },
    fail: (name) => {
      ends.get(name)?.reject(new Error(`${name} failed`));
      return turn();
    },
  };
}

/** Begins one after the other, each as soon as there is room. */
async function beginAll(inFlight: InFlight<number>, names: string, send: (name: string) => () => Promise<void>) {
  for (const [index, name] of Array.from(names).entries()) await inFlight.begin(name, index + 1, send(name));
}

describe('messages on their way', () => {
  it('are as many at once as the limit says, and the next one begins when any of them is confirmed', async () => {
    const { send, sent, confirm } = messages();
    const all = beginAll(new InFlight(3), 'abcdef', send);
    await confirm('nobody');
    expect(sent.join('')).toBe('abc');
    await confirm('b');
    expect(sent.join('')).toBe('abcd');
    await confirm('d');
    await confirm('a');
    expect(sent.join('')).toBe('abcdef');
    await confirm('c');
    await all;
  });

  it('are all confirmed when none is on its way and none has failed', async () => {
    const { send, confirm, fail } = messages();
    const inFlight = new InFlight<number>(3);
    expect(inFlight.isAllConfirmed).toBe(true);
    await inFlight.begin('a', 1, send('a'));
    expect(inFlight.isAllConfirmed).toBe(false);
    await confirm('a');
    expect(inFlight.isAllConfirmed).toBe(true);
    await inFlight.begin('b', 2, send('b'));
    await fail('b');
    expect([inFlight.size, inFlight.isAllConfirmed]).toEqual([0, false]);
  });

  it('with a limit of 1 are waited for one by one', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight<number>(1);
    let hasRoom = false;
    const begun = inFlight.begin('a', 1, send('a')).then(() => (hasRoom = true));
    await confirm('nobody');
    expect(hasRoom).toBe(false);
    await confirm('a');
    await begun;
    expect([inFlight.size, inFlight.covered]).toEqual([0, 1]);
  });

  it('are covered up to the first that is not confirmed, in whatever order they are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight<number>(10);
    await beginAll(inFlight, 'abcd', send);
    const seen: unknown[] = [];
    for (const name of ['c', 'b', 'a', 'd']) {
      await confirm(name);
      seen.push(inFlight.covered);
    }
    expect(seen).toEqual([undefined, undefined, 3, 4]);
  });

  it('that are confirmed out of turn are counted, as they are not covered', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight<number>(4);
    await beginAll(inFlight, 'abc', send);
    expect(inFlight.confirmedAhead).toBe(0);
    await confirm('b');
    await confirm('c');
    expect(inFlight.confirmedAhead).toBe(2);
    await confirm('a');
    expect([inFlight.confirmedAhead, inFlight.covered]).toEqual([0, 3]);
  });

  it('cover a place with nothing to send only when those before it are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight<number>(10);
    inFlight.pass(0);
    expect(inFlight.covered).toBe(0);
    await beginAll(inFlight, 'ab', send);
    inFlight.pass(3);
    await confirm('a');
    expect(inFlight.covered).toBe(1);
    await confirm('b');
    expect(inFlight.covered).toBe(3);
  });

  it('that fail stop new ones, wait for the others, tell the first failure, and are never covered', async () => {
    const { send, sent, confirm, fail } = messages();
    const inFlight = new InFlight<number>(3);
    let outcome = 'waits';
    const all = beginAll(inFlight, 'abcdef', send).catch((error: unknown) => (outcome = String(error)));
    await confirm('nobody');
    await fail('b');
    await fail('c');
    expect([sent.join(''), outcome]).toEqual(['abc', 'waits']);
    await confirm('a');
    await all;
    expect([outcome, inFlight.covered]).toEqual(['Error: b failed', 1]);
    await expect(inFlight.begin('g', 7, send('g'))).rejects.toThrow('b failed');
    await expect(inFlight.settle()).rejects.toThrow('b failed');
    expect(sent.join('')).toBe('abc');
  });

  it('that throw at once fail like all others', async () => {
    const inFlight = new InFlight<number>(2);
    const send = (): Promise<void> => {
      throw new Error('at once');
    };
    await expect(inFlight.begin('a', 1, send)).rejects.toThrow('at once');
    expect([inFlight.size, inFlight.covered]).toEqual([0, undefined]);
  });

  it('are known by what they speak of, until they are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight<number>(5);
    await beginAll(inFlight, 'ab', send);
    expect([inFlight.speaksOf('a'), inFlight.speaksOf('c')]).toEqual([true, false]);
    await confirm('a');
    expect([inFlight.speaksOf('a'), inFlight.speaksOf('b')]).toEqual([false, true]);
  });
});
