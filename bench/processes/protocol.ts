/** The messages between the processes of the bench. */

/** The address of a server, and its account. */
export interface Served {
  url: string;
  groupId: string;
  /** A token with all scopes. */
  token: string;
}

export interface ServerOptions {
  receivers: number;
  /** The latency added to every response. */
  latencyMs?: number;
}

/** The traffic since the last request for it. */
export interface Traffic {
  requests: number;
  /** Including headers. */
  bytesReceived: number;
  bytesSent: number;
  /** URLs of the pages of receivers in the order of the requests, without boundary checks. */
  pages: string[];
}

/** The task of a process: only read the pages, poll, or write. */
export type Work =
  | { kind: 'bare'; server: Served; pages: readonly string[] }
  | {
      kind: 'poll';
      server: Served;
      runtime: 'elastic.io' | 'oih';
      fields?: Record<string, unknown>;
      snapshot?: unknown;
    }
  | { kind: 'write'; server: Served; records: readonly Record<string, unknown>[]; prefetch: number };

export interface Done {
  receivers: number;
  /** Messages sent to the next step. */
  sent: number;
  /** CPU time of this process, all threads together. */
  cpuMs: number;
  wallMs: number;
  /** Peak memory of the process so far. */
  peakMb: number;
  /** The last stored snapshot. */
  snapshot?: unknown;
}
