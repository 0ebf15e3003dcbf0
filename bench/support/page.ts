/** docs/performance.md, and the picture beside it. */

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

/** How it was measured. */
interface Circumstances {
  scale: Scale;
  /** Of the machine, when it began. */
  load: string;
  /** Whether these are all rows; else the others stay as they were measured before. */
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
    `Measured by \`npm run bench\` on ${machine()}. This page is written by the bench: run it to have it of your own machine.`,
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
  return `Measured on ${day}${scale === 'full' ? '' : ` (${scale})`}; the load of the machine was ${load} when it began.`;
}

const METHOD =
  'The sandbox account runs in a process of its own, behind a server that makes each page once and then hands out its ' +
  'bytes. The component, compiled as for a release, runs in another process, under a runtime that takes every message at ' +
  'once. Time is that of the processor, all threads of the process together, so waiting does not count; where a rate is given it is ' +
  'that of the clock. Things that are compared take turns in one process, several times, and their ratio is taken run by run. Ratios hold on ' +
  'other machines; times do not.';
