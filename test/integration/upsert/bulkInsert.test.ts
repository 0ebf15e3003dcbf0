/** New receivers that must not become active are created together. */

import { TemporaryError } from '../../../lib/utils/errors';
import { errorOf, kinds, NOW, useBench, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';
import type { IncomingRecord } from '../../../lib/upsert/record';

const start = useBench();
const INSERT = '/groups/:gid/receivers/insert';
const emailOf = (index: number): string => `r${index}@example.org`;
const fresh = (count: number): IncomingRecord[] =>
  Array.from({ length: count }, (_, index) =>
    record({ email: emailOf(index), global_attributes: { firstname: `Ada ${index}` }, tags: ['vip'] }),
  );
/** Like {@link fresh}, with other addresses. */
const others = (count: number): IncomingRecord[] =>
  fresh(count).map((one, index) => record({ ...one.receiver, email: `other${index}@example.org` }));
const unconfirmed = { newReceivers: 'unconfirmed' } as const;
const all = (count: number, kind: string): string[] => Array.from({ length: count }, () => kind);
const creates = ({ sandbox }: Bench): number => sandbox.count({ method: 'POST', path: '/groups/:gid/receivers' });
const inserts = ({ sandbox }: Bench): number[] =>
  sandbox.requests
    .filter(({ path }) => path.endsWith('/receivers/insert'))
    .map(({ body }) => (Array.isArray(body) ? body.length : 0));

function expectWaiting(bench: Bench, count: number): void {
  const stored = bench.sandbox.account.receivers(bench.group);
  expect(stored).toHaveLength(count);
  for (const receiver of stored) expect(receiver).toMatchObject({ active: false, activated: 0, deactivated: 0 });
}

describe('new receivers that must not become active', () => {
  it('take nine requests for a hundred of them in an account that is new to the process, and then six', async () => {
    const bench = await start();
    const results = await bench.write(fresh(100), unconfirmed);
    expect(kinds(results)).toEqual(all(100, 'created'));
    expectWaiting(bench, 100);
    expect(bench.stored(emailOf(99))).toMatchObject({ global_attributes: { firstname: 'Ada 99' } });
    expect([inserts(bench), creates(bench)]).toEqual([[1, 1, 99], 0]);
    expect(bench.asked().length).toBeLessThanOrEqual(9);
    bench.sandbox.forgetRequests();
    expect(kinds(await bench.write(others(100), unconfirmed))).toEqual(all(100, 'created'));
    expect([inserts(bench), creates(bench)]).toEqual([[100], 0]);
    expect(bench.asked().length).toBeLessThanOrEqual(6);
  });

  it('are created one by one if they get a mail', async () => {
    const bench = await start();
    const { id } = bench.sandbox.account.addForm({ groupId: bench.group });
    expect(kinds(await bench.write(fresh(6), { ...unconfirmed, doiFormId: String(id) }))).toEqual(all(6, 'created'));
    expect([inserts(bench), creates(bench)]).toEqual([[], 6]);
    expect(bench.sandbox.account.mails).toHaveLength(6);
  });

  it('are inserted together if their records are not active, whatever the step creates', async () => {
    const bench = await start();
    const { id } = bench.sandbox.account.addForm({ groupId: bench.group });
    const records = fresh(6).map(({ receiver }) => record({ ...receiver, active: false }));
    expect(kinds(await bench.write(records))).toEqual(all(6, 'created'));
    const more = others(6).map(({ receiver }) => record({ ...receiver, active: false }));
    expect(kinds(await bench.write(more, { ...unconfirmed, doiFormId: String(id) }))).toEqual(all(6, 'created'));
    expect([inserts(bench), creates(bench)]).toEqual([[1, 1, 5, 6], 0]);
    expect(bench.sandbox.account.mails).toEqual([]);
    expectWaiting(bench, 12);
  });

  it('that were added after the look-up keep their state and get the values of their records', async () => {
    const bench = await start();
    for (const index of [0, 3, 4])
      bench.sandbox.account.addReceiver(bench.group, { email: emailOf(index), tags: ['own'] });
    bench.sandbox.faults.add({ method: 'GET', path: '/groups/:gid/receivers', kind: 'body', body: [] });
    const results = await bench.write(fresh(8), unconfirmed);
    expect(kinds(results)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ([0, 3, 4].includes(index) ? 'updated' : 'created')),
    );
    for (const index of [0, 3, 4])
      expect(bench.stored(emailOf(index))).toMatchObject({
        active: true,
        global_attributes: { firstname: `Ada ${index}` },
      });
    expect(bench.sandbox.account.receivers(bench.group).filter(({ active }) => active === true)).toHaveLength(3);
  });

  it.each([0, 1, 2])('are all reported as created if the answer to insert no. %i is lost', async (after) => {
    const bench = await start();
    bench.sandbox.faults.add({ path: INSERT, after, kind: 'drop', applied: true });
    const results = await bench.write(fresh(8), unconfirmed);
    expect(kinds(results)).toEqual(all(8, 'created'));
    expectWaiting(bench, 8);
  });

  it('are handed back if an insert failed, and are created one by one the next time', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ path: INSERT, after: 2, kind: 'status', status: 503 });
    const results = await bench.write(fresh(8), unconfirmed);
    expect(kinds(results)).toEqual(['created', ...all(7, 'failed')]);
    expect(errorOf(results[7])).toBeInstanceOf(TemporaryError);
    expect(kinds(await bench.write(fresh(8), unconfirmed))).toEqual(['unchanged', ...all(7, 'created')]);
    expect(creates(bench)).toBe(7);
    expectWaiting(bench, 8);
  });

  it.each([
    { invalidRow: 'missing' },
    { maxBatch: 1 },
    { arrayOfOne: 'unwrapped' },
    { arrayOfOne: 'unwrapped', invalidRow: 'object' },
  ] as const)('are created with %j', async (switches) => {
    const bench = await start(switches);
    expect(kinds(await bench.write(fresh(8), unconfirmed))).toEqual(all(8, 'created'));
    expectWaiting(bench, 8);
    await bench.write(others(8), unconfirmed);
    expectWaiting(bench, 16);
  });

  it.each(['missing', 'merges'] as const)(
    'are created one by one for ten minutes if the bulk insert of the account is of no use: %s',
    async (bulkInsert) => {
      const bench = await start({ bulkInsert });
      expect(kinds(await bench.write(fresh(8), unconfirmed))).toEqual(all(8, 'created'));
      const before = inserts(bench).length;
      expect(kinds(await bench.write(others(8), unconfirmed))).toEqual(all(8, 'created'));
      expectWaiting(bench, 16);
      expect(inserts(bench)).toHaveLength(before);
    },
  );

  it.each(['missing', '403'] as const)(
    'with one blocked address among them are created without it: %s',
    async (blockedRow) => {
      const bench = await start({ blockedRow });
      bench.sandbox.account.block(emailOf(5));
      const results = await bench.write(fresh(8), unconfirmed);
      expect(kinds(results)).toEqual([...all(5, 'created'), 'failed', ...all(2, 'created')]);
      expect(errorOf(results[5]).temporary).toBe(false);
      expectWaiting(bench, 7);
    },
  );

  it('cause an error in the log if CleverReach creates the first one as active, and no other one is inserted', async () => {
    const bench = await start();
    const { api } = bench;
    const insert = api.insertReceivers.bind(api);
    api.insertReceivers = (groupId, rows) =>
      insert(
        groupId,
        rows.map((row) => ({ ...row, activated: NOW })),
      );
    await bench.write(fresh(8), unconfirmed);
    expect(bench.sandbox.account.receivers(bench.group).filter(({ active }) => active === true)).toHaveLength(1);
    expect(bench.lines.error).toEqual([
      expect.stringMatching(
        /^Receiver \d+ of group \d+ was created as unconfirmed, but CleverReach shows it as active\./,
      ),
    ]);
  });
});
