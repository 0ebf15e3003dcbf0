/** The child processes for custom mappings of a process. Linux only. */

import { readdirSync, readFileSync } from 'node:fs';

/** @returns their ids */
export function evaluatorsOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent && /evaluatorMain\.(ts|js)/.test(contentOf(pid, 'cmdline')));
}

export function isRunning(pid: number): boolean {
  return /\) [RSD] /.test(contentOf(pid, 'stat'));
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(contentOf(pid, 'stat'))?.[1]);
}

function contentOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return ''; // the process has ended
  }
}
