/** Waits until a condition is true; the condition is checked after every event, without polling. */

const DEFAULT_WAIT_MS = 90_000;

export class Bell {
  private readonly listeners = new Set<() => void>();

  /** Signals an event: every waiting call checks its condition. */
  ring(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * @param look returns the expected value, or `undefined` or `false` as long as there is none; an error ends the wait
   * @param what is expected, for the error after the time limit
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
