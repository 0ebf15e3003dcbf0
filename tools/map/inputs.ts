/** Reads the arguments and the two inputs: each from a file, or one of them from standard input. */

import { messageOf } from '../../lib/utils/errors';
import { readArgs, UsageError } from '../lib/args';
import { parseJson, readTextOrInput, STANDARD_INPUT } from '../lib/files';
import type { Direction } from './direction';

const OPTIONS = { trigger: { type: 'boolean' }, action: { type: 'boolean' } } as const;

/** @throws UsageError */
export function askedFor(args: string[]): { help: boolean; files: string[]; direction: Direction | undefined } {
  const { values, positionals: files } = readArgs(args, OPTIONS, 2);
  if (values.trigger && values.action) throw new UsageError('Only one of --trigger and --action can be given.');
  return { help: values.help, files, direction: values.trigger ? 'trigger' : values.action ? 'action' : undefined };
}

/** @throws UsageError if a file cannot be read, or the sample is not JSON */
export async function readInputs(
  [mapping = '', sample = '']: readonly string[],
  standardInput: NodeJS.ReadableStream,
): Promise<{ mapping: string; sample: unknown }> {
  if (mapping === STANDARD_INPUT && sample === STANDARD_INPUT) {
    throw new UsageError('Only one of the two inputs can come from standard input.');
  }
  const read = (file: string): Promise<string> => readTextOrInput(file, standardInput);
  try {
    return { mapping: await read(mapping), sample: parseJson(await read(sample), sample) };
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}
