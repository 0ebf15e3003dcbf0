/** The map command, from its arguments to its exit code. */

import { messageOf } from '../../lib/utils/errors';
import { checkResult } from './check';
import { painted, showDifference, type Part } from './difference';
import { DIRECTIONS, type Direction } from './direction';
import { askedFor, readInputs } from './inputs';
import { UsageError } from '../lib/args';
import { compileMapping, defaultResult, result } from './run';
import { readSamples, type Sample } from './samples';

const usage = `Usage: npm run map -- <mapping.jsonata> <sample.json> [--trigger | --action]

  <mapping.jsonata>  the expression for the field "customMapping"
  <sample.json>      a message {metadata, data}, a receiver, a person, or a list of these
  -                  in place of one of the two: read from standard input
  --trigger          the samples are receivers and are mapped to persons
  --action           the samples are persons, or any records, and are mapped to receivers

Without --trigger and --action, the fields of the samples decide. Results go to standard output, errors to standard error.

Exit code: 0 if all results are valid, 1 if one is not or the mapping cannot be parsed, 2 if the command line or a sample is invalid.`;

export interface Terminal {
  input: NodeJS.ReadableStream;
  /** Prints a string that a terminal can show. */
  say: (text: string) => void;
  /** Prints the lines of an error. */
  complain: (...lines: string[]) => void;
  coloured: boolean;
}

/** @returns 0 if all results are valid, 1 if one is not or the mapping cannot be parsed, 2 if a sample is invalid */
export async function map(args: string[], terminal: Terminal): Promise<number> {
  try {
    const { help, files, direction } = askedFor(args);
    if (!help && files.length === 2) return await tryAll(files, direction, terminal);
    if (help) terminal.say(usage);
    else terminal.complain(...usage.split('\n'));
    return help ? 0 : 2;
  } catch (error) {
    terminal.complain(...messageOf(error).split('\n'));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function tryAll(files: string[], asked: Direction | undefined, terminal: Terminal): Promise<number> {
  const { mapping, sample } = await readInputs(files, terminal.input);
  const { direction, samples } = readSamples(sample, asked);
  const say: Say = (...parts) => {
    terminal.say(painted(parts, terminal.coloured));
  };
  const attempt = { mapping: compileMapping(mapping), direction, say };
  say(`As in ${DIRECTIONS[direction].step}: ${DIRECTIONS[direction].does}.`);
  say(red('-'), ' result of the default mapping   ', { colour: 'green', text: '+' }, ' result of your mapping');
  say('');
  let [tried, invalid] = [0, 0];
  for (const one of samples) {
    if ('fault' in one) {
      say(`${one.name}:`);
      say('  ', red('not tried, because the sample is invalid:'), ` ${one.fault}`);
      say('');
      continue;
    }
    tried += 1;
    if (!(await tryOne(one, attempt))) invalid += 1;
  }
  const untried = samples.length - tried;
  say(`${tried} tried, ${tried - invalid} valid, ${invalid} invalid${untried > 0 ? `; ${untried} not tried` : ''}.`);
  return invalid > 0 ? 1 : untried > 0 ? 2 : 0;
}

type Say = (...parts: Part[]) => void;

const red = (text: string): Part => ({ colour: 'red', text });

interface Attempt {
  say: Say;
  mapping: ReturnType<typeof compileMapping>;
  direction: Direction;
}

/** @returns whether the result is valid */
async function tryOne(sample: Sample, { mapping, direction, say }: Attempt): Promise<boolean> {
  say(`${sample.name}:`);
  const mapped = await result(mapping, sample, direction);
  if (mapped === 'skipped') {
    say('  skipped: the mapping returned nothing, so the trigger sends nothing for this receiver');
    say('');
    return true;
  }
  if ('failure' in mapped) {
    say('  ', red('invalid:'), ` ${mapped.failure}`);
    say('');
    return false;
  }
  const byDefault = await defaultResult(sample, direction);
  for (const line of showDifference(byDefault, mapped.message)) say(line);
  const { problems, hints } = checkResult({ mapped: mapped.message, byDefault, sample }, direction);
  for (const problem of problems) say('  ', red('invalid:'), ` ${problem}`);
  for (const hint of hints) say('  ', { colour: 'yellow', text: 'note:' }, ` ${hint}`);
  say('');
  return problems.length === 0;
}
