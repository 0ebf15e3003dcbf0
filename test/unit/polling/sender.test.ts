import type { Receiver } from '../../../lib/cleverreach/types';
import { FailureSummary } from '../../../lib/polling/failureSummary';
import { PollReport } from '../../../lib/polling/pollReport';
import type { Emission } from '../../../lib/polling/pollSettings';
import { Sender } from '../../../lib/polling/sender';
import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { fakeClock, recordingLogger } from '../../support/http';
import { receiver } from '../../support/receiver';

const groups = ['1', '2'].map((id) => ({ id, name: `G${id}` }));
const [first, second] = groups as [(typeof groups)[number], (typeof groups)[number]];
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Stage {
  sender: Sender;
  report: PollReport;
  failures: FailureSummary;
  events: string[];
}

/** @param emit what happens to a message; it is confirmed at once unless that says otherwise */
function stage(emit: (name: string) => Promise<void> = () => Promise.resolve(), concurrency = 20): Stage {
  const events: string[] = [];
  const failures = new FailureSummary();
  const io = { clock: fakeClock(), logger: recordingLogger(), traffic: () => ({ requests: 0, bytes: 0 }) };
  const scope = { scope: 'all', groups, fullReadMinutes: 60 };
  const report = new PollReport('Full read', scope, io, failures, { requests: 0, bytes: 0 });
  const emitter = {
    concurrency,
    emit: async ({ id }: Receiver, group: { id: string }): Promise<Emission> => {
      events.push(`emit ${group.id}/${id}`);
      await emit(`${group.id}/${id}`);
      return 'sent';
    },
    flush: () => void events.push('flush'),
    emitDeletion: () => Promise.resolve(),
  };
  const notes = {
    delivered: (groupId: string, { id }: Receiver) => void events.push(`delivered ${groupId}/${id}`),
    failed: (groupId: string, { id }: Receiver) => void events.push(`failed ${groupId}/${id}`),
  };
  return { sender: new Sender(emitter, notes, report), report, failures, events };
}

describe('receivers that are emitted', () => {
  it('are noted when they are confirmed', async () => {
    const { sender, events } = stage();
    await sender.begin(first, receiver('1'), ['new']);
    await sender.settle();
    expect(events).toEqual(['emit 1/1', 'delivered 1/1', 'flush']);
  });

  it('are in flight together, but for messages about the same receiver, of which the first is flushed before', async () => {
    const waiting = new Map<string, () => void>();
    const { sender, events } = stage((name) => new Promise((resolve) => waiting.set(name, resolve)));
    await sender.begin(first, receiver('1'), ['new']);
    await sender.begin(first, receiver('2'), ['new']);
    const again = sender.begin(second, receiver('1'), ['new']);
    await turn();
    expect(events).toEqual(['emit 1/1', 'emit 1/2', 'flush']);
    waiting.get('1/1')?.();
    waiting.get('1/2')?.();
    await again;
    expect(events.slice(3)).toEqual(['delivered 1/1', 'delivered 1/2', 'emit 2/1']);
  });

  it('are noted as failed and counted, if the error is about them alone', async () => {
    const { sender, events, failures } = stage((name) =>
      name === '1/1' ? Promise.reject(new RecordError('it is too large')) : Promise.resolve(),
    );
    await sender.begin(first, receiver('1'), ['new']);
    await sender.begin(first, receiver('2'), ['new']);
    await sender.settle();
    expect(events).toContain('failed 1/1');
    expect(events).not.toContain('delivered 1/1');
    expect(events).toContain('delivered 1/2');
    expect([failures.count, failures.others, failures.inWords()]).toEqual([
      1,
      1,
      'receiver 1 of group 1: it is too large',
    ]);
  });

  it('end the run with any other error, and are not noted', async () => {
    const away = new TemporaryError('away');
    const { sender, events } = stage(() => Promise.reject(away));
    await sender.begin(first, receiver('1'), ['new']);
    await expect(sender.settle()).rejects.toBe(away);
    await expect(sender.begin(first, receiver('2'), ['new'])).rejects.toBe(away);
    expect(events).toEqual(['emit 1/1', 'flush']);
  });
});
