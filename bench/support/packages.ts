/** The packages of loaded files. */

export const OWN = 'the component';

/**
 * @param files absolute file names
 * @param own a folder whose files belong to the component itself
 * @returns the packages, largest first
 */
export function packagesOf(files: readonly string[], own: string): { name: string; files: number }[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const name = file.startsWith(own) ? OWN : packageOf(file);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ name, files: count })).sort((a, b) => b.files - a.files);
}

function packageOf(file: string): string {
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  return name ?? file;
}
