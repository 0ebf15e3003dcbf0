/**
 * The advice at the end of an error: what to do about a refusal. Callers search messages for words such as "duplicate"
 * or "already active", so the advice must not contain them.
 */

export const advice = {
  unexplained:
    'The response does not show whether the record or the account is the cause. Waiting may help. If the error persists, check the account and the receiver in CleverReach, or send the record again later.',
  setup:
    'Waiting does not help, and the record is not the cause: check the account in CleverReach and the network of the step (proxy, firewall).',
  notFound:
    'Waiting does not help: check in CleverReach whether the group, the form or the receiver still exists, and the ids in the fields of the step.',
  address:
    'Waiting does not help: check the address, and the block list of the account and of the group in CleverReach.',
  record:
    'Waiting does not help: check the values of the record and the receiver in CleverReach, and send the record again.',
  conflict: 'Waiting does not help: check in CleverReach which receiver or value exists, and send the record again.',
  tooLarge: 'Waiting does not help: shorten the values of the record, and send it again.',
  query: 'Waiting does not help: check the fields of the step, and the group and the account in CleverReach.',
} as const;

/** The scopes in the words of docs/credentials.md, by the paths that need them; the first match counts. */
const SCOPES: readonly [path: RegExp, scope: string][] = [
  [/ \/flow\//, 'flows ("oa_flows")'],
  [/\/forms\b/, 'forms ("forms" or "oa_forms")'],
  [/\/blacklist\b/, 'block list'],
  [/ (?:\/v3)?\/(?:groups|receivers|attributes)\b/, 'receivers and groups'],
];

/** @param text contains a request as method and path, such as `GET /v3/groups` */
export function scopeFor(text: string): string | undefined {
  return SCOPES.find(([path]) => path.test(text))?.[1];
}

/** What to check, with the scope if it is known. */
export const scopesOfApp = (scope: string | undefined): string =>
  `check the scopes of the OAuth app${scope === undefined ? '' : ` (needed here: ${scope})`}`;

const permission = (scope: string | undefined): string =>
  `Waiting does not help: ${scopesOfApp(scope)}, and whether the account in CleverReach is verified, paid and below its limits.`;

/** @param what the request as method and path */
export function permissionAdvice(what: string): string {
  return permission(scopeFor(what));
}

const ALL = [
  ...Object.values(advice),
  ...[undefined, ...SCOPES.map(([, scope]) => scope)].map((scope) => permission(scope)),
];

/** Follows the status of a failure if the response is HTML. */
export const PAGE = ', according to the page of a proxy or a gateway';

/** An error message without its advice. */
export function withoutAdvice(message: string): string {
  return ALL.reduce((text, one) => text.replace(` ${one}`, ''), message);
}
