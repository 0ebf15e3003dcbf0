/**
 * The advice at the end of an error: what to do about a refusal. Callers search messages for words such as "duplicate"
 * or "already active", so the advice must not contain them.
 */

export const advice = {
  unexplained:
    'The response does not show whether the record or the account is the cause. Waiting may help. If the error persists, check the account and the receiver in CleverReach, or send the record again later.',
  setup:
    'Waiting does not help, and the record is not the cause: check the account in CleverReach and the network of the step (proxy, firewall).',
  permission:
    'Waiting does not help: check the scopes of the OAuth app, and whether the account in CleverReach is verified, paid and below its limits.',
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

/** An error message without its advice. */
export function withoutAdvice(message: string): string {
  return Object.values(advice).reduce((text, one) => text.replace(` ${one}`, ''), message);
}
