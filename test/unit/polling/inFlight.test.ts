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
async function beginAll(inFlight: InFlight, names: string, send: (name: string) => () => Promise<void>) {
  for (const name of names) await inFlight.begin(name, send(name));
}

describe('messages in flight', () => {
  it('are as many at once as the limit says, and the next one begins when any of them is confirmed', async () => {
    const { send, sent, confirm } = messages();
    const all = beginAll(new InFlight(3), 'abcdef', send);
    await confirm('none');
    expect(sent.join('')).toBe('abc');
    await confirm('b');
    expect(sent.join('')).toBe('abcd');
    await confirm('d');
    await confirm('a');
    expect(sent.join('')).toBe('abcdef');
    await confirm('c');
    await all;
  });

  it('with a limit of 1 are waited for one by one', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight(1);
    let hasRoom = false;
    const begun = inFlight.begin('a', send('a')).then(() => (hasRoom = true));
    await confirm('none');
    expect(hasRoom).toBe(false);
    await confirm('a');
    await begun;
    expect(hasRoom).toBe(true);
  });

  it('have settled when all of them are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight(5);
    await inFlight.settle();
    await beginAll(inFlight, 'ab', send);
    let hasSettled = false;
    const settled = inFlight.settle().then(() => (hasSettled = true));
    await confirm('b');
    expect(hasSettled).toBe(false);
    await confirm('a');
    await settled;
    expect(hasSettled).toBe(true);
  });

  it('that fail stop new ones, and the first failure is thrown when the others have ended', async () => {
    const { send, sent, confirm, fail } = messages();
    const inFlight = new InFlight(3);
    let outcome = 'waits';
    const all = beginAll(inFlight, 'abcdef', send).catch((error: unknown) => (outcome = String(error)));
    await confirm('none');
    await fail('b');
    await fail('c');
    expect([sent.join(''), outcome]).toEqual(['abc', 'waits']);
    await confirm('a');
    await all;
    expect(outcome).toBe('Error: b failed');
    await expect(inFlight.begin('g', send('g'))).rejects.toThrow('b failed');
    await expect(inFlight.settle()).rejects.toThrow('b failed');
    expect(sent.join('')).toBe('abc');
  });

  it('that throw at once fail like all others', async () => {
    const inFlight = new InFlight(2);
    const send = (): Promise<void> => {
      throw new Error('at once');
    };
    await expect(inFlight.begin('a', send).then(() => inFlight.settle())).rejects.toThrow('at once');
    expect(inFlight.has('a')).toBe(false);
  });

  it('are known by the id of their receiver until they are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight(5);
    await beginAll(inFlight, 'ab', send);
    expect([inFlight.has('a'), inFlight.has('c')]).toEqual([true, false]);
    await confirm('a');
    expect([inFlight.has('a'), inFlight.has('b')]).toEqual([false, true]);
  });
});
