/**
 * Small notes about receivers that a snapshot carries from poll to poll, bounded: a note more than fits is not taken.
 * In a snapshot they are one text per group, ids and values joined, since elastic.io allows 5 KB for all of it.
 */

/** A receiver is known by its group and its id; the id alone is the same in every group. */
export interface MemberKey {
  groupId: string;
  id: string;
}

/** Notes as they stand in a snapshot: group id → `id=value id=value …`; the value is left out where there is none. */
export type PackedNotes = Record<string, string>;

export class Notes {
  private readonly notes = new Map<string, string>();

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.notes.size;
  }

  /** Takes the note down and says whether there was room. */
  set(key: MemberKey, value = ''): boolean {
    const name = nameOf(key);
    if (this.notes.size >= this.capacity && !this.notes.has(name)) return false;
    this.notes.set(name, value);
    return true;
  }

  get(key: MemberKey): string | undefined {
    return this.notes.get(nameOf(key));
  }

  has(key: MemberKey): boolean {
    return this.notes.has(nameOf(key));
  }

  delete(key: MemberKey): void {
    this.notes.delete(nameOf(key));
  }

  /** These notes and, as far as there is room, those of `older` about other receivers. */
  mergedWith(older: Notes): Notes {
    const merged = new Notes(this.capacity);
    for (const [name, value] of [...this.notes, ...older.notes]) {
      if (!merged.notes.has(name) && merged.notes.size < merged.capacity) merged.notes.set(name, value);
    }
    return merged;
  }

  /** As many of the notes as fit into `budget` characters of JSON. */
  pack(budget: number): PackedNotes {
    const packed: PackedNotes = {};
    let left = budget;
    for (const [name, value] of this.notes) {
      const [groupId = '', id = ''] = name.split(' ');
      const note = value === '' ? id : `${id}=${value}`;
      const before = packed[groupId];
      // quotes, colon and comma of a new member; the blank between two notes
      left -= note.length + (before === undefined ? groupId.length + 6 : 1);
      if (left < 0) break;
      packed[groupId] = before === undefined ? note : `${before} ${note}`;
    }
    return packed;
  }

  static unpack(packed: PackedNotes, capacity: number): Notes {
    const notes = new Notes(capacity);
    for (const [groupId, text] of Object.entries(packed)) {
      for (const note of text.split(' ').filter(Boolean)) {
        const [id = '', value = ''] = note.split('=');
        notes.notes.set(`${groupId} ${id}`, value);
      }
    }
    return notes;
  }
}

const nameOf = ({ groupId, id }: MemberKey): string => `${encodeURIComponent(groupId)} ${encodeURIComponent(id)}`;
