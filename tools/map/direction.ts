/** Which of the two mappings is replaced, as far as a sample tells. */

import { isObject } from '../../lib/utils/objects';

export type Direction = 'trigger' | 'action';

export const DIRECTIONS = {
  trigger: { step: 'a trigger', does: 'a person is made of a receiver', mapping: 'receiver-to-person' },
  action: { step: 'the action', does: 'a receiver is made of a person', mapping: 'person-to-receiver' },
} as const;

const RECEIVER = ['attributes', 'global_attributes', 'registered', 'email'];
const PERSON = ['contactData', 'firstName', 'lastName', 'addresses', 'categories'];

/** @returns undefined where the record looks like neither, or like both */
export function directionOf(record: unknown): Direction | undefined {
  const hasOneOf = (names: readonly string[]): boolean => isObject(record) && names.some((name) => name in record);
  const [isReceiver, isPerson] = [hasOneOf(RECEIVER), hasOneOf(PERSON)];
  if (isReceiver === isPerson) return undefined;
  return isReceiver ? 'trigger' : 'action';
}
