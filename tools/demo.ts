/**
 * `npm run demo`: demonstrates the component. Runs flows/group-to-group.json, which keeps one group equal to another,
 * against a sandbox account, as a platform would. Exits with 1 if a result is not as expected.
 *
 * `npm run demo -- --watch` keeps polling afterwards, so that a user can edit receivers on the sandbox's page.
 */

import path from 'node:path';
import { startSandbox } from '../sandbox';
import { runCommand } from './lib/args';
import { Account } from './lib/demoAccount';
import { DemoFlow } from './lib/demoFlow';
import { Progress, say, sayText } from './lib/terminal';
import { watch } from './lib/watch';

const root = path.join(__dirname, '..');
const RECEIVERS = 1000;

const usage = `Usage: npm run demo -- [--watch]

  --watch  keep polling afterwards, so that you can edit receivers on the sandbox's page; stop with Ctrl-C

Exit code: 0; 1 if a result is not as expected; 2 if the command line is invalid.`;

async function main(isWatched: boolean): Promise<boolean> {
  const sandbox = await startSandbox({ record: false });
  process.env['CLEVERREACH_URL'] = sandbox.url;
  const account = new Account(sandbox, RECEIVERS);
  say(`A sandbox account: ${account.describe()}.`);
  say(`Its page: ${sandbox.page}`);
  say('The flow flows/group-to-group.json: getReceiversByGroupIdPolling → upsertReceiver.', '');

  const progress = new Progress();
  let isShown = true;
  const flow = new DemoFlow(root, account.credentials, {
    sent: (receivers) => {
      if (isShown) progress.show(`  ${receivers} of ${RECEIVERS} receivers sent …`);
    },
    log: (text) => {
      if (isShown) say(`  log: ${text}`);
    },
  });
  const poll = async (name: string): Promise<number> => {
    const before = sandbox.count();
    sayText(name);
    const sent = await flow.poll();
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
    check('no receiver that has unsubscribed, bounced or not confirmed became active', account.wronglyActive() === 0);
    check(
      'the receiver that had unsubscribed from the second group is still unsubscribed',
      account.isStillUnsubscribed(),
    );

    check('the second poll sends nothing', (await poll('\nSecond poll: nothing has changed')) === 0);

    const happened = account.change();
    check('the third poll sends those three', (await poll(`\nThird poll: ${happened}`)) === 3);
    check('the second group is equal to the first', account.isEqual());
    check(
      'the receiver that had unsubscribed from the second group is still unsubscribed',
      account.isStillUnsubscribed(),
    );
    check('no step failed', flow.errors.length === 0);
    for (const error of flow.errors.slice(0, 5)) say(`    ${error}`);
    say('', broken.length === 0 ? 'All results are as expected.' : 'Some results are not as expected.');

    if (isWatched) {
      isShown = false;
      say('', `The flow keeps polling. Edit a receiver of "Newsletter" at ${sandbox.page}`);
      say('and watch "Customers" follow. Press Ctrl-C to stop.');
      await watch(flow);
    }
  } finally {
    await sandbox.close();
  }
  return broken.length === 0;
}

const options = { watch: { type: 'boolean', default: false } } as const;

runCommand({ usage, options }, async ({ values }) => ((await main(values.watch)) ? 0 : 1));
