import jsonata from 'jsonata';
import { ConfigurationError, RecordError } from '../../lib/utils/errors';
import { selectMapping, passThrough } from '../../lib/mapping/selectMapping';
import { customMapping } from '../../lib/mapping/customMapping';
import { defaultMapping } from '../../lib/mapping/defaultMapping';
import { reasonOf, errorText } from '../../lib/mapping/mappingError';
import { registerFunctions } from '../../lib/mapping/registerFunctions';
import { limitedExpression } from '../../lib/mapping/limitedExpression';
import { inSequence, messageFrom } from '../../lib/mapping/message';
import { foldConstants } from '../../lib/mapping/constantFolding';

describe('the mapping of a step', () => {
  const text = '{"data": {"chosen": 1}}';

  it('is none where it is to be skipped, whatever else is set', () => {
    expect(selectMapping({ skipTransformation: true, customMapping: text }, 'receiver-to-person')).toBe(passThrough);
  });

  it('is the custom one where there is one, also an empty one, which cannot be parsed', async () => {
    const map = selectMapping({ skipTransformation: false, customMapping: text }, 'receiver-to-person');
    await expect(map({ data: { id: '1' } })).resolves.toEqual({ data: { chosen: 1 } });
    expect(() => selectMapping({ skipTransformation: false, customMapping: '' }, 'receiver-to-person')).toThrow(
      ConfigurationError,
    );
  });

  it.each([
    ['receiver-to-person', { id: '1', email: 'mia@example.org' }],
    ['person-to-receiver', { contactData: [{ type: 'email', value: 'mia@example.org' }] }],
  ] as const)('is else the default one: %s', async (direction, data) => {
    const byDefault = await defaultMapping(direction)({ data });
    for (const fields of [{ skipTransformation: false }, { skipTransformation: false, customMapping: undefined }])
      await expect(selectMapping(fields, direction)({ data })).resolves.toEqual(byDefault);
  });
});

describe('the reason of a failure', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;

  it.each([
    ['a value', { message: 'no number: "Mia"', value: 'Mia' }, 'no number: …'],
    ['two values', { message: '"Mia" and [1,2] differ', value: 'Mia', value2: [1, 2] }, '… and … differ'],
    ['an expression', { message: 'no key: {"a":1}', exp: { a: 1 } }, 'no key: …'],
    ['a value that refers to itself', { message: 'no number', value: circular }, 'no number'],
    ['an address in the words of the author', { message: 'not mia@example.org' }, 'not <address>'],
    ['no value at all', { message: 'undefined is no number' }, 'undefined is no number'],
    ['several lines', { message: 'not  \n this' }, 'not this'],
    ['a code alone', { code: 'D3137' }, 'D3137'],
    ['a name that is no function', { code: 'T1006', token: 'shout', message: 'no' }, 'there is no function $shout'],
    ['something unnamed that is no function', { code: 'T1006', message: 'no function' }, 'no function'],
    ['a token of another failure', { code: 'T1005', token: 'shout', message: 'no function' }, 'no function'],
  ])('has none of the values that were met: %s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  it.each(['D1012', 'D2014', 'D2015'])('says the limit that was passed: %s', (code) => {
    expect(reasonOf({ code, message: 'more than 1000', value: 1000 })).toBe('more than 1000');
  });
});

describe('the text of a failure', () => {
  it.each([
    [new Error('a'), 'a'],
    [{ message: 'a', code: 'b' }, 'a'],
    [{ message: '' }, ''],
    [{ message: 7, code: 'b' }, 'b'],
    [{ code: 'b' }, 'b'],
    [{}, 'undefined'],
    ['a', 'a'],
    [7, '7'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('of %p is %j', (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });
});

describe('what a mapping gives', () => {
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
  ])('is an error of the record where it is none: %j', (given, what) => {
    const text = `the best mapping returned ${what}; it must return {metadata, data}`;
    expect(() => messageFrom(given, 'best mapping')).toThrow(new RecordError(text));
    expect(() => messageFrom(given, 'best mapping')).toThrow(RecordError);
  });
});

describe('what is evaluated in sequence', () => {
  it('begins when the one before it has ended, well or not, and each gets its own', async () => {
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

describe('an expression of somebody else', () => {
  const resultOf = async (text: string, input: unknown = {}): Promise<unknown> => {
    const result: unknown = await limitedExpression(text).evaluate(input, {});
    return JSON.parse(JSON.stringify(result)) as unknown;
  };

  it('has the functions of the mappings', async () => {
    expect(await resultOf('$text(" a ")')).toBe('a');
  });

  it('may not evaluate texts, which would have no bounds', async () => {
    await expect(resultOf('$eval("1")')).rejects.toThrow('$eval is not available in a customMapping');
  });

  it.each([
    ['($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(1000))', /stack overflow|too deep|500/i],
    ['[1..10001]', /10000|sequence/i],
    ['($f := function(){$f()}; $f())', /timeout|1000/i],
  ])('ends where it nests too deep, becomes too long or takes too long: %s', async (text, error) => {
    const thrown: unknown = await resultOf(text).catch((reason: unknown) => reason);
    expect(errorText(thrown)).toMatch(error);
  });

  it.each(['$count([1..10000])', '($f := function($n){$n = 0 ? 10000 : $f($n - 1)}; $f(50))'])(
    'goes up to its bounds: %s',
    async (text) => {
      expect(await resultOf(text)).toBe(10_000);
    },
  );

  it('has its constant tables made once', async () => {
    const expression = limitedExpression('{"kept": "table"}');
    const [one, two] = [await expression.evaluate({}, {}), await expression.evaluate({}, {})] as unknown[];
    expect(one).toBe(two);
  });

  it('is kept compiled, the one used last the longest, as long as there is room', () => {
    const long = (name: string): string => `"${name.padEnd(60 * 1024, '.')}"`;
    const [a, b] = ['a', 'b'].map((name) => limitedExpression(long(name)));
    expect(limitedExpression(long('a'))).toBe(a);
    expect(limitedExpression(long('b'))).toBe(b);
    expect(limitedExpression(long('a'))).toBe(a);
    limitedExpression(long('c'));
    expect(limitedExpression(long('a'))).toBe(a);
    expect(limitedExpression(long('b'))).not.toBe(b);
  });

  it('fills the room to the last character, and not beyond', () => {
    // each counts a thousand characters more than it has
    const half = (name: string, more = 0): string => `"${name.padEnd(64 * 1024 - 1000 - 2 + more, '.')}"`;
    const a = limitedExpression(half('x'));
    limitedExpression(half('y'));
    expect(limitedExpression(half('x'))).toBe(a);
    limitedExpression(half('z', 1));
    expect(limitedExpression(half('x'))).not.toBe(a);
  });
});

describe('a custom mapping', () => {
  it('may have 65536 characters and no more', () => {
    const ofLength = (length: number): string => `"${'x'.repeat(length - 2)}"`;
    expect(() => customMapping(ofLength(65_536))).not.toThrow();
    expect(() => customMapping(ofLength(65_537))).toThrow(
      new ConfigurationError('customMapping has 65537 characters, more than 65536'),
    );
  });

  it('is kept until a hundred newer ones have come since its last use', () => {
    const first = customMapping('{"data": {"kept": -1}}');
    for (let n = 0; n < 99; n += 1) customMapping(`{"data": {"kept": ${n}}}`);
    expect(customMapping('{"data": {"kept": -1}}')).toBe(first);
    for (let n = 100; n < 200; n += 1) customMapping(`{"data": {"kept": ${n}}}`);
    expect(customMapping('{"data": {"kept": -1}}')).not.toBe(first);
  });

  it('whose failure has no place says only what it is', () => {
    expect(() => customMapping('$match(data.a, /[z-a]/)')).toThrow(
      /^customMapping cannot be parsed: Invalid regular expression: /,
    );
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
  ])('is made of constant texts: %s', (text, value) => {
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
  ])('is not made of anything else: %s', (text) => {
    expect(folded(text)).toStrictEqual(JSON.parse(JSON.stringify(jsonata(text).ast())));
  });

  it.each(['$f({"a": "x"})', '{"a": name, "b": {"c": "x"}}', '[1, {"a": "x"}]', '($t := {"a": "x"}; $t)'])(
    'is found wherever it stands: %s',
    (text) => {
      expect(JSON.stringify(folded(text))).toMatch(/"type":"value","value":{"[ac]":"x"}|"value":{"[ac]":"x"}/);
    },
  );

  it.each([undefined, null, 'x', 7, [], {}])('is not looked for in %j', (node) => {
    const before = JSON.stringify(node);
    foldConstants(node);
    expect(JSON.stringify(node)).toBe(before);
  });
});

describe('the functions of a mapping', () => {
  it.each([
    ['$person({"attributes": {"v": "Ada"}}, {"firstName": "v"})', { firstName: 'Ada' }],
    [
      '$receiver({"notes": "n"}, {"notes": "r"})',
      { attributes: { r: 'n' }, global_attributes: { r: 'n' }, aliases: { notes: 'r' } },
    ],
    ['$recordMetadata({"metadata": {"a": 1}, "data": {"id": 7}})', { a: 1, recordUid: '7' }],
    ['$text(7)', '7'],
    ['$firstText(nothing, " ", "a")', 'a'],
    ['$attribute("v")', 'of the context'],
    ['$attribute("v", {"attributes": {"v": "other"}})', 'other'],
    ['$attribute("v", nothing)', undefined],
    ['$attributes({"a, b": 1})', { a: '1', b: '1' }],
    ['$mailboxName("ada.king@b.cd")', { firstName: 'ada', lastName: 'king' }],
    ['$gender("Frau")', 'female'],
    ['$languageTag("de_DE")', 'de-DE'],
    ['$birthday("1.2.1990")', '1990-02-01'],
    ['$birthday("spring")', 'spring'],
    ['$isoDate("1.2.1990")', '1990-02-01'],
    ['$isoDate("spring")', undefined],
    ['$addresses({"city": "Köln"})', [{ city: 'Köln' }]],
    ['$mainAddress([{"city": "a"}, {"city": "b", "label": "primary"}]).city', 'b'],
    ['$streetLine({"street": "Hof", "streetNumber": 7})', 'Hof 7'],
    ['$contactData({"fax": "1"})', [{ type: 'fax', value: '1' }]],
    ['$contact([{"type": "fax", "value": "1"}], "fax")', '1'],
    ['$categories("a")', [{ name: 'a', label: 'a' }]],
    ['$tags(["a", "-b"])', ['a']],
  ])('give what they say: %s', async (text, result) => {
    const expression = jsonata(text);
    registerFunctions(expression);
    const given: unknown = await expression.evaluate({ attributes: { v: 'of the context' } }, {});
    expect(given === undefined ? undefined : JSON.parse(JSON.stringify(given))).toEqual(result);
  });
});

describe('the default mappings', () => {
  it.each(['receiver-to-person', 'person-to-receiver'] as const)('are compiled once: %s', (direction) => {
    expect(defaultMapping(direction)).toBe(defaultMapping(direction));
  });

  it.each([
    [new Error('of the getter'), 'the default mapping failed: of the getter'],
    [new RecordError('of the record'), 'of the record'],
  ])('make a failure an error of the record: %p', async (thrown, text) => {
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

  it.each([undefined, null, 'x', ['x'], 7])('take what is no object for nothing: %j', async (odd) => {
    const message = { metadata: odd, data: odd } as never;
    expect(await defaultMapping('receiver-to-person')(message)).toEqual({ data: {} });
    expect(await defaultMapping('person-to-receiver')(message)).toEqual({ data: {} });
  });
});
