/** Runs one piece of work at a time; who comes while it runs waits for that one instead of starting another. */
export class SingleFlight {
  private running: Promise<void> | undefined;

  get isUnderWay(): boolean {
    return this.running !== undefined;
  }

  /** @param work begun only when none is under way; all who wait for it get its error */
  async run(work: () => Promise<void>): Promise<void> {
    this.running ??= work().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }
}
