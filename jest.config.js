// what depends on the zone of a machine is wrong, and UTC would hide it; half an hour off shows more than whole ones
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

/** What the kinds of tests have in common. */
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
  // a test does not depend on how busy the machine is
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/everyTestRuns.js'],
  projects: ['unit', 'integration', 'faults', 'model'].map((kind) => ({
    ...project,
    displayName: kind,
    testMatch: [`<rootDir>/test/${kind}/**/*.test.ts`],
  })),
};
