/**
 * `npm run flow -- flow.json`: runs a flow once against the account in the environment, for trying a configuration before it
 * is deployed. Exits with 1 when a step failed or, in a dry run, would refuse a record.
 */

import path from 'node:path';
import { parseArgs } from 'node:util';
import { adviceOnRefusal, credentialsFrom } from './lib/credentials';
import { asDryRun, DryRunReport } from './lib/dryRun';
import { checkSteps } from './lib/flowCheck';
import { readFlow, type Flow } from './lib/flowFile';
import { FlowReport } from './lib/flowReport';
import { parseJson, readText } from './lib/jsonFile';
import { LocalPlatform } from './lib/localPlatform';
import { openSnapshot, storeSnapshot } from './lib/snapshotFile';
import { say, sayText } from './lib/terminal';

const usage = `Usage: npm run flow -- <flow.json> [--dry-run] [--snapshot <file>] [--print]

  --dry-run          write nothing: tell for each record what upsertReceiver would do, and leave the snapshot as it is
  --snapshot <file>  read the first step's snapshot from this file, and write the new one to it if no step fails
  --print            print every message that a step sends, as a line of JSON

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN (and
CLEVERREACH_REFRESH_TOKEN), as "npm run authorize" prints them; such a token is used for as long as it is good.
CLEVERREACH_URL for another address than https://rest.cleverreach.com.

Ends with 0 if all went well, with 1 if a step has failed or, with --dry-run, would refuse a record, and with 2 if the flow
cannot be run.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      snapshot: { type: 'string' },
      print: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [file, more] = positionals;
  if (values.help || file === undefined || more !== undefined) {
    sayText(usage);
    return values.help ? 0 : 2;
  }
  const dryRun = values['dry-run'] ? new DryRunReport() : undefined;
  const read = readFlow(parseJson(readText(file), file));
  return await run(dryRun ? asDryRun(read) : read, { ...values, dryRun });
}

interface RunOptions {
  dryRun: DryRunReport | undefined;
  /** The file of the first step's snapshot. */
  snapshot?: string | undefined;
  print?: boolean | undefined;
}

/** @returns the exit code */
async function run(flow: Flow, { dryRun, snapshot: file, print }: RunOptions): Promise<number> {
  const report = new FlowReport();
  const platform = new LocalPlatform(path.join(__dirname, '..'), flow, credentialsFrom(process.env), {
    sent: (step, message) => {
      const line = dryRun?.line(step, message);
      if (line !== undefined) say(line);
      if (print) say(JSON.stringify(message));
      report.sent(step);
    },
    failed: (step, error, record) => {
      report.failed(step, error, record);
    },
    log: (level, text, step) => {
      report.log(level, text, step);
    },
  });
  checkSteps(flow.first);
  const stored = file === undefined ? undefined : openSnapshot(file);
  if (stored !== undefined) platform.snapshots.set(flow.first.id, stored);

  say(`Running "${flow.name}" once${dryRun ? ', without writing anything' : ''}.`);
  await platform.tick();

  for (const line of [...report.summary(), ...(dryRun?.summary() ?? [])]) say(line);
  if (report.isRefused) sayText(adviceOnRefusal(process.env));
  const snapshot = platform.snapshots.get(flow.first.id);
  if (file !== undefined && snapshot !== undefined && !dryRun) {
    if (report.hasFailed) say(`${file} is as it was, since a step has failed: the next run reads the same again.`);
    else storeSnapshot(file, snapshot);
  }
  return report.hasFailed || dryRun?.wouldRefuse ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    sayText(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  },
);
