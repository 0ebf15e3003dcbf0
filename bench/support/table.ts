/** The table for the terminal and the documentation. */

import type { Line, Row, RowResult } from '../row';
import { shown } from './numbers';

export interface Measured {
  row: Row;
  result: RowResult;
}

export function textOf({ row, result }: Measured): string {
  const cells = result.lines.map(cellsOf);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  const remarks = (result.remarks ?? []).map((remark) => `  ${remark}`);
  return [`${row.number}. ${row.title}`, ...lines.map((line) => line.trimEnd()), ...remarks].join('\n');
}

export function markdownOf({ row, result }: Measured): string {
  const lines = result.lines.map((line) => `| ${cellsOf(line).join(' | ')} |`);
  return [
    `## ${row.number}. ${row.title}`,
    row.explanation,
    ['| what | median | lowest to highest | target |', '| --- | --- | --- | --- |', ...lines].join('\n'),
    ...(result.remarks ?? []),
  ].join('\n\n');
}

function cellsOf({ what, value, unit, runs = [], target }: Line): string[] {
  const spread = runs.length > 1 ? `${shown(Math.min(...runs))} to ${shown(Math.max(...runs))}` : '';
  return [what, `${shown(value)} ${unit}`, spread, targetOf(value, target)];
}

function targetOf(value: number, target: Line['target']): string {
  if (!target) return '';
  if ('atMost' in target) return `at most ${target.atMost} ${value <= target.atMost ? '✓' : '✗'}`;
  return `at least ${target.atLeast} ${value >= target.atLeast ? '✓' : '✗'}`;
}
