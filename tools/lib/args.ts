/** Parses the arguments of a command and sets its exit code: 0, 1 if it failed, 2 if the command line is invalid. */

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ConfigurationError, messageOf } from '../../lib/utils/errors';
import { complain, sayText } from './terminal';

/** The command line is invalid; nothing was done. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

const HELP = { help: { type: 'boolean', short: 'h', default: false } } as const;

type Config<T extends Options> = { args: string[]; options: T & typeof HELP; allowPositionals: true };

type Parsed<T extends Options> = ReturnType<typeof parseArgs<Config<T>>>;

export type Values<T extends Options> = Parsed<T>['values'];

/**
 * @param most maximum number of positional arguments
 * @throws UsageError for an unknown option, a missing or empty value, or too many arguments
 */
export function readArgs<const T extends Options>(args: readonly string[], options: T, most = 0): Parsed<T> {
  const parsed = parsedOrRefused(args, options);
  const { values, positionals } = parsed;
  for (const [name, value] of Object.entries<unknown>(values)) {
    const given = Array.isArray(value) ? value : [value];
    if (given.some(isBlank)) throw new UsageError(`--${name} has an empty value: enter a value, or omit the option.`);
  }
  if (positionals.some(isBlank)) throw new UsageError('An argument is empty.');
  const extra = positionals[most];
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'.`);
  return parsed;
}

/** @throws UsageError */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not '${text}'.`);
}

/**
 * Runs a command with the arguments of this process. `--help` prints the usage; an error is one line on standard error.
 * @param main returns the exit code; any other value counts as 0
 */
export function runCommand<const T extends Options>(
  { usage, options, most }: { usage: string; options: T; most?: number },
  main: (given: Parsed<T>) => Promise<unknown>,
): void {
  endWith(async () => {
    const given = readArgs(process.argv.slice(2), options, most);
    if (!('help' in given.values && given.values.help === true)) return await main(given);
    sayText(usage.trimEnd());
    return 0;
  });
}

/** Exits with the code of a command, or with one line that states why it could not run. */
export function endWith(command: () => Promise<unknown>): void {
  command().then(
    (code) => {
      process.exitCode = typeof code === 'number' ? code : 0;
    },
    (error: unknown) => {
      complain(...messageOf(error).split('\n'));
      process.exitCode = error instanceof UsageError || error instanceof ConfigurationError ? 2 : 1;
    },
  );
}

function parsedOrRefused<T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs<Config<T>>({ args: [...args], options: { ...options, ...HELP }, allowPositionals: true });
  } catch (error) {
    // Node's message explains at length how an argument that begins with a dash could be meant
    const [line = ''] = messageOf(error).split('\n');
    throw new UsageError(line.replace(/\. To specify a positional argument .*/, '.'));
  }
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}
