import fc from '../../support/fastCheck';
import { bytesBeyond, mostBytesOf } from '../../../lib/platform/messages';

const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the size of a message', () => {
  it('is never estimated as smaller than its JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(mostBytesOf(value)).toBeGreaterThanOrEqual(bytesOf(value));
      }),
      { examples: [[''], [[{}]]] },
    );
  });

  it('is returned only if it exceeds the limit', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: -8, max: 8 }), (value, difference) => {
        const bytes = bytesOf(value);
        const limit = bytes + difference;
        expect(bytesBeyond(limit, value)).toBe(bytes > limit ? bytes : undefined);
      }),
    );
  });

  it.each([
    ['characters that are written as escapes', '\u0000\u001f"\\\ud800'],
    ['letters outside ASCII', 'äöü€😀'],
    ['the longest number with an exponent', -1.7976931348623157e308],
    ['the longest number without one', -0.0000071318854784978795],
    ['a value with a toJSON method', new Date(0)],
  ])('is not underestimated with %s', (_, value) => {
    expect(mostBytesOf(value)).toBeGreaterThanOrEqual(bytesOf(value));
    expect(mostBytesOf({ [String(value)]: [value, value] })).toBeGreaterThanOrEqual(
      bytesOf({ [String(value)]: [value, value] }),
    );
  });
});
