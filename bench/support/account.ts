/** An account to read: its server, the pages that a poll requests, and the snapshot of a first poll. */

import type { Done, Work } from '../processes/protocol';
import type { Processes, Server } from './child';

export interface Account {
  server: Server;
  /** Exactly the pages that a poll requests, without its boundary checks. */
  pages: readonly string[];
  /** The snapshot for a poll without changes. */
  snapshot: unknown;
}

type Poll = Extract<Work, { kind: 'poll' }>;

/** Reads the account once, so that the server has generated every page. */
export async function readOnce(processes: Processes, server: Server, fields: Poll['fields'] = {}): Promise<Account> {
  const work: Poll = { kind: 'poll', server, runtime: 'oih', fields: { ...fields, skipTransformation: true } };
  await server.traffic();
  const { snapshot } = await processes.alone(work);
  const { pages } = await server.traffic();
  return { server, pages, snapshot };
}

/** @throws Error if a poll did not process the expected number of receivers */
export function assertRead(runs: readonly Done[], receivers: number, sent: number): void {
  const wrong = runs.find((run) => run.receivers !== receivers || run.sent !== sent);
  if (wrong) throw new Error(`${wrong.receivers} receivers read and ${wrong.sent} sent, not ${receivers} and ${sent}`);
}
