/** The step behind a polling trigger: the messages that it has received, and those that the flow has to remember. */
export class NextStep {
  /** The content in the last message about a receiver of a group. */
  private readonly contents = new Map<string, string>();
  /** Ids whose messages are covered by a stored snapshot. */
  private readonly remembered = new Set<string>();
  /** Ids of all messages that were confirmed, in order. */
  private readonly confirmed: string[] = [];
  /** How many of them are covered by a snapshot. */
  private covered = 0;
  /** Messages with the same content as the previous one. */
  repeats = 0;
  deletions = 0;
  /** Deletions of receivers that existed when they were reported, by id. */
  readonly falseDeletions: string[] = [];

  /** @param isConfirmed whether the flow gets the confirmation of the message */
  receive(groupId: string, id: string, content: string, isConfirmed: boolean): void {
    const key = `${groupId} ${id}`;
    if (this.contents.get(key) === content) this.repeats += 1;
    this.contents.set(key, content);
    if (isConfirmed) this.confirmed.push(id);
  }

  receiveDeletion(id: string, exists: boolean): void {
    this.deletions += 1;
    if (exists) this.falseDeletions.push(id);
    for (const key of this.contents.keys()) if (key.endsWith(` ${id}`)) this.contents.delete(key);
    this.remembered.delete(id);
  }

  /** Starts a poll: messages of the previous poll that no snapshot covers are not remembered. */
  begin(): void {
    this.covered = this.confirmed.length;
  }

  /** A point in time, for {@link survived}. */
  mark(): number {
    return this.confirmed.length;
  }

  /** Stores a snapshot that was made at `mark`. */
  survived(mark: number): void {
    for (const id of this.confirmed.slice(this.covered, mark)) if (this.knows(id)) this.remembered.add(id);
    this.covered = Math.max(this.covered, mark);
  }

  /** Ids of receivers that the flow has to remember: not reported as deleted, and sent before a snapshot. */
  survivors(): string[] {
    return [...this.remembered];
  }

  /** The difference between the receiver and what this step has received of it; undefined if there is none. */
  outdated(groupId: string, id: string, content: string): string | undefined {
    const known = this.contents.get(`${groupId} ${id}`);
    if (known === content) return undefined;
    return known === undefined ? 'was never sent' : 'has changed since it was sent';
  }

  private knows(id: string): boolean {
    return [...this.contents.keys()].some((key) => key.endsWith(` ${id}`));
  }
}
