import { execFile } from 'node:child_process';
import path from 'node:path';

export const root = path.join(__dirname, '../..');

interface Outcome {
  code: number;
  /** Both streams: the standard output first. */
  output: string;
  errors: string;
}

/**
 * Runs a tool of the project in a process of its own, like its user.
 * @param input its standard input
 */
export function run(tool: string, args: string[] = [], env: Record<string, string> = {}, input = ''): Promise<Outcome> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--require', 'tsx/cjs', path.resolve(root, 'tools', tool), ...args],
      { cwd: root, env: { PATH, HOME, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr, errors: stderr });
      },
    );
    child.stdin?.end(input);
  });
}
