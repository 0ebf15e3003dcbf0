import { RecentRows } from '../../../../lib/polling/pagination/recentRows';
import { receiver } from '../../../support/receiver';

const pageOf = (from: number, size: number): ReturnType<typeof receiver>[] =>
  Array.from({ length: size }, (_, index) => receiver(String(from + index)));

describe('the rows that are remembered', () => {
  it('are those of four pages at least, and of eight at most', () => {
    const recent = new RecentRows(10);
    for (let page = 0; page < 20; page += 1) recent.add(pageOf(page * 10, 10));
    for (const row of pageOf(160, 40)) expect(recent.has(row)).toBe(true);
    for (const row of pageOf(0, 120)) expect(recent.has(row)).toBe(false);
  });

  it('are as many where pages are smaller, and more where they are larger than they were to be', () => {
    const recent = new RecentRows(100);
    for (let row = 0; row < 1_000; row += 1) recent.add(pageOf(row, 1));
    for (const row of pageOf(600, 400)) expect(recent.has(row)).toBe(true);
    for (let page = 0; page < 20; page += 1) recent.add(pageOf(5_000 + page * 300, 300));
    for (const row of pageOf(5_000 + 16 * 300, 4 * 300)) expect(recent.has(row)).toBe(true);
  });

  it('are others with another address', () => {
    const recent = new RecentRows(1);
    recent.add([receiver('7')]);
    expect(recent.has(receiver('7'))).toBe(true);
    expect(recent.has(receiver('7', { email: 'other@example.org' }))).toBe(false);
  });
});
