/**
 * Hostile mappings, one after the other in one process that has less memory than most of them ask for: it outlives them
 * all, and each is an error of its record. Beyond two seconds a runtime would take the step for dead.
 */

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { HOSTILE } from './hostile';
import type { Outcome } from './outlive';

const HEAP_MEGABYTES = 64;
/** A process that runs from its source has 60 to 90 of them before it does anything. */
const MAX_MEGABYTES = 128;

let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  const script = path.join(__dirname, 'outlive.ts');
  const options = ['--require', 'tsx/cjs', `--max-old-space-size=${HEAP_MEGABYTES}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, script]);
  outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}, 300_000);

it.each(Object.keys(HOSTILE))('a hostile mapping is an error of its record: %s', (kind) => {
  expect(outcomes.find((outcome) => outcome.kind === kind)).toEqual({
    kind,
    error: 'RecordError',
    message: expect.stringMatching(/^the customMapping (failed( at character \d+)?: |gave nothing)/) as string,
    milliseconds: expect.any(Number) as number,
    megabytes: expect.any(Number) as number,
  });
});

it('takes no longer than two seconds for any of them', () => {
  expect(outcomes.filter(({ milliseconds }) => milliseconds > 2000)).toEqual([]);
});

it('needs no more memory for any of them', () => {
  expect(outcomes.filter(({ megabytes }) => megabytes > MAX_MEGABYTES)).toEqual([]);
});

it('cuts an error that is as long as a book', () => {
  expect(Math.max(...outcomes.map(({ message }) => message.length))).toBeLessThan(1100);
});
