/** What the processes of the bench say to each other. */

/** Where a server is, and what it serves. */
export interface Served {
  url: string;
  groupId: string;
  /** Good for everything. */
  token: string;
}

export interface ServerOptions {
  receivers: number;
  /** Added to every answer. */
  latencyMs?: number;
}

/** What has gone over the wire since the server was last asked. */
export interface Traffic {
  requests: number;
  /** With headers. */
  bytesReceived: number;
  bytesSent: number;
  /** Addresses of the pages of receivers, in the order in which they were asked for, without looks at a border. */
  pages: string[];
}

/** What a process does: read the pages and nothing else, poll, or write. */
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
  /** Time of the processor that this process has used, all threads together. */
  cpuMs: number;
  wallMs: number;
  /** The most memory that the process has held so far. */
  peakMb: number;
  /** The last that was stored. */
  snapshot?: unknown;
}
