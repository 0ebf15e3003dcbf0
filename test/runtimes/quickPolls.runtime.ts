import type { Sandbox } from '../../sandbox';
import {
  apiRequests,
  idsIn,
  idsOf,
  readLines,
  sentBy,
  textWith,
  unique,
  untilFullReadIsDue,
} from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';

/** With pages of this size, a full read of sixty receivers takes more requests than a quick poll. */
const SMALL_PAGES = { pageSize: 10 };
const FULL_READ = textWith(
  /^Full read of group \d+ "[^"]+": 60 receivers read, 60 sent, .*; next full read due at .*Z; \d+ requests, /,
);

describe.each(runtimes)('a quick poll under $name', (runtime) => {
  const stage = useStage();

  it('sends new, confirmed, unsubscribed and bounced receivers once, without reading the group', async () => {
    const account = await stage.account();
    const { group, waiting, ids } = groupWithOneWaiting(account);
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { ...SMALL_PAGES, groupId: group },
    });
    const first = await step.tick();
    expect(sentBy(first)).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(readLines(first.log)).toEqual([FULL_READ]);

    account.forgetRequests();
    const quiet = await step.tick();
    expect(quiet).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(readLines(quiet.log)).toEqual([
      textWith(
        /^Quick poll of group \d+ "[^"]+": 0 receivers read, 0 sent, .*; next full read due at .*Z; 5 requests, /,
      ),
    ]);
    expect(apiRequests(account)).toHaveLength(5);

    // so late that there are no notes about the first poll
    account.clock.advance(600);
    const [left = '', bounced = ''] = ids;
    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    account.account.confirm(group, waiting);
    account.account.unsubscribe(group, left);
    account.account.bounce(group, bounced);
    const changed = await step.tick();
    expect(sentBy(changed)).toEqual({ errors: [], ids: [added, waiting, left, bounced].sort() });
    expect(readLines(changed.log)).toEqual([textWith(/^Quick poll of .*: 4 receivers read, 4 sent, /)]);
    // the four, by their ids
    expect(account.count({ path: `/groups/${group}/receivers` })).toBe(1);

    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    untilFullReadIsDue(account);
    const full = await step.tick();
    expect(sentBy(full)).toEqual({ errors: [], ids: [] });
    expect(readLines(full.log)).toEqual([
      textWith(/^Quick poll of .*, 0 sent, /),
      textWith(/^Full read of .*: 61 receivers read, 0 sent, /),
    ]);
    expect(account.hazards).toEqual([]);
  });

  it('sends one request for all groups, and sends a receiver with the group in which it has changed', async () => {
    const account = await stage.account();
    const { groups } = account.seed({ groups: 6, receivers: 20 });
    const [one = '', two = ''] = groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling' });
    const all = groups.flatMap((group) => idsIn(account, group)).sort();
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: all });

    account.forgetRequests();
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(apiRequests(account)).toHaveLength(5);
    account.clock.advance(600);
    const [left = ''] = idsIn(account, one).filter((id) => idsIn(account, two).includes(id));
    account.account.unsubscribe(two, left);
    const changed = await step.tick();
    expect(sentBy(changed)).toEqual({ errors: [], ids: [left] });
    expect(readLines(changed.log)).toEqual([textWith(/^Quick poll of all groups \(6\): 1 receivers read, 1 sent, /)]);
  });

  it('sends hundreds of new receivers once, and none of them in the next full read', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 60 }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: SMALL_PAGES });
    await step.tick();
    account.clock.advance(300);
    const added = addMany(account, group, 400);
    // after the time for which changes are noted
    account.clock.advance(120);
    const changed = await step.tick();
    expect(sentBy(changed)).toEqual({ errors: [], ids: added });
    expect(readLines(changed.log)).toEqual([textWith(/^Quick poll of .*: 400 receivers read, 400 sent, /)]);
    untilFullReadIsDue(account);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
  });

  it('is replaced by full reads for a day when CleverReach has no filter, and nothing is lost', async () => {
    const account = await stage.account({ switches: { filterEndpoint: 'missing' } });
    const [group = ''] = account.seed({ receivers: 60 }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: SMALL_PAGES });
    await step.tick();
    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    const { data, errors, log } = await step.tick();
    expect({ errors, ids: idsOf(data) }).toEqual({ errors: [], ids: [added] });
    expect(log.join('\n')).toContain('For one day, every poll is a full read.');
    expect(readLines(log).at(-1)).toMatch(/^Full read of .*; the next poll is a full read; /);

    account.forgetRequests();
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(account.count({ path: '/receivers/filter' })).toBe(0);
    account.switches.filterEndpoint = 'available';
    account.clock.advance(90_000);
    await step.tick();
    account.forgetRequests();
    const last = await step.tick();
    expect(readLines(last.log)).toEqual([textWith(/^Quick poll of /)]);
  });

  it('does not run when a full read takes no more requests', async () => {
    const account = await stage.account();
    account.seed({ receivers: 60 });
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling' });
    await step.tick();
    const { log, data } = await step.tick();
    expect(data).toEqual([]);
    expect(readLines(log)).toEqual([textWith(/^Full read of all groups \(1\): 60 receivers read, 0 sent, /)]);
  });
});

/** A group of sixty receivers, one of which is not confirmed yet. */
function groupWithOneWaiting(account: Sandbox): { group: string; waiting: string; ids: string[] } {
  const [group = ''] = account.seed({ receivers: 59 }).groups;
  const ids = idsIn(account, group);
  const waiting = account.account.addReceiver(group, {
    email: 'waiting@example.org',
    registered: account.clock.now() - 86_400,
    activated: 0,
  });
  return { group, waiting, ids };
}

/** @returns their ids, sorted */
function addMany(account: Sandbox, group: string, count: number): string[] {
  const emails = Array.from({ length: count }, (_, index) => `many${index}@example.org`);
  return unique(emails.map((email) => account.account.addReceiver(group, { email })));
}
