/** Runs one test file in this process, with jest's own functions and a fresh copy of the project's modules. */

import { createRequire } from 'node:module';
import { loadAnew } from './modules.mjs';

// jest does not export its parts: they are resolved from the location from which jest resolves them
const require = createRequire(import.meta.url);
const fromJest = createRequire(require.resolve('jest'));
const fromCore = createRequire(fromJest.resolve('@jest/core'));
const fromConfig = createRequire(fromCore.resolve('jest-config'));
const circusPath = fromConfig.resolve('jest-circus');
const circus = fromConfig('jest-circus');
const fromCircus = createRequire(circusPath);
const { jestExpect } = fromCircus('@jest/expect');
const fromEnvironment = createRequire(fromConfig.resolve('jest-environment-node'));
const { ModuleMocker } = fromEnvironment('jest-mock');

const NONE = /(?!)/;

const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
const mocker = new ModuleMocker(globalThis);
const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
  requireActual: require,
};
Object.assign(globalThis, { describe, it, test, beforeAll, beforeEach, afterAll, afterEach, expect: jestExpect, jest });

let onStart = () => undefined;
let bail = false;

circus.addEventHandler((event, state) => {
  if (event.name === 'test_started') onStart(nameOf(event.test));
  if (event.name === 'test_done' && bail && event.test.errors.length > 0) state.testNamePattern = NONE;
});
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => {
    const { currentlyRunningTest, unhandledErrors } = circus.getState();
    (currentlyRunningTest?.errors ?? unhandledErrors).push(error);
  });
}

/**
 * @param file absolute path of a test file
 * @param options `only` the names of the tests to run, default all; `stopAtFailure`; `testTimeoutMs` per test; `starts(name)` is called
 *   for each test that starts
 * @returns a result per test that ran: `{name, failure?: string, ms}`
 */
export async function runTestFile(file, options) {
  circus.resetState();
  circus.getState().testTimeout = options.testTimeoutMs;
  onStart = options.starts ?? (() => undefined);
  bail = options.stopAtFailure ?? false;
  try {
    loadAnew(file);
  } catch (error) {
    return [{ name: file, failure: text(error), ms: 0 }];
  }
  const { rootDescribeBlock } = circus.getState();
  if (options.only) choose(rootDescribeBlock, options.only);
  const { testResults, unhandledErrors } = await circus.run();
  return [
    ...testResults
      .filter(({ status }) => status === 'done')
      .map((one) => ({
        name: one.testPath.slice(1).join(' '),
        ms: one.duration ?? 0,
        ...(one.errors.length > 0 && { failure: text(one.errors[0]) }),
      })),
    ...unhandledErrors.map((error) => ({ name: file, failure: text(error), ms: 0 })),
  ];
}

function choose(block, only) {
  for (const child of block.children) {
    if (child.type === 'describeBlock') choose(child, only);
    else if (!only.has(nameOf(child))) child.mode = 'skip';
  }
}

function nameOf(test) {
  const names = [];
  for (let block = test; block.parent; block = block.parent) names.unshift(block.name);
  return names.join(' ');
}

function text(error) {
  const [first] = Array.isArray(error) ? error : [error];
  return String(first?.message ?? first);
}
