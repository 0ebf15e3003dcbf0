/** Several tenants in one process, one of them hostile. Processes, limits and signals are real. */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordError, TemporaryError } from '../../lib/utils/errors';
import { customMapping } from '../../lib/mapping/customMapping';
import type { MappingMessage } from '../../lib/mapping/message';
import { examples } from '../support/runs';
import { evaluatorsOf, isRunning } from '../support/mapping/evaluators';
import { hostileRecord } from '../support/mapping/hostile';

const hostile = (name: string): string => `{"data": {"${name}": $contains(data.text, /^(a+)+$/)}}`;
const good = customMapping('{"data": {"good": data.n}}');
/** Takes long enough for a process to be killed in the meantime. */
const LONG = '{"data": {"x": $count($map([1..2000], function($i){$sum([1..$$.data.n])}))}}';

/** Processes that other tests in this process have left are neither counted nor killed. */
const left = new Set(evaluatorsOf(process.pid));
const evaluators = (): number[] => evaluatorsOf(process.pid).filter((pid) => !left.has(pid));

/** The number of records of one hostile mapping, and of those that have failed so far. */
function floodOf(count: number): { records: Promise<PromiseSettledResult<unknown>[]>; failed: () => number } {
  let failed = 0;
  const records = Array.from({ length: count }, () =>
    customMapping(hostile('flood'))(hostileRecord).finally(() => failed++),
  );
  return { records: Promise.allSettled(records), failed: () => failed };
}

/** Whether a promise that does not reject has been settled. */
function watched(promise: Promise<unknown>): { isOver: boolean } {
  const state = { isOver: false };
  void promise.then(() => {
    state.isOver = true;
  });
  return state;
}

beforeAll(async () => {
  // the first start measures what Node needs
  await good({ data: { n: 0 } });
  await good({ data: { n: 0 } });
});

describe('a hostile mapping with many records', () => {
  it('does not delay or break the good mappings of others', async () => {
    const flood = floodOf(6);
    let served = 0;
    for (let n = 0; flood.failed() < 6; n += 1) {
      expect(await good({ data: { n } })).toEqual({ data: { good: n } });
      served += 1;
      await sleep(5);
    }
    const reasons = (await flood.records).map((one) => (one.status === 'rejected' ? (one.reason as unknown) : one));
    expect(reasons).toEqual(Array(6).fill(expect.any(RecordError)));
    // if they took turns with the hostile records, it would be one for each of them
    expect(served).toBeGreaterThan(3 * 6);
  });

  it('lets a new mapping of another tenant run after one or two of its records', async () => {
    const flood = floodOf(5);
    await sleep(100);
    const before = flood.failed();
    await customMapping(`{"data": {"new": ${Math.random()}}}`)({ data: {} });
    expect(flood.failed() - before).toBeLessThanOrEqual(2);
    await flood.records;
  });

  it('needs at most two processes, whatever runs at the same time', async () => {
    const works = Array.from({ length: 12 }, (_, n) =>
      customMapping(n % 3 === 0 ? hostile(`h${n}`) : `{"data": {"n": ${n}}}`)(hostileRecord),
    );
    const settled = Promise.allSettled(works);
    const over = watched(settled);
    let most = 0;
    while (!over.isOver) {
      most = Math.max(most, evaluators().filter(isRunning).length);
      await sleep(50);
    }
    expect(most).toBeLessThanOrEqual(2);
    expect((await settled).filter(({ status }) => status === 'rejected')).toHaveLength(4);
  });
});

describe('thousands of different mappings', () => {
  it('are all evaluated, however many were evaluated before', async () => {
    const { numRuns: count } = examples(4_000);
    const failed: unknown[] = [];
    for (let n = 0; n < count; n += 1) {
      const { data } = await customMapping(`{"data":{"n":${n}}}`)({ data: {} });
      if (data['n'] !== n) failed.push(data);
    }
    expect(failed).toEqual([]);
  });
});

describe('a process for custom mappings that is killed from outside', () => {
  const record: MappingMessage = { data: { n: 2 } };
  /**
   * Runs the work in a process that is already started, and kills all running processes a number of times in the
   * meantime.
   */
  const killing = async (times: number, work: () => Promise<unknown>): Promise<unknown> => {
    await Promise.all([good(record), customMapping(`{"data": {"idle": ${Math.random()}}}`)(record)]);
    const outcome = work().catch((error: unknown) => error);
    const over = watched(outcome);
    for (let count = 0; count < times && !over.isOver;) {
      await sleep(5);
      const running = evaluators().filter(isRunning);
      for (const pid of running) process.kill(pid, 'SIGKILL');
      if (running.length > 0) count += 1;
    }
    return await outcome;
  };

  it.each(['SIGKILL', 'SIGTERM', 'SIGABRT', 'SIGSEGV'] as const)('while it is idle is replaced: %s', async (signal) => {
    await good({ data: { n: 1 } });
    for (const pid of evaluators()) process.kill(pid, signal);
    expect(await good({ data: { n: 2 } })).toEqual({ data: { good: 2 } });
    await sleep(100);
    expect(await good({ data: { n: 3 } })).toEqual({ data: { good: 3 } });
  });

  it('does not fail the record, which is evaluated again', async () => {
    expect(await killing(1, () => customMapping(LONG)(record))).toEqual({ data: { x: 2000 } });
  });

  it('and killed again during the retry is a temporary error', async () => {
    const error = await killing(Infinity, () => customMapping(hostile('killed'))(hostileRecord));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(String(error)).toMatch(/could not be started: it ended with SIGKILL|was killed twice \(SIGKILL\)/);
  });
});

describe('a process for custom mappings', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('ends with its parent, whatever it is doing: %s', async (signal) => {
    const script = path.join(__dirname, '../support/mapping/orphan.ts');
    const parent = spawn(process.execPath, ['--require', 'tsx/cjs', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve) =>
      parent.stdout.once('data', () => {
        resolve();
      }),
    );
    const busy = evaluatorsOf(parent.pid);
    expect(busy.length).toBeGreaterThan(0);
    parent.kill(signal);
    // as long as this test may last
    while (busy.some(isRunning)) await sleep(50);
  });
});
