/** docs/performance.md, and the picture beside it. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import type { Scale } from '../row';
import { ROOT } from './build';
import { chartOf } from './chart';
import { machine } from './machine';
import { markdownOf, type Measured } from './table';

const PAGE = 'docs/performance.md';
const PICTURE = 'docs/performance.svg';

/** @returns the name of the page */
export async function writePage(measured: readonly Measured[], scale: Scale, load: string): Promise<string> {
  const series = measured.flatMap(({ result }) => result.series ?? []);
  writeFileSync(path.join(ROOT, PICTURE), chartOf(series));
  const text = [
    '# Performance',
    `Measured by \`npm run bench${scale === 'full' ? '' : ` -- --${scale}`}\` on ${new Date().toISOString().slice(0, 10)}, on ${machine()}; the load of the machine was ${load} when it began. ` +
      'This page is written by the bench: run it to have it of your own machine.',
    `![Cost of a receiver against the number of receivers](${path.basename(PICTURE)})`,
    '## How it is measured',
    METHOD,
    ...measured.map(markdownOf),
  ].join('\n\n');
  writeFileSync(path.join(ROOT, PAGE), await format(text, { parser: 'markdown', printWidth: 120 }));
  return PAGE;
}

const METHOD =
  'The sandbox account runs in a process of its own, behind a server that makes each page once and then hands out its ' +
  'bytes. The component, compiled as for a release, runs in another process, under a runtime that takes every message at ' +
  'once. Time is that of the processor, all threads of the process together, so waiting does not count; where a rate is given it is ' +
  'that of the clock. Things that are compared take turns in one process, several times, and their ratio is taken run by run. Ratios hold on ' +
  'other machines; times do not.';
