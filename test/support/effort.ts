/**
 * Measures work for tests that limit it. The unit is the processor time of a fixed piece of work on this machine, so
 * that neither other processes nor a slow machine change the result.
 */

/** Half a megabyte of JSON: some milliseconds. */
const JSON_TEXT = JSON.stringify(Array.from({ length: 15_000 }, (_, id) => ({ id, name: `name ${id}` })));

let unit: number | undefined;

function measured(): number {
  const times = [1, 2, 3].map(() => {
    const start = process.cpuUsage();
    JSON.parse(JSON_TEXT);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...times);
}

/**
 * @returns a function that returns the work of this process since now, as a multiple of parsing half a megabyte of JSON
 */
export function effort(): () => number {
  const one = (unit ??= measured());
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / one;
  };
}
