/** `npm run bench`: measures the component and writes docs/performance.md. Never fails because of a time. */

import { parseArgs } from 'node:util';
import { Progress, say } from '../tools/lib/terminal';
import type { Row, Scale } from './row';
import { rows } from './rows';
import { load, machine } from './support/machine';
import { writePage } from './support/page';
import { textOf, type Measured } from './support/table';

const usage = `Usage: npm run bench -- [--quick] [--row <number>] [--write]

  --quick         smaller groups and fewer runs, for a look
  --row <number>  one row of the table, or several: --row 1 --row 3
  --write         writes docs/performance.md; a full run of all rows always does. Other rows stay as they were measured
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      write: { type: 'boolean' },
      row: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  });
  const wanted = rows.filter(({ number }) => values.row?.includes(String(number)) ?? true);
  if (values.help || wanted.length < (values.row?.length ?? 0)) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const scale = values.quick ? 'quick' : 'full';
  const loadBefore = load();
  say(`${machine()}; load ${loadBefore}\n`);
  const measured: Measured[] = [];
  for (const row of wanted) {
    measured.push(await measure(row, scale));
  }
  const isWhole = !values.row;
  if (values.write || (isWhole && !values.quick))
    say(`Written to ${await writePage(measured, { scale, load: loadBefore, isWhole })}.`);
  return 0;
}

async function measure(row: Row, scale: Scale): Promise<Measured> {
  const shown = new Progress();
  const start = performance.now();
  const progress = (text: string): void => {
    shown.show(`${row.number}. ${row.title}: ${text} …`);
  };
  const measured = { row, result: await row.run({ scale, progress }) };
  say(`${textOf(measured)}\n  (${Math.round((performance.now() - start) / 1000)} s)\n`);
  return measured;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
