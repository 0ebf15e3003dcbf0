/**
 * `npm run demo`: demonstrates the component. Runs flows/group-to-group.json, which copies the values of one group to another,
 * against a sandbox account, as a platform would. Exits with 1 if a result is not as expected.
 *
 * `npm run demo -- --watch` keeps polling afterwards, so that a user can edit receivers on the sandbox's page.
 */

import path from 'node:path';
import { startSandbox } from '../sandbox';
import { runCommand } from './lib/args';
import { Account } from './lib/demoAccount';
import { DemoFlow } from './lib/demoFlow';
import { DemoOutput } from './lib/demoOutput';
import { PREFETCH } from './lib/localPlatform';
import { say, sayText } from './lib/terminal';
import { watch } from './lib/watch';

const root = path.join(__dirname, '..');
const RECEIVERS = 1000;
/** The create of one receiver, which refuses an address that exists. */
const SINGLE_CREATES = { method: 'POST', path: '/groups/:gid/receivers' };

const usage = `Usage: npm run demo -- [--watch]

  --watch  keep polling afterwards, so that you can edit receivers on the sandbox's page; stop with Ctrl-C

Exit code: 0; 1 if a result is not as expected; 2 if the command line is invalid.`;

async function main(isWatched: boolean): Promise<boolean> {
  const sandbox = await startSandbox({ record: false });
  process.env['CLEVERREACH_URL'] = sandbox.url;
  const account = new Account(sandbox, RECEIVERS);
  say(`A sandbox account: ${account.describe()}.`);
  if (isWatched) say(`Its page: ${sandbox.page}`);
  say('The flow flows/group-to-group.json: getReceiversByGroupIdPolling → upsertReceiver.');
  say(`The action gets up to ${PREFETCH} messages at the same time, as with RABBITMQ_PREFETCH_SAILOR=${PREFETCH}.`, '');

  const show = new DemoOutput(RECEIVERS);
  const flow = new DemoFlow(root, account.credentials, show);
  const poll = async (name: string): Promise<number> => {
    const before = { requests: sandbox.count(), single: sandbox.count(SINGLE_CREATES) };
    sayText(name);
    const sent = await flow.poll();
    show.endOfPoll(flow.lastUpdated);
    say(`  ${sent} receivers sent, ${sandbox.count() - before.requests} requests to CleverReach by both steps`);
    const single = sandbox.count(SINGLE_CREATES) - before.single;
    if (sent === RECEIVERS) for (const line of savings(sent, single)) say(`  ${line}`);
    return sent;
  };

  const broken: string[] = [];
  const check = (promise: string, holds: boolean): void => {
    say(`  ${holds ? '✓' : '✗'} ${promise}`);
    if (!holds) broken.push(promise);
  };
  const areEqual =
    'both groups have the same receivers with equal values (account attributes, and the tags of the first group)';
  const isStillOut = 'each group has its own consent: receivers that had unsubscribed from the second group still are';
  try {
    check('the first poll sends every receiver', (await poll('First poll: the snapshot is empty')) === RECEIVERS);
    check(areEqual, account.isEqual());
    check('no receiver that has unsubscribed, bounced or not confirmed became active', account.wronglyActive() === 0);
    check(isStillOut, account.isStillUnsubscribed());

    check('the second poll sends nothing', (await poll('\nSecond poll: nothing has changed')) === 0);

    const happened = account.change();
    check('the third poll sends those three', (await poll(`\nThird poll: ${happened}`)) === 3);
    check(areEqual, account.isEqual());
    check(isStillOut, account.isStillUnsubscribed());
    check('no step failed', flow.errors.length === 0);
    for (const error of flow.errors.slice(0, 5)) say(`    ${error}`);
    say('', broken.length === 0 ? 'All results are as expected.' : 'Some results are not as expected.');

    if (isWatched) {
      show.isSilent = true;
      say('', `The flow keeps polling. Edit a receiver of "Newsletter" at ${sandbox.page}`);
      say('and watch "Customers" follow. Press Ctrl-C to stop.');
      await watch(flow);
    }
  } finally {
    await sandbox.close();
  }
  return broken.length === 0;
}

/** What the prefetch saves. Without it, each receiver is looked up and written separately. */
function savings(receivers: number, single: number): string[] {
  const count = new Intl.NumberFormat('en').format(2 * receivers);
  return [
    `(with one message at a time: about ${count}, a look-up and a write for each receiver;`,
    ` ${single} of these requests create one receiver each: the first active one of a minute, and unconfirmed ones if there are few of them)`,
  ];
}

const options = { watch: { type: 'boolean', default: false } } as const;

runCommand({ usage, options }, async ({ values }) => ((await main(values.watch)) ? 0 : 1));
