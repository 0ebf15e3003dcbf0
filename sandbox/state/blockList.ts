import type { UnixSeconds } from '../clock';

export interface BlockEntry {
  email: string;
  comment: string;
  stamp: UnixSeconds;
  isLocked: boolean;
}

/** Blocked addresses of the account (group 0) and of each group; `*@example.org` blocks a whole domain. */
export class BlockList {
  private readonly lists = new Map<number, Map<string, BlockEntry>>();

  of(groupId: number): BlockEntry[] {
    return [...(this.lists.get(groupId)?.values() ?? [])];
  }

  find(groupId: number, email: string): BlockEntry | undefined {
    return this.lists.get(groupId)?.get(email.toLowerCase());
  }

  put(groupId: number, entry: BlockEntry): void {
    const list = this.lists.get(groupId) ?? new Map<string, BlockEntry>();
    list.set(entry.email.toLowerCase(), entry);
    this.lists.set(groupId, list);
  }

  delete(groupId: number, email: string): boolean {
    return this.lists.get(groupId)?.delete(email.toLowerCase()) ?? false;
  }

  /** Whether an address is blocked in the account or in this group. */
  blocks(groupId: number, email: string): boolean {
    const domain = `*${email.slice(email.lastIndexOf('@'))}`;
    return [0, groupId].some((id) => this.find(id, email) !== undefined || this.find(id, domain) !== undefined);
  }
}
