/**
 * Values and tags that CleverReach stores in another spelling than they were sent. As long as what came back is still stored, sending the same
 * value again would change nothing; without this memory each message about the receiver would write it once more. A value that came back
 * blank is not stored at all: it is written again.
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

/** Values that are remembered for one account; those used longest ago make room. Each takes some 200 bytes. */
const MAX_REMEMBERED = 5_000;

/** What is known of the values of one receiver; a tag is its own name and value, and what is shown are all tags. */
export type IsSettled = (scope: Scope | 'tags', name: string, wanted: string, shown: string) => boolean;

/** Of one account. Values are kept as hashes. */
export interface StoredSpellings {
  /** Compares what was sent with what is stored now, and remembers the values that show and differ. */
  learn(groupId: string, sent: Content, stored: Receiver): void;
  /** Whether a value was written before and came back as the one that is shown. */
  of(groupId: string, receiverId: string): IsSettled;
}

const ofAccounts = new WeakMap<AccountCache, StoredSpellings>();

/** Those of an account, kept as long as what else is known of it. */
export function storedSpellingsOf(account: AccountCache): StoredSpellings {
  const spellings = ofAccounts.get(account) ?? createStoredSpellings();
  ofAccounts.set(account, spellings);
  return spellings;
}

export function createStoredSpellings(limit = MAX_REMEMBERED): StoredSpellings {
  /** By receiver and attribute. `max` would reserve memory for all of them at once. */
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
      // what came back is no longer stored, or no longer wanted
      known.delete(key);
      return false;
    },
  };
}

/** A hash of all tags of a receiver, whatever their order. */
export function shownTags(tags: readonly string[]): string {
  return hashOf([...tags].sort());
}

/** Attributes of the account are the same in all groups. */
function keyOf(groupId: string, receiverId: string, scope: Scope | 'tags', name: string): string {
  return JSON.stringify([scope, scope === 'global_attributes' ? '' : groupId, receiverId, name]);
}

function pairOf(wanted: string, shown: string): string {
  return hashOf([wanted, shown]);
}

function hashOf(values: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
