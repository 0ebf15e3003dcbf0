/**
 * Receivers that the next poll must emit, whatever else it knows about them: those that could not be emitted, and those
 * that this poll is about to emit. The latter are listed before they are emitted: if the poll crashes, it is unknown
 * what the next step has received, and a receiver that has changed back in the meantime would look unchanged.
 *
 * The list contains the reason for each of them, because the horizon moves on. The snapshot lists as many as fit. The
 * others are in a filter, which also matches some other receivers; these are emitted again.
 */

import type { ReceiverChange } from '../../config/changeTypes';
import { emptyRetry, type BoundedNotes, type MemberKey } from './boundedNotes';
import type { BloomFilter } from './bloomFilter';

const LETTERS: Readonly<Record<ReceiverChange, string>> = {
  new: 'n',
  changed: 'c',
  confirmed: 'a',
  unsubscribed: 'u',
  bounced: 'b',
};
/** Follows the letters of a receiver that the read in progress could not emit. */
const FAILED = '+';
const CHANGES = Object.keys(LETTERS) as ReceiverChange[];
const lettersOf = (changes: readonly ReceiverChange[]): string => changes.map((change) => LETTERS[change]).join('');

export class RetryList {
  /** Listed by earlier polls, or about to be emitted. Entries of receivers that the read does not find remain here. */
  private readonly earlier: BoundedNotes;
  /** Could not be emitted. */
  private readonly next: BoundedNotes;
  private earlierFilter: BloomFilter | undefined;
  private nextFilter: BloomFilter | undefined;

  /**
   * @param stored the list and the filter of a snapshot
   * @param isResumed whether a read is in progress; if so, the entries that its earlier part has added are kept
   * @param newFilter makes an empty filter
   */
  constructor(
    stored: { retry: BoundedNotes; unlisted?: BloomFilter | undefined },
    isResumed: boolean,
    private readonly newFilter: () => BloomFilter,
  ) {
    [this.earlier, this.next] = [emptyRetry(), emptyRetry()];
    for (const key of stored.retry.keys()) {
      const letters = stored.retry.get(key) ?? '';
      if (isResumed && letters.endsWith(FAILED)) this.next.set(key, letters);
      else this.earlier.set(key, withoutMark(letters));
    }
    if (isResumed) this.nextFilter = stored.unlisted?.copy();
    else this.earlierFilter = stored.unlisted?.copy();
  }

  has(key: MemberKey): boolean {
    if (this.earlier.has(key) || this.next.has(key)) return true;
    return this.earlierFilter?.has(key) === true || this.nextFilter?.has(key) === true;
  }

  /** Why the receiver has to be emitted; empty if that is not known. */
  changesOf(key: MemberKey): ReceiverChange[] {
    const letters = this.next.get(key) ?? this.earlier.get(key) ?? '';
    return CHANGES.filter((change) => letters.includes(LETTERS[change]));
  }

  /** The receiver is about to be emitted. @param changes why; empty if that is not known yet */
  addPending(key: MemberKey, changes: readonly ReceiverChange[]): void {
    if (this.has(key) || this.earlier.set(key, lettersOf(changes), this.next.used)) return;
    this.earlierFilter ??= this.nextFilter?.emptied() ?? this.newFilter();
    this.earlierFilter.add(key);
  }

  /**
   * Every pending receiver was emitted, or added because that failed, so the filter that {@link addPending} may have made
   * is dropped. Call this only if there is no filter of earlier polls.
   */
  pendingAreDone(): void {
    this.earlierFilter = undefined;
  }

  solved(key: MemberKey): void {
    this.earlier.delete(key);
    this.next.delete(key);
  }

  /** The receiver could not be emitted. @param changes why it has to be */
  add(key: MemberKey, changes: readonly ReceiverChange[]): void {
    this.earlier.delete(key);
    if (this.next.set(key, lettersOf(changes) + FAILED, this.earlier.used)) return;
    this.nextFilter ??= this.earlierFilter?.emptied() ?? this.newFilter();
    this.nextFilter.add(key);
  }

  /** For a checkpoint. */
  all(): { retry: BoundedNotes; unlisted: BloomFilter | undefined } {
    const [earlier, next] = [this.earlierFilter, this.nextFilter];
    const unlisted = earlier && next ? next.mergedWith(earlier) : (next ?? earlier);
    return { retry: this.next.mergedWith(this.earlier), unlisted };
  }

  /** The entries of receivers that the read has not found. */
  notFound(): MemberKey[] {
    return this.earlier.keys();
  }

  /** Removes the entries of this receiver that the read has not found: the look-up has resolved them. */
  forget(id: string): void {
    for (const key of this.notFound()) if (key.id === id) this.earlier.delete(key);
  }

  /** After a complete read: what could not be emitted. */
  remaining(): { retry: BoundedNotes; unlisted: BloomFilter | undefined } {
    return { retry: this.next.map(withoutMark), unlisted: this.nextFilter };
  }
}

const withoutMark = (letters: string): string =>
  letters.endsWith(FAILED) ? letters.slice(0, -FAILED.length) : letters;
