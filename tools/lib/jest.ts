/** Starts jest with one of the project's configurations, as the tools do whose tests need something of the machine. */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');

/**
 * @param config the name of a file in the root of the project
 * @param env what the tests are told beside the environment of this process
 * @returns jest's exit code, 1 where it was ended by a signal
 * @throws what kept jest from starting
 */
export async function runJest(
  config: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const script = createRequire(__filename).resolve('jest/bin/jest');
  const child = spawn(process.execPath, [script, '--config', path.join(ROOT, config), '--verbose', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}
