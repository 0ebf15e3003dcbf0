/**
 * The matrix of faults: every kind of fault at every request of every use of the component. The requests are those that
 * the sandbox records in a run without faults, so a request that is added to the component is included automatically.
 */

import { setTimeout } from 'node:timers/promises';
import { ComponentError, messageOf } from '../../../lib/utils/errors';
import type { FaultScope, RecordedRequest, Switches } from '../../../sandbox';
import { someOf } from '../runs';
import type { FakeRuntime } from '../runtime';
import { everyFault, tellingFaults, type NamedFault } from './faults';
import { startStage, type Outcome, type Stage } from '../stage';

/** Something that the component does, and how to check the result. */
export interface Use {
  name: string;
  /** Of the component. */
  function: 'one group' | 'all groups' | 'action';
  switches?: Partial<Switches>;
  /** Everything before the call to test. */
  prepare: (stage: Stage) => Promise<Prepared>;
}

export interface Prepared {
  step: FakeRuntime;
  message?: unknown;
  /** Called after each call. */
  note?: () => void;
  /** Differences from the expected result, in words. `isFirst`: the result that the first call alone should have. */
  wrong: (isFirst: boolean) => string[];
  /** Whether the call has reported, in its own way, that it failed. */
  saysNo?: () => boolean;
}

/** A request of a run without faults. */
interface Spot {
  /** For the description of a failure. */
  what: string;
  scope: FaultScope & { method: string };
}

/** The requests of a use; of equal ones only the first. */
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
 * Returns one line for each wrong result, by use. In the first use of a function, each of its requests meets every kind
 * of fault; in the other uses only the faults with the most severe effects.
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

/**
 * Fails unless the next use of the matrix has this name, sends requests, and has the expected result after every fault
 * at each of them.
 */
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

/** A call that has failed may still have requests under way. */
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

/** A call ends successfully, with one typed error, or with one rebound. */
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
