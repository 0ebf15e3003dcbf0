/**
 * The snapshot that a polling trigger stores between two polls: its format, its size limit, and the state of earlier versions.
 *
 * ```
 * { version: 1, lastUpdated: 1764000000, scope: "1046",
 *   seen:  { "1046": "70211=hash 70212=hash" },   receivers newer than lastUpdated that were already emitted
 *   retry: { "1046": "70213" },                   receivers that could not be emitted and are retried
 *   unlisted: "…",                                only if `retry` is full: a filter for the other receivers
 *   clockOffset: 2,                               CleverReach clock minus our clock, in seconds
 *   lead: 40,                                     maximum lead of the CleverReach clock over the timestamps, in seconds
 *   sent: "812-1k9x",                             only if `seen` is full: a digest of what the last poll emitted
 *   groups: "1046 1047",                          for all groups: the groups that were read completely (`knownGroups.ts`)
 *   fingerprints: { "1046": { numeric: "…" } },   for changes by content: the emitted state of every receiver
 *   sweep: { … } }                                only during a poll: its position
 * ```
 */

import type { z } from 'zod';
import type { UnixSeconds } from '../../cleverreach/types';
import { ConfigurationError, TemporaryError } from '../../utils/errors';
import { isObject } from '../../utils/objects';
import type { RuntimeKind } from '../../platform/runtimeContext';
import type { Fingerprints, PackedFingerprints } from './fingerprints';
import type { KnownGroups } from './knownGroups';
import type { MemberFilter } from './memberFilter';
import { emptyRetry, emptySeen, type BoundedNotes, type PackedNotes } from './boundedNotes';
import type { Position } from '../pagination/position';
import { earlierShape, ownShape } from './snapshotSchema';

/** Bytes of JSON. elastic.io allows 5 KB; the rest is room for what the platform adds. */
export const SNAPSHOT_LIMIT = 4000;
/** Characters of the filter `unlisted` that count against the limit. */
const UNLISTED_CHARACTERS = 1200;
/** Bytes of the filter, by platform; OIH keeps a snapshot in a document of 16 MB at the most. */
export const UNLISTED_BYTES: Record<RuntimeKind, number> = {
  'elastic.io': (UNLISTED_CHARACTERS * 3) / 4,
  oih: 24_000,
};
/** Where a poll of the groups in their order stands: the group that is read, and the place in it. */
export interface SweepPosition extends Position {
  groupId: string;
}

/** A poll that is under way. */
export interface Sweep {
  /** CleverReach's clock when it began, in unix seconds. */
  startedAt: UnixSeconds;
  /** The largest stamp met that the next cursor may have. */
  newest: UnixSeconds;
  /** The next cursor must stay below this: a receiver that could not be sent, and could not be noted, was changed then. */
  heldBelow?: UnixSeconds | undefined;
  /** That it compares contents, and whether it adopts what a flow has sent by timestamps before. */
  content?: 'compare' | 'adopt' | undefined;
  /** Where it stands; missing before the first receiver. */
  at?: SweepPosition | undefined;
}

/** What is known between two polls. */
export interface PollState {
  /** All changes up to and including this second have been sent; 0 = nothing has. */
  cursor: UnixSeconds;
  /** Which groups it speaks of: the id of one, or `all`. */
  scope: string;
  seen: BoundedNotes;
  retry: BoundedNotes;
  /** Those that could not be sent and that `retry` has no room for; only with changes seen by timestamps. */
  unlisted?: MemberFilter | undefined;
  /** CleverReach's clock less ours at the beginning of the last sweep, in seconds. */
  clockOffset?: number | undefined;
  /** How far CleverReach's clock is ahead of the timestamps at the most, in seconds; missing where none has shown it. */
  lead?: number | undefined;
  /** A digest of what the last poll has sent, kept where there was no room to note each of the receivers (`repeatedPoll.ts`). */
  sent?: string | undefined;
  /** Only with all groups: those that were read to their end; missing where an earlier version has left the state. */
  groups?: KnownGroups | undefined;
  /** By group; only with changes seen by content. */
  fingerprints?: Map<string, Fingerprints> | undefined;
  sweep?: Sweep | undefined;
}

export interface Snapshot {
  version: 1;
  lastUpdated: UnixSeconds;
  scope: string;
  seen?: PackedNotes;
  retry?: PackedNotes;
  unlisted?: string;
  clockOffset?: number;
  lead?: number;
  sent?: string;
  groups?: string;
  fingerprints?: Record<string, PackedFingerprints>;
  sweep?: Sweep;
}

/** What a stored snapshot says; the earlier connector's do not say which groups they speak of. */
export type StoredState = Omit<PollState, 'scope'> & { scope?: string };

/**
 * Reads whatever the platform kept: nothing, our own, or what the earlier CleverReach connector left
 * (`{lastUpdated}` in seconds or milliseconds, as a number or a text).
 * @returns undefined where nothing was kept
 * @throws ConfigurationError when it cannot be understood; taking it for "nothing" would send every receiver again
 */
export function parseSnapshot(stored: unknown): StoredState | undefined {
  if (isNothing(stored)) return undefined;
  const own = ownShape.safeParse(stored);
  if (own.success) {
    const { lastUpdated, scope, seen, retry, unlisted, clockOffset, lead, sent, groups, fingerprints, sweep } =
      own.data;
    return {
      cursor: lastUpdated,
      scope,
      seen,
      retry,
      unlisted,
      clockOffset,
      lead,
      sent,
      groups,
      fingerprints,
      sweep,
    };
  }
  const earlier = earlierShape.safeParse(stored);
  if (earlier.success) return { cursor: earlier.data.lastUpdated, seen: emptySeen(), retry: emptyRetry() };
  throw new ConfigurationError(
    `The snapshot of this step cannot be read (${problemOf(stored, own.error)}). Nothing was read from CleverReach. ` +
      'Reset the snapshot of the step to {} to begin anew (every receiver is sent again then), or give it {"lastUpdated": <unix seconds>}.',
  );
}

/**
 * The state from which a poll of `scope` starts. What is known of other groups says nothing about these.
 * @param startTime where a first poll begins, in unix seconds; from the very beginning if undefined
 */
export function stateFor(
  stored: StoredState | undefined,
  scope: string,
  startTime: UnixSeconds | undefined,
): PollState {
  if (stored && (stored.scope === undefined || stored.scope === scope)) return { ...stored, scope };
  const cursor = startTime === undefined ? 0 : Math.max(0, startTime - 1);
  return { cursor, scope, seen: emptySeen(), retry: emptyRetry() };
}

/**
 * The snapshot of a state. What has been sent since the cursor takes the room that the limit leaves; what does not fit is left out,
 * and then a few receivers are sent twice. Fingerprints may pass the limit: whether they fit is known before (`snapshotCapacity.ts`).
 * @throws TemporaryError when the next poll could not read it: the stored one, which it would replace, is a good one
 */
export function toSnapshot(state: PollState): Snapshot {
  const snapshot = packedState(state);
  const { success, error } = ownShape.safeParse(snapshot);
  if (success) return snapshot;
  throw new TemporaryError(
    `The snapshot of this poll could not be read by the next one (${firstProblem(error)}), so it was not stored. The next poll ` +
      'goes on from the snapshot before it and repeats what was sent since. If that fails too, this is a fault of the component: report it.',
  );
}

function packedState(state: PollState): Snapshot {
  const snapshot: Snapshot = { version: 1, lastUpdated: state.cursor, scope: state.scope };
  if (state.sweep) snapshot.sweep = state.sweep;
  if (state.retry.size > 0) snapshot.retry = state.retry.pack();
  if (state.unlisted) snapshot.unlisted = state.unlisted.pack();
  if (state.clockOffset !== undefined) snapshot.clockOffset = state.clockOffset;
  if (state.lead !== undefined) snapshot.lead = state.lead;
  if (state.groups) snapshot.groups = state.groups.pack();
  if (state.fingerprints) snapshot.fingerprints = packed(state.fingerprints);
  if (state.seen.size === 0) return snapshot;
  // in bytes: the id of a group may have any characters
  const length = Buffer.byteLength(JSON.stringify({ ...snapshot, sent: state.sent }));
  // where a platform has more room the filter is larger, and takes nothing from the others
  const extra = Math.max(0, (snapshot.unlisted?.length ?? 0) - UNLISTED_CHARACTERS);
  const { packed: seen, count } = state.seen.packUpTo(SNAPSHOT_LIMIT + extra - length - '"seen":{},'.length);
  snapshot.seen = seen;
  if (state.sent !== undefined && (state.seen.isCut || count < state.seen.size)) snapshot.sent = state.sent;
  return snapshot;
}

function hasNoMember(value: object): boolean {
  for (const name in value) if (Object.hasOwn(value, name)) return false;
  return true;
}

function packed(fingerprints: ReadonlyMap<string, Fingerprints>): Record<string, PackedFingerprints> {
  return Object.fromEntries([...fingerprints].map(([groupId, known]) => [groupId, known.pack()]));
}

function isNothing(stored: unknown): boolean {
  return stored === undefined || stored === null || (typeof stored === 'object' && hasNoMember(stored));
}

/** Without a version it can only be what an earlier connector left, of which one member is known. */
function problemOf(stored: unknown, error: z.ZodError): string {
  if (!isObject(stored)) return 'it is not an object';
  if ('version' in stored) return firstProblem(error);
  const { lastUpdated } = stored;
  return lastUpdated === undefined
    ? 'it has no "lastUpdated"'
    : '"lastUpdated" is neither a unix time nor an ISO date-time';
}

function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'unknown shape';
  const where = issue.path.join('.').slice(0, SHOWN_CHARACTERS);
  return `"${where || 'snapshot'}": ${issue.message.slice(0, SHOWN_CHARACTERS)}`;
}

/** A member may bear any name; an error repeats no more of it. */
const SHOWN_CHARACTERS = 100;
