import { matchesPath, type PathPattern } from './paths';

/** What a proxy, or a server under maintenance, sends in place of JSON. */
export const maintenancePage =
  '<!doctype html><html><head><title>CleverReach</title></head><body><h1>We will be back soon</h1></body></html>';

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
  /** The fault applies to every nth matching request only; default 1. */
  every?: number;
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

/** A fault that has not expired. */
export interface PendingFault {
  id: number;
  fault: Fault;
  /** Number of requests that it has affected. */
  hits: number;
}

/** The pending faults in the order in which they were added; the first one that matches is used. */
export class Faults {
  private waiting: (PendingFault & { matches: number })[] = [];
  private added = 0;

  /** Returns the id of the fault. */
  add(fault: Fault): number {
    this.added += 1;
    this.waiting.push({ id: this.added, fault, hits: 0, matches: 0 });
    return this.added;
  }

  /** Returns whether the fault was pending. */
  remove(id: number): boolean {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((one) => one.id !== id);
    return this.waiting.length < before;
  }

  clear(): void {
    this.waiting = [];
  }

  get list(): readonly PendingFault[] {
    return this.waiting;
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
      entry.matches += 1;
      const counted = entry.matches - (fault.after ?? 0);
      if (counted <= 0 || counted % (fault.every ?? 1) !== 0) continue;
      entry.hits += 1;
      if (entry.hits >= (fault.times ?? 1)) this.remove(entry.id);
      return fault;
    }
    return undefined;
  }
}
