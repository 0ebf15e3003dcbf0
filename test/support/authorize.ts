/** Runs `npm run authorize` in a process of its own, with a test in place of the browser. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.join(__dirname, '../..');

export interface Finished {
  code: number | null;
  /** The result. */
  out: string;
  /** The progress. */
  err: string;
}

export class Authorize {
  out = '';
  err = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  /** @param env the environment of the process in addition to PATH and HOME */
  constructor(args: readonly string[], env: Record<string, string> = {}) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, ['--require', 'tsx/cjs', path.join(root, 'tools/authorize.ts'), ...args], {
      cwd: root,
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.closed = once(this.child, 'close');
  }

  /** The address of the consent page, as soon as it is printed. */
  async consentPage(): Promise<URL> {
    await this.progress(/^ {2}http.*\n/m);
    return new URL(/^ {2}(http\S+)$/m.exec(this.err)?.[1] ?? '');
  }

  /** Resolves when the output contains the text. */
  async progress(text: RegExp): Promise<void> {
    while (!text.test(this.err)) {
      if (this.child.exitCode !== null) throw new Error(`ended early: ${this.err}`);
      await Promise.race([this.child.stderr && once(this.child.stderr, 'data'), this.closed]);
    }
  }

  async end(): Promise<Finished> {
    await this.closed;
    return { code: this.child.exitCode, out: this.out, err: this.err };
  }

  /** Ends the process if a test has failed before it ended. */
  stop(): void {
    this.child.kill();
  }
}
