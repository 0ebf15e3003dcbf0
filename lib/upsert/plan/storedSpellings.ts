/**
 * Remembers values and tags that CleverReach stores in a different form than they were sent. As long as the stored form
 * is unchanged, sending the same value again has no effect; without this memory, each message about the receiver would
 * write it again. A value that comes back blank was not stored, so it is written again.
 */

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { byLowerCase } from '../../utils/attributeNames';
import type { AccountCache } from '../../cleverreach/accountCache';
import type { Receiver } from '../../cleverreach/types';
import type { Scope } from './attributeFilter';
import type { Content } from './diff';
import { isRemoval, normalisedTag } from './tags';
import { ownValue } from '../../utils/objects';

/** Maximum number of remembered values per account; the least recently used are evicted. Each takes about 200 bytes. */
const MAX_REMEMBERED = 5_000;

/**
 * Whether a value of one receiver was sent before and is stored in the given form. A tag is its own name and value, and
 * its stored form is the hash of all tags.
 */
export type IsSettled = (scope: Scope | 'tags', name: string, wanted: string, shown: string) => boolean;

/** The memory of one account. Values are stored as hashes. */
export interface StoredSpellings {
  /** Compares the sent values with the stored ones and remembers those that differ. */
  learn(groupId: string, sent: Content, stored: Receiver): void;
  /** Checks whether a value was sent before and came back in the given form. */
  of(groupId: string, receiverId: string): IsSettled;
}

const ofAccounts = new WeakMap<AccountCache, StoredSpellings>();

/** Returns the memory of an account; it lives as long as the account cache. */
export function storedSpellingsOf(account: AccountCache): StoredSpellings {
  const spellings = ofAccounts.get(account) ?? createStoredSpellings();
  ofAccounts.set(account, spellings);
  return spellings;
}

export function createStoredSpellings(limit = MAX_REMEMBERED): StoredSpellings {
  /** Keyed by receiver and attribute. `max` would preallocate memory, so `maxSize` is used. */
  const known = new LRUCache<string, string>({ maxSize: limit, sizeCalculation: () => 1 });
  return {
    learn(groupId, sent, stored) {
      for (const scope of ['attributes', 'global_attributes'] as const) {
        const values = byLowerCase(stored[scope]);
        for (const [name, value] of Object.entries(sent[scope] ?? {})) {
          const shown = ownValue(values, name);
          if (shown === undefined || shown.trim() === '' || value === shown) continue;
          known.set(keyOf(groupId, stored.id, scope, name), pairOf(value, shown));
        }
      }
      if (stored.tags === undefined || sent.tags === undefined) return;
      const tags = new Set(stored.tags.map(normalisedTag));
      const shown = shownTags(stored.tags);
      for (const tag of sent.tags.filter((entry) => !isRemoval(entry)).map(normalisedTag)) {
        if (!tags.has(tag)) known.set(keyOf(groupId, stored.id, 'tags', tag), pairOf(tag, shown));
      }
    },
    of: (groupId, receiverId) => (scope, name, wanted, shown) => {
      const key = keyOf(groupId, receiverId, scope, name);
      const pair = known.get(key);
      if (pair === undefined) return false;
      if (pair === pairOf(wanted, shown)) return true;
      // the stored form or the sent value has changed
      known.delete(key);
      return false;
    },
  };
}

/** A hash of all tags of a receiver, in any order. */
export function shownTags(tags: readonly string[]): string {
  return hashOf([...tags].sort());
}

/** Global attributes are shared by all groups. */
function keyOf(groupId: string, receiverId: string, scope: Scope | 'tags', name: string): string {
  return JSON.stringify([scope, scope === 'global_attributes' ? '' : groupId, receiverId, name]);
}

function pairOf(wanted: string, shown: string): string {
  return hashOf([wanted, shown]);
}

function hashOf(values: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
