/**
 * The options of `npm run authorize`, from the command line and the environment. Secrets are read only from the
 * environment or the terminal.
 */

import { checkBaseUrl, cleverReachUrl, LOOPBACK } from '../../lib/http/baseUrl';
import { filledString } from '../../lib/oauth/credentials';
import { readArgs, UsageError, wholeNumber } from '../lib/args';
import { CALLBACK_PATH } from './callbackServer';

const DEFAULT_PORT = 8910;
const DEFAULT_TIME_LIMIT_SECONDS = 600;

export const usage = `Usage: npm run authorize -- [options]

Connects a CleverReach account: opens the consent page in the browser, receives the redirect on this machine, exchanges it for tokens,
and prints them in the formats of the platforms and "npm run flow". Only the result goes to standard output, so that
"npm run --silent authorize -- --json" can be piped.

  --port <number>           the port for the redirect, on 127.0.0.1 (${DEFAULT_PORT}). The redirect URI, to be entered in the
                            OAuth app of CleverReach, is http://127.0.0.1:${DEFAULT_PORT}${CALLBACK_PATH}
  --redirect-uri <address>  another redirect URI that leads to this port, for example through a tunnel
  --no-open                 only print the address of the consent page, without opening it
  --time-limit <seconds>    how long to wait for the redirect (${DEFAULT_TIME_LIMIT_SECONDS})
  --without-state           accept a redirect that does not repeat the random "state" of the request
  --secret-service <url>    register the tokens as a secret at this secret service of OIH (https://host/api/v1);
                            needs OIH_TOKEN, a token of OIH that may create secrets
  --auth-client <id>        the auth client of the secret service to use; if omitted, a new one is created
  --json                    print the result as JSON
  --help                    this text

The OAuth app: CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET; the command asks for missing values at the terminal.
CLEVERREACH_URL for another address than ${cleverReachUrl}.

Exit code: 0; 1 if no account was connected or it could not be registered; 2 if the command line is invalid.`;

export interface Options {
  help: boolean;
  json: boolean;
  open: boolean;
  port: number;
  redirectUri?: string;
  timeLimitSeconds: number;
  stateIsOptional: boolean;
  /** `https://rest.cleverreach.com` */
  baseUrl: string;
  authClientId?: string;
  secretService?: { url: string; token: string };
}

const settings = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'redirect-uri': { type: 'string' },
  'no-open': { type: 'boolean', default: false },
  'time-limit': { type: 'string', default: String(DEFAULT_TIME_LIMIT_SECONDS) },
  'without-state': { type: 'boolean', default: false },
  'secret-service': { type: 'string' },
  'auth-client': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** @throws UsageError or ConfigurationError that states what is wrong */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values } = readArgs(args, settings);
  const redirectUri = filledString(values['redirect-uri']);
  const secretService = filledString(values['secret-service']);
  const authClientId = filledString(values['auth-client']);
  return {
    help: values.help,
    json: values.json,
    open: !values['no-open'],
    port: wholeNumber('port', values.port, 0, 65_535),
    timeLimitSeconds: wholeNumber('time-limit', values['time-limit'], 1, 86_400),
    stateIsOptional: values['without-state'],
    baseUrl: checkBaseUrl(filledString(env['CLEVERREACH_URL']) ?? cleverReachUrl),
    ...(redirectUri !== undefined && { redirectUri: checkRedirectUri(redirectUri) }),
    ...(authClientId !== undefined && { authClientId }),
    ...(secretService !== undefined && { secretService: serviceOf(secretService, env) }),
  };
}

function checkRedirectUri(text: string): string {
  if (isSafe(text) && new URL(text).pathname === CALLBACK_PATH) return text;
  throw new UsageError(
    `--redirect-uri must be an address that ends in ${CALLBACK_PATH}; http:// is allowed for this machine only.`,
  );
}

function serviceOf(text: string, env: NodeJS.ProcessEnv): { url: string; token: string } {
  if (!isSafe(text)) {
    throw new UsageError(
      '--secret-service must be an address such as https://secrets.example.org/api/v1. http:// is allowed for this machine only, because ' +
        'tokens are sent there: a service inside a cluster can be reached by "kubectl port-forward".',
    );
  }
  const token = filledString(env['OIH_TOKEN']);
  if (token === undefined)
    throw new UsageError('--secret-service needs OIH_TOKEN, a token of OIH, in the environment.');
  return { url: text.replace(/\/+$/, ''), token };
}

/** https, or http to this machine; without credentials, query and hash. */
function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return isPrivate && [username, password, search, hash].join('') === '';
}
