/** Every row has processes of its own, from sources compiled once for all rows. */

import path from 'node:path';
import { build, ROOT } from './build';
import { Processes } from './child';

/** Reports are kept by nobody. */
const FOLDER = path.join(ROOT, 'reports/bench');
let isBuilt = false;

export async function withProcesses<T>(use: (processes: Processes) => Promise<T>): Promise<T> {
  if (!isBuilt) build(FOLDER);
  isBuilt = true;
  const processes = new Processes(FOLDER);
  try {
    return await use(processes);
  } finally {
    processes.stop();
  }
}
