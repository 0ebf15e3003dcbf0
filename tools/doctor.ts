/** `npm run doctor -- flow.json`: checks each step of a flow against its account, without polling and without writing. */

import { messageOf } from '../lib/utils/errors';
import { examine, type Examination, type Row } from './doctor/examine';
import { runCommand, UsageError, type Values } from './lib/args';
import { adviceOnRefusal, credentialsFrom } from './lib/credentials';
import { parseJson, readText } from './lib/files';
import { stepsFrom } from './lib/flowCheck';
import { readFlow } from './lib/flowFile';
import { openSnapshot } from './lib/snapshotFile';
import { tableLines } from './lib/table';
import { complain, say } from './lib/terminal';

const usage = `Usage: npm run doctor -- <flow.json> [--step <id>] [--snapshot <file>]

Checks each step of a flow that uses this component against the account: credentials and scopes, fields, mapping, group, receivers, the
attributes that the mapping writes, the form of the double-opt-in mail, the filter of quick polls, and the snapshot. Nothing is
polled, sent or written. Write access is not checked.

  --step <id>        only this step
  --snapshot <file>  also check this snapshot of the first step, as "npm run flow" stores it

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN, as "npm run authorize"
prints them. CLEVERREACH_URL for another address than https://rest.cleverreach.com.

Results go to standard output, one row for each check; warnings of the client go to standard error.

Exit code: 0; 1 if a problem would stop a step; 2 if the command line is invalid or the flow cannot be read.`;

const options = { step: { type: 'string' }, snapshot: { type: 'string' } } as const;

runCommand({ usage, options, most: 1 }, async ({ values, positionals: [file] }) => {
  if (file === undefined) {
    complain(...usage.split('\n'));
    return 2;
  }
  const rows = await examine(prepare(file, values));
  for (const line of report(rows)) say(line);
  return rows.some(({ severity }) => severity === 'problem') ? 1 : 0;
});

/** @throws UsageError if the flow cannot be examined; nothing was done then */
function prepare(file: string, { step: only, snapshot }: Values<typeof options>): Examination {
  try {
    const flow = readFlow(parseJson(readText(file), file));
    const ids = stepsFrom(flow.first).map(({ id }) => id);
    if (only !== undefined && !ids.includes(only))
      throw new Error(`The flow has no step "${only}": ${ids.join(', ')}.`);
    return {
      flow,
      credentials: credentialsFrom(process.env),
      advice: adviceOnRefusal(process.env),
      snapshot: snapshot === undefined ? undefined : openSnapshot(snapshot),
      only,
      logger: { debug: () => undefined, info: () => undefined, warn: complain, error: complain },
    };
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

function report(rows: readonly Row[]): string[] {
  const cells = rows.map(({ step, check, severity, found, remedy }) => [
    ...[step || '(flow)', check, severity],
    remedy === undefined ? found : `${found} → ${remedy}`,
  ]);
  const count = (wanted: Row['severity']): number => rows.filter(({ severity }) => severity === wanted).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  return [
    ...tableLines([['step', 'check', 'result', 'found → what to do'], ...cells]),
    '',
    `${rows.length} checks: ${problems} ${problems === 1 ? 'problem' : 'problems'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`,
  ];
}
