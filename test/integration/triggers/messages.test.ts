import { setImmediate } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { useAccount } from '../../support/account';
import { FakeRuntime, type Emitted } from '../../support/runtime';
import { EVERY_TYPE } from '../../support/everyType';

const account = useAccount();
let sandbox: Sandbox;
let group: string;

beforeEach(() => {
  ({ sandbox, group } = account);
});

/** Confirms late, and those that were emitted later first. */
const outOfOrder = (emit: number): number => 12 - ((emit * 5) % 11);

const trigger = (fields: Record<string, unknown>): FakeRuntime => {
  const step = new FakeRuntime('oih', pollOne, { groupId: group, pageSize: 10, ...fields, ...account.credentials });
  step.turnsOf = outOfOrder;
  return step;
};

const idOf = ({ payload }: Emitted): string => (payload as { metadata: { recordUid: string } }).metadata.recordUid;

/** How far into the group a snapshot covers; undefined where the poll is complete. */
const offsetOf = (snapshot: unknown): number | undefined =>
  (snapshot as { read?: { at: { offset: number } } }).read?.at.offset;

/** Asks the event loop to go round until something is so; a test that waits in vain ends with its own timeout. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}

describe('the messages of a poll', () => {
  it.each([
    [35, 20],
    [12, 12],
  ])('are up to 20 at once, and never more: of %i receivers %i', async (count, most) => {
    const ids = account.add(count);
    const step = trigger({ pageSize: 100 });
    step.turnsOf = (emit) => 50 + outOfOrder(emit);
    await step.run();
    expect(step.mostInFlight).toBe(most);
    expect(step.ids.toSorted()).toEqual(ids.toSorted());
  });

  it('contain no receiver twice, in whatever order they are confirmed, and the next poll sends none', async () => {
    const ids = account.add(25);
    const step = trigger({});
    await step.run();
    expect(step.ids).not.toEqual(ids);
    expect(step.ids.toSorted()).toEqual(ids.toSorted());
    account.later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('are all confirmed when the snapshot that covers them is stored', async () => {
    account.add(47);
    const step = trigger({});
    await step.run();
    let sent = 0;
    const covered: unknown[] = [];
    for (const { event, payload } of step.emitted) {
      if (event === 'data') sent += 1;
      else covered.push([offsetOf(payload) ?? 47, sent]);
    }
    expect(covered).toEqual([
      [10, 10],
      [20, 20],
      [30, 30],
      [40, 40],
      [47, 47],
    ]);
  });

  it('are repeated for at most one page when the run is killed at any point', async () => {
    account.add(60);
    for (let last = 1; last <= 60; last += 8) {
      const step = trigger({ pageSize: 20 });
      let begun = 0;
      const sent: string[] = [];
      step.onEmit = async (emit) => {
        for (let turn = Math.abs(last - begun) % 4; turn > 0; turn -= 1) await setImmediate();
        if (emit.event !== 'data') {
          if (begun > last) throw new Error('dead');
          return;
        }
        if ((begun += 1) > last) throw new Error('dead');
        sent.push(idOf(emit));
      };
      await step.run().catch(() => undefined);
      step.onEmit = () => undefined;
      await step.run();
      const repeated = step.ids.filter((id) => sent.includes(id as string));
      expect(new Set([...sent, ...step.ids]).size).toBe(60);
      expect(repeated.length).toBeLessThanOrEqual(20);
    }
  });

  it('are limited in memory beyond the current page, and two pages are read ahead, however slow the broker is', async () => {
    account.add(120);
    const step = trigger({ pageSize: 30 });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let held = 0;
    step.onEmit = () => {
      held += 1;
      return gate;
    };
    const pages = (): number => sandbox.requests.filter(({ path }) => path.endsWith('/receivers')).length;
    const run = step.run();
    // three pages, and a look at the border of the first two
    await until(() => held === 20 && pages() === 4);
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    expect([held, pages()]).toEqual([20, 4]);
    open();
    await run;
    expect(step.ids).toHaveLength(120);
  });

  it('about the same receiver stay in order: one waits until the other is confirmed', async () => {
    const email = 'both@example.org';
    const press = sandbox.account.addGroup('Press');
    const id = sandbox.account.addReceiver(group, { email });
    sandbox.account.addReceiver(press, { email });
    const fields = { skipTransformation: true, ...account.credentials };
    const step = new FakeRuntime('oih', pollAll, fields);
    // the first is held until the second could have overtaken it
    let emits = 0;
    step.onEmit = async () => {
      if ((emits += 1) > 1) return;
      await until(() => sandbox.requests.some(({ path }) => path.includes(`/${press}/`)));
      for (let turn = 0; turn < 200; turn += 1) await setImmediate();
    };
    await step.run();
    expect(step.sent.map(({ metadata, data }) => [metadata['recordUid'], data['category']])).toEqual([
      [id, 'Newsletter'],
      [id, 'Press'],
    ]);
  });
});

describe('a message among several in flight that cannot be sent', () => {
  it('stops new ones, waits for the others, and the next poll sends what was not confirmed', async () => {
    const ids = account.add(30);
    const step = trigger({ pageSize: 20 });
    const emitted = new Set<string>();
    step.onEmit = (emit) => {
      if (emit.event !== 'data') return;
      emitted.add(idOf(emit));
      if (idOf(emit) === ids[12]) throw new Error('the broker has gone');
    };
    await expect(step.run()).rejects.toThrow('the broker has gone');
    const { ids: before } = step;
    const { length } = before;
    expect([...emitted]).toHaveLength(length + 1);
    expect(length + 1).toBeLessThan(12 + 20);
    // it is not known which of the others have arrived
    expect(step.of('snapshot')).toEqual([]);

    step.onEmit = () => undefined;
    await step.run();
    expect(new Set([...before, ...step.ids])).toEqual(new Set(ids));
    expect(step.ids).toContain(ids[12]);
  });

  it('and that the runtime only counts as failed makes all messages in flight uncertain, and none of them is lost', async () => {
    const ids = account.add(30);
    const step = trigger({ pageSize: 20 });
    step.onEmit = (emit, context) => {
      if (emit.event !== 'data' || idOf(emit) !== ids[12]) return;
      context.errorCount = (context.errorCount ?? 0) + 1;
    };
    await expect(step.run()).rejects.toBeInstanceOf(TemporaryError);
    const sent = step.ids;
    step.onEmit = () => undefined;
    await step.run();
    expect(step.ids).toEqual(expect.arrayContaining(ids.slice(12, 13)));
    expect(new Set([...sent, ...step.ids])).toEqual(new Set(ids));
    expect(sent.length + step.ids.length).toBeLessThanOrEqual(30 + 20);
  });

  it('is logged if CleverReach has ended the run in the meantime, and unconfirmed messages are sent again', async () => {
    const ids = account.add(18);
    const step = trigger({ pageSize: 100 });
    const path = `/v3/groups/${group}/receivers`;
    // the look behind the last row
    sandbox.faults.add({ path, after: 1, kind: 'status', status: 403 });
    step.onEmit = async (emit) => {
      if (emit.event !== 'data' || idOf(emit) !== ids[5]) return;
      await until(() => sandbox.count({ path }) === 2);
      for (let turn = 0; turn < 200; turn += 1) await setImmediate();
      throw new Error('the broker has gone');
    };
    await expect(step.run()).rejects.toThrow(/403/);
    expect(step.log.join('\n')).toContain(
      'The run failed, and another message could not be sent: The runtime could not send a data message: the broker has gone.',
    );
    expect(step.ids.toSorted()).toEqual(ids.toSpliced(5, 1).toSorted());
    expect(step.of('snapshot')).toEqual([]);

    step.onEmit = () => undefined;
    expect((await step.run()).ids).toContain(ids[5]);
  });

  it('because it cannot be mapped is reported with its id, and the others arrive', async () => {
    const [first = '', ...others] = account.add(12);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'bad' } });
    account.later();
    const customMapping =
      '{"metadata": metadata, "data": {"n": data.global_attributes.firstname = "bad" ? $error("no such name") : 1}}';
    const step = trigger({ customMapping });
    await expect(step.run()).rejects.toThrow(
      new RegExp(`1 of 12 receivers .*receiver ${first} of group ${group}: .*no such name`),
    );
    expect(step.ids.toSorted()).toEqual(others.toSorted());
    expect(step.emitted.at(-1)?.event).toBe('snapshot');
    account.later();
    await expect(step.run()).rejects.toBeInstanceOf(RecordError);
    expect(step.ids).toEqual([]);
  });
});

describe('pages of receivers', () => {
  type Results = Record<string, unknown>[];
  const pagesOf = ({ sent }: FakeRuntime): Results[] =>
    sent.flatMap(({ data }) => [data['results'] ?? []] as Results[]);
  const emailsOf = (pages: Results[]): unknown[] => pages.flat().map(({ email }) => email);
  const pages = { emitBehavior: 'fetchPage', skipTransformation: true };

  afterEach(() => delete process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT']);

  it('have up to 500 receivers each, as they would be sent one by one', async () => {
    account.add(1_100);
    const step = trigger({ ...pages, pageSize: 5_000 });
    await step.run();
    expect(step.sent.every(({ metadata }) => Object.keys(metadata).length === 0)).toBe(true);
    const sizes = pagesOf(step).map(({ length }) => length);
    expect(Math.max(...sizes)).toBe(500);
    expect(sizes.length).toBeLessThanOrEqual(4);
    const emails = emailsOf(pagesOf(step));
    expect(new Set(emails).size).toBe(1_100);
    expect(emails).toHaveLength(1_100);
    const one = await trigger({ skipTransformation: true, pageSize: 5_000 }).run();
    const byId = (a: Record<string, unknown>, b: Record<string, unknown>): number => Number(a['id']) - Number(b['id']);
    expect(pagesOf(step).flat().toSorted(byId)).toEqual(one.sent.map(({ data }) => data).toSorted(byId));
  });

  it('contain the receivers of at most one page of CleverReach if pageSize requires it', async () => {
    account.add(25);
    const step = trigger({ ...pages, pageSize: 10 });
    await step.run();
    expect(pagesOf(step).map(({ length }) => length)).toEqual([10, 10, 5]);
    account.later();
    expect((await step.run()).sent).toEqual([]);
  });

  it('are announced apart from deletions, which are messages of their own', async () => {
    const [first = '', second = ''] = account.add(12);
    const step = trigger({ ...pages, changeTypes: EVERY_TYPE, fullReadMinutes: 0 });
    await step.run();
    account.later();
    sandbox.account.edit(group, first, { tags: ['vip'] });
    sandbox.account.remove(group, second);
    account.later();
    await step.run();
    expect(step.sent).toMatchObject([
      { metadata: { recordUid: second }, data: { deleteRequested: expect.any(String) as string } },
      { metadata: {}, data: { results: [{ id: first, tags: ['vip'] }] } },
    ]);
  });

  it('leave a receiver out that cannot be mapped, report it, and try it again', async () => {
    const [bad = '', ...others] = account.add(12);
    const step = trigger({
      ...pages,
      skipTransformation: false,
      customMapping: `{"data": data.id = "${bad}" ? $error("no") : {"key": data.id}}`,
    });
    await expect(step.run()).rejects.toThrow(new RegExp(`1 of 12 receivers .*receiver ${bad} of group ${group}`));
    expect(
      pagesOf(step)
        .flat()
        .map(({ key }) => key),
    ).toEqual(others);
    step.cfg['customMapping'] = '{"data": {"key": data.id}}';
    account.later();
    expect(pagesOf(await step.run())).toEqual([[{ key: bad }]]);
  });

  it('that are too large are sent in parts, and only a receiver that is too large alone is reported', async () => {
    const ids = account.add(40);
    process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT'] = '100000';
    const step = trigger({
      ...pages,
      pageSize: 40,
      skipTransformation: false,
      customMapping: `{"data": {"key": data.id, "n": $pad("x", data.id = "${ids[7] ?? ''}" ? 200000 : 9000, "x")}}`,
    });
    await expect(step.run()).rejects.toThrow(new RegExp(`1 of 40 receivers .*receiver ${ids[7] ?? ''} .*too large`));
    expect(
      pagesOf(step)
        .flat()
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(ids.toSpliced(7, 1).toSorted());
  });

  it('stay in order for the same receiver of two groups', async () => {
    const press = sandbox.account.addGroup('Press');
    account.add(3);
    account.add(3, press);
    const step = new FakeRuntime('oih', pollAll, { ...pages, ...account.credentials });
    step.turnsOf = outOfOrder;
    await step.run();
    const groups = new Map<unknown, unknown[]>();
    for (const { id, group_id } of pagesOf(step).flat()) groups.set(id, [...(groups.get(id) ?? []), group_id]);
    expect([...groups.values()]).toEqual(Array.from({ length: 3 }, () => [group, press]));
  });

  it('are refused while the hub links the id of one record, before any request', async () => {
    const step = trigger({ ...pages, nodeSettings: { idLinking: true } });
    await expect(step.run()).rejects.toThrow(
      /field "emitBehavior" cannot be "fetchPage" while nodeSettings.idLinking is on/,
    );
    expect(sandbox.requests).toEqual([]);
  });

  it('follow the raw record of each receiver if the hub stores raw records', async () => {
    account.add(3);
    const step = await trigger({ ...pages, nodeSettings: { storeRawRecord: true } }).run();
    expect(step.emitted.map(({ event }) => event)).toEqual([
      'raw-record',
      'raw-record',
      'raw-record',
      'data',
      'snapshot',
    ]);
  });
});
