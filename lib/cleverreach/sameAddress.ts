/**
 * Finds the receivers with an address. There can be several: CleverReach may store two spellings of an address as two
 * receivers.
 */

import { addressKey, bareAddress } from './emailAddress';
import { compareIds } from './groups';
import type { Receiver } from './types';

/**
 * @returns a function that returns the receivers with an address, in any spelling. The one to write to comes first: the
 *   one with the given spelling, then the same without regard to case, then the canonical form, then the lowest id
 */
export function byAddress(receivers: readonly Receiver[]): (given: string) => Receiver[] {
  const known = new Map<string, Receiver[]>();
  for (const one of receivers) {
    const key = addressKey(one.email);
    known.set(key, [...(known.get(key) ?? []), one]);
  }
  return (given) => {
    const key = addressKey(given);
    const wanted = bareAddress(given);
    const distance = ({ email }: Receiver): number => {
      const stored = email.trim();
      const grades = [stored === wanted, stored.toLowerCase() === wanted.toLowerCase(), stored === key, true];
      return grades.indexOf(true);
    };
    return (known.get(key) ?? []).toSorted((a, b) => distance(a) - distance(b) || compareIds(a.id, b.id));
  };
}
