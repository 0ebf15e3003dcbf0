/**
 * Detects changes by content: stores a fingerprint of every receiver, and emits receivers that are new or different. It
 * does not depend on the events that CleverReach records, needs smaller requests, and detects deleted receivers. In
 * return, the snapshot grows with the group.
 */

import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import { contentFingerprint, isAsNoted, modifiedAt, UNKNOWN_CONTENT } from './receiverHash';
import { RetryList } from '../state/retryList';
import { Fingerprints } from '../state/fingerprints';
import { LOOKBACK } from './clockSkew';
import { emptySeen, type MemberKey } from '../state/boundedNotes';
import type { PollState, Sweep, SweepPosition } from '../state/snapshot';
import type { SweepRun, Verdict } from './sweepRun';

/** Whether a flow has polled by timestamps so far: what it has sent is taken over then, not sent again. */
export function adopts({ fingerprints, cursor, seen, sweep }: PollState): boolean {
  return sweep ? sweep.content === 'adopt' : fingerprints === undefined && (cursor > 0 || seen.size > 0);
}

export class ContentSweep implements SweepRun {
  private readonly sweep: Sweep;
  private readonly failures: RetryList;
  private readonly fingerprints: Map<string, Fingerprints>;
  /** What was last sent of receivers whose fingerprint has been dropped, as long as this run has sent nothing newer. */
  private readonly dropped = new Map<string, number>();

  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
  ) {
    this.sweep = before.sweep
      ? { ...before.sweep }
      : { startedAt: now, newest: 0, content: adopts(before) ? 'adopt' : 'compare' };
    this.failures = new RetryList(before.retry, before.sweep !== undefined, this.sweep.heldBelow, before.unlisted);
    this.fingerprints = before.fingerprints ?? new Map<string, Fingerprints>();
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.failures.has(key)) return 'due';
    const fingerprint = contentFingerprint(receiver);
    const before = this.lastSent(groupId, receiver.id);
    if (before === fingerprint) {
      this.note(groupId, receiver.id, fingerprint);
      return 'unchanged';
    }
    if (before !== undefined || !this.isAdopted(key, receiver)) return 'due';
    this.note(groupId, receiver.id, fingerprint);
    return 'known';
  }

  isOutdated(groupId: string, receiver: Receiver): boolean {
    const before = this.of(groupId).get(receiver.id);
    if (before === undefined) {
      const noted = this.before.seen.get({ groupId, id: receiver.id });
      return noted !== undefined && !isAsNoted(noted, receiver);
    }
    return before !== UNKNOWN_CONTENT && before !== contentFingerprint(receiver);
  }

  forget(groupId: string, { id }: Receiver): void {
    this.before.seen.delete({ groupId, id });
    this.drop(groupId, id);
  }

  sent(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.failures.solved(key);
    this.before.seen.delete(key);
    this.note(groupId, receiver.id, contentFingerprint(receiver));
  }

  failed(groupId: string, receiver: Receiver): void {
    this.of(groupId).meet(receiver.id);
    this.failures.add({ groupId, id: receiver.id }, modifiedAt(receiver));
  }

  missing(): string[] {
    const unmet = this.unmet();
    const ids = new Set([...unmet.values()].flatMap((some) => [...some]));
    const isMet = (id: string): boolean =>
      [...this.fingerprints].some(
        ([groupId, known]) => known.get(id) !== undefined && unmet.get(groupId)?.has(id) !== true,
      );
    return [...ids].filter((id) => !isMet(id));
  }

  forgetMissing(ids: readonly string[]): void {
    for (const groupId of this.fingerprints.keys()) for (const id of ids) this.drop(groupId, id);
  }

  gone(id: string): void {
    for (const [groupId, known] of this.fingerprints) {
      known.delete(id);
      this.dropped.delete(keyOf(groupId, id));
    }
  }

  keep(id: string): void {
    for (const [groupId, known] of this.fingerprints) {
      const before = this.lastSent(groupId, id);
      if (before !== undefined && known.get(id) !== undefined) this.note(groupId, id, before);
    }
  }

  checkpoint(at: SweepPosition | undefined): PollState {
    return {
      ...this.before,
      fingerprints: this.fingerprints,
      retry: this.failures.all(),
      sweep: { ...this.sweep, heldBelow: this.failures.heldBelow, ...(at && { at }) },
    };
  }

  /** The cursor is kept for the day on which the flow goes back to timestamps. */
  finish(): PollState {
    const { scope, clockOffset } = this.before;
    for (const [groupId, unmet] of this.unmet()) for (const id of unmet) this.of(groupId).delete(id);
    for (const known of this.fingerprints.values()) known.endSweep();
    const cursor = this.failures.limit(Math.max(1, this.sweep.startedAt - LOOKBACK));
    return {
      cursor,
      scope,
      clockOffset,
      seen: emptySeen(),
      retry: this.failures.left(),
      fingerprints: this.fingerprints,
    };
  }

  /** Whether a flow that has polled by timestamps has sent the receiver as it is. */
  private isAdopted(key: MemberKey, receiver: Receiver): boolean {
    if (this.sweep.content !== 'adopt') return false;
    const { cursor, groups } = this.before;
    const isBehind = cursor > 0 && groups?.has(key.groupId) !== false && modifiedAt(receiver) <= cursor;
    const noted = this.before.seen.get(key);
    return isBehind || (noted !== undefined && isAsNoted(noted, receiver));
  }

  private lastSent(groupId: string, id: string): number | undefined {
    // asked about every receiver, and mostly empty: then no name is made
    const dropped = this.dropped.size === 0 ? undefined : this.dropped.get(keyOf(groupId, id));
    return dropped ?? this.of(groupId).get(id);
  }

  /** What was last sent is certain, and the sweep has met the receiver. */
  private note(groupId: string, id: string, fingerprint: number): void {
    if (this.dropped.size > 0) this.dropped.delete(keyOf(groupId, id));
    this.of(groupId).set(id, fingerprint);
  }

  /** The receiver stays remembered, so that its deletion is announced. */
  private drop(groupId: string, id: string): void {
    const before = this.of(groupId).get(id);
    if (before === undefined || before === UNKNOWN_CONTENT) return;
    this.dropped.set(keyOf(groupId, id), before);
    this.of(groupId).replace(id, UNKNOWN_CONTENT);
  }

  private unmet(): Map<string, ReadonlySet<string>> {
    return new Map([...this.fingerprints].map(([groupId, known]) => [groupId, new Set(known.unmet())]));
  }

  private of(groupId: string): Fingerprints {
    const known = this.fingerprints.get(groupId) ?? new Fingerprints();
    this.fingerprints.set(groupId, known);
    return known;
  }
}

const keyOf = (groupId: string, id: string): string => `${groupId} ${id}`;
