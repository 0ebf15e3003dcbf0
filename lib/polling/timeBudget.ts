import type { Clock } from '../utils/clock';

/** A resumed poll sends about four requests before it reaches a new page, and one request may take a minute. */
const FIRST_PAGE_MINUTES = 5;

/**
 * The deadline for the first new page of a poll. It applies even if the maximum run time ends earlier; otherwise the
 * poll would never make progress.
 * @param start milliseconds of `Clock.elapsed`, like the result
 */
export function firstPageBy(start: number, maxRunMinutes: number): number {
  return start + Math.max(maxRunMinutes, FIRST_PAGE_MINUTES) * 60_000;
}

/** The time that a poll may take. */
export class TimeBudget {
  private readonly endAt: number;
  private readonly firstPageBy: number;
  private hasNewPage = false;

  /** @param startedAt when the poll began, in milliseconds of `Clock.elapsed`; a quick poll may have taken a part of the time */
  constructor(
    startedAt: number,
    maxRunMinutes: number,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {
    this.endAt = startedAt + maxRunMinutes * 60_000;
    this.firstPageBy = firstPageBy(clock.elapsed(), maxRunMinutes);
  }

  /** Call this after each page with receivers that no earlier run has handed out, and after each further empty group. */
  newPageDone(): void {
    this.hasNewPage = true;
  }

  get isUp(): boolean {
    return this.clock.elapsed() >= (this.hasNewPage ? this.endAt : this.firstPageBy);
  }
}
