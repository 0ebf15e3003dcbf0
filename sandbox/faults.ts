import { matchesPath, type PathPattern } from './paths';

/**
 * Selects the requests that a fault affects. A fault expires after `times` requests (default 1, Infinity for no limit).
 */
export interface FaultScope {
  method?: string;
  /** `/groups/1046/receivers`, `/groups/:gid/receivers`, `/oauth/token.php`, or a regular expression. */
  path: PathPattern;
  times?: number;
  /** Number of matching requests that pass before the fault applies. */
  after?: number;
}

export type FaultKind =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** The regular response, delayed by this many milliseconds of real time. */
  | { kind: 'delay'; ms: number }
  /** Destroys the connection before a response; with `applied`, after the write was carried out. */
  | { kind: 'drop'; applied?: boolean }
  /**
   * The regular response, truncated in the middle; with `connection: 'closed'` the announced length is the full one and
   * the connection breaks.
   */
  | { kind: 'truncate'; connection?: 'kept' | 'closed' }
  /** 200 with an HTML page. */
  | { kind: 'html'; html?: string }
  /** 200 with this body. */
  | { kind: 'body'; body: unknown };

export type Fault = FaultScope & FaultKind;

/** The pending faults in the order in which they were added; the first one that matches is used. */
export class Faults {
  private waiting: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** Number of faults that have not expired. */
  get pending(): number {
    return this.waiting.length;
  }

  /** Takes the fault for this request. */
  take(method: string, path: string, route: string | undefined): FaultKind | undefined {
    for (const entry of this.waiting) {
      const { fault } = entry;
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
      if (!matchesPath(fault.path, path, route)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      if (entry.left <= 0) this.waiting = this.waiting.filter((one) => one !== entry);
      return fault;
    }
    return undefined;
  }
}
