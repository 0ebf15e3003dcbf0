/**
 * `npm run flow -- flow.json`: runs a flow once against the account in the environment, for trying a configuration before it
 * is deployed. Exits with 1 when a step failed.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { credentialsFrom } from './lib/credentials';
import { asDryRun, DryRunReport } from './lib/dryRun';
import { readFlow, type FlowStep } from './lib/flowFile';
import { LocalPlatform } from './lib/localPlatform';
import { Progress, say } from './lib/terminal';

const usage = `Usage: npm run flow -- <flow.json> [--dry-run] [--snapshot <file>] [--print]

  --dry-run          write nothing: tell for each record what upsertReceiver would do, and leave the snapshot as it is
  --snapshot <file>  read the first step's snapshot from this file, and write the new one to it
  --print            print every message that a step sends, as a line of JSON

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN (and
CLEVERREACH_REFRESH_TOKEN), as "npm run authorize" prints them; such a token is used for as long as it is good.
CLEVERREACH_URL for another address than https://rest.cleverreach.com.`;

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
  const file = positionals[0];
  if (values.help || file === undefined) {
    say(usage);
    return values.help ? 0 : 2;
  }
  const dryRun = values['dry-run'] ? new DryRunReport() : undefined;
  const read = readFlow(JSON.parse(readFileSync(file, 'utf8')));
  const flow = dryRun ? asDryRun(read) : read;
  const counts = new Map<string, { sent: number; failed: number }>();
  const countOf = (step: FlowStep): { sent: number; failed: number } => {
    const count = counts.get(step.id) ?? { sent: 0, failed: 0 };
    counts.set(step.id, count);
    return count;
  };
  const progress = new Progress();
  const platform = new LocalPlatform(path.join(__dirname, '..'), flow, credentialsFrom(process.env), {
    sent: (step, message) => {
      countOf(step).sent += 1;
      const line = dryRun?.line(step, message);
      if (line !== undefined) say(line);
      progress.show([...counts].map(([id, { sent }]) => `${id}: ${sent} sent`).join(', '));
      if (values.print) say(JSON.stringify(message));
    },
    failed: (step, error) => {
      countOf(step).failed += 1;
      say(`${step.id} ${step.function}: ${error.name}: ${error.message}`);
    },
    log: (level, text, step) => {
      if (level !== 'debug' && level !== 'trace' && step === flow.first) say(`${step.id} ${level}: ${text}`);
    },
  });
  if (values.snapshot !== undefined && existsSync(values.snapshot)) {
    platform.snapshots.set(flow.first.id, JSON.parse(readFileSync(values.snapshot, 'utf8')));
  }

  say(`Running "${flow.name}" once${dryRun ? ', without writing anything' : ''}.`);
  await platform.tick();

  const snapshot = platform.snapshots.get(flow.first.id);
  if (values.snapshot !== undefined && snapshot !== undefined && !dryRun) {
    writeFileSync(values.snapshot, `${JSON.stringify(snapshot)}\n`);
  }
  for (const [id, { sent, failed }] of counts) say(`${id}: ${sent} messages sent, ${failed} failures`);
  if (counts.size === 0) say('Nothing was sent.');
  for (const line of dryRun?.summary() ?? []) say(line);
  return [...counts.values()].some(({ failed }) => failed > 0) ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  },
);
