/**
 * Small notes about receivers that a snapshot carries from poll to poll. Their size is limited: a note that does not
 * fit is dropped. In a snapshot they are one string per group, with ids and values joined, because elastic.io allows 5
 * KB for the whole snapshot.
 */

/** A receiver is known by its group and its id; the id alone is the same in every group. */
export interface MemberKey {
  groupId: string;
  id: string;
}

/** Notes in the form of the snapshot: group id → `id=value id=value …`; an empty value is omitted. */
export type PackedNotes = Record<string, string>;

/**
 * Maximum number of characters of JSON for all notes of a kind; notes that certainly do not fit would only cost memory.
 */
const SEEN_CAPACITY = 8000;
const RETRY_CAPACITY = 1200;
/** Quotes, colon, comma, blank and equals sign of a note that is the first of its group. */
const PUNCTUATION = 8;

export const emptySeen = (): BoundedNotes => new BoundedNotes(SEEN_CAPACITY);
export const emptyRetry = (): BoundedNotes => new BoundedNotes(RETRY_CAPACITY);

export class BoundedNotes {
  private readonly notes = new Map<string, string>();
  /**
   * All ids that were ever noted. Most receivers are not among them, so no name of an entry has to be built for them.
   */
  private readonly ids = new Set<string>();
  /** Maximum number of characters of the notes. */
  used = 0;

  /** @param capacity in characters of JSON */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.notes.size;
  }

  /**
   * Adds the note.
   * @param reserved characters that have to stay free
   * @returns whether there was room
   */
  set(key: MemberKey, value = '', reserved = 0): boolean {
    const name = entryName(key);
    const before = this.costOf(name);
    const after = name.length + value.length + PUNCTUATION;
    if (this.used - before + after + reserved > this.capacity) return false;
    this.notes.set(name, value);
    this.ids.add(key.id);
    this.used += after - before;
    return true;
  }

  get(key: MemberKey): string | undefined {
    return this.ids.has(key.id) ? this.notes.get(entryName(key)) : undefined;
  }

  has(key: MemberKey): boolean {
    return this.ids.has(key.id) && this.notes.has(entryName(key));
  }

  keys(): MemberKey[] {
    return [...this.notes.keys()].map(keyOf);
  }

  delete(key: MemberKey): void {
    if (!this.ids.has(key.id)) return;
    const name = entryName(key);
    this.used -= this.costOf(name);
    this.notes.delete(name);
  }

  /** These notes and, as far as there is room, those of `older` about other receivers. */
  mergedWith(older: BoundedNotes): BoundedNotes {
    const merged = new BoundedNotes(this.capacity);
    for (const [name, value] of [...this.notes, ...older.notes]) {
      if (!merged.notes.has(name)) merged.set(keyOf(name), value);
    }
    return merged;
  }

  /** The same notes with other values, none of them longer. */
  map(change: (value: string) => string): BoundedNotes {
    const changed = new BoundedNotes(this.capacity);
    for (const [name, value] of this.notes) changed.set(keyOf(name), change(value));
    return changed;
  }

  /** As many of the notes as fit into `budget` characters of JSON, which may be none. */
  pack(budget = Infinity): PackedNotes {
    // the id of a group may be any string, also the name of a member of every object
    const packed = new Map<string, string>();
    let left = budget;
    for (const [name, value] of this.notes) {
      const [groupId = '', id = ''] = name.split(' ');
      const note = value === '' ? id : `${id}=${value}`;
      const before = packed.get(groupId);
      // quotes, colon and comma of a new member; the blank between two notes
      left -= note.length + (before === undefined ? groupId.length + 6 : 1);
      if (left < 0) break;
      packed.set(groupId, before === undefined ? note : `${before} ${note}`);
    }
    return Object.fromEntries(packed);
  }

  /** These notes with those of a snapshot. */
  with(packed: PackedNotes): this {
    for (const [groupId, text] of Object.entries(packed)) {
      for (const note of text.split(' ').filter(Boolean)) {
        const [id = '', value = ''] = note.split('=');
        this.set(keyOf(`${groupId} ${id}`), value);
      }
    }
    return this;
  }

  private costOf(name: string): number {
    const value = this.notes.get(name);
    return value === undefined ? 0 : name.length + value.length + PUNCTUATION;
  }
}

/** Neither part holds a blank or an equals sign afterwards. */
const entryName = ({ groupId, id }: MemberKey): string => `${encodeURIComponent(groupId)} ${encodeURIComponent(id)}`;

function keyOf(name: string): MemberKey {
  const [groupId = '', id = ''] = name.split(' ');
  return { groupId: decodeURIComponent(groupId), id: decodeURIComponent(id) };
}
