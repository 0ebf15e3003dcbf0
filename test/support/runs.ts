/**
 * How many examples a random test looks at. `TEST_EXAMPLES` is the share of them, 1 if it is not set: CI looks at all on one
 * version of Node and at fewer on the others, and whoever has changed something that is hard to see may look at ten times as many.
 */
export function examples(count: number): { numRuns: number } {
  return { numRuns: Math.ceil(count * Number(process.env['TEST_EXAMPLES'] ?? 1)) };
}
