// as in jest.config.js
process.env.TZ = 'America/St_Johns';

/** Mutation tests of lib/: `npm run test:mutation`. What survives, and why, is in docs/mutation-testing.md. */
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
