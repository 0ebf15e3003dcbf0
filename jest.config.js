// code that depends on the time zone of the machine is wrong, and UTC would hide it; this zone has an offset of half an
// hour
process.env.TZ = 'America/St_Johns';

/** Packages for test/support/byNode/transform.js, by the file that Node loads. */
const SHARED = [
  '@fastify/formbody/index.js',
  'elasticio-node/lib/messages.js',
  'fastify/fastify.js',
  'jsonata/jsonata.js',
  'zod/index.cjs',
].join('|');

const { SWC } = require('./test/support/compiled/options.js');

/** The common settings of all kinds of tests. */
const project = {
  globalSetup: '<rootDir>/test/support/compiled/setup.js',
  moduleNameMapper: { '/evaluatorCommand$': '<rootDir>/test/support/compiled/evaluatorCommand.js' },
  testEnvironment: '<rootDir>/test/support/byNode/environment.js',
  // nock patches global http objects that jest would otherwise clear while a socket still uses them
  testEnvironmentOptions: { globalsCleanup: 'off' },
  // mutation tests keep copies of the project here
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  transformIgnorePatterns: [`/node_modules/(?!(${SHARED})$)`],
  transform: {
    [`/node_modules/(${SHARED})$`]: '<rootDir>/test/support/byNode/transform.js',
    '^.+\\.ts$': ['@swc/jest', SWC],
  },
};

module.exports = {
  maxWorkers: '100%',
  // long, because the result must not depend on the load of the machine
  testTimeout: 120_000,
  // a worker whose work is done may need more than the default of 500 ms to free its memory
  workerGracefulExitTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/everyTestRuns.js'],
  projects: ['unit', 'integration', 'faults', 'model'].map((kind) => ({
    ...project,
    displayName: kind,
    testMatch: [`<rootDir>/test/${kind}/**/*.test.ts`],
  })),
};
