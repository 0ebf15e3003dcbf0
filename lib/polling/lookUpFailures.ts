/**
 * Receivers whose look-up has failed. A full read continues without them, so that one receiver does not keep it from
 * ending; the next full read looks them up again.
 */

import type { CleverReachApi } from '../cleverreach/types';
import { ComponentError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { Logger } from '../utils/logger';

/** After so many failed requests, no further receiver is looked up. Each of them may be retried for half a minute. */
const MAX_FAILURES = 20;
/** Maximum number of receivers that the warning names. */
const MAX_NAMED = 10;

export class LookUpFailures {
  /** The first error, reported after everything else is done. */
  first: ComponentError | undefined;
  private latest: ComponentError | undefined;
  private readonly ids = new Set<string>();
  private requests = 0;

  constructor(private readonly io: { api: Pick<CleverReachApi, 'groups'>; logger: Logger }) {}

  has(id: string): boolean {
    return this.ids.has(id);
  }

  get hasEnded(): boolean {
    return this.requests >= MAX_FAILURES;
  }

  /**
   * Call this if a look-up has failed.
   * @throws the error if it is not one of CleverReach's
   */
  note(error: unknown): void {
    if (!(error instanceof ComponentError)) throw error;
    this.requests += 1;
    this.latest = error;
  }

  /**
   * Like {@link note}, and checks that CleverReach answers other requests.
   * @throws the error of that check
   */
  async noteIfReachable(error: unknown): Promise<void> {
    this.note(error);
    await this.io.api.groups();
  }

  /** The receiver is not looked up, because of the latest failure. */
  add(id: string): void {
    this.ids.add(id);
    this.first ??= this.latest;
  }

  /** Logs which receivers are affected, if there are any. */
  warn(): void {
    if (!this.first) return;
    const named = [...this.ids].slice(0, MAX_NAMED).map(shownId).join(', ');
    const more = this.ids.size > MAX_NAMED ? ' and others' : '';
    this.io.logger.warn(
      `Receivers that could not be looked up: ${this.ids.size} (${named}${more}). Their edits and deletions are not sent; ` +
        'the next full read looks them up again. If this persists, check these receivers in CleverReach, ' +
        `or send this message to CleverReach support. ${this.first.message}`,
    );
  }
}
