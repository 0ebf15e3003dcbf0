/**
 * Remembers values and tags that CleverReach stores in a different form than they were sent. As long as the stored form
 * is unchanged, sending the same value again has no effect; without this memory, each message about the receiver would
 * write it again.
 *
 * One response proves nothing: it may be outdated, or show a change that another user made just after the write. So a
 * form is trusted only after two writes with the same response. It is trusted for an hour, unless a read of the receiver
 * shows another form before that.
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

/** Maximum number of remembered values per account; the least recently used receivers are evicted. Each takes about 300 bytes. */
const MAX_REMEMBERED = 5_000;
/** Number of writes with the same response before a form is trusted. */
const ENOUGH_WRITES = 2;
/** After this time in milliseconds a value is written again. */
const KEPT_FOR_MS = 3_600_000;

const SCOPES = ['attributes', 'global_attributes', 'tags'] as const;
type Place = Scope | 'tags';

/**
 * Whether the present value is known to be the form in which CleverReach stores the wanted one. For a tag, `name` and
 * `wanted` are both the tag.
 */
export type IsKnownForm = (place: Place, name: string, wanted: string) => boolean;

/** The memory of one account. Values are stored as hashes. `now` is in milliseconds. */
export interface StoredSpellings {
  /** Compares the sent values with the stored ones, right after a write. */
  learn(groupId: string, sent: Content, stored: Receiver, now: number): void;
  /** Returns the check for a receiver that was just read; forgets forms that it no longer has. */
  of(groupId: string, stored: Receiver, now: number): IsKnownForm;
}

/** The form in which a sent value came back. */
interface Spelling {
  sent: string;
  shown: string;
  /** How many writes in a row had this response. */
  writes: number;
  /** The time of the last of them. */
  at: number;
}

const ofAccounts = new WeakMap<AccountCache, StoredSpellings>();

/** Returns the memory of an account; it lives as long as the account cache. */
export function storedSpellingsOf(account: AccountCache): StoredSpellings {
  const spellings = ofAccounts.get(account) ?? createStoredSpellings();
  ofAccounts.set(account, spellings);
  return spellings;
}

export function createStoredSpellings(limit = MAX_REMEMBERED): StoredSpellings {
  /** By receiver and place, then by name. `max` would preallocate memory, so `maxSize` is used. */
  const known = new LRUCache<string, ReadonlyMap<string, Spelling>>({
    maxSize: limit,
    sizeCalculation: (spellings) => spellings.size,
  });
  const keep = (key: string, spellings: ReadonlyMap<string, Spelling>): void => {
    if (spellings.size > 0) known.set(key, spellings);
    else known.delete(key);
  };
  return {
    learn(groupId, sent, stored, now) {
      for (const place of SCOPES) {
        const values = sentTo(place, sent);
        if (values.length === 0) continue;
        const key = keyOf(groupId, stored.id, place);
        const spellings = new Map(known.get(key));
        const formOf = formsIn(place, stored);
        for (const [name, value] of values) {
          const shown = formOf(name, value);
          const before = spellings.get(name);
          spellings.delete(name);
          if (shown === undefined) continue;
          const isSame = before !== undefined && before.shown === shown && before.sent === hashOf([value]);
          const writes = isSame && isFresh(before, now) ? before.writes + 1 : 1;
          spellings.set(name, { sent: hashOf([value]), shown, writes, at: now });
        }
        keep(key, spellings);
      }
    },
    of(groupId, stored, now) {
      const spellingsIn = new Map<Place, ReadonlyMap<string, Spelling>>();
      for (const place of SCOPES) {
        const key = keyOf(groupId, stored.id, place);
        const spellings = known.get(key);
        if (!spellings) continue;
        const formOf = formsIn(place, stored);
        const valid = new Map([...spellings].filter(([name, one]) => isFresh(one, now) && formOf(name) === one.shown));
        if (valid.size < spellings.size) keep(key, valid);
        spellingsIn.set(place, valid);
      }
      return (place, name, wanted) => {
        const spelling = spellingsIn.get(place)?.get(name);
        return spelling !== undefined && spelling.writes >= ENOUGH_WRITES && spelling.sent === hashOf([wanted]);
      };
    },
  };
}

function isFresh({ at }: Spelling, now: number): boolean {
  return Math.abs(now - at) < KEPT_FOR_MS;
}

/** The names and values of a write. For a tag, both are the tag. */
function sentTo(place: Place, sent: Content): [string, string][] {
  if (place !== 'tags') return Object.entries(sent[place] ?? {});
  return (sent.tags ?? [])
    .filter((entry) => !isRemoval(entry))
    .map((entry) => [normalisedTag(entry), normalisedTag(entry)]);
}

/**
 * Returns a function: the hash of the stored value (for a tag, of all stored tags), or undefined if the stored value is
 * the wanted one.
 */
function formsIn(place: Place, stored: Receiver): (name: string, wanted?: string) => string | undefined {
  if (place === 'tags') {
    if (stored.tags === undefined) return () => undefined;
    const present = new Set(stored.tags.map(normalisedTag));
    const shown = hashOf([...stored.tags].sort());
    return (name) => (present.has(name) ? undefined : shown);
  }
  const values = byLowerCase(stored[place]);
  return (name, wanted) => {
    const shown = ownValue(values, name);
    return shown === undefined || shown === wanted ? undefined : hashOf([shown]);
  };
}

/** Global attributes are shared by all groups. */
function keyOf(groupId: string, receiverId: string, place: Place): string {
  return JSON.stringify([place, place === 'global_attributes' ? '' : groupId, receiverId]);
}

function hashOf(values: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
