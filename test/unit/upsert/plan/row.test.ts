import { RecordError } from '../../../../lib/utils/errors';
import { parseRow } from '../../../../lib/upsert/plan/row';
import { row } from '../../../support/upsert/records';

describe('a row', () => {
  it('contains only writable values', () => {
    const mapped = {
      email: ' A@B.de ',
      attributes: { N: 1, t: true, u: undefined, x: null, e: '' },
      tags: 'a',
      id: 'x',
      source: 's',
    };
    expect(parseRow(mapped, 'it')).toEqual({
      email: 'a@b.de',
      givenEmail: ' A@B.de ',
      attributes: { n: '1', t: 'true', e: '' },
      global_attributes: {},
      tags: ['a'],
      doidata: {},
    });
  });

  it.each([
    { email: 5 },
    { email: 'a@@b.de' },
    { email: `${'a'.repeat(250)}@b.de` },
    { attributes: { a: [] } },
    { attributes: { a: Number.NaN } },
    { attributes: 'a:b' },
    { tags: [{ tag: 'a' }] },
  ])('with %j is refused', (mapped) => {
    expect(() => parseRow(mapped, 'record no. 1')).toThrow(RecordError);
    expect(() => parseRow(mapped, 'record no. 1')).toThrow(/record no. 1/);
  });

  const refusal = (mapped: Record<string, unknown>): unknown => {
    try {
      return parseRow(mapped, 'record no. 1');
    } catch (error) {
      return error;
    }
  };

  it.each([
    [{ email: 7 }, 'The e-mail address of record no. 1 must be a single string; nothing was written.'],
    [
      { email: ['a@b.cd', 'e@b.cd'] },
      'The e-mail address of record no. 1 must be a single string; nothing was written.',
    ],
    [{ email: 'x' }, 'The e-mail address of record no. 1 is not valid; nothing was written.'],
    [{ email: `${'a'.repeat(250)}@b.cd` }, 'The e-mail address of record no. 1 is not valid; nothing was written.'],
    [{ attributes: 'x' }, '"attributes" of record no. 1 must be an object of names and values; nothing was written.'],
    [{ attributes: [1] }, '"attributes" of record no. 1 must be an object of names and values; nothing was written.'],
    [
      { global_attributes: 7 },
      '"global_attributes" of record no. 1 must be an object of names and values; nothing was written.',
    ],
    [
      { attributes: { ' A ': {} } },
      'Attribute "a" in "attributes" of record no. 1 is not a string, number or boolean; nothing was written.',
    ],
    [
      { global_attributes: { b: NaN } },
      'Attribute "b" in "global_attributes" of record no. 1 is not a string, number or boolean; nothing was written.',
    ],
    [
      { attributes: { a: 2 ** 60 } },
      'Attribute "a" in "attributes" of record no. 1 is a number with too many digits; nothing was written. Send it as a string.',
    ],
    [{ tags: [{}] }, '"tags" of record no. 1 must be a list of strings; nothing was written.'],
  ])('is refused with the reason: %j', (mapped, text) => {
    expect(refusal(mapped)).toEqual(new RecordError(text));
  });

  it.each([
    [{ email: null }, {}],
    [{ email: '  ' }, {}],
    [{ email: '\u200b' }, {}],
    [{ email: [null, 'a@b.cd'] }, { email: 'a@b.cd' }],
    [{ email: 'mailto:Jo@b.cd ' }, { email: 'jo@b.cd', givenEmail: 'mailto:Jo@b.cd ' }],
    [{ email: ' JO@Example.org ' }, { email: 'jo@example.org', givenEmail: ' JO@Example.org ' }],
    [{ email: `${'a'.repeat(249)}@b.cd`.slice(-254) }, { email: `${'a'.repeat(249)}@b.cd`.slice(-254) }],
    [
      { attributes: { ' Shoe ': 42, b: false, c: null, d: undefined, e: '' } },
      { attributes: { shoe: '42', b: 'false', e: '' } },
    ],
    [{ attributes: [], global_attributes: null }, {}],
    [{ tags: 'one' }, { tags: ['one'] }],
    [{ tags: [' a ', 7, '', ' '] }, { tags: ['a', '7'] }],
    [{ tags: null }, {}],
    [{ tags: 'vip, kunde; -alt;' }, { tags: ['vip', 'kunde', '-alt'] }],
    [{ tags: [null, ['a', undefined], 'b, c'] }, { tags: ['a', 'b, c'] }],
    [{ tags: { 0: 'a', 1: 'b' } }, { tags: ['a', 'b'] }],
    [
      { doidata: { user_ip: ' 1.2.3.4 ', referer: ' ', user_agent: 7, other: 'x' } },
      { doidata: { user_ip: '1.2.3.4' } },
    ],
    [{ doidata: 'x' }, {}],
  ])('is read from %j', (mapped, members) => {
    expect(refusal(mapped)).toStrictEqual(row(members));
  });
});
