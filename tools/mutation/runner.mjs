/**
 * A test runner for Stryker that keeps one process: for each mutant it re-evaluates the project's modules
 * (milliseconds), not Node, jest and every package (seconds). Stryker's own jest runner loads every test file for every
 * mutant.
 */

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runTestFile } from './testFile.mjs';

/** Tests of lib/, but for those that take long: models, matrices of faults, the round trip of many records. */
const FOLDERS = ['unit', 'integration', 'faults'];
const OTHER_PARTS = ['bench', 'deploy', 'documents', 'sandbox', 'support', 'tools'];
const LONG = [
  ...['apiVariants', 'badInput', 'deepJson', 'harmlessWrites', 'hostileMappings', 'idsInAnswers', 'largeRows', 'log'],
  ...['pollingFaults', 'mapping/roundTrip', 'secrets', 'stopAtEveryEmit', 'tenants', 'upsertFaults'],
];
/** The tests of a folder of lib/, if they are not only in the folder of the same name: the first part of a path below unit, integration or faults. */
const NEIGHBOURS = {
  actions: ['actions', 'unrelatedErrors.test.ts'],
  mapping: ['mapping', 'evaluatorPool.test.ts'],
  oauth: ['oauth', 'tokenResponses.test.ts'],
  platform: ['platform', 'largeServiceResponse.test.ts', 'unreachableSnapshotService.test.ts'],
  polling: ['polling', 'triggers', 'hangingPoll.test.ts', 'strangeSnapshots.test.ts', 'unusualLists.test.ts'],
  upsert: ['upsert', 'actions', 'largeRecords.test.ts'],
  utils: ['utils', 'triggers', 'actions'],
  'account.ts': ['triggers', 'actions'],
};
const FAR_TESTS = 60;
/** A test without a mutant may be slow on a busy machine. */
const DRY_RUN_TIMEOUT_MS = 60_000;
const MUTANT_TIMEOUT_MS = 8_000;

/** Separates the path of a test file from the name of a test in Stryker's test ids. */
const SEPARATOR = ' › ';

/** Read and written by the instrumented code. */
const stryker = (globalThis.__stryker__ ??= {});

class InProcessRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ testFiles = testsOfLib() }) {
    const tests = [];
    const perTest = {};
    for (const file of testFiles.map((one) => path.resolve(one))) {
      stryker.mutantCoverage = { static: {}, perTest: {} };
      stryker.currentTestId = undefined;
      const results = await runTestFile(file, {
        testTimeoutMs: DRY_RUN_TIMEOUT_MS,
        starts: (name) => {
          stryker.currentTestId = idOf(file, name);
        },
      });
      const { perTest: seen, static: onLoad } = stryker.mutantCoverage;
      for (const { name, failure, ms } of results) {
        const id = idOf(file, name);
        tests.push({ id, name: id, timeSpentMs: ms, ...outcome(failure) });
        // every test of the file depends on code that runs while its modules are loaded
        perTest[id] = { ...onLoad, ...seen[id] };
      }
    }
    return { status: 'complete', tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    Object.assign(stryker, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit && 0,
      currentTestId: undefined,
    });
    try {
      let nrOfTests = 0;
      for (const [file, only] of nearestFirst(byFile(testFilter), activeMutant.fileName)) {
        const results = await runTestFile(file, { only, stopAtFailure: true, testTimeoutMs: MUTANT_TIMEOUT_MS });
        nrOfTests += results.length;
        if (hitLimit && stryker.hitCount > hitLimit) return { status: 'timeout', reason: 'hit limit reached' };
        const failed = results.find(({ failure }) => failure !== undefined);
        if (failed) {
          await checkWithoutMutant(file, failed.name);
          return { status: 'killed', killedBy: [idOf(file, failed.name)], failureMessage: failed.failure, nrOfTests };
        }
      }
      return { status: 'survived', nrOfTests };
    } finally {
      stryker.activeMutant = undefined;
    }
  }
}

/**
 * Detects failures caused by an earlier mutant: a hanging test may have left state in this process that breaks other
 * tests.
 * @throws if the test fails without a mutant too; Stryker then retries the mutant in a new process
 */
async function checkWithoutMutant(file, name) {
  stryker.activeMutant = undefined;
  const results = await runTestFile(file, { only: new Set([name]), testTimeoutMs: DRY_RUN_TIMEOUT_MS });
  if (results.some(({ failure }) => failure !== undefined))
    throw new Error(`${idOf(file, name)} fails without a mutant`);
}

function testsOfLib() {
  return readdirSync('test', { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && !LONG.some((one) => name.endsWith(`/${one}.test.ts`)))
    .filter((name) => FOLDERS.includes(name.split(path.sep)[0]) && !OTHER_PARTS.includes(partOf(name)))
    .map((name) => path.resolve('test', name));
}

/** What stands below the folder of a kind of tests: a folder as in lib/, or a file. */
function partOf(name) {
  return name.split(path.sep)[1];
}

function idOf(file, name) {
  return `${path.relative(process.cwd(), file)}${SEPARATOR}${name}`;
}

function outcome(failure) {
  return failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure };
}

/** The tests of each file that Stryker selected. */
function byFile(ids) {
  const files = new Map(ids ? [] : testsOfLib().map((file) => [file, undefined]));
  for (const id of ids ?? []) {
    const at = id.indexOf(SEPARATOR);
    const file = path.resolve(id.slice(0, at));
    files.set(file, (files.get(file) ?? new Set()).add(id.slice(at + SEPARATOR.length)));
  }
  return files;
}

/**
 * Runs the tests of the mutant's own folder first, because they kill it fastest, then some of the others: almost every
 * test covers a mutant of the HTTP layer, so a surviving one would run them all. This can only lower the score.
 */
function nearestFirst(files, mutated) {
  // the first folder below lib
  const [own] = mutated.split(`${path.sep}lib${path.sep}`).at(-1).split(path.sep);
  const near = NEIGHBOURS[own] ?? [own];
  const isNear = ([file]) => near.includes(partOf(path.relative('test', file)));
  const far = [...files]
    .filter((one) => !isNear(one))
    .sort(([, one], [, other]) => (one?.size ?? 0) - (other?.size ?? 0));
  let left = FAR_TESTS;
  return [...[...files].filter(isNear), ...far.filter(([, only]) => (left -= only?.size ?? 0) > 0)];
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
