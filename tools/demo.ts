/**
 * `npm run demo`: the main job, shown at work. Runs flows/group-to-group.json, which keeps one group equal to another, against a
 * sandbox account, as a platform would. Exits with 1 when anything is not as it should be.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSandbox } from '../sandbox';
import { Account } from './lib/demoAccount';
import { readFlow } from './lib/flowFile';
import { LocalPlatform } from './lib/localPlatform';
import { Progress, say } from './lib/terminal';

const root = path.join(__dirname, '..');
const RECEIVERS = 1000;

async function main(): Promise<boolean> {
  const sandbox = await startSandbox();
  process.env['CLEVERREACH_URL'] = sandbox.url;
  const account = new Account(sandbox, RECEIVERS);
  say(`A sandbox account at ${sandbox.url}: ${account.describe()}.`);
  say('The flow flows/group-to-group.json: getReceiversByGroupIdPolling → upsertReceiver.\n');

  const flow = readFlow(JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')));
  const errors: string[] = [];
  const progress = new Progress();
  let sent = 0;
  const platform = new LocalPlatform(root, flow, account.credentials, {
    sent: (step) => {
      if (step !== flow.first) return;
      sent += 1;
      progress.show(`  ${sent} of ${RECEIVERS} receivers on their way …`);
    },
    failed: (step, error) => errors.push(`${step.function}: ${error.message}`),
    log: (level, text, step) => {
      if (step === flow.first && level === 'info') say(`  log: ${text}`);
    },
  });
  const poll = async (name: string): Promise<number> => {
    sent = 0;
    const before = sandbox.count();
    say(name);
    await platform.tick();
    say(`  ${sent} receivers sent, ${sandbox.count() - before} requests to CleverReach`);
    return sent;
  };

  const broken: string[] = [];
  const check = (promise: string, holds: boolean): void => {
    say(`  ${holds ? '✓' : '✗'} ${promise}`);
    if (!holds) broken.push(promise);
  };
  try {
    check('the first poll sends every receiver', (await poll('First poll: the snapshot is empty')) === RECEIVERS);
    check('the second group is equal to the first', account.isEqual());
    check('somebody who had unsubscribed from the second group still is', account.isStillUnsubscribed());

    check('the second poll sends nothing', (await poll('\nSecond poll: nothing has happened')) === 0);

    const happened = account.change();
    check('the third poll sends those three', (await poll(`\nThird poll: ${happened}`)) === 3);
    check('the second group is equal to the first', account.isEqual());
    check('somebody who had unsubscribed from the second group still is', account.isStillUnsubscribed());
    check('no step has failed', errors.length === 0);
    for (const error of errors.slice(0, 5)) say(`    ${error}`);
  } finally {
    await sandbox.close();
  }
  say(broken.length === 0 ? '\nAll as it should be.' : '\nSomething is not as it should be.');
  return broken.length === 0;
}

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
