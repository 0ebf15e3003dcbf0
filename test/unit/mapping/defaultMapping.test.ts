import { RecordError } from '../../../lib/utils/errors';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';

describe('the default mappings', () => {
  it.each(['receiver-to-person', 'person-to-receiver'] as const)('are compiled once: %s', (direction) => {
    expect(defaultMapping(direction)).toBe(defaultMapping(direction));
  });

  it.each([
    [new Error('of the getter'), 'the default mapping failed: of the getter'],
    [new RecordError('of the record'), 'of the record'],
  ])('turn a failure into an error of the record: %p', async (thrown, text) => {
    const data = Object.defineProperty({}, 'attributes', {
      enumerable: true,
      get: () => {
        throw thrown;
      },
    }) as Record<string, unknown>;
    const mapped = defaultMapping('receiver-to-person')({ data });
    await expect(mapped).rejects.toBeInstanceOf(RecordError);
    await expect(mapped).rejects.toThrow(new RecordError(text));
  });

  it.each([undefined, null, 'x', ['x'], 7])('treat a value that is not an object as empty: %j', async (odd) => {
    const message = { metadata: odd, data: odd } as never;
    expect(await defaultMapping('receiver-to-person')(message)).toEqual({ data: {} });
    expect(await defaultMapping('person-to-receiver')(message)).toEqual({ data: {} });
  });
});
