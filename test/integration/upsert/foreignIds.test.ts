/** Our own id of a receiver that is not in the group, and whose address is not that of the record. */

import { kinds, linking, useBench, type Bench } from '../../support/upsert/bench';
import { ours } from '../../support/upsert/records';

const start = useBench();

/** Cy is in another group only. */
async function startWithCy(): Promise<{ bench: Bench; cy: string }> {
  const bench = await start();
  const cy = bench.sandbox.account.addReceiver(bench.sandbox.account.addGroup('Other'), { email: 'cy@example.org' });
  return { bench, cy };
}

const warning = (id: string, group: string): string =>
  `The recordUid ${id} belongs to a receiver outside group ${group} whose address differs from that of the record. The receiver was selected by the address of the record.`;

it.each([
  ['is created', 'created', 'new@example.org'],
  ['is written to', 'updated', 'mia@example.org'],
])('the id of a record causes one warning if another receiver %s', async (_what, kind, email) => {
  const { bench, cy } = await startWithCy();
  bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
  const said = (firstname: string) => ours(cy, { email, global_attributes: { firstname } });
  expect(kinds([await bench.one(said('A'), { ...linking, dryRun: true })])).toEqual(['dryRun']);
  expect(bench.lines.warn).toEqual([warning(cy, bench.group)]);
  expect(kinds([await bench.one(said('A'), linking)])).toEqual([kind]);
  expect(kinds([await bench.one(said('B'), linking)])).toEqual(['updated']);
  expect(bench.lines.warn).toEqual([warning(cy, bench.group)]);
  expect(bench.sandbox.account.receivers(bench.group).map(({ email: one }) => one)).toContain(email);
});

it('the id of a record causes no warning and no further request if the same receiver joins the group or no receiver has it', async () => {
  const { bench, cy } = await startWithCy();
  bench.sandbox.forgetRequests();
  expect(kinds([await bench.one(ours(cy, { email: 'cy@example.org' }), linking)])).toEqual(['created']);
  expect(bench.sandbox.count({ method: 'GET', path: /^\/v3\/receivers\// })).toBe(0);
  expect(kinds([await bench.one(ours('79999', { email: 'new@example.org' }), linking)])).toEqual(['created']);
  const skipped = await bench.one(ours('79998', { email: 'no@example.org' }), { ...linking, newReceivers: 'skip' });
  expect(skipped.kind).toBe('skipped');
  expect(bench.lines.warn).toEqual([]);
});

it('the id of a record does not fail the record if it cannot be looked up', async () => {
  const { bench, cy } = await startWithCy();
  bench.sandbox.faults.add({ kind: 'status', status: 403, path: /^\/v3\/receivers\//, times: Infinity });
  expect(kinds([await bench.one(ours(cy, { email: 'new@example.org' }), linking)])).toEqual(['created']);
  expect(bench.lines.warn).toEqual([]);
});

it('the id of a record is looked up for at most five records of a batch', async () => {
  const { bench } = await startWithCy();
  bench.sandbox.forgetRequests();
  const records = [1, 2, 3, 4, 5, 6, 7].map((one) => ours(`7999${one}`, { email: `new${one}@example.org` }));
  await bench.write(records, linking);
  expect(bench.sandbox.count({ method: 'GET', path: /^\/v3\/receivers\// })).toBe(5);
});
