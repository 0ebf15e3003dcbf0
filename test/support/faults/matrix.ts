/**
 * The matrix of faults: every kind of fault at every request that a use of the component makes. The requests are those that the
 * sandbox records in a clean run, so a request that is added to the component is in the matrix by itself.
 */

import { setTimeout } from 'node:timers/promises';
import { ComponentError, messageOf } from '../../../lib/utils/errors';
import type { FaultScope, RecordedRequest, Switches } from '../../../sandbox';
import { someOf } from '../runs';
import type { FakeRuntime } from '../runtime';
import { everyFault, tellingFaults, type NamedFault } from './faults';
import { startStage, type Outcome, type Stage } from '../stage';

/** Something that the component does, and how to see that it is done. */
export interface Use {
  name: string;
  /** Of the component. */
  function: 'one group' | 'all groups' | 'action';
  switches?: Partial<Switches>;
  /** Everything up to the call that is put to the test. */
  prepare: (stage: Stage) => Promise<Prepared>;
}

export interface Prepared {
  step: FakeRuntime;
  message?: unknown;
  /** Told after each call. */
  note?: () => void;
  /** What is not as it should be now, in words. `isFirst`: as the first call alone should leave it. */
  wrong: (isFirst: boolean) => string[];
  /** Whether the call has said, in a way of its own, that it did not do it. */
  saysNo?: () => boolean;
}

/** A request of a clean run. */
interface Spot {
  /** In words. */
  what: string;
  scope: FaultScope & { method: string };
}

/** The requests of a use, of those that are alike the first one only. */
async function spotsOf(use: Use): Promise<Spot[]> {
  const stage = await startStage(use.switches);
  try {
    const { step, message, wrong, note } = await use.prepare(stage);
    stage.sandbox.forgetRequests();
    const { error } = await stage.attempt(step, message);
    note?.();
    const problems = [...(error === undefined ? [] : [messageOf(error)]), ...wrong(true)];
    if (problems.length > 0) throw new Error(`"${use.name}" fails without any fault: ${problems.join('; ')}`);
    const spots = new Map<string, Spot>();
    stage.sandbox.requests.forEach((request, index) => {
      const path = request.route ?? request.path;
      const before = stage.sandbox.requests.slice(0, index);
      const after = before.filter((one) => one.method === request.method && (one.route ?? one.path) === path).length;
      const what = inWords(request, path);
      if (!spots.has(what)) spots.set(what, { what, scope: { method: request.method, path, after } });
    });
    return [...spots.values()];
  } finally {
    await stage.close();
  }
}

function inWords({ method, query }: RecordedRequest, path: string): string {
  const { id_list, email_list, page, detail } = query;
  const marks = [
    id_list === undefined ? '' : 'by ids',
    email_list === undefined ? '' : 'by addresses',
    page === undefined || page === '0' ? '' : 'a later page',
    detail === '0' ? 'at a border' : '',
  ].filter(Boolean);
  return [`${method} ${path}`, ...marks].join(', ');
}

export interface Found {
  use: Use;
  spots: Spot[];
  problems: string[];
}

/**
 * What is wrong about how the uses end with faults at their requests, by use, a line each. A request meets every kind of fault in
 * the first use of a function that makes it; in the others those faults that leave the most behind.
 */
export async function* matrixOf(uses: readonly Use[]): AsyncGenerator<Found, undefined> {
  const tried = new Set<string>();
  for (const use of uses) {
    const spots = await spotsOf(use);
    const problems: string[] = [];
    for (const [index, spot] of spots.entries()) {
      const key = `${use.function}: ${spot.what}`;
      const faults = tried.has(key) ? tellingFaults : everyFault;
      problems.push(...(await trials(use, spot, someOf(faults, index))));
      tried.add(key);
    }
    yield { use, spots, problems };
  }
}

/** The next use of the matrix is the one of this name, makes requests, and withstands every fault at each of them. */
export async function expectWithstood(matrix: AsyncGenerator<Found, undefined>, name: string): Promise<void> {
  const next = await matrix.next();
  const { use, spots, problems } = next.done ? {} : next.value;
  expect(use?.name).toBe(name);
  expect(spots?.length).toBeGreaterThan(1);
  expect(problems).toEqual([]);
}

async function trials(use: Use, spot: Spot, faults: readonly NamedFault[]): Promise<string[]> {
  const problems: string[] = [];
  const stage = await startStage(use.switches);
  for (const fault of faults) {
    problems.push(
      ...(await trial(stage, use, spot, fault)).map((problem) => `${spot.what}: ${fault.name}: ${problem}`),
    );
    stage.renew();
  }
  return [...problems, ...(await stage.close())];
}

async function trial(stage: Stage, use: Use, spot: Spot, { fault, times }: NamedFault): Promise<string[]> {
  const problems: string[] = [];
  const { step, message, wrong, note, saysNo } = await use.prepare(stage);
  stage.sandbox.faults.add({ ...spot.scope, ...fault, times });
  const first = await stage.attempt(step, message);
  note?.();
  problems.push(...untyped(first, 'the call'));
  if (times === 1 && stage.sandbox.faults.pending > 0) problems.push('the fault was not met');
  if (!isReported(first) && saysNo?.() !== true)
    problems.push(...wrong(true).map((what) => `nothing was reported, but ${what}`));

  await untilQuiet(stage);
  stage.sandbox.faults.clear();
  stage.later(1200);
  const second = await stage.attempt(step, message);
  note?.();
  if (isReported(second)) problems.push(`the next call fails too: ${messageOf(second.error ?? 'rebound')}`);
  problems.push(...wrong(false).map((what) => `after the next call ${what}`));
  return problems;
}

/** A call that has failed may have begun other requests. */
async function untilQuiet({ sandbox }: Stage): Promise<void> {
  let count = -1;
  while (count !== sandbox.requests.length) {
    count = sandbox.requests.length;
    await setTimeout(5);
  }
}

function isReported({ error, events }: Outcome): boolean {
  return error !== undefined || events.includes('rebound');
}

/** A call ends well, with one typed error, or with one rebound. */
function untyped({ error, events }: Outcome, what: string): string[] {
  const rebounds = events.filter((event) => event === 'rebound').length;
  return [
    ...(error === undefined || error instanceof ComponentError ? [] : [`${what} threw ${messageOf(error)}`]),
    ...(rebounds > 0 && (error !== undefined || events.length > 1)
      ? [`${what} did more than a rebound: ${events.join(', ')}`]
      : []),
    ...(events.includes('error') ? [`${what} emitted an error`] : []),
  ];
}
