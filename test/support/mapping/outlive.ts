/** Applies the hostile mappings one after the other in this process, and writes a line of JSON about each to stdout. */

import { existsSync, readFileSync } from 'node:fs';
import { messageOf } from '../../../lib/utils/errors';
import { customMapping } from '../../../lib/mapping/customMapping';
import { effort } from '../effort';
import { HOSTILE, hostileRecord } from './hostile';

export interface Outcome {
  readonly kind: string;
  /** The class of the error. */
  readonly error: string;
  readonly message: string;
  /** Work of this process, see {@link effort}. */
  readonly effort: number;
  /** The highest memory use of this process so far. */
  readonly megabytes: number;
}

async function outcomeOf(kind: string, text: string): Promise<Outcome> {
  // measured is the work for a record, without the start of processes that replace ended ones: for known mappings, and
  // for new ones
  for (const text of ['{"data": {}}', `{"data": {"before": "${kind.replaceAll('$', '')}"}}`]) {
    await customMapping(text)({ data: {} });
  }
  const spent = effort();
  const error: unknown = await customMapping(text)(hostileRecord).catch((thrown: unknown) => thrown);
  return {
    kind,
    error: error instanceof Error ? error.name : 'none',
    message: messageOf(error),
    effort: spent(),
    megabytes: peakKilobytes() / 1024,
  };
}

/** on Linux, maxRSS includes that of the parent process before the start */
function peakKilobytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kilobytes] = /VmHWM:\s*(\d+) kB/.exec(status) ?? [];
  return kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes);
}

async function outliveAll(): Promise<void> {
  for (const [kind, text] of Object.entries(HOSTILE)) {
    process.stdout.write(`${JSON.stringify(await outcomeOf(kind, text))}\n`);
  }
}

void outliveAll();
