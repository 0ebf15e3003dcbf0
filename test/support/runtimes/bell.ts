/** Waiting for something to become true, looked at again whenever something has happened. Nothing here sleeps. */

const DEFAULT_WAIT_MS = 90_000;

export class Bell {
  private readonly listeners = new Set<() => void>();

  /** Something has happened: everybody who waits looks again. */
  ring(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * @param look gives the value that is waited for, or `undefined` or `false` as long as it is not there; what it throws ends the wait
   * @param what is waited for, told when it does not come in time
   */
  async until<T>(look: () => T | undefined | false, what: () => string, timeoutMs = DEFAULT_WAIT_MS): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(attempt);
        finish();
      };
      const attempt = (): void => {
        try {
          const value = look();
          if (value !== undefined && value !== false) {
            end(() => {
              resolve(value);
            });
          }
        } catch (error) {
          end(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        }
      };
      const timer = setTimeout(() => {
        end(() => {
          reject(new Error(`Waited ${timeoutMs / 1000} s for ${what()}`));
        });
      }, timeoutMs);
      this.listeners.add(attempt);
      attempt();
    });
  }
}
