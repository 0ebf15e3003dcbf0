/** The log contains only ids: no address, name, value or token of a receiver, at any log level. */

import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { FakeRuntime } from '../support/runtime';
import { useStage, type Stage } from '../support/stage';
import { linked, person, readingBy, readings, type Fields, type Kind } from '../support/steps';

const startStage = useStage();

/** The personal data of the receivers below; none of them may be logged. */
const PERSONAL = ['example.org', "o'neil", 'Zacharias', 'Öttinger', 'Quitten', '1971-12-31', 'vip-tag', 'no-address'];

const names = { firstName: 'Zacharias', lastName: 'Öttinger', birthday: '1971-12-31' };
const values = { firstname: 'Zacharias', lastname: 'Öttinger', birthday: '1971-12-31' };

/** Polls, writes, dry runs, deletions and failures of every kind, one after the other. @returns the log */
async function richRun(stage: Stage, kind: Kind, more: Fields): Promise<string[]> {
  const { sandbox, group, credentials } = stage;
  const log: string[] = [];
  const run = async (process: typeof upsert, fields: Fields, message: Fields = {}): Promise<void> => {
    const step = new FakeRuntime(kind, process, { groupId: group, ...more, ...fields, ...credentials });
    await stage.attempt(step, kind === 'oih' ? message : { body: message });
    log.push(...step.log);
  };
  const write = (data: Fields, fields: Fields = {}, metadata: Fields = {}): Promise<void> =>
    run(upsert, fields, { metadata, data });
  const ids = ['zach@example.org', "o'neil@example.org", 'a,b@example.org'].map((email) =>
    sandbox.account.addReceiver(group, { email, global_attributes: values, tags: ['vip-tag'] }),
  );
  const id = ids[0] ?? '';
  stage.later(1200);

  for (const reading of readings) {
    await run(pollOne, readingBy(reading));
    await run(pollAll, {
      ...readingBy(reading),
      groupId: undefined,
      customMapping: '$error("of " & data.email & data.global_attributes.firstname)',
    });
  }
  for (const dryRun of [false, true]) {
    await write(person('new@example.org', { ...names, categories: ['vip-tag'] }), { dryRun });
    await write(person('zach@example.org', { ...names, lastName: 'Quitten' }), { dryRun });
    await write(person('a,b@example.org', names), { dryRun });
    await write(person('no-address', names), { dryRun }, { recordUid: 'zach@example.org' });
    await write({ ...person('third@example.org', names), deleteRequested: true }, { dryRun, deletes: true });
    await write(
      { ...person('zach@example.org'), deleteRequested: true },
      { dryRun },
      { recordUid: 'Zacharias Öttinger' },
    );
    await write(person('moved@example.org', names), { dryRun, ...linked }, { oihUid: 'u', recordUid: id });
    await write(person('x@example.org', names), { dryRun, newReceivers: 'skip' });
    await write(
      { email: 'y@example.org', attributes: { visits: '+3', shoe: 'Quitten' } },
      { dryRun, skipTransformation: true },
    );
  }
  const message = 'Zacharias Öttinger <zach2@example.org>: 1971-12-31 is no e-mail';
  for (const status of [400, 403, 409, 500]) {
    sandbox.faults.add({
      path: /receivers/,
      kind: 'status',
      status,
      body: { error: { code: status, message } },
      times: 12,
      ...(status < 500 && { after: 1 }),
    });
    await write(person('zach2@example.org', { ...names, categories: ['vip-tag'] }));
    sandbox.faults.clear();
    stage.later(1200);
  }
  sandbox.faults.add({ path: /receivers/, kind: 'status', status: 429, headers: { 'Retry-After': '3600' }, times: 9 });
  await run(pollOne, {});
  sandbox.faults.clear();
  return log;
}

it.each([
  ['oih', {}],
  ['elastic.io', { devMode: 'true' }],
  ['oih', { nodeSettings: { devMode: true } }],
] as const)(
  'the log of a run with all features under %s with %j contains no personal data and no token',
  async (kind, more) => {
    const stage = await startStage();
    const log = await richRun(stage, kind, more);
    const text = log.join('\n');
    expect(PERSONAL.filter((word) => text.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
    // all kinds of lines are in the log
    for (const line of [
      'Full read of group',
      'Full read of all groups',
      'Wrote to group',
      'Dry run for group',
      'rejected',
      'to be retried',
    ])
      expect(text).toContain(line);
    expect(text).toContain('GET /v3/groups/');
    const detailed = log.filter((line) => line.includes('GET /v3/groups:'));
    expect(new Set(detailed.map((line) => line.split(' ')[0]))).toEqual(
      new Set([Object.keys(more).length > 0 ? 'info' : 'debug']),
    );
  },
);
