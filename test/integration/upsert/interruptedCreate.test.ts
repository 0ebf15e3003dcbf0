/** A new receiver whose double-opt-in mail may not have been sent, as the step was interrupted after the create. */

import { kinds, NOW, useBench, type Bench, type Settings } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const start = useBench();
const EMAIL = 'mia@example.org';

/** A receiver that waits in the group, registered that many seconds ago, and a step that sends a mail to new ones. */
async function startWithWaiting(age: number, stamps = {}): Promise<{ bench: Bench; settings: Settings; id: string }> {
  const bench = await start();
  const { id: form } = bench.sandbox.account.addForm({ groupId: bench.group });
  const id = bench.sandbox.account.addReceiver(bench.group, {
    ...{ email: EMAIL, registered: NOW - age, activated: 0 },
    ...stamps,
  });
  return { bench, settings: { newReceivers: 'unconfirmed', doiFormId: String(form) }, id };
}

it.each([
  ['unchanged', { email: EMAIL }],
  ['updated', { email: EMAIL, global_attributes: { firstname: 'Mia' } }],
])('an interrupted create causes one warning on redelivery and no second mail, and is %s', async (kind, row) => {
  const { bench, settings, id } = await startWithWaiting(3_599);
  expect(kinds([await bench.one(record(row), settings)])).toEqual([kind]);
  await bench.one(record(row), settings);
  expect(bench.lines.warn).toEqual([
    `Receiver ${id} waits for its confirmation in group ${bench.group} and was registered less than an hour ago. If the step was interrupted, the double-opt-in mail may not have been sent: in that case, send it manually.`,
  ]);
  expect(bench.sandbox.account.mails).toEqual([]);
});

it('an interrupted create causes a warning if its response was lost and the receiver could not be looked up', async () => {
  const bench = await start();
  const { id: form } = bench.sandbox.account.addForm({ groupId: bench.group });
  const settings: Settings = { newReceivers: 'unconfirmed', doiFormId: String(form) };
  const path = /\/groups\/\d+\/receivers/;
  bench.sandbox.faults.add({ kind: 'drop', applied: true, method: 'POST', path });
  bench.sandbox.faults.add({ kind: 'status', status: 403, method: 'GET', path: /receivers\/[^/]+$/, times: Infinity });
  expect(kinds([await bench.one(record({ email: EMAIL }), settings)])).toEqual(['failed']);
  expect(bench.stored(EMAIL)).toMatchObject({ active: false, activated: 0 });
  bench.sandbox.faults.clear();
  expect(kinds([await bench.one(record({ email: EMAIL }), settings)])).toEqual(['unchanged']);
  expect(bench.lines.warn.filter((line) => line.includes('may not have been sent'))).toHaveLength(1);
  expect(bench.sandbox.account.mails).toEqual([]);
});

it('a create causes no warning if its mail was sent', async () => {
  const bench = await start();
  const { id: form } = bench.sandbox.account.addForm({ groupId: bench.group });
  const settings: Settings = { newReceivers: 'unconfirmed', doiFormId: String(form) };
  await bench.one(record({ email: EMAIL }), settings);
  bench.later(60);
  expect(kinds([await bench.one(record({ email: EMAIL }), settings)])).toEqual(['unchanged']);
  expect(bench.sandbox.account.mails).toHaveLength(1);
  expect(bench.lines.warn).toEqual([]);
});

it.each([
  ['was registered an hour ago', 3_600, {}, {}, {}],
  ['has confirmed', 60, { activated: NOW - 30 }, {}, {}],
  ['has unsubscribed', 60, { activated: NOW - 30, deactivated: NOW - 20 }, {}, {}],
  ['is in a step without a form', 60, {}, { doiFormId: '' }, {}],
  ['was registered an hour ago and the step creates active ones', 3_600, {}, { newReceivers: 'active' }, {}],
  ['is in a step that only updates', 60, {}, { newReceivers: 'skip' }, {}],
  ['has a record that is not active', 60, {}, {}, { active: false }],
] as const)('a create causes no warning if the receiver %s', async (_what, age, stamps, more, says) => {
  const { bench, settings } = await startWithWaiting(age, stamps);
  const { doiFormId, ...rest } = { ...settings, ...more };
  const set = doiFormId ? { ...rest, doiFormId } : rest;
  expect(kinds([await bench.one(record({ email: EMAIL, ...says }), set)])).toEqual(['unchanged']);
  expect(bench.lines.warn).toEqual([]);
});

it('an interrupted create causes one warning in a step that creates active receivers and may have been killed before the activation', async () => {
  const bench = await start({ stampsOmitted: 'waiting' });
  const id = bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, registered: NOW - 60, activated: 0 });
  for (const kind of ['unchanged', 'unchanged'])
    expect(kinds([await bench.one(record({ email: EMAIL }))])).toEqual([kind]);
  expect(bench.lines.warn).toEqual([
    `Receiver ${id} waits for its confirmation in group ${bench.group} and was registered less than an hour ago. The step creates active receivers: if the step was interrupted, it may have created this one and not activated it. Activate it in CleverReach if this record created it and it has not signed up at a form.`,
  ]);
  expect(bench.stored(EMAIL)).toMatchObject({ active: false });
});

it('a create causes no warning if this process created the unconfirmed receiver for another record', async () => {
  const bench = await start();
  await bench.one(record({ email: EMAIL, active: false }));
  bench.later(60);
  expect(kinds([await bench.one(record({ email: EMAIL }))])).toEqual(['unchanged']);
  expect(bench.lines.warn).toEqual([]);
});
