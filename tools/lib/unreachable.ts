/** What to check if CleverReach cannot be reached from this machine: the address, the sandbox, the proxy, the network. */

import { cleverReachUrl, LOOPBACK } from '../../lib/http/baseUrl';
import { messageOf } from '../../lib/utils/errors';

/** Whether no response arrived: the host is unknown, the connection was refused, or it broke. */
export function isUnreachable(error: unknown): boolean {
  return messageOf(error).includes('CleverReach could not be reached');
}

/** Does not repeat the value of a proxy, which may contain a password. */
export function adviceOnUnreachable(env: NodeJS.ProcessEnv): string {
  const { origin, hostname, protocol } = new URL(env['CLEVERREACH_URL'] || cleverReachUrl);
  const isSandbox = LOOPBACK.test(hostname);
  const where = env['CLEVERREACH_URL'] ? `${origin} (CLEVERREACH_URL)` : origin;
  const check = isSandbox
    ? 'is the sandbox running there? "npm run sandbox" prints its address.'
    : `check the address and the network of this machine.${env['CLEVERREACH_URL'] ? '' : ' For a sandbox, set CLEVERREACH_URL.'}`;
  const proxy = proxyIn(env, protocol);
  if (proxy === undefined) return `Requests go to ${where}: ${check}`;
  const without = isSandbox ? `, unless NO_PROXY has ${hostname}` : '; check the proxy, too';
  return `Requests go to ${where}: ${check} The proxy of ${proxy} is used${without}.`;
}

/** The name of the variable that sets a proxy. */
function proxyIn(env: NodeJS.ProcessEnv, protocol: string): string | undefined {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return [name.toLowerCase(), name, 'all_proxy', 'ALL_PROXY'].find((one) => env[one]);
}

/** A function that calls `print` with the advice for the first error that needs it. */
export function unreachableHint(env: NodeJS.ProcessEnv, print: (line: string) => void): (error: Error) => void {
  let isTold = false;
  return (error) => {
    if (isTold || !isUnreachable(error)) return;
    isTold = true;
    print(adviceOnUnreachable(env));
  };
}
