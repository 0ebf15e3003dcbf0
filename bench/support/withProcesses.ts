/** Every row gets its own processes, from sources that are compiled once for all rows. */

import { rmSync } from 'node:fs';
import path from 'node:path';
import { build, ROOT } from './build';
import { Processes } from './child';

/** A folder of this process inside the project; removed when the process ends. */
const FOLDER = path.join(ROOT, 'reports', `bench-${process.pid}`);
let isBuilt = false;

export async function withProcesses<T>(use: (processes: Processes) => Promise<T>): Promise<T> {
  if (!isBuilt) {
    build(FOLDER);
    process.once('exit', () => {
      rmSync(FOLDER, { recursive: true, force: true });
    });
  }
  isBuilt = true;
  const processes = new Processes(FOLDER);
  try {
    return await use(processes);
  } finally {
    processes.stop();
  }
}
