/** The messages between the processes of the bench. */

/** The address of a server, and its account. */
export interface Served {
  url: string;
  /** The first group. */
  groupId: string;
  /** With several groups, polls read the whole account. */
  groups: number;
  /** A token with all scopes. */
  token: string;
}

export interface ServerOptions {
  /** Of all groups together. */
  receivers: number;
  /** Default 1. */
  groups?: number;
  /** Events of each receiver; by default the few of a new one. */
  events?: number;
  /** The latency added to every response. */
  latencyMs?: number;
  /**
   * Whether the sandbox answers itself, and counts requests and the bodies of its responses. Otherwise each list of
   * receivers is generated only once, so that the account must not change.
   */
  isDirect?: boolean;
}

/** What happens to receivers in CleverReach. `edit` changes an attribute, which no timestamp shows. */
export type Change = 'edit' | 'unsubscribe' | 'bounce';

/** A command to a server. */
export type Order =
  | { kind: 'serve'; options: ServerOptions }
  | { kind: 'traffic' }
  /** Changes receivers that were not changed before, as many in each group; only with `isDirect`. */
  | { kind: 'change'; change: Change; count: number }
  | { kind: 'answerAfter'; latencyMs: number }
  /** Puts the clock of the account forward. */
  | { kind: 'advance'; seconds: number };

/** The traffic since the last request for it. */
export interface Traffic {
  requests: number;
  /** Including headers; with `isDirect` only the bodies of responses. */
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
  /** The line with which a poll reports its last read. */
  report?: string;
  /** CPU time of this process, all threads together. */
  cpuMs: number;
  wallMs: number;
  /** Peak memory of the process so far. */
  peakMb: number;
  /** The last stored snapshot. */
  snapshot?: unknown;
}
