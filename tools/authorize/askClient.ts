/** Reads the OAuth app from the environment; asks at the terminal for missing values. */

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { filledString, type OAuthClient } from '../../lib/oauth/credentials';
import { UsageError } from '../lib/args';

interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

/** @throws UsageError when something is missing and nobody can be asked, or nothing is entered */
export async function askClient(env: NodeJS.ProcessEnv, terminal: Terminal): Promise<OAuthClient> {
  const id = filledString(env['CLEVERREACH_CLIENT_ID']);
  const secret = filledString(env['CLEVERREACH_CLIENT_SECRET']);
  if ((id === undefined || secret === undefined) && terminal.input.isTTY !== true) {
    throw new UsageError(
      'The OAuth app is missing: set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or run this command at a terminal, where it asks for them.',
    );
  }
  return {
    id: id ?? (await ask(terminal, 'Client id of the OAuth app (My account › Extras › REST API): ', 'shown')),
    secret: secret ?? (await ask(terminal, 'Client secret (input is hidden): ', 'hidden')),
  };
}

/**
 * Readline echoes input to its output, so hidden input gets an output that drops everything. Not `@inquirer/prompts`: its
 * prompts never settle when the input ends, and its current releases do not support Node 20.
 */
async function ask({ input, output }: Terminal, question: string, echo: 'shown' | 'hidden'): Promise<string> {
  const dropped = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  if (echo === 'hidden') output.write(question);
  const lines = createInterface({
    input,
    output: echo === 'hidden' ? dropped : output,
    terminal: true,
    historySize: 0,
  });
  try {
    const answer = await new Promise<string | undefined>((resolve) => {
      lines.once('close', () => {
        resolve(undefined);
      });
      lines.question(echo === 'hidden' ? '' : question, resolve);
    });
    const text = filledString(answer);
    if (text === undefined) throw new UsageError('Nothing was entered.');
    return text;
  } finally {
    lines.close();
    if (echo === 'hidden') output.write('\n');
  }
}
