/** Determines from a sample which of the two mappings is replaced. */

import { isObject } from '../../lib/utils/objects';

export type Direction = 'trigger' | 'action';

export const DIRECTIONS = {
  trigger: { step: 'a trigger', does: 'a receiver is mapped to a person', mapping: 'receiver-to-person' },
  action: { step: 'the action', does: 'a person is mapped to a receiver', mapping: 'person-to-receiver' },
} as const;

const RECEIVER = ['attributes', 'global_attributes', 'registered', 'email'];
const PERSON = ['contactData', 'firstName', 'lastName', 'addresses', 'categories'];

/** @returns undefined if the record matches neither direction, or both */
export function directionOf(record: unknown): Direction | undefined {
  const hasOneOf = (names: readonly string[]): boolean => isObject(record) && names.some((name) => name in record);
  const [isReceiver, isPerson] = [hasOneOf(RECEIVER), hasOneOf(PERSON)];
  if (isReceiver === isPerson) return undefined;
  return isReceiver ? 'trigger' : 'action';
}
