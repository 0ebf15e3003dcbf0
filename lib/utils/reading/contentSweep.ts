/**
 * Changes by content: a fingerprint of every receiver is remembered, and who is new or differs is sent. Right whatever
 * CleverReach records as an event, with lighter requests, and it sees who has gone. The price is a snapshot that grows with
 * the group.
 */

import type { Receiver, UnixSeconds } from '../cleverreach/types';
import { contentFingerprint, contentHash, modifiedAt } from './changes';
import { Failures } from './failures';
import { Fingerprints } from './fingerprints';
import { LOOKBACK } from './horizon';
import { emptySeen } from './memory';
import type { PollState, Sweep, SweepPlace } from './snapshot';
import type { MissingReceiver, SweepRun, Verdict } from './sweepRun';

/** Whether a flow has polled by timestamps so far: what it has sent is taken over then, not sent again. */
export function adopts({ fingerprints, cursor, sweep }: PollState): boolean {
  return sweep ? sweep.content === 'adopt' : fingerprints === undefined && cursor > 0;
}

export class ContentSweep implements SweepRun {
  private readonly sweep: Sweep;
  private readonly failures: Failures;
  private readonly fingerprints: Map<string, Fingerprints>;

  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
  ) {
    this.sweep = before.sweep
      ? { ...before.sweep }
      : { startedAt: now, newest: 0, content: adopts(before) ? 'adopt' : 'compare' };
    this.failures = new Failures(before.retry, before.sweep !== undefined, this.sweep.heldBelow);
    this.fingerprints = before.fingerprints ?? new Map<string, Fingerprints>();
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.failures.has(key)) return 'due';
    const known = this.of(groupId);
    const before = known.get(receiver.id);
    if (before === contentFingerprint(receiver)) {
      known.meet(receiver.id);
      return 'unchanged';
    }
    if (before !== undefined || this.sweep.content !== 'adopt') return 'due';
    const isSent = modifiedAt(receiver) <= this.before.cursor || this.before.seen.get(key) === contentHash(receiver);
    if (!isSent) return 'due';
    known.set(receiver.id, contentFingerprint(receiver));
    return 'known';
  }

  sent(groupId: string, receiver: Receiver): void {
    this.failures.solved({ groupId, id: receiver.id });
    this.of(groupId).set(receiver.id, contentFingerprint(receiver));
  }

  failed(groupId: string, receiver: Receiver): void {
    this.of(groupId).meet(receiver.id);
    this.failures.add({ groupId, id: receiver.id }, modifiedAt(receiver));
  }

  missing(): MissingReceiver[] {
    return [...this.fingerprints].flatMap(([groupId, known]) => known.unmet().map((id) => ({ groupId, id })));
  }

  isElsewhere({ groupId, id }: MissingReceiver): boolean {
    return [...this.fingerprints].some(([other, known]) => other !== groupId && known.get(id) !== undefined);
  }

  gone({ groupId, id }: MissingReceiver): void {
    this.of(groupId).delete(id);
  }

  checkpoint(at: SweepPlace | undefined): PollState {
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

  private of(groupId: string): Fingerprints {
    const known = this.fingerprints.get(groupId) ?? new Fingerprints();
    this.fingerprints.set(groupId, known);
    return known;
  }
}
