/**
 * Tracks messages that are being sent to the broker, a limited number at once and confirmed in any order. It knows the
 * position up to which all messages are confirmed: a snapshot may not go beyond it.
 */

interface Begun<Position> {
  /** The last place of which nothing is on its way but this and what was begun before. */
  position: Position | undefined;
  isConfirmed: boolean;
}

export class InFlight<Position> {
  /** Everything up to here is dealt with; undefined while nothing is. */
  covered: Position | undefined;
  /** In the order of their places, from the first that is not confirmed. */
  private readonly begun: Begun<Position>[] = [];
  /** What they speak of. */
  private readonly subjects = new Set<string>();
  private failure: { error: unknown } | undefined;
  private wake: () => void = () => undefined;

  /** @param limit how many may be on their way at once; with 1 each is waited for, and the order is kept */
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.subjects.size;
  }

  /** Whether everything that was begun is confirmed: nothing is on its way, and nothing has failed. */
  get isAllConfirmed(): boolean {
    return this.begun.length === 0;
  }

  /** How many are confirmed while one before them is not, so that they are not covered. */
  get confirmedAhead(): number {
    return this.begun.filter(({ isConfirmed }) => isConfirmed).length;
  }

  /** A place at which there is nothing to send. */
  pass(position: Position | undefined): void {
    const last = this.begun.at(-1);
    if (last) last.position = position;
    else this.covered = position;
  }

  /** Whether something on its way speaks of this. Another message about it could overtake that one. */
  speaksOf(subject: string): boolean {
    return this.subjects.has(subject);
  }

  /**
   * Begins to send, and resolves when there is room for the next one. Nothing on its way may speak of the same.
   * @throws what one of them failed with, when all that were on their way have ended; nothing may be begun any more
   */
  async begin(subject: string, position: Position | undefined, send: () => Promise<void>): Promise<void> {
    if (this.failure) await this.settle();
    const entry: Begun<Position> = { position, isConfirmed: false };
    this.begun.push(entry);
    this.subjects.add(subject);
    void this.watch(subject, entry, send);
    while (this.size >= this.limit) await this.nextEnd();
    if (this.failure) await this.settle();
  }

  /**
   * Resolves when nothing is on its way.
   * @throws what the first of them failed with
   */
  async settle(): Promise<void> {
    while (this.size > 0) await this.nextEnd();
    if (this.failure) throw this.failure.error;
  }

  private async watch(subject: string, entry: Begun<Position>, send: () => Promise<void>): Promise<void> {
    try {
      await send();
      entry.isConfirmed = true;
      while (this.begun[0]?.isConfirmed) this.covered = this.begun.shift()?.position;
    } catch (error) {
      this.failure ??= { error };
    }
    this.subjects.delete(subject);
    this.wake();
  }

  private async nextEnd(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}
