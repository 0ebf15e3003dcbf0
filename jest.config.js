// what depends on the zone of a machine is wrong, and UTC would hide it; half an hour off shows more than whole ones
process.env.TZ = 'America/St_Johns';

module.exports = {
  testEnvironment: 'node',
  // nock patches global http objects that jest would otherwise clear while a socket still uses them
  testEnvironmentOptions: { globalsCleanup: 'off' },
  reporters: ['default', '<rootDir>/test/support/everyTestRuns.js'],
  // mutation tests keep copies of the project here
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // a promise does not depend on how busy the machine is
  testTimeout: 120_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
};
