import { matchesPath, type PathPattern } from './paths';

/** Which requests a fault hits. A fault is spent after `times` requests (1 unless told otherwise, Infinity for ever). */
export interface FaultScope {
  method?: string;
  /** `/groups/1046/receivers`, `/groups/:gid/receivers`, `/oauth/token.php`, or an expression. */
  path: PathPattern;
  times?: number;
  /** Lets the first so many matching requests pass. */
  after?: number;
}

export type FaultKind =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** The real answer, after so many milliseconds of real time. */
  | { kind: 'delay'; ms: number }
  /** The connection is destroyed before an answer; with `applied` after the write was done. */
  | { kind: 'drop'; applied?: boolean }
  /** The real answer cut in the middle; with `connection: 'closed'` the length announced is the full one and the connection breaks. */
  | { kind: 'truncate'; connection?: 'kept' | 'closed' }
  /** 200 with an HTML page. */
  | { kind: 'html'; html?: string }
  /** 200 with this body. */
  | { kind: 'body'; body: unknown };

export type Fault = FaultScope & FaultKind;

/** The faults waiting to happen, in the order in which they were added; the first that fits is taken. */
export class Faults {
  private waiting: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** How many faults are not spent yet. */
  get pending(): number {
    return this.waiting.length;
  }

  /** Takes the fault that this request meets. */
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
