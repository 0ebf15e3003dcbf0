/** The lines of the log by which a person sees what a poll was, and what comes next. */

import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { useAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';

const account = useAccount();

/** Enough pages that a full read takes more requests than a quick poll. */
async function afterFirstPoll(): Promise<FakeRuntime> {
  account.add(300);
  const step = new FakeRuntime('elastic.io', pollAll, { ...account.credentials, pageSize: 50 });
  await step.run();
  account.later(600);
  return step;
}

/** The lines of the next poll without the details. */
async function nextPoll(step: FakeRuntime): Promise<string[]> {
  step.log.length = 0;
  await step.run();
  return step.log.filter((line) => !line.startsWith('debug'));
}

it('a poll logs whether it was a quick poll or a full read, its cost, and when the next full read is due', async () => {
  const step = await afterFirstPoll();
  expect(step.log.filter((line) => line.startsWith('info'))).toEqual([
    expect.stringMatching(
      /^info Full read of all groups \(1\): 300 receivers read, 300 sent, 0 unchanged, 0 already sent, 0 rejected; sent from \d+ "Newsletter" 300 of 300; next full read due at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; \d+ requests, \d+ kB, \d+\.\d s\. There was no snapshot, so this is a first read\.$/,
    ),
  ]);
  account.sandbox.account.unsubscribe(account.group, 'p001@example.org');
  account.later(60);
  expect(await nextPoll(step)).toEqual([
    expect.stringMatching(
      /^info Quick poll of all groups \(1\): 1 receivers read, 1 sent, 0 unchanged, 0 already sent, 0 rejected; sent from \d+ "Newsletter" 1 of 1; next full read due at \S+Z; 6 requests, \d+ kB, \d+\.\d s\.$/,
    ),
  ]);
});

it('a poll without the filter logs that every poll is a full read, without advice about groups that exist', async () => {
  const step = await afterFirstPoll();
  account.sandbox.switches.filterEndpoint = 'missing';
  expect(await nextPoll(step)).toEqual([
    expect.stringMatching(
      /^warn CleverReach's filter refused a request: CleverReach found nothing for POST \/v3\/receivers\/\S+ \(404\): Not Found\. For one day, every poll is a full read. Then quick polls are tried again\.$/,
    ),
    expect.stringMatching(/^info Full read of all groups .*; the next poll is a full read; /),
  ]);
  account.later(600);
  expect(await nextPoll(step)).toEqual([
    expect.stringMatching(/^info Full read of all groups .*; the next poll is a full read; /),
  ]);
  account.later(86_400);
  account.sandbox.switches.filterEndpoint = 'available';
  expect(await nextPoll(step)).toEqual([
    expect.stringMatching(/^info Quick poll of all groups .*; next full read due at /),
    expect.stringMatching(/^info Full read of all groups .*; next full read due at /),
  ]);
});
