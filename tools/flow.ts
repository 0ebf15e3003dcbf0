/**
 * `npm run flow -- flow.json`: runs a flow once against the account in the environment, for trying a configuration before it
 * is deployed. Exits with 1 when a step failed.
 */

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { credentialsFrom } from './lib/credentials';
import { asDryRun, DryRunReport } from './lib/dryRun';
import { readFlow, type Flow, type FlowStep } from './lib/flowFile';
import { parseJson, readText } from './lib/jsonFile';
import { LocalPlatform } from './lib/localPlatform';
import { Progress, say } from './lib/terminal';

const usage = `Usage: npm run flow -- <flow.json> [--dry-run] [--snapshot <file>] [--print]

  --dry-run          write nothing: tell for each record what upsertReceiver would do, and leave the snapshot as it is
  --snapshot <file>  read the first step's snapshot from this file, and write the new one to it
  --print            print every message that a step sends, as a line of JSON

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN (and
CLEVERREACH_REFRESH_TOKEN), as "npm run authorize" prints them; such a token is used for as long as it is good.
CLEVERREACH_URL for another address than https://rest.cleverreach.com.`;

/** What each step has sent, and how often it has failed. */
class Counts {
  private readonly steps = new Map<string, { sent: number; failed: number }>();

  of({ id }: FlowStep): { sent: number; failed: number } {
    const count = this.steps.get(id) ?? { sent: 0, failed: 0 };
    this.steps.set(id, count);
    return count;
  }

  get failed(): boolean {
    return [...this.steps.values()].some(({ failed }) => failed > 0);
  }

  progress(): string {
    return [...this.steps].map(([id, { sent }]) => `${id}: ${sent} sent`).join(', ');
  }

  summary(): string[] {
    if (this.steps.size === 0) return ['Nothing was sent.'];
    return [...this.steps].map(([id, { sent, failed }]) => `${id}: ${sent} messages sent, ${failed} failures`);
  }
}

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
    say(usage);
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
  const counts = new Counts();
  const progress = new Progress();
  const platform = new LocalPlatform(path.join(__dirname, '..'), flow, credentialsFrom(process.env), {
    sent: (step, message) => {
      counts.of(step).sent += 1;
      const line = dryRun?.line(step, message);
      if (line !== undefined) say(line);
      progress.show(counts.progress());
      if (print) say(JSON.stringify(message));
    },
    failed: (step, error) => {
      counts.of(step).failed += 1;
      say(`${step.id} ${step.function}: ${error.name}: ${error.message}`);
    },
    log: (level, text, step) => {
      if (level !== 'debug' && level !== 'trace' && step === flow.first) say(`${step.id} ${level}: ${text}`);
    },
  });
  if (file !== undefined && existsSync(file)) platform.snapshots.set(flow.first.id, parseJson(readText(file), file));

  say(`Running "${flow.name}" once${dryRun ? ', without writing anything' : ''}.`);
  await platform.tick();

  const snapshot = platform.snapshots.get(flow.first.id);
  if (file !== undefined && snapshot !== undefined && !dryRun) writeFileSync(file, `${JSON.stringify(snapshot)}\n`);
  for (const line of [...counts.summary(), ...(dryRun?.summary() ?? [])]) say(line);
  return counts.failed ? 1 : 0;
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
