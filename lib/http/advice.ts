/**
 * What to do about a refusal: the end of its error. Callers decide by words of the message, such as "duplicate" or "already active";
 * none of those may stand here.
 */

export const advice = {
  unexplained:
    'It does not say whether the record or the account is at fault: waiting may help; if it goes on, look at the account and at the receiver in CleverReach, or send the record again later.',
  setup:
    'Waiting does not help, and the record is not at fault: check the account in CleverReach and the network of the step (proxy, firewall).',
  permission:
    'Waiting does not help: check the scopes of the OAuth app, and whether the account in CleverReach is verified, paid and below its limits.',
  notFound:
    'Waiting does not help: check in CleverReach whether the group, the form or the receiver still exists, and the ids in the fields of the step.',
  address:
    'Waiting does not help: check the address, and the block list of the account and of the group in CleverReach.',
  record:
    'Waiting does not help: check the values of the record and the receiver in CleverReach, and send the record again.',
  conflict:
    'Waiting does not help: check in CleverReach which receiver or value is there already, and send the record again.',
  tooLarge: 'Waiting does not help: shorten the values of the record, and send it again.',
  query: 'Waiting does not help: check the fields of the step, and the group and the account in CleverReach.',
} as const;

/** The message of an error without what to do about it. */
export function withoutAdvice(message: string): string {
  return Object.values(advice).reduce((text, one) => text.replace(` ${one}`, ''), message);
}
