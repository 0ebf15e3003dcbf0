/**
 * How much the long tests look at. `TEST_EXAMPLES` is the share, 1 if it is not set: CI looks at all on one version of Node and at
 * less on the others, and whoever has changed something that is hard to see may look at ten times as many random examples.
 */
const SHARE = Number(process.env['TEST_EXAMPLES'] ?? 1);

export function examples(count: number): { numRuns: number } {
  return { numRuns: Math.ceil(count * SHARE) };
}

/** All of them, or of every few the one at this turn, so that several turns look at different ones; at least one of them. */
export function someOf<T>(all: readonly T[], turn: number): T[] {
  const few = Math.max(1, Math.round(1 / SHARE));
  const first = turn % Math.min(few, all.length);
  return all.filter((_, index) => index % few === first);
}
