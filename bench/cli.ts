/** `npm run bench`: measures the component and writes docs/performance.md. A slow result never fails the command. */

import { runCommand, UsageError } from '../tools/lib/args';
import { Progress, say } from '../tools/lib/terminal';
import type { Row, Scale } from './row';
import { rows } from './rows';
import { load, machine } from './support/machine';
import { writePage } from './support/page';
import { textOf, type Measured } from './support/table';

const usage = `Usage: npm run bench -- [--quick] [--row <number>] [--write]

  --quick         smaller groups and fewer runs, for a quick check
  --row <number>  measure only this row of the table; may be repeated: --row 1 --row 3
  --write         write docs/performance.md, as a full run of all rows always does. Rows that were not measured are kept

Exit code: 0; 1 if it failed; 2 if the command line is invalid.`;

const options = {
  quick: { type: 'boolean' },
  write: { type: 'boolean' },
  row: { type: 'string', multiple: true },
} as const;

runCommand({ usage, options }, async ({ values }) => {
  const unknown = values.row?.find((wanted) => !rows.some(({ number }) => wanted === String(number)));
  if (unknown !== undefined) throw new UsageError(`--row must be a number from 1 to ${rows.length}, not '${unknown}'.`);
  const wanted = rows.filter(({ number }) => values.row?.includes(String(number)) ?? true);
  const scale = values.quick ? 'quick' : 'full';
  const loadBefore = load();
  say(`${machine()}; load ${loadBefore}\n`);
  const isWhole = !values.row;
  const measured: Measured[] = [];
  for (const row of wanted) {
    measured.push(await measure(row, scale));
    // a run of some rows that is stopped keeps those that it has measured
    if (values.write && !isWhole) await writePage(measured, { scale, load: loadBefore, isWhole });
  }
  if (values.write || (isWhole && !values.quick))
    say(`Written to ${await writePage(measured, { scale, load: loadBefore, isWhole })}.`);
});

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
