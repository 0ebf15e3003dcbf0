/**
 * `npm run flow -- flow.json`: runs a flow once against the account in the environment, to test a configuration before
 * it is deployed. `npm run flow -- --input message.json` runs the action alone, with your own messages.
 */

import path from 'node:path';
import { messageOf } from '../lib/utils/errors';
import type { MappingMessage } from '../lib/mapping/message';
import { actionAlone, messagesIn } from './lib/actionInput';
import { ActionOutcome } from './lib/actionOutcome';
import { runCommand, UsageError, wholeNumber, type Values } from './lib/args';
import { adviceOnRefusal, credentialsFrom } from './lib/credentials';
import { DryRunReport, withDryRuns } from './lib/dryRun';
import { checkSteps } from './lib/flowCheck';
import { readFlow, type Flow } from './lib/flowFile';
import { FlowReport } from './lib/flowReport';
import { parseJson, readText, readTextOrInput, STANDARD_INPUT } from './lib/files';
import { LocalPlatform, PREFETCH, type PlatformEvents } from './lib/localPlatform';
import { asLine, withName } from './lib/payload';
import { openSnapshot, storeSnapshot } from './lib/snapshotFile';
import { complain, say } from './lib/terminal';
import { unreachableHint } from './lib/unreachable';

const MAX_PREFETCH = 1000;

const usage = `Usage: npm run flow -- <flow.json> [--dry-run] [--snapshot <file>] [--prefetch <n>] [--print]
       npm run flow -- [<flow.json>] --input <messages.json> [--field <name>=<value>] [--dry-run] [--print]

  --dry-run          write nothing: report for each record what upsertReceiver would do, and keep the snapshot unchanged
  --snapshot <file>  read the first step's snapshot from this file, and write the new one to it if no step fails
  --prefetch <n>     how many messages a step receives at the same time, 1 to ${MAX_PREFETCH}; ${PREFETCH} if omitted. It stands for
                     RABBITMQ_PREFETCH_SAILOR (OIH) or the prefetch of a node (elastic.io), whose default is 1.
  --print            print every message that a step sends as one line of JSON. Steps of other components do not run; the
                     messages that they would receive are printed.
  --input <file>     run only the action upsertReceiver, with the messages of this file instead of those of a trigger. The
                     file contains one message or a list of messages. Each is {metadata, data}, a record, or a message of
                     elastic.io with one of these as its body. They run one after the other. - reads standard input.
  --field <n>=<v>    with --input: a field of the action, such as groupName=Customers; may be repeated. It replaces the
                     field of the same name of the first upsertReceiver in the flow.

The account: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN (and
CLEVERREACH_REFRESH_TOKEN), as "npm run authorize" prints them; the token is used until it expires.
CLEVERREACH_URL: the address of the API, if it is not https://rest.cleverreach.com.

Results go to standard output; failures, warnings and errors go to standard error.

Exit code: 0 on success, 1 if a step failed, a dry run would reject a record or the snapshot could not be written, and
with --input also if a record was rejected or a delete request was not carried out, 2 if the command line is invalid or the flow cannot be run.`;

const none: string[] = [];

const options = {
  'dry-run': { type: 'boolean', default: false },
  snapshot: { type: 'string' },
  prefetch: { type: 'string', default: String(PREFETCH) },
  print: { type: 'boolean', default: false },
  input: { type: 'string' },
  field: { type: 'string', multiple: true, default: none },
} as const;

const root = path.join(__dirname, '..');

runCommand({ usage, options, most: 1 }, async ({ values, positionals: [file] }) => {
  const { input, field, snapshot } = values;
  if (input !== undefined) {
    if (snapshot !== undefined)
      throw new UsageError('--input and --snapshot exclude each other: the action has no snapshot.');
    return await tryMessages(await usable(() => prepareInput(file, input, values)), values);
  }
  if (field.length > 0) throw new UsageError('--field needs --input; the fields of a flow are in its file.');
  if (file !== undefined) return await run(await usable(() => prepare(file, values)), values);
  complain(...usage.split('\n'));
  return 2;
});

type RunOptions = Values<typeof options>;

interface Prepared {
  flow: Flow;
  credentials: Record<string, unknown>;
}

/** Runs the preparation of a run. @throws UsageError if it fails: the flow cannot be run, and nothing was done */
async function usable<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** `stored` is the snapshot of the first step. */
function prepare(file: string, { 'dry-run': isDry, snapshot }: RunOptions): Prepared & { stored: object | undefined } {
  const flow = withDryRuns(readFlow(parseJson(readText(file), file)), isDry);
  const credentials = credentialsFrom(process.env);
  checkSteps(flow.first);
  return { flow, credentials, stored: snapshot === undefined ? undefined : openSnapshot(snapshot) };
}

async function prepareInput(
  file: string | undefined,
  input: string,
  { 'dry-run': isDry, field }: RunOptions,
): Promise<Prepared & { messages: MappingMessage[] }> {
  const whole = file === undefined ? undefined : readFlow(parseJson(readText(file), file));
  const flow = withDryRuns(actionAlone(whole, field), isDry);
  const credentials = credentialsFrom(process.env);
  checkSteps(flow.first);
  const from = input === STANDARD_INPUT ? 'The standard input' : input;
  const json = parseJson(await readTextOrInput(input, process.stdin), from);
  return { flow, credentials, messages: messagesIn(json, from) };
}

/** @returns the exit code */
async function tryMessages(
  { flow, credentials, messages }: Prepared & { messages: readonly MappingMessage[] },
  { 'dry-run': isDry, print }: RunOptions,
): Promise<number> {
  const dryRun = new DryRunReport();
  const outcome = new ActionOutcome(dryRun);
  const hint = unreachableHint(process.env, complain);
  const platform = new LocalPlatform(root, flow, credentials, {
    sent: (step, message) => {
      outcome.onSent(step, message);
      if (print) say(outcome.lineOf(message));
    },
    failed: (_, error) => {
      outcome.onFailed(error);
      hint(error);
    },
    handedBack: (_, error, again) => {
      outcome.onHandedBack(error, again);
      hint(error);
    },
    log: (level, text) => {
      outcome.onLog(level, text);
    },
  });
  say(`Running ${flow.first.id} alone${isDry ? ', without writing anything' : ''}.`);
  for (const [index, message] of messages.entries()) {
    if (outcome.isRefused) break;
    await outcome.of(index + 1, () => platform.tick(message));
  }
  say(outcome.summary());
  if (outcome.isRefused) complain(adviceOnRefusal(process.env));
  return outcome.hasFailed || dryRun.wouldRefuse ? 1 : 0;
}

/** @returns the exit code */
async function run(
  { flow, credentials, stored }: Prepared & { stored: object | undefined },
  options: RunOptions,
): Promise<number> {
  const { 'dry-run': isDry, snapshot: file, print } = options;
  const dryRun = new DryRunReport();
  const report = new FlowReport();
  const hint = unreachableHint(process.env, complain);
  const events: PlatformEvents = {
    sent: (step, message, record) => {
      const words = dryRun.words(step, message);
      if (words !== undefined) say(`${step.id} ${record === undefined ? words : withName(words, record)}`);
      if (print) say(asLine(message, record));
      report.sent(step);
    },
    foreign: (step, message) => {
      report.foreign(step, message, print);
    },
    failed: (step, error, record) => {
      report.failed(step, error, record);
      hint(error);
    },
    handedBack: (step, error, again, record) => {
      report.handedBack(step, error, again, record);
      hint(error);
    },
    log: (level, text, step) => {
      report.log(level, text, step);
    },
  };
  const prefetch = wholeNumber('prefetch', options.prefetch, 1, MAX_PREFETCH);
  const platform = new LocalPlatform(root, flow, credentials, events, { prefetch });
  if (stored !== undefined) platform.snapshots.set(flow.first.id, stored);

  say(`Running "${flow.name}" once${isDry ? ', without writing anything' : ''}.`);
  await platform.tick();

  for (const line of [...report.summary(), ...dryRun.summary()]) say(line);
  if (isDry) say('Nothing was written, and the snapshot is unchanged.');
  if (report.isRefused) complain(adviceOnRefusal(process.env));
  const snapshot = platform.snapshots.get(flow.first.id);
  if (file !== undefined && snapshot !== undefined && !isDry) {
    if (report.hasFailed)
      say(`${file} is unchanged, because a step failed: the next run reads the same receivers again.`);
    else storeSnapshot(file, snapshot);
  }
  return report.hasFailed || dryRun.wouldRefuse ? 1 : 0;
}
