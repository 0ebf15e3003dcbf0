import { RecordError } from '../../../lib/utils/errors';
import {
  checkDepth,
  checkRecord,
  isTooDeep,
  MAX_DEPTH,
  MAX_VALUES,
  MAX_NAME_LENGTH,
  MAX_STRING_LENGTH,
  parseJson,
  withoutDeepFields,
} from '../../../lib/utils/json';

const lists = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const objects = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

describe('the depth of a value', () => {
  it.each([lists, objects])('may be at most a hundred levels', (nested) => {
    expect(isTooDeep(nested(MAX_DEPTH))).toBe(false);
    expect(isTooDeep(nested(MAX_DEPTH + 1))).toBe(true);
    expect(isTooDeep([1, nested(MAX_DEPTH)])).toBe(true);
  });

  it.each([undefined, null, 1, 'x', true, [], {}, [[]], { a: { b: null } }])('is acceptable in %j', (value) => {
    expect(isTooDeep(value)).toBe(false);
  });

  it('is measured for half a million levels, a cycle, and a tree whose fields are the same object', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    let tree: unknown = 1;
    for (let level = 0; level < 60; level += 1) tree = { a: tree, b: tree };
    expect(isTooDeep(lists(500_000))).toBe(true);
    expect(isTooDeep(cycle)).toBe(true);
    expect(isTooDeep(tree)).toBe(false);
  });

  it('that is too large is an error of the record', () => {
    expect(() => {
      checkDepth(lists(101), 'it');
    }).toThrow(new RecordError('it is nested more than 100 levels deep'));
    checkDepth(lists(100), 'it');
  });

  it('of a field decides whether the field is kept', () => {
    const own = JSON.parse('{"__proto__":{"x":1},"a":1}') as Record<string, unknown>;
    expect(withoutDeepFields({ a: 1, b: lists(99), c: lists(100) })).toEqual({ a: 1, b: lists(99) });
    expect(JSON.stringify(withoutDeepFields(own))).toBe('{"__proto__":{"x":1},"a":1}');
  });
});

describe('external JSON', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['\uFEFF{"a":1}\n', { a: 1 }],
    ['false', false],
    [' \uFEFF ', undefined],
    ['', undefined],
  ])('is parsed from %j', (text, body) => {
    expect(parseJson(text)).toStrictEqual({ isJson: true, body });
  });

  it.each(['{', '<html>', '{"a":1}x', 'NaN'])('is not recognised in %s', (text) => {
    expect(parseJson(text)).toStrictEqual({ isJson: false, body: undefined });
  });
});

describe('the size of a record', () => {
  it('may be at most a hundred thousand values at all depths together', () => {
    const half = Array.from({ length: MAX_VALUES / 2 - 1 }, () => 0);
    checkRecord({ a: half, b: half }, 'it');
    expect(() => {
      checkRecord({ a: half, b: [...half, {}] }, 'it');
    }).toThrow(new RecordError('it has more than 100000 values'));
  });

  it('may be a million characters in one string, and not one more', () => {
    checkRecord({ a: ['x'.repeat(MAX_STRING_LENGTH)] }, 'it');
    expect(() => {
      checkRecord({ a: ['x'.repeat(MAX_STRING_LENGTH + 1)] }, 'it');
    }).toThrow(new RecordError('it holds a string of more than 1000000 characters'));
  });

  it('does not matter where a record is nested too deeply', () => {
    checkRecord(lists(MAX_DEPTH), 'it');
    checkRecord(objects(MAX_DEPTH), 'it');
    const error = new RecordError(`it is nested more than ${MAX_DEPTH} levels deep`);
    for (const deep of [lists(MAX_DEPTH + 1), objects(MAX_DEPTH + 1), lists(5_000)])
      expect(() => {
        checkRecord(deep, 'it');
      }).toThrow(error);
    const endless: Record<string, unknown> = {};
    endless['a'] = endless;
    expect(() => {
      checkRecord(endless, 'it');
    }).toThrow(error);
  });

  it('may be ten thousand characters in one name, and not one more', () => {
    checkRecord({ a: [{ ['x'.repeat(MAX_NAME_LENGTH)]: 1 }] }, 'it');
    expect(() => {
      checkRecord({ a: [{ ['x'.repeat(MAX_NAME_LENGTH + 1)]: 1 }] }, 'it');
    }).toThrow(new RecordError('it has a field with a name of more than 10000 characters'));
  });
});
