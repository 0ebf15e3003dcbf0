import jsonata from 'jsonata';
import { foldConstants } from '../../lib/mapping/constantFolding';

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

describe('a table of constant texts', () => {
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
  ])('gives what it gives in plain JSONata: %s', async (text) => {
    expect(await resultOf(text, true)).toEqual(await resultOf(text, false));
  });

  it('is made once, and then is the same for every record', async () => {
    const seen = new Set<unknown>();
    const expression = jsonata('$see({"a": "x", "b": {"c": "y"}})');
    expression.registerFunction('see', (table) => seen.add(table).size);
    foldConstants(expression.ast());
    for (let record = 0; record < 3; record++) await expression.evaluate({}, {});
    expect([...seen].map((table) => JSON.stringify(table))).toEqual(['{"a":"x","b":{"c":"y"}}']);
  });

  it('cannot be changed by what is given it', async () => {
    const expression = jsonata('$spoil({"a": {"b": "x"}})');
    expression.registerFunction('spoil', (table: { a: { b: string } }) => (table.a.b = 'spoilt'));
    foldConstants(expression.ast());
    await expect(expression.evaluate({}, {})).rejects.toThrow(TypeError);
  });
});
