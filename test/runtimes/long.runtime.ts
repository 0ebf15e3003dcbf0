import { coverage, idsIn, idsOf, readLines, rowsBehind, textWith } from '../support/runtimes/expectations';
import { runtimes, Stage } from '../support/runtimes/stage';

/** The shortest allowed run time. */
const MINUTE_MS = 60_000;

/** They mostly wait, so they run concurrently. */
describe('long work', () => {
  const stage = new Stage();
  afterAll(() => stage.close());

  it.concurrent.each(runtimes)(
    'a run under $name stops automatically, with a checkpoint, and the next one continues',
    async (runtime) => {
      const account = await stage.account();
      const [group = ''] = account.seed({ receivers: 700 }).groups;
      const step = await stage.step(runtime, account, {
        function: 'getReceiversByGroupIdPolling',
        fields: { groupId: group, maxRunMinutes: 1, pageSize: 200 },
        rate: 1,
      });
      const startedAt = Date.now();
      const first = await step.tick(2 * MINUTE_MS);
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(MINUTE_MS);
      expect(first).toMatchObject({ outcome: 'ack', errors: [] });
      expect(first.data.length).toBeLessThan(700);
      expect(rowsBehind(first.snapshots.at(-1))).toBe(first.data.length);
      expect(coverage(first.published).at(-1)).toEqual({ covered: first.data.length, confirmed: first.data.length });

      const second = await step.tick(2 * MINUTE_MS);
      expect(second).toMatchObject({ outcome: 'ack', errors: [] });
      expect(idsOf([...first.data, ...second.data])).toEqual(idsIn(account, group));
    },
  );

  it.concurrent.each(runtimes)(
    'a full read under $name that takes several runs lets a quick poll go first in each of them',
    async (runtime) => {
      const account = await stage.account();
      const [group = ''] = account.seed({ receivers: 1_250 }).groups;
      const step = await stage.step(runtime, account, {
        function: 'getReceiversByGroupIdPolling',
        fields: { groupId: group, maxRunMinutes: 1, pageSize: 200 },
        rate: 1,
      });
      const seeded = idsIn(account, group);
      const first = await step.tick(2 * MINUTE_MS);
      expect(first).toMatchObject({ outcome: 'ack', errors: [] });
      expect(readLines(first.log)).toEqual([
        textWith(/^Full read \(incomplete\) of group .* the next poll continues from this position/),
      ]);

      const [read = ''] = idsOf(first.data);
      account.account.unsubscribe(group, read);
      const added = account.account.addReceiver(group, { email: 'new@example.org' });
      const second = await step.tick(2 * MINUTE_MS);
      expect(second).toMatchObject({ outcome: 'ack', errors: [] });
      expect(idsOf(second.data.slice(0, 2))).toEqual([added, read].sort());
      expect(readLines(second.log)).toEqual([
        textWith(/^Quick poll of group .*: \d+ receivers read, 2 sent, /),
        textWith(/^Full read \(incomplete\) of group .* the next poll continues from this position/),
      ]);

      const third = await step.tick(2 * MINUTE_MS);
      expect(third).toMatchObject({ outcome: 'ack', errors: [] });
      expect(readLines(third.log)).toEqual([
        textWith(/^Quick poll of group .*, 0 sent, /),
        textWith(/^Full read of group .*; next full read due at /),
      ]);
      expect(third.snapshots.at(-1)).not.toHaveProperty('read');
      const sent = idsOf([...first.data, ...second.data, ...third.data]);
      expect(sent).toEqual([...seeded, added, read].sort());
    },
  );

  it.concurrent.each(runtimes)(
    'an action under $name returns a message while a 429 lasts, and then succeeds',
    async (runtime) => {
      const account = await stage.account();
      const group = account.account.addGroup('Newsletter');
      // longer than an action waits, so that the broker has to keep the message
      const limit = { kind: 'status', status: 429, headers: { 'retry-after': '35' } } as const;
      account.faults.add({ path: '/groups/:gid/receivers', ...limit });
      const step = await stage.step(runtime, account, {
        function: 'upsertReceiver',
        fields: { groupId: group, skipTransformation: true },
      });
      await step.enqueue({ metadata: {}, data: { email: 'mia@example.org' } });
      await step.untilSent(1, 2 * MINUTE_MS);
      await step.flow.journal.settle();
      expect(step.errors).toEqual([]);
      expect(step.flow.published('step_1', 'rebound').length).toBeGreaterThanOrEqual(1);
      expect(account.account.size(group)).toBe(1);
    },
  );
});
