import jsonata from 'jsonata';
import { foldConstants } from '../../../lib/mapping/constantFolding';

const input = { a: [{ b: 1 }, { b: 2 }], name: 'x' };

async function resultOf(text: string, fold: boolean): Promise<unknown> {
  const expression = jsonata(text);
  if (fold) foldConstants(expression.ast());
  try {
    return JSON.parse(JSON.stringify([await expression.evaluate(input, {})])) as unknown;
  } catch (error) {
    return error instanceof Error ? error.message : (error as { code: unknown }).code;
  }
}

describe('a table of constant strings', () => {
  it.each([
    '{"a": "x", "b": {"c": "y", "d": {"e": ""}}}',
    '{}',
    '{"a": {}}',
    'a.{"k": "v"}',
    'a{"k": "v"}',
    '{"k": "v"}.k',
    '{"k": "v"}[k = "v"]',
    '{"k": "v"}[0]',
    '{"k": "v"}[k = "w"]',
    '{"k": {"l": "v"}[l = "w"]}',
    '{"k": "v"}{"l": k}',
    '{"k": "v"}[]',
    '[{"k": "v"}, {"k": "v"}]',
    '{"k": ["v"]}',
    '{"k": name, "l": {"m": "v"}}',
    '{"k": 1, "l": null, "m": true}',
    '{name: "v"}',
    '{"k": "v", "k": "w"}',
    '{"_jsonata_function": "v"}',
    '{"__proto__": "v"}',
    '$merge([{"k": "v"}, {"l": "w"}])',
    '$keys({"k": "v", "l": "w"})',
    '{"k": "v"} ~> |$|{"k": name}|',
    '$map([1..2], function($n){{"k": "v"}})',
    '($t := {"k": "v"}; [$t, $t.k, $lookup($t, "k"), $each($t, function($v, $k){$k & $v})])',
    '$string({"k": "v"}) & $type({"k": "v"})',
  ])('has the same value as in plain JSONata: %s', async (text) => {
    expect(await resultOf(text, true)).toEqual(await resultOf(text, false));
  });

  it('is built once and shared by all records', async () => {
    const seen = new Set<unknown>();
    const expression = jsonata('$see({"a": "x", "b": {"c": "y"}})');
    expression.registerFunction('see', (table) => seen.add(table).size);
    foldConstants(expression.ast());
    for (let record = 0; record < 3; record++) await expression.evaluate({}, {});
    expect([...seen].map((table) => JSON.stringify(table))).toEqual(['{"a":"x","b":{"c":"y"}}']);
  });

  it('cannot be changed by a function that receives it', async () => {
    const expression = jsonata('$spoil({"a": {"b": "x"}})');
    expression.registerFunction('spoil', (table: { a: { b: string } }) => (table.a.b = 'spoilt'));
    foldConstants(expression.ast());
    await expect(expression.evaluate({}, {})).rejects.toThrow(TypeError);
  });
});

describe('a table in an expression', () => {
  /** What is left of an expression once its tables are made. */
  const folded = (text: string): unknown => {
    const ast: unknown = jsonata(text).ast();
    foldConstants(ast);
    return JSON.parse(JSON.stringify(ast)) as unknown;
  };

  it.each([
    ['{"a": "x"}', { a: 'x' }],
    ['{"a": ""}', { a: '' }],
    ['{"": "x"}', { '': 'x' }],
    ['{"a": {"b": "x"}}', { a: { b: 'x' } }],
    ['{"a_jsonata_": "x"}', { a_jsonata_: 'x' }],
    ['{"toString": "x"}', { toString: 'x' }],
    ['{}', {}],
  ])('is built from constant strings: %s', (text, value) => {
    expect(folded(text)).toStrictEqual({ type: 'value', value, position: 1 });
  });

  it.each([
    '{"a": 1}',
    '{"a": name}',
    '{"a": null}',
    '{"a": true}',
    '{"a": ["x"]}',
    '{"a": "x"[0]}',
    '{"a": {"b": 1}}',
    '{name: "x"}',
    '{"a": "x", "a": "y"}',
    '{"_jsonata_a": "x"}',
    '{"a": "x"}[]',
    '["x"]',
    '-1',
    '"x"',
  ])('is not built from anything else: %s', (text) => {
    expect(folded(text)).toStrictEqual(JSON.parse(JSON.stringify(jsonata(text).ast())));
  });

  it.each(['$f({"a": "x"})', '{"a": name, "b": {"c": "x"}}', '[1, {"a": "x"}]', '($t := {"a": "x"}; $t)'])(
    'is found at any position: %s',
    (text) => {
      expect(JSON.stringify(folded(text))).toMatch(/"type":"value","value":{"[ac]":"x"}|"value":{"[ac]":"x"}/);
    },
  );

  it.each([undefined, null, 'x', 7, [], {}])('is not searched for in %j', (node) => {
    const before = JSON.stringify(node);
    foldConstants(node);
    expect(JSON.stringify(node)).toBe(before);
  });
});
