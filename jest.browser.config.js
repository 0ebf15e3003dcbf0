/** The tests in a real browser: `npm run test:browser`. */
const { transform, testEnvironment, testEnvironmentOptions, reporters } = require('./jest.config.js');

module.exports = {
  testEnvironment,
  testEnvironmentOptions,
  transform,
  reporters,
  testMatch: ['<rootDir>/test/browser/**/*.browser.ts'],
  maxWorkers: 1,
  // a browser that starts on a busy machine takes its time
  testTimeout: 120_000,
};
