/**
 * `npm run authorize`: connects an account and prints its first token. Progress goes to standard error, only the result
 * to standard output. Exits with 1 if no account was connected or it could not be registered, with 2 if the command
 * line is invalid.
 */

import { askClient } from './authorize/askClient';
import { openInBrowser } from './authorize/browser';
import { openCallbackServer, takeAnswer } from './authorize/callbackServer';
import { connect } from './authorize/connect';
import { askForConsent, readAnswer } from './authorize/consent';
import { readOptions, usage } from './authorize/options';
import { asText, resultOf } from './authorize/print';
import { register, summaryOf } from './authorize/secretService';
import { endWith } from './lib/args';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    print(usage);
    return 0;
  }
  const client = await askClient(process.env, { input: process.stdin, output: process.stderr });

  const { server, redirectUri: local } = await openCallbackServer(options.port);
  const redirectUri = options.redirectUri ?? local;
  const consent = askForConsent(options.baseUrl, client.id, redirectUri);
  report(`Enter this redirect URI in the OAuth app in CleverReach: ${redirectUri}`);
  report(`Grant access on this page, within ${options.timeLimitSeconds} seconds:\n\n  ${consent.url}\n`);
  report('If the page shows an error, check the client id and the redirect URI. Press Ctrl-C to stop.');
  if (options.open) void openInBrowser(consent.url, report);

  const grant = await takeAnswer(server, {
    judge: (query) => readAnswer(query, consent.state, options.stateIsOptional),
    exchange: (code) => connect({ baseUrl: options.baseUrl, client, redirectUri }, code, report),
    describe: ({ account }) =>
      account === undefined ? 'The CleverReach account is connected.' : `The account ${account} is connected.`,
    onForeign: report,
    signal: AbortSignal.timeout(options.timeLimitSeconds * 1_000),
  });
  report(`Connected: ${grant.account ?? 'an account whose name could not be read'}.`);

  const { secretService, authClientId } = options;
  const registration = secretService
    ? await register(secretService, grant, authClientId)
    : { ...(authClientId !== undefined && { authClientId }) };
  if (secretService) report(summaryOf(registration));
  const result = resultOf(grant, registration);
  print(options.json ? JSON.stringify(result, null, 2) : asText(result));
  return registration.problem === undefined ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Some of the text comes from other systems, and a terminal interprets control characters. */
function report(text: string): void {
  process.stderr.write(`${text.replace(/[^\P{C}\n]/gu, ' ')}\n`);
}

endWith(main);
