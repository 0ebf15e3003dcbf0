import jsonata from 'jsonata';
import { ConfigurationError, RecordError } from '../../../lib/utils/errors';
import { customMapping } from '../../../lib/mapping/customMapping';
import { hostileRecord } from '../../support/mapping/hostile';

const message = {
  metadata: { oihUid: 'u' },
  data: { id: '1', email: 'ada@example.org', attributes: { vorname: ' Ada ' } },
};

describe('a custom mapping', () => {
  it('receives the whole message and returns a whole message', async () => {
    const map = customMapping('{"metadata": $merge([metadata, {"recordUid": data.id}]), "data": {"mail": data.email}}');
    expect(await map(message)).toStrictEqual({
      metadata: { oihUid: 'u', recordUid: '1' },
      data: { mail: 'ada@example.org' },
    });
  });

  it.each(['{"data": {"a": 1}}', '{"metadata": null, "data": {"a": 1}}'])('may omit the metadata: %s', async (text) => {
    expect(await customMapping(text)(message)).toStrictEqual({ data: { a: 1 } });
  });

  it('returns plain data: normal prototypes, lists without marks, and dates and keys as in JSON', async () => {
    const map = customMapping(
      '{"data": {"list": data.tags.($uppercase($)), "none": data.nothing, "null": null, "in": data}}',
    );
    const mapped = await map({ data: { tags: ['a', 'b'] } });
    expect(mapped).toStrictEqual({ data: { list: ['A', 'B'], null: null, in: { tags: ['a', 'b'] } } });
    expect(Object.getPrototypeOf(mapped.data)).toBe(Object.prototype);
  });

  it('has the functions of the default mappings and those of JSONata', async () => {
    const map = customMapping(`{"data": data.{
      "name": $attribute("firstname, vorname"),
      "other": $attribute("x", {"attributes": {"x": "y"}}),
      "person": $person($, {"firstName": "vorname", "nickname": "vorname"}),
      "receiver": $receiver({"notes": "n"}, {"notes": "remarks"}),
      "gender": $gender("Frau"), "birthday": $birthday("1.2.1990"), "date": $isoDate("x"), "language": $languageTag("de_DE"),
      "text": $text(7), "first": $firstText(nothing, " ", "a"), "mailbox": $mailboxName("ada.king@example.org"),
      "street": $streetLine($mainAddress([{"street": "a"}, {"street": "b", "label": "primary", "streetNumber": 3}])),
      "addresses": $addresses({"city": "Köln", "district": "Deutz"}),
      "contacts": $contactData({"skype": "s", "fax": ""}), "phone": $contact([{"type": "Phone", "value": 1}], "phone"),
      "categories": $categories("a"), "tags": $tags(["a", "-b"]), "under": $attributes({"a, b": 1}),
      "metadata": $recordMetadata($$),
      "padded": $pad("é", 3, "ab"), "left": $pad("é", -3), "context": email ~> $pad(17, "."),
      "millis": $toMillis("1970-01-01T00:00:01Z"), "picture": $toMillis("2.1.1970", "[D].[M].[Y]"),
      "base64": $base64decode($base64encode("ada")), "time": $fromMillis(0)
    }}`);
    expect((await map(message)).data).toStrictEqual({
      name: 'Ada',
      other: 'y',
      person: { firstName: 'Ada', nickname: 'Ada', lastName: 'ada' },
      receiver: { attributes: { remarks: 'n' }, global_attributes: { remarks: 'n' }, aliases: { notes: 'remarks' } },
      gender: 'female',
      birthday: '1990-02-01',
      language: 'de-DE',
      text: '7',
      first: 'a',
      mailbox: { firstName: 'ada', lastName: 'king' },
      street: 'b 3',
      addresses: [{ city: 'Köln', district: 'Deutz' }],
      contacts: [{ type: 'skype', value: 's' }],
      phone: '1',
      categories: [{ name: 'a', label: 'a' }],
      tags: ['a'],
      under: { a: '1', b: '1' },
      metadata: { oihUid: 'u', recordUid: '1' },
      padded: 'éab',
      left: '  é',
      context: 'ada@example.org..',
      millis: 1000,
      picture: 86_400_000,
      base64: 'ada',
      time: '1970-01-01T00:00:00.000Z',
    });
  });

  it('does not change the message', async () => {
    const before = structuredClone(message);
    await customMapping('{"data": $ ~> |data|{"id": 2}, ["email"]|}')(message);
    expect(message).toEqual(before);
  });

  it('carries nothing over from one record to the next', async () => {
    const map = customMapping('{"data": {"seen": data.id ? $x := data.id : $x}}');
    expect(await map({ data: { id: '1' } })).toEqual({ data: { seen: '1' } });
    expect(await map({ data: {} })).toEqual({ data: {} });
  });

  it('separates records that are mapped concurrently', async () => {
    const map = customMapping('{"data": {"id": $$.data.id, "again": $map([1..3], function($v){$$.data.id})}}');
    const mapped = await Promise.all(['1', '2', '3'].map((id) => map({ data: { id } })));
    expect(mapped.map(({ data }) => data)).toEqual(['1', '2', '3'].map((id) => ({ id, again: [id, id, id] })));
  });

  it('is compiled once', () => {
    expect(customMapping('{"data": {"once": 1}}')).toBe(customMapping('{"data": {"once": 1}}'));
  });

  it('is evicted after a hundred newer mappings', () => {
    const first = customMapping('{"data": {"n": -1}}');
    for (let n = 0; n < 100; n++) customMapping(`{"data": {"n": ${n}}}`);
    expect(customMapping('{"data": {"n": 99}}')).toBe(customMapping('{"data": {"n": 99}}'));
    expect(customMapping('{"data": {"n": -1}}')).not.toBe(first);
  });

  it('may have at most 65536 characters', () => {
    const ofLength = (length: number): string => `"${'x'.repeat(length - 2)}"`;
    expect(() => customMapping(ofLength(65_536))).not.toThrow();
    expect(() => customMapping(ofLength(65_537))).toThrow(
      new ConfigurationError('customMapping has 65537 characters, more than 65536'),
    );
  });

  it('is cached until a hundred newer mappings have been used since its last use', () => {
    const first = customMapping('{"data": {"kept": -1}}');
    for (let n = 0; n < 99; n += 1) customMapping(`{"data": {"kept": ${n}}}`);
    expect(customMapping('{"data": {"kept": -1}}')).toBe(first);
    for (let n = 100; n < 200; n += 1) customMapping(`{"data": {"kept": ${n}}}`);
    expect(customMapping('{"data": {"kept": -1}}')).not.toBe(first);
  });

  it('that fails without a position reports only the reason', () => {
    expect(() => customMapping('$match(data.a, /[z-a]/)')).toThrow(
      /^customMapping cannot be parsed: Invalid regular expression: /,
    );
  });
});

describe('a custom mapping that cannot be parsed', () => {
  it.each([
    ['{"data": ', 'customMapping cannot be parsed at character 9: Expected "}" before end of expression'],
    ['', 'customMapping cannot be parsed at character 0: Unexpected end of expression'],
    ['data.match(/(/)', /^customMapping cannot be parsed/],
    ['('.repeat(60_000), /^customMapping cannot be parsed/],
    [`"${'x'.repeat(65_536)}"`, 'customMapping has 65538 characters, more than 65536'],
  ])('is an error before any record: %#', (text, error) => {
    expect(() => customMapping(text)).toThrow(ConfigurationError);
    expect(() => customMapping(text)).toThrow(error);
  });
});

describe('a custom mapping that does not return a message', () => {
  it.each([
    ['data.nothing', 'the customMapping returned nothing; it must return {metadata, data}'],
    ['null', 'the customMapping returned nothing; it must return {metadata, data}'],
    ['"text"', 'the customMapping returned a string; it must return {metadata, data}'],
    ['7', 'the customMapping returned a number; it must return {metadata, data}'],
    ['[$]', 'the customMapping returned a list; it must return {metadata, data}'],
    ['data', 'the customMapping returned an object without an object "data"; it must return {metadata, data}'],
    ['{"data": "x"}', 'the customMapping returned an object without an object "data"; it must return {metadata, data}'],
    [
      '{"data": [{}]}',
      'the customMapping returned an object without an object "data"; it must return {metadata, data}',
    ],
    ['{"data": {}, "metadata": [1]}', 'the customMapping returned a list as metadata; it must return {metadata, data}'],
    ['{"data": {}, "metadata": 1}', 'the customMapping returned a number as metadata; it must return {metadata, data}'],
    [
      '{"data": {"n": $number("12a")}}',
      'the customMapping failed at character 23: Unable to cast value to a number: …',
    ],
    ['{"data": $error("not this one")}', 'the customMapping failed at character 16: not this one'],
    ['{"data": {"x": $shout(data)}}', 'the customMapping failed at character 22: there is no function $shout'],
    ['function($x){$x}', 'the customMapping failed: it returned a function, which is not data'],
    ...[
      'function($x){$x}',
      '$text',
      '$uppercase',
      '$sum(?)',
      '[1, $text]',
      '[[{"a": $now}]]',
      '/x/',
      '{"r": /x/i}',
      '{"next": /x/}',
    ].map((value) => [
      `{"data": {"f": ${value}}}`,
      'the customMapping failed: it returned a function, which is not data',
    ]),
    ...['1/0', '-1/0', '0/0', '[1, {"n": 1/0}]'].map((value) => [
      `{"data": {"n": ${value}}}`,
      'the customMapping failed: it returned a number that is not finite, such as 1/0, which is not data',
    ]),
  ])('is an error of the record: %s', async (text, error) => {
    await expect(customMapping(text)(message)).rejects.toThrow(RecordError);
    await expect(customMapping(text)(message)).rejects.toThrow(error);
  });
});

describe('the error of a custom mapping', () => {
  const person = { data: { email: 'jo@example.org', born: 'the 3rd', name: { first: 'Jo', last: 'Doe' }, age: 41 } };
  const errorOf = async (text: string): Promise<string> =>
    await customMapping(text)(person).then(
      () => 'no error',
      (error: unknown) => (error as Error).message,
    );

  it.each([
    ['$number(data.email)', 'Unable to cast value to a number: …'],
    ['{data.email: 1, data.email: 2}', 'Multiple key definitions evaluate to same key: …'],
    ['{data.age: 1}', 'Key in object structure must evaluate to a string; got: …'],
    ['$toMillis(data.born)', 'must be an ISO 8601 formatted timestamp. Given …'],
    ['data.email < data.age', 'The values … and … either side of operator "<" must be of the same data type'],
    ['$sqrt(-data.age)', 'The sqrt function cannot be applied to a negative number: …'],
    ['-data.name', 'Cannot negate a non-numeric value: …'],
    ['$error("bad: " & data.email)', 'bad: <address>'],
    ['[1..20000000]', 'must not exceed 1e7. Attempted to allocate 20000000.'],
  ])('contains no personal data of the record: %s', async (text, reason) => {
    const error = await errorOf(`{"data": {"x": ${text}}}`);
    expect(error).toContain(reason);
    expect(error).not.toMatch(/jo@|3rd|Doe|41|\n/);
  });
});

describe('a hostile custom mapping', () => {
  it.each([
    ['in time', /it was stopped after 1250 ms/, '$contains(data.text, /^(a+)+$/)'],
    [
      'in memory',
      // on a slow machine the time is over before the memory is
      /its process ended with .*, as it does when it needs too much memory|it was stopped after 1250 ms/,
      '($f := function($s, $n){$n > 0 ? $f($s & $s, $n - 1) : $contains($s, /y/)}; $f("x", 28))',
    ],
  ])('without bounds %s does not affect the next record', async (_, error, x) => {
    const map = customMapping(`{"data": {"x": data.harmless ? 1 : ${x}}}`);
    await expect(map(hostileRecord)).rejects.toThrow(error);
    expect(await map({ data: { harmless: true } })).toEqual({ data: { x: 1 } });
  });

  it('leaves time for everything else in the meantime', async () => {
    let ticks = 0;
    const clock = setInterval(() => ticks++, 10);
    await expect(customMapping('$contains(data.text, /^(a+)+$/)')(hostileRecord)).rejects.toThrow(RecordError);
    clearInterval(clock);
    expect(ticks).toBeGreaterThan(10);
  });

  it('does not use up the time of records that are mapped concurrently, since each waits for its turn', async () => {
    const map = customMapping('{"data": {"x": data.endless ? ($f := function(){$f()}; $f()) : 1}}');
    const settled: string[] = [];
    const endless = map({ data: { endless: true } }).catch((error: unknown) => settled.push(String(error)));
    const other = map({ data: {} }).then(({ data }) => settled.push(JSON.stringify(data)));
    await Promise.all([endless, other]);
    // on a busy machine the process is ended before JSONata looks at the time
    const stopped = /timeout after 1000 milliseconds|it was stopped after 1250 ms/;
    expect(settled).toEqual([expect.stringMatching(stopped), '{"x":1}']);
  });

  it.each([
    '$ ~> |__proto__|{"polluted": "yes"}|',
    '$ ~> |$lookup($, "__proto__")|{"polluted": "yes"}|',
    '$ ~> |constructor.prototype|{"polluted": "yes"}|',
    '$merge([$, {"__proto__": {"polluted": "yes"}}])',
    '{"data": $merge([data.own])}',
    '{"data": {"__proto__": {"polluted": "yes"}}}',
    '{"data": {"x": $attributes({"__proto__": "yes"})}}',
    '{"data": $person(data, {"__proto__": "text"})}',
  ])('does not change the prototypes of the component: %s', async (text) => {
    const mapped = await customMapping(text)(hostileRecord);
    expect(Object.getPrototypeOf(mapped.data)).toBe(Object.prototype);
    expect(mapped.data['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a regular expression in a custom mapping', () => {
  const record = { data: { t: 'a1b22c333' } };

  it.each([
    '$contains(data.t, /B/)',
    '$contains(data.t, /B/i)',
    '$match(data.t, /[a-z](\\d+)/)',
    '$match(data.t, /[a-z](\\d+)/, 2).match',
    '$contains(data.t, /^x?/)',
    '$replace(data.t, /\\d/, "")',
    '$replace(data.t, /(\\d)+/, "<$1>", 2)',
    '$replace(data.t, /\\d/, function($m){$string($m.start)})',
    '$split(data.t, /\\d+/)',
    '$map(["x1", "y", "x2"], function($v){$contains($v, /\\d/)})',
    '($r := /\\d/; [$contains("1", $r), $contains("a", $r), $match("1a2", $r).match, $match("1a2b3", $r).match])',
    '($r := /\\d/; [$match("1a2b3", $r, 2).match, $match("1a2b3", $r).match, $split("1a2b3", $r)])',
    '($r := /\\d/; [$r("1a2"), $r("1a2").next(), $contains("1a2", $r)])',
    '$match(data.none, /x/)',
  ])('finds the same as in plain JSONata: %s', async (expression) => {
    const text = `{"data": {"x": ${expression}}}`;
    const plain: unknown = await jsonata(text).evaluate(record, {});
    expect(await customMapping(text)(record)).toEqual(JSON.parse(JSON.stringify(plain)));
  });

  it('finds thousands of matches in one string', async () => {
    const map = customMapping('{"data": {"x": $replace(data.t, /a/, "b")}}');
    expect(await map({ data: { t: 'a'.repeat(25_000) } })).toEqual({ data: { x: 'b'.repeat(25_000) } });
  });

  it('that matches an empty string is refused as in JSONata', async () => {
    const map = customMapping('{"data": {"x": $match(data.t, /x*/)}}');
    await expect(map(record)).rejects.toThrow('Regular expression matches zero length string');
  });
});
