// as in jest.config.js
process.env.TZ = 'America/St_Johns';

/**
 * Mutation tests of lib/: `npm run test:mutation`. docs/mutation-testing.md lists the surviving mutants and the
 * reasons.
 */
export default {
  testRunner: 'in-process',
  plugins: [new URL('tools/mutation/runner.mjs', import.meta.url).href],
  mutate: ['lib/**/*.ts', '!lib/**/*.d.ts'],
  coverageAnalysis: 'perTest',
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['progress', 'clear-text', 'html', 'json'],
  htmlReporter: { fileName: 'reports/mutation.html' },
  jsonReporter: { fileName: 'reports/mutation.json' },
  concurrency: 2,
  timeoutMS: 5_000,
  timeoutFactor: 1,
};
