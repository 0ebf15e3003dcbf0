/**
 * `npm run flow -- flow.json`: runs a flow once against the account in the environment, to test a configuration before
 * it is deployed.
 */

import path from 'node:path';
import { messageOf } from '../lib/utils/errors';
import { runCommand, UsageError, type Values } from './lib/args';
import { adviceOnRefusal, credentialsFrom } from './lib/credentials';
import { DryRunReport, withDryRuns } from './lib/dryRun';
import { checkSteps } from './lib/flowCheck';
import { readFlow, type Flow } from './lib/flowFile';
import { FlowReport } from './lib/flowReport';
import { parseJson, readText } from './lib/files';
import { LocalPlatform } from './lib/localPlatform';
import { openSnapshot, storeSnapshot } from './lib/snapshotFile';
import { complain, say } from './lib/terminal';

const usage = `Usage: npm run flow -- <flow.json> [--dry-run] [--snapshot <file>] [--print]

  --dry-run          write nothing: report for each record what upsertReceiver would do, and keep the snapshot unchanged
  --snapshot <file>  read the first step's snapshot from this file, and write the new one to it if no step fails
  --print            print every message that a step sends, as one line of JSON

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN (and
CLEVERREACH_REFRESH_TOKEN), as "npm run authorize" prints them; such a token is used until it expires.
CLEVERREACH_URL for another address than https://rest.cleverreach.com.

Results go to standard output; failures, warnings and errors go to standard error.

Exit code: 0 on success, 1 if a step failed, a dry run would reject a record or the snapshot could not be written,
2 if the command line is invalid or the flow cannot be run.`;

const options = {
  'dry-run': { type: 'boolean', default: false },
  snapshot: { type: 'string' },
  print: { type: 'boolean', default: false },
} as const;

runCommand({ usage, options, most: 1 }, async ({ values, positionals: [file] }) => {
  if (file !== undefined) return await run(prepare(file, values), values);
  complain(...usage.split('\n'));
  return 2;
});

type RunOptions = Values<typeof options>;

interface Prepared {
  flow: Flow;
  credentials: Record<string, unknown>;
  /** The snapshot of the first step. */
  stored: object | undefined;
}

/** @throws UsageError if the flow cannot be run; nothing was done then */
function prepare(file: string, { 'dry-run': isDry, snapshot }: RunOptions): Prepared {
  try {
    const flow = withDryRuns(readFlow(parseJson(readText(file), file)), isDry);
    const credentials = credentialsFrom(process.env);
    checkSteps(flow.first);
    return { flow, credentials, stored: snapshot === undefined ? undefined : openSnapshot(snapshot) };
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** @returns the exit code */
async function run({ flow, credentials, stored }: Prepared, options: RunOptions): Promise<number> {
  const { 'dry-run': isDry, snapshot: file, print } = options;
  const dryRun = new DryRunReport();
  const report = new FlowReport();
  const platform = new LocalPlatform(path.join(__dirname, '..'), flow, credentials, {
    sent: (step, message) => {
      const line = dryRun.line(step, message);
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
  if (stored !== undefined) platform.snapshots.set(flow.first.id, stored);

  say(`Running "${flow.name}" once${isDry ? ', without writing anything' : ''}.`);
  await platform.tick();

  for (const line of [...report.summary(), ...dryRun.summary()]) say(line);
  if (isDry) say('Nothing was written, and the snapshot is unchanged.');
  if (report.isRefused) complain(adviceOnRefusal(process.env));
  const snapshot = platform.snapshots.get(flow.first.id);
  if (file !== undefined && snapshot !== undefined && !isDry) {
    if (report.hasFailed)
      say(`${file} is unchanged, because a step failed: the next run reads the same receivers again.`);
    else storeSnapshot(file, snapshot);
  }
  return report.hasFailed || dryRun.wouldRefuse ? 1 : 0;
}
