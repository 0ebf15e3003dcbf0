/** `npm run probe`: asks a CleverReach account the open questions about its API. */

import { setTimeout as sleep } from 'node:timers/promises';
import { cleverReachUrl } from '../lib/http/baseUrl';
import { filledString } from '../lib/oauth/credentials';
import { systemClock } from '../lib/utils/clock';
import { messageOf } from '../lib/utils/errors';
import { runCommand, UsageError, type Values } from './lib/args';
import { adviceOnRefusal, credentialsFrom } from './lib/credentials';
import { writeOut } from './lib/files';
import { tableLines } from './lib/table';
import { complain, say } from './lib/terminal';
import { questions, wordsOf } from './probe/catalogue';
import { consequenceOf } from './probe/consequences';
import { profileText } from './probe/profile';
import { LIMITS, probe, type ProbeResult } from './probe/run';

const usage = `Usage: npm run probe -- [--write] [--out <file>]

Asks a CleverReach account each open question of docs/open-questions.md that a client can ask, and prints the answers.

  --write       also ask what needs a write: in two groups that the command makes and removes again, with receivers at
                example.org, about 60. Nothing else is changed and no mail is sent; web hooks of the account are called
  --out <file>  write the answers to a profile for "npm run sandbox -- --profile <file>". It holds no personal data and
                can be attached to a bug report

At most ${LIMITS.reading} requests, with --write ${LIMITS.writing} and ${LIMITS.removal} to remove the groups, one after the other; up to five minutes. Ctrl-C
ends the questions, removes the groups and prints what is known by then.

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN, as "npm run authorize"
prints them; such a token is used until it expires. CLEVERREACH_URL for another address than ${cleverReachUrl}.

Results go to standard output; progress, warnings and errors go to standard error.

Exit code: 0; 1 if the account could not be asked, the command was interrupted, or something could not be removed or written;
2 if the command line is invalid.`;

const options = { write: { type: 'boolean', default: false }, out: { type: 'string' } } as const;

runCommand({ usage, options }, async ({ values }) => await main(values));

/** @returns the exit code */
async function main({ write: writes, out }: Values<typeof options>): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      complain('Stopping: the request under way is finished first.');
      stop.abort();
    });
  const result = await ask(writes, stop.signal);
  for (const line of report(result)) say(line);
  if (out !== undefined) {
    writeOut(out, profileText(result.findings, writes, new Date().toISOString().slice(0, 10)));
    say(`The profile is in ${out}.`);
  }
  if (result.isInterrupted) complain('Interrupted: not all questions were asked.');
  for (const one of result.left) complain(`Could not remove ${one}; delete it in CleverReach.`);
  return result.isInterrupted || result.left.length > 0 ? 1 : 0;
}

async function ask(writes: boolean, signal: AbortSignal): Promise<ProbeResult> {
  const env = process.env;
  const silent = (): void => undefined;
  const credentials = credentialsOrRefuse(env);
  let last = '';
  try {
    return await probe({
      baseUrl: filledString(env['CLEVERREACH_URL']) ?? cleverReachUrl,
      credentials,
      env,
      writes,
      // an interruption ends a pause
      clock: {
        ...systemClock,
        sleep: async (milliseconds) => {
          await sleep(milliseconds, undefined, { signal }).catch(silent);
        },
      },
      logger: { debug: silent, info: silent, warn: complain, error: complain },
      signal,
      progress: (text) => {
        if (text !== last) complain(text);
        last = text;
      },
    });
  } catch (error) {
    throw new Error(`${messageOf(error)}. ${adviceOnRefusal(env)}`, { cause: error });
  }
}

/** @throws UsageError if the environment names no account */
function credentialsOrRefuse(env: NodeJS.ProcessEnv): Record<string, unknown> {
  try {
    return credentialsFrom(env);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

function report({ findings, requests }: ProbeResult): string[] {
  const rows = questions.flatMap((question) => {
    const finding = findings.get(question);
    return finding ? [{ question, finding }] : [];
  });
  const answered = rows.flatMap(({ question, finding }) =>
    'answer' in finding ? [[wordsOf(question), finding.answer, consequenceOf(question, finding)]] : [],
  );
  const others = rows.flatMap(({ question, finding }) =>
    'notAsked' in finding ? [[wordsOf(question), finding.notAsked]] : [],
  );
  return [
    ...tableLines([['question', 'answer', 'what follows for the component'], ...answered]),
    '',
    ...tableLines([['not asked', 'why'], ...others]),
    '',
    `${answered.length} questions answered, ${others.length} not asked, ${requests} requests.`,
    'The questions are explained in docs/open-questions.md.',
  ];
}
