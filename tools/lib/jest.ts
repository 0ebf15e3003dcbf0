/** Starts jest with one of the project's configurations, for tools whose tests depend on the machine. */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');

/**
 * @param config the name of a file in the root of the project
 * @param env variables for the tests in addition to the environment of this process
 * @returns jest's exit code, 1 if a signal ended it
 * @throws the error if jest could not be started
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
