import { setImmediate } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { useAccount } from '../../support/account';
import { FakeRuntime, type Emitted } from '../../support/runtime';

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
  (snapshot as { sweep?: { at: { offset: number } } }).sweep?.at.offset;

/** Asks the event loop to go round until something is so; a test that waits in vain ends with its own timeout. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}

describe('emitConcurrency', () => {
  it.each([
    ['1', undefined],
    ['4', 4],
    ['10', '10'],
  ])('allows %s messages in flight at once, and never more', async (most, emitConcurrency) => {
    const ids = account.add(35);
    const step = trigger({ emitConcurrency });
    await step.run();
    expect(step.mostInFlight).toBe(Number(most));
    expect(step.ids.toSorted()).toEqual(ids.toSorted());
  });

  it('of 1 keeps the order of the addresses', async () => {
    const ids = account.add(25);
    const step = trigger({});
    await step.run();
    expect(step.ids).toEqual(ids);
  });

  it('sends no receiver twice and then nothing more, in whatever order messages are confirmed', async () => {
    const ids = account.add(25);
    const step = trigger({ emitConcurrency: 4 });
    await step.run();
    expect(step.ids).not.toEqual(ids);
    expect(step.ids).toHaveLength(25);
    account.later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('stores no snapshot before everything that it covers has been confirmed', async () => {
    account.add(47);
    const step = trigger({ emitConcurrency: 7 });
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

  it('does not delay messages while a snapshot is stored, which covers only confirmed messages', async () => {
    account.add(60);
    const step = trigger({ emitConcurrency: 4, pageSize: 20 });
    step.turnsOf = () => 0;
    const confirmed = new Set<string>();
    const seen: { covers: number; confirmed: number; begun: number }[] = [];
    let begun = 0;
    step.onEmit = async (emit) => {
      const { event, payload } = emit;
      if (event === 'data') {
        begun += 1;
        for (let turn = 0; turn < 3; turn += 1) await setImmediate();
        confirmed.add(idOf(emit));
      } else seen.push({ covers: offsetOf(payload) ?? 60, confirmed: confirmed.size, begun });
    };
    await step.run();
    expect(seen.length).toBeGreaterThan(2);
    for (const { covers, confirmed: sent } of seen) expect(covers).toBeLessThanOrEqual(sent);
    expect(seen.slice(0, -1).every((one) => one.begun > one.confirmed)).toBe(true);
  });

  it('repeats at most one page when the run is killed at any point', async () => {
    account.add(60);
    for (let last = 1; last <= 60; last += 8) {
      const step = trigger({ emitConcurrency: 4, pageSize: 20 });
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

  it('limits the messages in memory beyond the current page, and reads one page ahead, however slow the broker is', async () => {
    account.add(60);
    const step = trigger({ emitConcurrency: 6, pageSize: 20 });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let held = 0;
    step.onEmit = () => {
      held += 1;
      return gate;
    };
    const pages = (): number => sandbox.requests.filter(({ path }) => path.endsWith('/receivers')).length;
    const run = step.run();
    // two pages, and a look at the border between them
    await until(() => held === 6 && pages() === 3);
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    expect([held, pages()]).toEqual([6, 3]);
    open();
    await run;
    expect(step.ids).toHaveLength(60);
  });

  it('waits with a message about a receiver until an earlier one about the same receiver is confirmed', async () => {
    const email = 'both@example.org';
    const press = sandbox.account.addGroup('Press');
    const id = sandbox.account.addReceiver(group, { email });
    sandbox.account.addReceiver(press, { email });
    const fields = { skipTransformation: true, emitConcurrency: 5, ...account.credentials };
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
  it('stops new ones, waits for the others, and the next poll continues with the first unconfirmed one', async () => {
    const ids = account.add(30);
    const step = trigger({ emitConcurrency: 5, pageSize: 20 });
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
    expect(length + 1).toBeLessThan(12 + 5);
    expect(step.emitted.at(-1)).toMatchObject({ event: 'snapshot', payload: { sweep: { at: { offset: 12 } } } });

    step.onEmit = () => undefined;
    await step.run();
    // of those that were confirmed behind it, the newest are noted and not repeated
    expect(ids.slice(12)).toEqual(expect.arrayContaining(step.ids));
    expect(new Set([...before, ...step.ids])).toEqual(new Set(ids));
  });

  it('and that the runtime only counts as failed makes all messages in flight uncertain, and none of them is lost', async () => {
    const ids = account.add(30);
    const step = trigger({ emitConcurrency: 5, pageSize: 20 });
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
    const ids = account.add(30);
    const step = trigger({ emitConcurrency: 8 });
    await step.run();
    account.later();
    const changed = ids.slice(3, 9);
    for (const id of changed) sandbox.account.edit(group, id, { global_attributes: { firstname: 'Bo' } });
    account.later();
    step.onEmit = (emit) => {
      if (emit.event !== 'data') return;
      // the look ahead goes on while the first of them is on its way
      if (idOf(emit) === changed[0])
        sandbox.faults.add({ path: `/v3/groups/${group}/receivers`, times: 1, kind: 'status', status: 403 });
      if (idOf(emit) === changed[2]) throw new Error('the broker has gone');
    };
    await expect(step.run()).rejects.toThrow(/403/);
    expect(step.log.join('\n')).toContain('A message could not be sent either: the broker has gone');
    expect(step.ids.toSorted()).toEqual(changed.toSpliced(2, 1).toSorted());

    step.onEmit = () => undefined;
    await step.run();
    expect(step.ids).toEqual(changed.slice(2, 3));
  });

  it('because it cannot be mapped is reported with its id, and the others arrive', async () => {
    const [first = '', ...others] = account.add(12);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'bad' } });
    account.later();
    const customMapping =
      '{"metadata": metadata, "data": {"n": data.global_attributes.firstname = "bad" ? $error("no such name") : 1}}';
    const step = trigger({ emitConcurrency: 5, customMapping });
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
