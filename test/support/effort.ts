/**
 * How much work something is, for tests that it is little. It is counted in time of the processor, which what else runs on the machine
 * takes nothing of, and as a multiple of the time that a fixed piece of work takes here, so that a slow machine has as much as a fast one.
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

/** @returns what tells how many times as much work as to read half a megabyte of JSON this process has done since */
export function effort(): () => number {
  const one = (unit ??= measured());
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / one;
  };
}
