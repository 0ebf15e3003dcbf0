/** Never runs the work twice at the same time: concurrent callers share the running one instead of starting another. */
export class SingleFlight {
  private running: Promise<void> | undefined;

  get isUnderWay(): boolean {
    return this.running !== undefined;
  }

  /** @param work started only if none is running; all waiting callers get its error */
  async run(work: () => Promise<void>): Promise<void> {
    this.running ??= work().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }
}
