/** The tests under the two real runtimes. They need a broker and an installed component: `npm run test:runtimes` prepares both. */
const { projects, reporters } = require('./jest.config.js');

const [{ transform, testEnvironment, testEnvironmentOptions }] = projects;

module.exports = {
  testEnvironment,
  testEnvironmentOptions,
  transform,
  reporters,
  testMatch: ['<rootDir>/test/runtimes/**/*.runtime.ts'],
  maxWorkers: 2,
  // a test starts and ends one or two processes, on a machine that may be busy
  testTimeout: 240_000,
};
