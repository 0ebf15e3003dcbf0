import { errorText } from '../../../lib/mapping/mappingError';
import { limitedExpression } from '../../../lib/mapping/limitedExpression';

describe('an untrusted expression', () => {
  const resultOf = async (text: string, input: unknown = {}): Promise<unknown> => {
    const result: unknown = await limitedExpression(text).evaluate(input, {});
    return JSON.parse(JSON.stringify(result)) as unknown;
  };

  it('has the functions of the mappings', async () => {
    expect(await resultOf('$text(" a ")')).toBe('a');
  });

  it('cannot evaluate strings, which would have no limits', async () => {
    await expect(resultOf('$eval("1")')).rejects.toThrow('$eval is not available in a customMapping');
  });

  it.each([
    ['($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(1000))', /stack overflow|too deep|500/i],
    ['[1..10001]', /10000|sequence/i],
    ['($f := function(){$f()}; $f())', /timeout|1000/i],
  ])('ends if it nests too deeply, becomes too long or takes too long: %s', async (text, error) => {
    const thrown: unknown = await resultOf(text).catch((reason: unknown) => reason);
    expect(errorText(thrown)).toMatch(error);
  });

  it.each(['$count([1..10000])', '($f := function($n){$n = 0 ? 10000 : $f($n - 1)}; $f(50))'])(
    'can reach its limits: %s',
    async (text) => {
      expect(await resultOf(text)).toBe(10_000);
    },
  );

  it('has its constant tables built once', async () => {
    const expression = limitedExpression('{"kept": "table"}');
    const [one, two] = [await expression.evaluate({}, {}), await expression.evaluate({}, {})] as unknown[];
    expect(one).toBe(two);
  });

  it('stays compiled while there is room, the most recently used ones longest', () => {
    const long = (name: string): string => `"${name.padEnd(60 * 1024, '.')}"`;
    const [a, b] = ['a', 'b'].map((name) => limitedExpression(long(name)));
    expect(limitedExpression(long('a'))).toBe(a);
    expect(limitedExpression(long('b'))).toBe(b);
    expect(limitedExpression(long('a'))).toBe(a);
    limitedExpression(long('c'));
    expect(limitedExpression(long('a'))).toBe(a);
    expect(limitedExpression(long('b'))).not.toBe(b);
  });

  it('fills the cache to the last character, and not beyond', () => {
    // each counts a thousand characters more than it has
    const half = (name: string, more = 0): string => `"${name.padEnd(64 * 1024 - 1000 - 2 + more, '.')}"`;
    const a = limitedExpression(half('x'));
    limitedExpression(half('y'));
    expect(limitedExpression(half('x'))).toBe(a);
    limitedExpression(half('z', 1));
    expect(limitedExpression(half('x'))).not.toBe(a);
  });
});
