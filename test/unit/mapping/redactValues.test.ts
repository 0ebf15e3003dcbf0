import { redactValues } from '../../../lib/mapping/redactValues';
import { effort } from '../../support/effort';

describe('a message of the author of a mapping', () => {
  it.each([
    ['no Mia here', { firstname: 'Mia' }, 'no … here'],
    ['no MIA here', { firstname: 'Mia' }, 'no … here'],
    ['Miami', { firstname: 'Mia' }, 'Miami'],
    ['the Mia Müller and Mia', { a: 'Mia', b: 'Mia Müller' }, 'the … … and …'],
    ['of Müller alone', { b: 'Mia Müller' }, 'of … alone'],
    ['a+b (c)', { x: 'a+b (c)' }, 'a+b (c)'],
    ['value 7 of x, at character 1971', { a: '7', b: 'x', c: 1971 }, 'value 7 of x, at character 1971'],
    ['no 24937', { a: ' 24937 ' }, 'no …'],
    ['no 24937', { a: 24937 }, 'no …'],
    ['of Öttinger', { list: [{ deep: 'Öttinger' }] }, 'of …'],
    ['Über', { a: 'ber' }, 'Über'],
    ['1Mia', { a: 'Mia' }, '1Mia'],
    ['it is as it was', { language: 'it', city: 'as', note: 'is' }, 'it is as it was'],
    ['$.*+?^(){}[]|\\', { a: '$.*+?^(){}[]|\\' }, '$.*+?^(){}[]|\\'],
  ])('%j, of a record with %j, is %j', (text, values, shown) => {
    expect(redactValues(text, values)).toBe(shown);
  });

  it('is cleared of values at any depth, and of long values, quickly', () => {
    let deep: unknown = 'Mia';
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    const entry = { deep, long: `${'x'.repeat(1_000_000)} Öttinger`, many: '('.repeat(1_000_000) };
    const spent = effort();
    expect(redactValues('of Mia Öttinger', entry)).toBe('of … …');
    expect(spent()).toBeLessThan(100);
  });
});
