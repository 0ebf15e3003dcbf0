import { RecordError } from '../../../lib/utils/errors';
import { inSequence, messageFrom } from '../../../lib/mapping/message';

describe('the result of a mapping', () => {
  it.each([
    [{ data: {} }, { data: {} }],
    [{ data: { a: 1 }, metadata: undefined }, { data: { a: 1 } }],
    [{ data: { a: 1 }, metadata: null, more: 1 }, { data: { a: 1 } }],
    [
      { data: { a: 1 }, metadata: { b: 1 }, more: 1 },
      { data: { a: 1 }, metadata: { b: 1 } },
    ],
  ])('is a message: %j', (given, message) => {
    expect(messageFrom(given, 'mapping')).toStrictEqual(message);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    [[], 'a list'],
    [true, 'a boolean'],
    ['', 'a string'],
    [{}, 'an object without an object "data"'],
    [{ data: null }, 'an object without an object "data"'],
    [{ data: {}, metadata: false }, 'a boolean as metadata'],
    [{ data: {}, metadata: '' }, 'a string as metadata'],
  ])('is an error of the record if it is not a message: %j', (given, what) => {
    const text = `the best mapping returned ${what}; it must return {metadata, data}`;
    expect(() => messageFrom(given, 'best mapping')).toThrow(new RecordError(text));
    expect(() => messageFrom(given, 'best mapping')).toThrow(RecordError);
  });
});

describe('an evaluation in sequence', () => {
  it('begins when the previous one has ended, in success or failure, and returns its own result', async () => {
    const order: string[] = [];
    const evaluate = inSequence(async (name: string) => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('of a');
      return name;
    });
    const settled = await Promise.allSettled(['a', 'b', 'c'].map(evaluate));
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(settled).toEqual([
      { status: 'rejected', reason: new Error('of a') },
      { status: 'fulfilled', value: 'b' },
      { status: 'fulfilled', value: 'c' },
    ]);
  });
});
