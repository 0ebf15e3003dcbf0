import type { Receiver } from '../../../lib/cleverreach/types';
import { FailureSummary } from '../../../lib/polling/failureSummary';
import { PollReport } from '../../../lib/polling/pollReport';
import type { Emission } from '../../../lib/polling/pollSettings';
import { EmitQueue, InFlight } from '../../../lib/polling/emitQueue';
import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { fakeClock, recordingLogger } from '../../support/http';
import { receiver } from '../../support/receiver';

const groups = ['1', '2'].map((id) => ({ id, name: `G${id}` }));
const [first, second] = groups as [(typeof groups)[number], (typeof groups)[number]];
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Stage {
  sender: EmitQueue;
  report: PollReport;
  failures: FailureSummary;
  events: string[];
}

/** @param emit handles a message; by default it is confirmed immediately */
function stage(emit: (name: string) => Promise<void> = () => Promise.resolve(), concurrency = 20): Stage {
  const events: string[] = [];
  const failures = new FailureSummary();
  const io = { clock: fakeClock(), logger: recordingLogger(), traffic: () => ({ requests: 0, bytes: 0 }) };
  const scope = { scope: 'all', groups };
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
  return { sender: new EmitQueue(emitter, notes, report), report, failures, events };
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

/** Messages by name; the test ends each of them. */
function messages(): {
  send: (name: string) => () => Promise<void>;
  sent: string[];
  confirm: (name: string) => Promise<void>;
  fail: (name: string) => Promise<void>;
} {
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const sent: string[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return {
    sent,
    send: (name) => () => {
      sent.push(name);
      return new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
    },
    confirm: (name) => {
      ends.get(name)?.resolve();
      return turn();
    },
    fail: (name) => {
      ends.get(name)?.reject(new Error(`${name} failed`));
      return turn();
    },
  };
}

/** Starts one after the other, each as soon as there is room. */
async function beginAll(inFlight: InFlight, names: string, send: (name: string) => () => Promise<void>) {
  for (const name of names) await inFlight.begin(name, send(name));
}

describe('messages in flight', () => {
  it('are limited in number, and the next one begins when any of them is confirmed', async () => {
    const { send, sent, confirm } = messages();
    const all = beginAll(new InFlight(3), 'abcdef', send);
    await confirm('none');
    expect(sent.join('')).toBe('abc');
    await confirm('b');
    expect(sent.join('')).toBe('abcd');
    await confirm('d');
    await confirm('a');
    expect(sent.join('')).toBe('abcdef');
    await confirm('c');
    await all;
  });

  it('with a limit of 1 are waited for one by one', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight(1);
    let hasRoom = false;
    const begun = inFlight.begin('a', send('a')).then(() => (hasRoom = true));
    await confirm('none');
    expect(hasRoom).toBe(false);
    await confirm('a');
    await begun;
    expect(hasRoom).toBe(true);
  });

  it('have settled when all of them are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight(5);
    await inFlight.settle();
    await beginAll(inFlight, 'ab', send);
    let hasSettled = false;
    const settled = inFlight.settle().then(() => (hasSettled = true));
    await confirm('b');
    expect(hasSettled).toBe(false);
    await confirm('a');
    await settled;
    expect(hasSettled).toBe(true);
  });

  it('that fail stop new ones, and the first failure is thrown when the others have ended', async () => {
    const { send, sent, confirm, fail } = messages();
    const inFlight = new InFlight(3);
    let outcome = 'waits';
    const all = beginAll(inFlight, 'abcdef', send).catch((error: unknown) => (outcome = String(error)));
    await confirm('none');
    await fail('b');
    await fail('c');
    expect([sent.join(''), outcome]).toEqual(['abc', 'waits']);
    await confirm('a');
    await all;
    expect(outcome).toBe('Error: b failed');
    await expect(inFlight.begin('g', send('g'))).rejects.toThrow('b failed');
    await expect(inFlight.settle()).rejects.toThrow('b failed');
    expect(sent.join('')).toBe('abc');
  });

  it('that throw at once fail like all others', async () => {
    const inFlight = new InFlight(2);
    const send = (): Promise<void> => {
      throw new Error('at once');
    };
    await expect(inFlight.begin('a', send).then(() => inFlight.settle())).rejects.toThrow('at once');
    expect(inFlight.has('a')).toBe(false);
  });

  it('are known by the id of their receiver until they are confirmed', async () => {
    const { send, confirm } = messages();
    const inFlight = new InFlight(5);
    await beginAll(inFlight, 'ab', send);
    expect([inFlight.has('a'), inFlight.has('c')]).toEqual([true, false]);
    await confirm('a');
    expect([inFlight.has('a'), inFlight.has('b')]).toEqual([false, true]);
  });
});
