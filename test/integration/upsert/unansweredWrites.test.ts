/** CleverReach answers what is read, and no write: a batch ends soon, and its messages are handed back. */

import type { CleverReachApi } from '../../../lib/cleverreach/types';
import type { IncomingRecord } from '../../../lib/upsert/record';
import { TemporaryError } from '../../../lib/utils/errors';
import { errorOf, linking, useBench, type Bench, type Settings } from '../../support/upsert/bench';
import { ours, record } from '../../support/upsert/records';

const start = useBench();
const COUNT = 50;
const numbers = Array.from({ length: COUNT }, (_, index) => index);
const emailOf = (index: number): string => `r${index}@example.org`;

/** The time after which a request without an answer fails, in milliseconds. */
const TIMEOUT_MS = 60_000;
const WRITES = [
  'createReceiver',
  'insertReceivers',
  'upsertReceivers',
  'changeEmail',
  'deactivateReceiver',
  'activateReceiver',
  'deleteReceiver',
  'sendActivationMail',
] as const satisfies readonly (keyof CleverReachApi)[];

const failures: Record<string, (bench: Bench) => void> = {
  'do not answer': ({ api, clock }) => {
    const hang = async (): Promise<never> => {
      await clock.sleep(TIMEOUT_MS);
      throw new TemporaryError('CleverReach could not be reached: there was no response in time.');
    };
    for (const name of WRITES) api[name] = hang;
  },
  'answer 503': ({ sandbox }) => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      sandbox.faults.add({ method, path: /^\/v3\//, times: Infinity, kind: 'status', status: 503 });
  },
  'break off': ({ sandbox }) => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      sandbox.faults.add({ method, path: /^\/v3\//, times: Infinity, kind: 'drop' });
  },
};

interface Kind {
  settings?: Settings;
  /** The records, after their receivers have been added. */
  records: (bench: Bench) => IncomingRecord[];
}

const known = ({ sandbox, group }: Bench): string[] =>
  numbers.map((index) => sandbox.account.addReceiver(group, { email: emailOf(index), tags: ['own'] }));
const withForm = (bench: Bench): Settings => ({
  newReceivers: 'unconfirmed',
  doiFormId: String(bench.sandbox.account.addForm({ groupId: bench.group }).id),
});
const fresh = (): IncomingRecord[] => numbers.map((index) => record({ email: emailOf(index), tags: ['vip', '-own'] }));

const kinds: Record<string, Kind> = {
  'new active receivers': { records: fresh },
  'new unconfirmed receivers': { settings: { newReceivers: 'unconfirmed' }, records: fresh },
  'receivers that differ': { records: (bench) => (known(bench), fresh()) },
  'address changes': {
    settings: { idLinking: true },
    records: (bench) => known(bench).map((id, index) => ours(id, { email: `other${index}@example.org` })),
  },
  'opt-outs': {
    settings: { optOuts: true },
    records: (bench) => {
      known(bench);
      return numbers.map((index) =>
        record({ email: emailOf(index) }, {}, { subscription: { status: 'unsubscribed' } }),
      );
    },
  },
  deletions: {
    settings: { deletes: true },
    records: (bench) => {
      known(bench);
      return numbers.map((index) => record({}, {}, { deleteRequested: true, email: emailOf(index) }));
    },
  },
  'deletions between new receivers': {
    settings: { deletes: true },
    records: (bench) => {
      known(bench);
      return numbers.map((index) =>
        index % 2 === 0
          ? record({}, {}, { deleteRequested: true, email: emailOf(index) })
          : record({ email: `new${index}@example.org` }),
      );
    },
  },
  'records about one receiver': {
    records: (bench) => {
      known(bench);
      return numbers.map((index) => record({ email: emailOf(0), global_attributes: { firstname: `Ada ${index}` } }));
    },
  },
};

const state = ({ sandbox, group }: Bench): string => JSON.stringify(sandbox.account.receivers(group));

describe.each(Object.keys(failures))('if all writes %s', (failure) => {
  it.each(Object.keys(kinds))('%s are settled within two minutes, and handed back', async (name) => {
    const kind = kinds[name];
    const bench = await start();
    const records = kind?.records(bench) ?? [];
    const before = state(bench);
    failures[failure]?.(bench);
    const since = bench.clock.elapsed();
    const results = await bench.write(records, kind?.settings);
    expect((bench.clock.elapsed() - since) / 1_000).toBeLessThanOrEqual(120);
    expect(results).toHaveLength(COUNT);
    for (const [index, result] of results.entries()) {
      const error = errorOf(result);
      expect(error.temporary).toBe(true);
      expect(error.message).toMatch(/^(Record no\. \d+|The record with the recordUid "\d+"|The .* record no\. \d+)/);
      for (const other of error.message.matchAll(/record no\. (\d+)/gi)) expect(other[1]).toBe(String(index + 1));
    }
    expect(state(bench)).toBe(before);
  });

  it('new receivers with a mail are settled within two minutes, and handed back', async () => {
    const bench = await start();
    const settings = withForm(bench);
    failures[failure]?.(bench);
    const since = bench.clock.elapsed();
    const results = await bench.write(fresh(), settings);
    expect((bench.clock.elapsed() - since) / 1_000).toBeLessThanOrEqual(120);
    for (const result of results) expect(errorOf(result).temporary).toBe(true);
    expect(bench.sandbox.account.size(bench.group)).toBe(0);
  });
});

it('if only activations fail, one receiver waits for its activation and the others are handed back', async () => {
  const bench = await start({ stampsOmitted: 'waiting' });
  const { clock } = bench;
  bench.api.activateReceiver = async () => {
    await clock.sleep(TIMEOUT_MS);
    throw new TemporaryError('CleverReach could not be reached: there was no response in time.');
  };
  const since = clock.elapsed();
  const [first, ...others] = await bench.write(fresh());
  expect((clock.elapsed() - since) / 1_000).toBeLessThanOrEqual(60);
  expect(errorOf(first).message).toMatch(/was created in group \d+ but could not be activated/);
  for (const other of others) expect(errorOf(other).temporary).toBe(true);
  expect(bench.sandbox.account.size(bench.group)).toBe(1);
});

it('a write whose answer was lost is still looked up after the limit, and reported as written', async () => {
  const bench = await start();
  const { api, clock } = bench;
  const create = api.createReceiver.bind(api);
  api.createReceiver = async (groupId, row) => {
    await create(groupId, row);
    await clock.sleep(TIMEOUT_MS);
    throw new TemporaryError('CleverReach could not be reached: there was no response in time.');
  };
  const results = await bench.write(fresh().slice(0, 4), { newReceivers: 'unconfirmed' });
  expect(results.map(({ kind }) => kind)).toEqual(['created', 'failed', 'failed', 'failed']);
  expect(bench.stored(emailOf(0))).toMatchObject({ active: false });
  expect(bench.sandbox.account.size(bench.group)).toBe(1);
});

it('a batch that takes long because CleverReach is slow is written completely', async () => {
  const bench = await start();
  const { api, clock } = bench;
  const create = api.createReceiver.bind(api);
  const settings = withForm(bench);
  api.createReceiver = async (groupId, row) => {
    await clock.sleep(10_000);
    return await create(groupId, row);
  };
  const results = await bench.write(fresh(), settings);
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['created']));
});

it('the next batch of the same account starts without earlier failures', async () => {
  const bench = await start();
  const path = /upsertplus$/;
  bench.sandbox.faults.add({ path, times: Infinity, kind: 'status', status: 503 });
  known(bench);
  const records = fresh();
  for (const result of await bench.write(records)) expect(errorOf(result).temporary).toBe(true);
  bench.sandbox.faults.clear();
  expect(new Set((await bench.write(records)).map(({ kind }) => kind))).toEqual(new Set(['updated']));
});

describe('if a write is carried out without an answer, and CleverReach refuses its repetition', () => {
  const duplicate = { error: { code: 400, message: 'Bad Request: duplicate address' } };
  /** The first request is carried out; the second is refused. */
  const refuseTheSecond = (
    { sandbox }: Bench,
    method: string,
    path: RegExp,
    status = 400,
    body: object = duplicate,
  ): void => {
    sandbox.faults.add({ method, path, kind: 'drop', applied: true });
    sandbox.faults.add({ method, path, kind: 'status', status, body });
  };
  const EMAIL = /\/email$/;

  it.each([400, 409, 422])('a change of address is done, and the other values are written (%i)', async (status) => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    refuseTheSecond(bench, 'PUT', EMAIL, status);
    const one = ours(id, { email: 'new@example.org', global_attributes: { firstname: 'Mia' } });
    expect(await bench.one(one, linking)).toMatchObject({ kind: 'moved', receiver: { id, email: 'new@example.org' } });
    expect(bench.stored(id)).toMatchObject({ email: 'new@example.org', global_attributes: { firstname: 'Mia' } });
    expect(bench.sandbox.faults.pending).toBe(0);
  });

  it('a change of address that was not carried out stays refused, and is handed back if that is unknown', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    const refusal = { method: 'PUT', path: EMAIL, kind: 'status', status: 400, body: duplicate } as const;
    bench.sandbox.faults.add(refusal);
    const one = ours(id, { email: 'new@example.org', global_attributes: { firstname: 'Mia' } });
    expect(errorOf(await bench.one(one, linking)).message).toContain('already has it; nothing was written');
    const { api } = bench;
    const receiver = api.receiver.bind(api);
    api.receiver = () => Promise.reject(new TemporaryError('busy'));
    bench.sandbox.faults.add(refusal);
    expect(errorOf(await bench.one(one, linking)).temporary).toBe(true);
    api.receiver = receiver;
    expect(bench.stored(id)).toMatchObject({ email: 'old@example.org', global_attributes: { firstname: '' } });
  });

  it.each([400, 404])('an opt-out is done, and the other values are written (%i)', async (status) => {
    const bench = await start();
    const email = 'mia@example.org';
    bench.sandbox.account.addReceiver(bench.group, { email });
    refuseTheSecond(bench, 'PUT', /\/deactivate$/, status, { error: { code: status, message: 'already inactive' } });
    const one = record({ email, tags: ['left'] }, {}, { subscription: { status: 'unsubscribed' } });
    expect(await bench.one(one, { optOuts: true })).toMatchObject({
      kind: 'unsubscribed',
      receiver: { active: false },
    });
    expect(bench.stored(email)).toMatchObject({ active: false, tags: ['left'] });
    expect(bench.sandbox.faults.pending).toBe(0);
  });

  it.each([400, 404, 409])('a deletion is confirmed (%i)', async (status) => {
    const bench = await start();
    const email = 'mia@example.org';
    bench.sandbox.account.addReceiver(bench.group, { email });
    refuseTheSecond(bench, 'DELETE', /\/receivers\//, status, { error: { code: status, message: 'invalid receiver' } });
    const one = record({}, {}, { deleteRequested: true, email });
    expect(await bench.one(one, { deletes: true })).toMatchObject({ kind: 'deleted', outcome: 'confirmed' });
    expect(bench.sandbox.account.size(bench.group)).toBe(0);
    expect(bench.sandbox.faults.pending).toBe(0);
  });

  it('a deletion that was not carried out has failed', async () => {
    const bench = await start();
    bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    bench.sandbox.faults.add({ method: 'DELETE', path: /\/receivers\//, kind: 'status', status: 400, body: duplicate });
    const one = record({}, {}, { deleteRequested: true, email: 'mia@example.org' });
    expect(await bench.one(one, { deletes: true })).toMatchObject({ kind: 'deleted', outcome: 'failed' });
  });

  it('an upsert with tags and values is written', async () => {
    const bench = await start();
    const email = 'mia@example.org';
    bench.sandbox.account.addReceiver(bench.group, { email, tags: ['old', 'own'] });
    bench.sandbox.faults.add({ path: /upsertplus$/, kind: 'drop', applied: true });
    const one = record({ email, tags: ['new', '-old'], global_attributes: { firstname: 'Mia' } });
    expect(await bench.one(one)).toMatchObject({ kind: 'updated' });
    expect(bench.stored(email)).toMatchObject({ tags: ['own', 'new'], global_attributes: { firstname: 'Mia' } });
  });

  it.each(['active', 'unconfirmed'] as const)('a create is found by the next delivery (%s)', async (newReceivers) => {
    const bench = await start();
    bench.sandbox.faults.add({ method: 'POST', path: /\/receivers$/, kind: 'drop', applied: true });
    const one = record({ email: 'mia@example.org', tags: ['new'], global_attributes: { firstname: 'Mia' } });
    const first = await bench.one(one, { newReceivers });
    expect(first.kind === 'created' || errorOf(first).temporary).toBe(true);
    expect(await bench.one(one, { newReceivers })).toMatchObject({ kind: 'unchanged' });
    expect(bench.sandbox.account.receivers(bench.group)).toMatchObject([
      { active: newReceivers === 'active', tags: ['new'], global_attributes: { firstname: 'Mia' } },
    ]);
  });
});
