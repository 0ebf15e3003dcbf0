/** The machine of the measurement. */

import { cpus, loadavg, totalmem, type } from 'node:os';

export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return `${model}, ${processors.length} cores, ${gigabytes} GB of memory, ${type()}, Node ${process.versions.node}`;
}

/** The load of the machine: ratios are valid anyway, times are not. */
export function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
