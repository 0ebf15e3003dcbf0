import { RowValues } from '../../../../lib/polling/changes/rowValues';

describe('the values of rows', () => {
  it('are summed by key, one row for each group of a receiver', () => {
    const values = new RowValues();
    values.add(7, 10);
    values.add(8, 5);
    values.add(7, 0xffff_ffff);
    expect([values.sum(7), values.sum(8), values.sum(9)]).toEqual([0x1_0000_0009, 5, 0]);
  });

  it('are kept of more rows than the first lists hold', () => {
    const values = new RowValues();
    for (let key = 1; key <= 5_000; key += 1) values.add(key, key * 2);
    values.add(1, 3);
    expect([values.sum(1), values.sum(1_024), values.sum(1_025), values.sum(5_000)]).toEqual([5, 2_048, 2_050, 10_000]);
  });

  it('of no rows are 0, also for a key that is 0 modulo 2^32', () => {
    expect(new RowValues().sum(2 ** 32)).toBe(0);
  });

  it('are kept of keys above 2^32', () => {
    const values = new RowValues();
    values.add(2 ** 35 + 5, 7);
    expect(values.sum(2 ** 35 + 5)).toBe(7);
  });
});
