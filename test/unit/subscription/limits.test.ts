import { isEndless, isPast } from '../../../lib/subscription/limits';

it.each([
  ['2020', true],
  ['1999-12', true],
  ['12/2020', true],
  ['2020.1', true],
  ['2999', false],
  ['2999-01', false],
  ['1/2020/1', undefined],
  ['13/2020', undefined],
  ['20200', undefined],
  ['24 months', undefined],
  ['', undefined],
  // each reading of a year of two digits that is not before 1995
  ['03/04/20', true],
  ['3.4.20', true],
  ['20-12-31', undefined],
  ['60-12-31', false],
  ['12/31/60', false],
  ['31.12.60', false],
  ['31.12.20', true],
  ['31.12.99', undefined],
  ['03/04/20 10:00', true],
  ['32.13.20', undefined],
  ['3.4.2', undefined],
  ['1/2-20', undefined],
  // days of a spreadsheet
  ['43862', true],
  ['43862.5', true],
  ['73050', false],
  ['99999', false],
  ['34699', undefined],
  ['109576', undefined],
])('the time %j is over: %j', (word, is) => {
  expect(isPast(word, [])).toBe(is);
});

it('a time is over if all its readings are over', () => {
  const [past, future] = [Date.UTC(2020, 1, 1), Date.UTC(2999, 1, 1)];
  const all = [[past], [future], [past, future], [past, past], []].map((times) => isPast('', times));
  expect(all).toEqual([true, false, undefined, true, undefined]);
});

it.each([
  ['12 monate', true],
  ['1 year', true],
  ['30d', true],
  ['unbegrenzt', true],
  ['12', false],
  ['12 monate alt', false],
  ['31 décembre 2020', false],
])('the word %j has no end that is known: %j', (word, is) => {
  expect(isEndless(word)).toBe(is);
});
