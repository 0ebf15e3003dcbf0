/**
 * Detects changes by the timestamps that CleverReach records for a receiver.
 *
 * The next cursor is the newest change that was read, but never later than the start of the sweep minus a lookback,
 * because changes close to the start may not have been visible yet. Only the cursor is limited: newer changes are
 * emitted and noted, so that the next poll does not emit them again while their content is unchanged.
 *
 * The start is measured by the clock that creates the timestamps, and the server clock of CleverReach may be ahead of
 * it. The timestamps give an upper bound for the difference, because no timestamp is later than the moment at which it
 * was read. The smallest difference is carried from poll to poll.
 */

import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import { changeHash, contentFingerprint, contentHash, isAsNoted, modifiedAt, UNKNOWN_CONTENT } from './receiverHash';
import { RetryList } from '../state/retryList';
import { LOOKBACK } from './clockSkew';
import { MemberFilter } from '../state/memberFilter';
import { emptySeen, type MemberKey, type BoundedNotes } from '../state/boundedNotes';
import { UNLISTED_BYTES, type PollState, type Sweep, type SweepPosition } from '../state/snapshot';
import type { SweepRun, Verdict } from './sweepRun';

/** How far CleverReach's clock may be ahead of the one that makes the timestamps, in seconds: as with a time zone and summer time. */
const LARGEST_LEAD = 7_200;

interface Noted {
  key: MemberKey;
  timestamp: UnixSeconds;
}

export class TimestampSweep implements SweepRun {
  private readonly sweep: Sweep;
  private readonly failures: RetryList;
  /** Sent by earlier polls; what this sweep does not meet is forgotten. */
  private readonly seenBefore: BoundedNotes;
  /** Sent already, for the next poll to know. */
  private readonly seen: BoundedNotes;
  /** What this run has added to `seen`, by group and id. */
  private readonly noted = new Map<string, Noted>();
  /** Notes up to here have been dropped. */
  private tidied = 0;
  /** How far CleverReach's clock is ahead at the most. */
  private lead: number;

  /**
   * @param now CleverReach's clock when this run began
   * @param elapsed seconds since then
   */
  constructor(
    private readonly before: PollState,
    private readonly now: UnixSeconds,
    private readonly elapsed: () => number = () => 0,
    unlistedBytes = UNLISTED_BYTES['elastic.io'],
  ) {
    const resumed = before.sweep !== undefined;
    this.sweep = before.sweep ? { ...before.sweep } : { startedAt: now, newest: 0 };
    this.lead = Math.min(before.lead ?? LARGEST_LEAD, LARGEST_LEAD);
    this.failures = new RetryList(before.retry, resumed, this.sweep.heldBelow, before.unlisted, () =>
      MemberFilter.ofSize(unlistedBytes),
    );
    const stored = before.seen.mergedWith(emptySeen());
    // the first leg of a sweep may have met any of the receivers that a resumed one finds noted
    [this.seenBefore, this.seen] = resumed ? [emptySeen(), stored] : [stored, emptySeen()];
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.failures.has(key)) return 'due';
    const timestamp = modifiedAt(receiver);
    const isNewGroup = this.before.groups?.has(groupId) === false;
    const isBehind = timestamp <= this.from && this.before.cursor > 0 && !this.before.fingerprints;
    if (isBehind && !isNewGroup) return 'unchanged';
    if (this.compare(key, receiver) !== 'same') return 'due';
    this.pass(key, receiver, timestamp);
    return 'known';
  }

  isOutdated(groupId: string, receiver: Receiver): boolean {
    return this.compare({ groupId, id: receiver.id }, receiver) === 'different';
  }

  forget(groupId: string, { id }: Receiver): void {
    const key = { groupId, id };
    this.seen.delete(key);
    this.noted.delete(keyOf(key));
    this.seenBefore.delete(key);
    this.before.fingerprints?.get(groupId)?.delete(id);
  }

  sent(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.failures.solved(key);
    // an older note must not stay in force, also where there is no room for the new one or no need of it
    this.forget(groupId, receiver);
    this.pass(key, receiver, modifiedAt(receiver));
  }

  failed(groupId: string, receiver: Receiver): void {
    this.failures.add({ groupId, id: receiver.id }, modifiedAt(receiver));
  }

  /** Timestamps do not show which receivers are gone. */
  missing(): [] {
    return [];
  }

  forgetMissing(): void {
    // none is missing
  }

  gone(): void {
    // none is missing
  }

  keep(): void {
    // none is missing
  }

  checkpoint(at: SweepPosition | undefined): PollState {
    this.tidy();
    return {
      ...this.before,
      lead: this.lead,
      seen: this.seen.mergedWith(this.seenBefore),
      retry: this.failures.all(),
      unlisted: this.failures.allUnlisted(),
      sweep: { ...this.sweep, heldBelow: this.failures.heldBelow, ...(at && { at }) },
    };
  }

  finish(): PollState {
    this.tidy();
    const { scope, clockOffset } = this.before;
    const newest = Math.min(this.sweep.newest, Math.max(1, this.cap));
    return {
      cursor: this.failures.limit(Math.max(this.from, newest)),
      scope,
      clockOffset,
      lead: this.lead,
      seen: this.seen,
      retry: this.failures.left(),
      unlisted: this.failures.leftUnlisted(),
    };
  }

  /** The beginning of the sweep less the lookback, by CleverReach's clock. */
  private get latest(): UnixSeconds {
    return Math.max(0, this.sweep.startedAt - LOOKBACK);
  }

  /** The same by the clock that makes the timestamps, or earlier: what the next cursor may reach at the most. */
  private get cap(): UnixSeconds {
    return this.latest - this.lead;
  }

  /**
   * Changes up to here are behind us; after a poll by content, none, as fingerprints tell what was sent, and its cursor goes by
   * CleverReach's clock. A cursor beyond the latest stems from a clock that has been set back since.
   */
  private get from(): UnixSeconds {
    return this.before.fingerprints ? 0 : Math.min(this.before.cursor, this.latest);
  }

  /** What is noted of a receiver as last sent, compared with what it is now. */
  private compare(key: MemberKey, receiver: Receiver): 'same' | 'different' | 'not noted' {
    const noted = this.seen.get(key) ?? this.seenBefore.get(key);
    if (noted !== undefined) return isAsNoted(noted, receiver) ? 'same' : 'different';
    // left by a poll that compared contents
    const fingerprint = this.before.fingerprints?.get(key.groupId)?.get(key.id);
    if (fingerprint === undefined || fingerprint === UNKNOWN_CONTENT) return 'not noted';
    return fingerprint === contentFingerprint(receiver) ? 'same' : 'different';
  }

  private pass(key: MemberKey, receiver: Receiver, timestamp: UnixSeconds): void {
    const now = this.now + Math.ceil(this.elapsed());
    // what lies in the future is none of that clock's
    if (timestamp <= now) this.lead = Math.min(this.lead, now - timestamp);
    // 1, because a cursor of 0 stands for "nothing has been read"
    if (timestamp <= this.latest) this.sweep.newest = Math.max(this.sweep.newest, timestamp, 1);
    if (timestamp <= this.from || timestamp <= this.cap) return;
    const hash = timestamp > this.latest ? contentHash(receiver) : changeHash(receiver);
    if (!this.seen.set(key, hash)) {
      this.tidy();
      if (!this.seen.set(key, hash)) return;
    }
    this.noted.set(keyOf(key), { key, timestamp });
  }

  /** Drops notes that were made before the cap reached their timestamps. */
  private tidy(): void {
    if (this.cap <= this.tidied) return;
    this.tidied = this.cap;
    for (const [name, { key, timestamp }] of this.noted) {
      if (timestamp > this.cap) continue;
      this.seen.delete(key);
      this.noted.delete(name);
    }
  }
}

const keyOf = ({ groupId, id }: MemberKey): string => `${groupId} ${id}`;
