import type { Clock } from '../utils/clock';

/** Minutes. A poll that goes on makes some four requests before it comes to a page that is new, and one may take a minute. */
const UNTIL_FIRST_PAGE = 5;

/**
 * Until when a poll may take to hand out its first page, also where its time is up before: else it would never get on.
 * @param start milliseconds of `Clock.elapsed`, as the result
 */
export function firstPageBy(start: number, maxRunMinutes: number): number {
  return start + Math.max(maxRunMinutes, UNTIL_FIRST_PAGE) * 60_000;
}

/** The time that a poll may take. */
export class TimeBudget {
  private readonly endAt: number;
  private readonly firstPageBy: number;
  private hasNews = false;

  /** @param startedAt milliseconds of `Clock.elapsed` */
  constructor(
    startedAt: number,
    maxRunMinutes: number,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {
    this.endAt = startedAt + maxRunMinutes * 60_000;
    this.firstPageBy = firstPageBy(startedAt, maxRunMinutes);
  }

  /** A page is done that has receivers that no earlier run has handed out. */
  newPageDone(): void {
    this.hasNews = true;
  }

  get isUp(): boolean {
    return this.clock.elapsed() >= (this.hasNews ? this.endAt : this.firstPageBy);
  }
}
