import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageQueue } from '../../../tools/lib/messageQueue';

const turns = async (count = 5): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
};

/** A queue whose messages are done when the test says so. */
function open(prefetch: number) {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const queue = new MessageQueue<{ number: number }>(prefetch, async ({ number }) => {
    // a message that is prepared slowly is not overtaken
    await turns(number % 2 === 0 ? 3 : 1);
    if (number < 0) return undefined;
    return async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.set(number, resolve));
    };
  });
  const added: number[] = [];
  const add = async (number: number): Promise<void> => {
    await queue.add({ number });
    added.push(number);
  };
  return { queue, begun, added, add, end: (number: number) => ends.get(number)?.() };
}

describe('the queue of a step', () => {
  it('hands over messages in the order of their arrival, at most as many at once as the prefetch', async () => {
    const { add, begun, end } = open(2);
    for (const number of [1, 2, 3, 4]) void add(number);
    await turns(20);
    expect(begun).toEqual([1, 2]);
    end(2);
    await turns(20);
    expect(begun).toEqual([1, 2, 3]);
    end(1);
    end(3);
    await turns(20);
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('accepts as many waiting messages as the prefetch, and then makes the sender wait', async () => {
    const { add, added, end } = open(2);
    for (const number of [1, 2, 3, 4, 5, 6]) void add(number);
    await turns(20);
    expect(added).toEqual([1, 2, 3, 4]);
    end(1);
    await turns(20);
    expect(added).toEqual([1, 2, 3, 4, 5]);
  });

  it('is idle when no message waits or is being processed', async () => {
    const { queue, add, end } = open(1);
    expect(queue.isIdle).toBe(true);
    await queue.idle();
    void add(1);
    void add(2);
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    await turns(20);
    end(1);
    await turns(20);
    expect([isIdle, queue.isIdle]).toEqual([false, false]);
    end(2);
    await idle;
    expect(queue.isIdle).toBe(true);
  });

  it('continues after a message without work', async () => {
    const { add, begun } = open(1);
    for (const number of [-1, 2]) void add(number);
    await turns(20);
    expect(begun).toEqual([2]);
  });
});
