/** What somebody may have meant who wrote a name that is not there. */

/** More than this is another word. */
const EDITS = 2;

/** The name that is nearest, upper and lower case aside; undefined where none is near. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, edits: editsBetween(given.toLowerCase(), name.toLowerCase()) }));
  const [best] = distances.toSorted((one, other) => one.edits - other.edits);
  return best && best.edits <= EDITS ? best.name : undefined;
}

/** Levenshtein's distance: how many letters have to be added, taken away or replaced. */
function editsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(one).entries()) {
    const line = [row + 1];
    for (const [column, counterpart] of Array.from(other).entries()) {
      const replaced = (above[column] ?? 0) + (letter === counterpart ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
