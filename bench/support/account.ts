/** An account to read: its server, the pages that a full read requests, and the snapshot of a first read. */

import type { Done, Work } from '../processes/protocol';
import type { Processes, Server } from './child';

export interface Account {
  server: Server;
  /** Exactly the pages that a full read requests, without history and without its boundary checks. */
  pages: readonly string[];
  /** The snapshot for a quick poll without changes. */
  snapshot: unknown;
}

type Poll = Extract<Work, { kind: 'poll' }>;

/** Reads the account once, so that the server has generated every page. */
export async function readOnce(
  processes: Processes,
  server: Server,
  runtime: Poll['runtime'] = 'oih',
): Promise<Account> {
  const work: Poll = { kind: 'poll', server, runtime, fields: { skipTransformation: true } };
  await server.traffic();
  const { snapshot } = await processes.alone(work);
  const { pages } = await server.traffic();
  return { server, pages, snapshot };
}

/** Longer than the interval between two full reads. */
const A_DAY = 86_400;

/** The snapshot with a full read that is so old that the next poll is one. */
export function withFullReadDue(snapshot: unknown): unknown {
  const { full, ...rest } = snapshot as { full: { at: number } };
  return { ...rest, full: { ...full, at: full.at - A_DAY } };
}

/** @throws Error if a poll was of another kind, or did not process the expected number of receivers */
export function assertRead(
  runs: readonly Done[],
  receivers: number,
  sent: number,
  kind: 'Full read' | 'Quick poll' = 'Full read',
): void {
  const wrong = runs.find((run) => run.receivers !== receivers || run.sent !== sent);
  if (wrong) throw new Error(`${wrong.receivers} receivers read and ${wrong.sent} sent, not ${receivers} and ${sent}`);
  const other = runs.find(({ report }) => report !== undefined && !report.startsWith(kind));
  if (other) throw new Error(`not a ${kind}: ${other.report ?? ''}`);
}
