/** What the command line asks for, and the two texts: each from a file, or one of them from the standard input. */

import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/utils/errors';
import { parseJson, readText } from '../lib/jsonFile';
import type { Direction } from './direction';

const STANDARD_INPUT = '-';

/** What was asked for cannot be tried at all; the text says what is needed. */
export class UsageError extends Error {}

const OPTIONS = {
  trigger: { type: 'boolean' },
  action: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws UsageError when there is an option that is none */
export function askedFor(args: string[]): { help: boolean; files: string[]; direction: Direction | undefined } {
  try {
    const { values, positionals: files } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (values.trigger && values.action) throw new Error('Only one of --trigger and --action can be given.');
    const direction = values.trigger ? 'trigger' : values.action ? 'action' : undefined;
    return { help: values.help ?? false, files, direction };
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** @throws UsageError when a file cannot be read, or the sample is no JSON */
export async function readInputs(
  [mapping = '', sample = '']: readonly string[],
  standardInput: NodeJS.ReadableStream,
): Promise<{ mapping: string; sample: unknown }> {
  if (mapping === STANDARD_INPUT && sample === STANDARD_INPUT) {
    throw new UsageError('Only one of the two can come from the standard input.');
  }
  const read = async (file: string): Promise<string> =>
    file === STANDARD_INPUT ? await text(standardInput) : readText(file);
  try {
    return { mapping: await read(mapping), sample: parseJson(await read(sample), sample) };
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}
