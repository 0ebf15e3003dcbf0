/** Writes docs/performance.md and its chart. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { writeOut } from '../../tools/lib/files';
import type { Scale } from '../row';
import { ROOT } from './build';
import { chartOf } from './chart';
import { machine } from './machine';
import { sectionsOf } from './sections';
import { markdownOf, type Measured } from './table';

const PAGE = 'docs/performance.md';
const PICTURE = 'docs/performance.svg';

/** How the rows were measured. */
interface Circumstances {
  scale: Scale;
  /** The load of the machine at the start. */
  load: string;
  /** Whether these are all rows; otherwise the earlier results of the other rows are kept. */
  isWhole: boolean;
}

/** @returns the name of the page */
export async function writePage(measured: readonly Measured[], circumstances: Circumstances): Promise<string> {
  const page = path.join(ROOT, PAGE);
  const series = measured.flatMap(({ result }) => result.series ?? []);
  if (series.length > 0) writeOut(path.join(ROOT, PICTURE), chartOf(series));
  const sections = circumstances.isWhole ? new Map<number, string>() : sectionsOf(readFileSync(page, 'utf8'));
  for (const one of measured) sections.set(one.row.number, [markdownOf(one), when(circumstances)].join('\n\n'));
  const text = [
    '# Performance',
    `Measured by \`npm run bench\` on ${machine()}. The bench generates this page; run it for the numbers of your own machine.`,
    `![Cost of a receiver against the number of receivers](${path.basename(PICTURE)})`,
    '## How it is measured',
    METHOD,
    ...[...sections].sort(([a], [b]) => a - b).map(([, section]) => section),
  ].join('\n\n');
  writeOut(page, await format(text, { parser: 'markdown', printWidth: 120 }));
  return PAGE;
}

function when({ scale, load }: Circumstances): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}${scale === 'full' ? '' : ` (${scale})`}; the load of the machine at the start was ${load}.`;
}

const METHOD =
  'The sandbox account runs in a separate process, behind a server that generates each page once and then ' +
  'serves its bytes. The component, compiled as for a release, runs in another process, under a runtime that ' +
  'accepts every message immediately. Times are CPU times of all threads of the process, so waiting does not ' +
  'count; rates are based on the clock. Compared tasks alternate in one process, several times, and their ratio ' +
  'is computed run by run. Ratios are valid on other machines; times are not.';
