/** Limits how many receivers are emitted at once, and keeps the order of messages about the same receiver. */

export class InFlight {
  /** Ids of the receivers that are being emitted. */
  private readonly ids = new Set<string>();
  private failure: { error: unknown } | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly limit: number) {}

  /** Whether the receiver is being emitted. Another message about it could overtake that one. */
  has(id: string): boolean {
    return this.ids.has(id);
  }

  /**
   * Begins to emit a receiver that is not being emitted yet, and resolves when there is room for the next one.
   * @throws the first failure, when all others have ended; nothing may be begun any more
   */
  async begin(id: string, emit: () => Promise<void>): Promise<void> {
    if (this.failure) await this.settle();
    this.ids.add(id);
    void this.watch(id, emit);
    while (this.ids.size >= this.limit) await this.nextEnd();
    if (this.failure) await this.settle();
  }

  /**
   * Resolves when nothing is being emitted.
   * @throws the first failure
   */
  async settle(): Promise<void> {
    while (this.ids.size > 0) await this.nextEnd();
    if (this.failure) throw this.failure.error;
  }

  private async watch(id: string, emit: () => Promise<void>): Promise<void> {
    try {
      await emit();
    } catch (error) {
      this.failure ??= { error };
    }
    this.ids.delete(id);
    this.wake();
  }

  private async nextEnd(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}
