import type { Change, Done, Traffic } from '../processes/protocol';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { assertRead, withFullReadDue } from '../support/account';
import type { Processes } from '../support/child';
import { changed, newReceivers } from '../support/records';
import { withProcesses } from '../support/withProcesses';

interface Size {
  receivers: number;
  bounces: number;
  messages: number;
}

const SIZES: Record<Scale, Size> = {
  full: { receivers: 100_000, bounces: 2_000, messages: 1_000 },
  quick: { receivers: 20_000, bounces: 400, messages: 1_000 },
  tiny: { receivers: 1_000, bounces: 50, messages: 100 },
};
const GROUPS = 5;
const EVENTS = 130;
const CHANGES = 20;
const PREFETCH = 100;
/** Time between a change and the poll that finds it, so that the next poll need not look at the change again. */
const PAUSE_SECONDS = 300;

export const wire: Row = {
  number: 6,
  title: 'What goes over the wire',
  explanation:
    'The trigger, on elastic.io, reads an account of 100,000 receivers in five groups, with 130 events each; the ' +
    'server counts the requests and the bodies of its responses. A page holds up to 2,000 receivers; each boundary ' +
    'between two pages is checked with a small request. A quick poll asks for the groups and for each of four ' +
    'timestamps, and reads the receivers that have changed, group by group; a full read reads the rows of all ' +
    'groups, without their history. Changes of state are found by timestamps (20 receivers that unsubscribe, ' +
    '2,000 that bounce), edits in the back end by the sketch of the last read. The action is measured with a ' +
    'prefetch of 100, in both directions and with headers; the list of groups and the attributes are requested ' +
    'once a minute.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, options: RowOptions): Promise<RowResult> {
  return { lines: [...(await reading(processes, options)), ...(await writing(processes, options))] };
}

interface Poll {
  isFull: boolean;
  change?: readonly [Change, number];
}

async function reading(processes: Processes, { scale, progress }: RowOptions): Promise<Line[]> {
  const { receivers, bounces } = SIZES[scale];
  const server = await processes.server({ receivers, groups: GROUPS, events: EVENTS, isDirect: true });
  const poll = async (what: string, snapshot: unknown): Promise<{ done: Done; traffic: Traffic }> => {
    progress(what);
    await server.traffic();
    const done = await processes.alone({ kind: 'poll', server, runtime: 'elastic.io', snapshot });
    return { done, traffic: await server.traffic() };
  };
  const first = await poll('first read', {});
  assertRead([first.done], receivers, receivers);
  let { snapshot } = first.done;
  const next = async (what: string, { isFull, change: [change, count] = ['edit', 0] }: Poll): Promise<Traffic> => {
    await server.change(change, count);
    await server.advance(PAUSE_SECONDS);
    const { done, traffic } = await poll(what, isFull ? withFullReadDue(snapshot) : snapshot);
    assertPoll(done, isFull, receivers, count);
    snapshot = done.snapshot;
    return traffic;
  };
  const quick = await next('quick poll', { isFull: false });
  const quickChanged = await next('quick poll with changes', { isFull: false, change: ['unsubscribe', CHANGES] });
  const quiet = await next('full read', { isFull: true });
  const edited = await next('full read after edits', { isFull: true, change: ['edit', CHANGES] });
  const mailed = await next('full read after a mailing', { isFull: true, change: ['bounce', bounces] });
  const lookUps = Math.min(GROUPS, CHANGES);
  return [
    ...polled('first read', first.traffic, 'MB'),
    ...polled('quick poll, nothing has changed', quick, 'KB', { requests: 6, bytes: 20 }),
    ...polled(`quick poll, ${CHANGES} changes of state`, quickChanged, 'KB', { requests: 6 + lookUps, bytes: 100 }),
    ...polled('full read, nothing has changed', quiet, 'MB', { requests: 120, bytes: 66 }),
    ...against(`full read after ${CHANGES} edits`, edited, quiet, { bytes: 1.05, requests: lookUps }),
    ...against(`full read after ${bounces.toLocaleString('en-US')} bounces`, mailed, quiet, { bytes: 1.1 }),
  ];
}

/** The edit of a receiver that is in several groups is sent for each of them. */
function assertPoll(done: Done, isFull: boolean, receivers: number, changes: number): void {
  const mostSent = changes * GROUPS;
  assertRead(
    [done],
    done.receivers,
    Math.min(Math.max(done.sent, changes), mostSent),
    isFull ? 'Full read' : 'Quick poll',
  );
  if (isFull && done.receivers < receivers) throw new Error(`${done.receivers} of ${receivers} receivers were read`);
}

async function writing(processes: Processes, { scale, progress }: RowOptions): Promise<Line[]> {
  const { messages } = SIZES[scale];
  const server = await processes.server({ receivers: 10 });
  const records = newReceivers('wire', messages);
  const write = async (what: string, sent: readonly Record<string, unknown>[]): Promise<Line[]> => {
    progress(what);
    await server.traffic();
    const done = await processes.alone({ kind: 'write', server, records: sent, prefetch: PREFETCH });
    assertRead([done], messages, messages);
    return written(`action, ${what}`, await server.traffic(), messages);
  };
  return [
    ...(await write('new receivers', records)),
    ...(await write('receivers that are the same', records)),
    ...(await write('changed receivers', changed(records))),
  ];
}

const BYTES = { KB: 1_000, MB: 1_000_000 } as const;

function polled(
  what: string,
  { requests, bytesSent }: Traffic,
  unit: keyof typeof BYTES,
  most?: { requests: number; bytes: number },
): Line[] {
  return [
    { what, value: requests, unit: 'requests', ...(most && { target: { atMost: most.requests } }) },
    { what, value: bytesSent / BYTES[unit], unit, ...(most && { target: { atMost: most.bytes } }) },
  ];
}

function against(what: string, of: Traffic, to: Traffic, most: { requests?: number; bytes: number }): Line[] {
  const more = { value: of.requests - to.requests, unit: 'requests more' };
  return [
    { what, ...more, ...(most.requests !== undefined && { target: { atMost: most.requests } }) },
    { what: `${what}, bytes`, value: of.bytesSent / to.bytesSent, unit: '×', target: { atMost: most.bytes } },
  ];
}

function written(what: string, { requests, bytesReceived, bytesSent }: Traffic, count: number): Line[] {
  return [
    { what, value: requests / count, unit: 'requests per message' },
    { what, value: (bytesReceived + bytesSent) / 1_000 / count, unit: 'KB per message' },
  ];
}
