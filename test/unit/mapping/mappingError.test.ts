import { reasonOf, errorText } from '../../../lib/mapping/mappingError';

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
    ['a name that is not a function', { code: 'T1006', token: 'shout', message: 'no' }, 'there is no function $shout'],
    ['an unnamed value that is not a function', { code: 'T1006', message: 'no function' }, 'no function'],
    ['a token of another failure', { code: 'T1005', token: 'shout', message: 'no function' }, 'no function'],
  ])('contains no evaluated value: %s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  it.each(['D1012', 'D2014', 'D2015'])('states the exceeded limit: %s', (code) => {
    expect(reasonOf({ code, message: 'more than 1000', value: 1000 })).toBe('more than 1000');
  });
});

describe('the message of a failure', () => {
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
