/**
 * Hostile mappings, one after the other in one process with less memory than most of them need: the process survives,
 * and each mapping is an error of its record. The way in which each was ended shows that none exceeded its time limit.
 */

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { FOLDER } from '../support/compiled/options';
import { HOSTILE } from '../support/mapping/hostile';
import type { Outcome } from '../support/mapping/outlive';

const HEAP_MEGABYTES = 64;
/** A process opens 40 to 60 of them at its start. */
const MAX_MEGABYTES = 128;

let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  const script = path.join(FOLDER, 'test/support/mapping/outlive.js');
  const options = [`--max-old-space-size=${HEAP_MEGABYTES}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, script]);
  outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}, 300_000);

it.each(Object.keys(HOSTILE))('a hostile mapping is an error of its record: %s', (kind) => {
  expect(outcomes.find((outcome) => outcome.kind === kind)).toEqual({
    kind,
    error: expect.stringMatching(/^(Record|NothingMapped)Error$/) as string,
    message: expect.stringMatching(/^the customMapping (failed( at character \d+)?: |returned nothing)/) as string,
    effort: expect.any(Number) as number,
    megabytes: expect.any(Number) as number,
  });
});

it('no hostile mapping blocks the process of the component', () => {
  expect(outcomes.filter((outcome) => outcome.effort > 50)).toEqual([]);
});

it('no hostile mapping increases the memory of the component', () => {
  expect(outcomes.filter(({ megabytes }) => megabytes > MAX_MEGABYTES)).toEqual([]);
});

it('a very long error of a mapping is truncated', () => {
  expect(Math.max(...outcomes.map(({ message }) => message.length))).toBeLessThan(1100);
});
