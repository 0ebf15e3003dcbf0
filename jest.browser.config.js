/** The tests in a real browser: `npm run test:browser`. */
const { projects, reporters } = require('./jest.config.js');

const [{ transform, testEnvironment, testEnvironmentOptions }] = projects;

module.exports = {
  testEnvironment,
  testEnvironmentOptions,
  transform,
  reporters,
  testMatch: ['<rootDir>/test/browser/**/*.browser.ts'],
  maxWorkers: 1,
  // a browser starts slowly on a busy machine
  testTimeout: 120_000,
};
