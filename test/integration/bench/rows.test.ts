import { readFileSync } from 'node:fs';
import { rows } from '../../../bench/rows';
import type { RowResult } from '../../../bench/row';
import { chartOf } from '../../../bench/support/chart';
import { sectionsOf } from '../../../bench/support/sections';
import { markdownOf } from '../../../bench/support/table';

describe('npm run bench', () => {
  it('has one row for each number', () => {
    const numbers = rows.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  // the others are measured beside the tests under the real runtimes
  it.each(rows.filter(({ needsBroker }) => !needsBroker).map((row) => [row.number, row] as const))(
    'measures row %i, and all its values are numbers',
    async (_, row) => {
      const result = await row.run({ scale: 'tiny', progress: () => undefined });
      expect(result.lines.length).toBeGreaterThan(0);
      for (const { what, value, runs = [] } of result.lines)
        expect({ what, isFinite: [value, ...runs].every(Number.isFinite) }).toEqual({ what, isFinite: true });
      expect(markdownOf({ row, result })).toContain(row.title);
    },
  );

  it('finds the rows of its page again, so that a single row can be measured again', () => {
    const page = readFileSync('docs/performance.md', 'utf8');
    const sections = sectionsOf(page);
    expect([...sections.keys()]).toEqual(rows.map(({ number }) => number));
    for (const { number, title } of rows) expect(sections.get(number)).toMatch(`## ${number}. ${title}`);
    expect(page.trimEnd().endsWith(sections.get(rows.length) ?? 'no last row')).toBe(true);
  });

  it('draws each point at its position: smaller groups to the left, more expensive receivers higher', () => {
    const series = [
      { name: 'bare', points: pointsOf([10, 5]) },
      { name: 'first', points: pointsOf([40, 30]) },
    ];
    const dots = [...chartOf(series).matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    const [bareSmall = [], bareLarge = [], firstSmall = [], firstLarge = []] = dots;
    expect(dots).toHaveLength(4);
    expect(bareSmall[0]).toBeLessThan(bareLarge[0] ?? 0);
    expect(bareSmall[0]).toBe(firstSmall[0]);
    expect(firstLarge[1]).toBeLessThan(bareLarge[1] ?? 0);
    expect(firstSmall[1]).toBeLessThan(firstLarge[1] ?? 0);
  });
});

function pointsOf([small = 0, large = 0]: number[]): NonNullable<RowResult['series']>[number]['points'] {
  return [
    { receivers: 1_000, microseconds: small },
    { receivers: 100_000, microseconds: large },
  ];
}
