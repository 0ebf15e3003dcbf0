/**
 * Notes what was last sent to the next step if timestamps and the sketch do not show it: a content hash of each
 * receiver that was emitted, or filtered out, with changes after the horizon. A run also remembers what it has emitted
 * itself.
 */

import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import { asFound, DELETED, filteredNoteOf, isAsNoted, isFound, isSent, noteOf } from './note';
import { hasChangedAfter, HASH_LENGTH } from './receiverContent';
import { emptySeen, type BoundedNotes, type MemberKey } from '../state/boundedNotes';

/** Maximum number of emitted receivers that one run remembers; others may be emitted twice. */
const MAX_REMEMBERED = 50_000;

export class EmissionNotes {
  /** Notes of earlier polls. A note leaves this list when the read finds its receiver. */
  private readonly earlier: BoundedNotes;
  private readonly next: BoundedNotes;
  /** Notes of earlier polls about receivers that the read has found. Only the look-up of differences may need them. */
  private readonly expiring = emptySeen();
  /** Content of what this run has emitted, by group and id. */
  private readonly emitted = new Map<string, string>();
  /** Receivers that this run has filtered out, by group and id. */
  private readonly filtered = new Set<string>();
  /** Notes of receivers that are being looked up. */
  private readonly inDoubt = new Map<string, string>();

  /**
   * @param stored the notes of a snapshot
   * @param isResumed whether this run resumes a read; if so, the notes about receivers that its earlier part has found,
   *   or found to be deleted, are kept
   * @param horizon in Unix seconds
   * @param remembers whether the run remembers what it emits
   */
  constructor(
    stored: BoundedNotes,
    isResumed: boolean,
    private readonly horizon: UnixSeconds,
    private readonly remembers: boolean,
  ) {
    [this.earlier, this.next] = [emptySeen(), emptySeen()];
    for (const key of stored.keys()) {
      const note = stored.get(key) ?? '';
      (isResumed && isFound(note) ? this.next : this.earlier).set(key, asFound(note, false));
    }
  }

  get(key: MemberKey): string | undefined {
    return this.next.get(key) ?? this.earlier.get(key) ?? this.expiring.get(key);
  }

  /** The note of a receiver that is being looked up. */
  doubted(key: MemberKey): string | undefined {
    return this.inDoubt.get(nameOf(key));
  }

  delivered(key: MemberKey, receiver: Receiver): void {
    this.forget(key);
    const isNoted = hasChangedAfter(receiver, this.horizon);
    const isRemembered = this.remembers && this.emitted.size < MAX_REMEMBERED;
    // a first read needs no hash of most receivers, which would be a twelfth of its work
    if (!isNoted && !isRemembered) return;
    const note = noteOf(receiver);
    if (isNoted) this.next.set(key, note);
    if (isRemembered) this.emitted.set(nameOf(key), note.slice(0, HASH_LENGTH));
    if (isRemembered) this.filtered.delete(nameOf(key));
  }

  /** The receiver is not sent, because the step does not ask for such a change. */
  filteredOut(key: MemberKey, receiver: Receiver): void {
    const note = filteredNoteOf(receiver, this.doubted(key) ?? this.get(key));
    this.forget(key);
    if (hasChangedAfter(receiver, this.horizon)) this.next.set(key, note);
    if (this.remembers && this.filtered.size < MAX_REMEMBERED) this.filtered.add(nameOf(key));
  }

  /** Whether this run has filtered out the receiver. */
  wasFilteredOut(key: MemberKey): boolean {
    return this.filtered.has(nameOf(key));
  }

  /** Call this when the read has found the receiver. Its note is kept as long as it is needed. */
  markFound(key: MemberKey, receiver: Receiver): void {
    const note = this.earlier.get(key);
    if (note === undefined) return;
    this.earlier.delete(key);
    (hasChangedAfter(receiver, this.horizon) ? this.next : this.expiring).set(key, note);
  }

  /** Ids of receivers that the read has not found. */
  notFound(): string[] {
    return this.earlier.keys().flatMap((key) => (this.earlier.get(key) === DELETED ? [] : [key.id]));
  }

  /**
   * Call this before the receivers are looked up. They may then be emitted with other content than their notes say, so the
   * notes must not remain if the run crashes.
   * @returns those that had such a note
   */
  doubt(ids: ReadonlySet<string>): MemberKey[] {
    const doubted: MemberKey[] = [];
    for (const notes of [this.next, this.earlier, this.expiring]) {
      for (const key of notes.keys()) {
        const note = notes.get(key);
        if (!ids.has(key.id) || note === undefined) continue;
        this.inDoubt.set(nameOf(key), note);
        // a reported deletion is withdrawn only if the receiver is found
        if (note === DELETED) continue;
        notes.delete(key);
        doubted.push(key);
      }
    }
    return doubted;
  }

  /**
   * The receiver was looked up and emitted, or has not changed since it was emitted.
   * @returns whether there was room for the note, if it is needed
   */
  resolved(key: MemberKey, receiver: Receiver, isAlwaysNoted: boolean): boolean {
    const isNeeded = isAlwaysNoted || hasChangedAfter(receiver, this.horizon);
    if (this.get(key) === DELETED) this.forget(key);
    if (!isNeeded) return true;
    const before = this.next.get(key);
    if (before !== undefined && isAsNoted(before, receiver)) return true;
    return this.next.set(key, this.wasFilteredOut(key) ? filteredNoteOf(receiver, before) : noteOf(receiver));
  }

  /** The deletion of the receiver was reported. If it comes back, it is due. @returns whether there was room for the note */
  deleted(key: MemberKey): boolean {
    return this.next.set(key, DELETED);
  }

  /** The note of a receiver that is being looked up does not count. */
  dropDoubted(key: MemberKey): void {
    this.inDoubt.delete(nameOf(key));
  }

  /** The receiver was not looked up after all, so its note counts again. @returns whether it does */
  restore(key: MemberKey): boolean {
    const note = this.doubted(key);
    return note !== undefined && this.next.set(key, note) && note !== DELETED;
  }

  /** Whether this run may have emitted the receiver. */
  mayHaveEmitted(key: MemberKey): boolean {
    return this.emitted.size >= MAX_REMEMBERED || this.emitted.has(nameOf(key));
  }

  /** Whether this run, or a note in doubt, shows that the receiver was emitted with this content. */
  hasEmitted(key: MemberKey, content: string): boolean {
    if (this.emitted.size === 0 && this.inDoubt.size === 0) return false;
    const name = nameOf(key);
    const note = this.inDoubt.get(name);
    return this.emitted.get(name) === content || (note?.slice(0, HASH_LENGTH) === content && isSent(note));
  }

  /** For a checkpoint. */
  all(): BoundedNotes {
    const found = (notes: BoundedNotes): BoundedNotes => notes.map((note) => asFound(note, true));
    return found(this.next).mergedWith(this.earlier).mergedWith(found(this.expiring));
  }

  /** The notes that the snapshot keeps after a complete read. */
  remaining(): BoundedNotes {
    return this.next;
  }

  /** An older note must not stay valid, even if there is no room for the new one or the new one is not needed. */
  private forget(key: MemberKey): void {
    for (const notes of [this.next, this.earlier, this.expiring]) notes.delete(key);
  }
}

const nameOf = ({ groupId, id }: MemberKey): string => `${groupId} ${id}`;
