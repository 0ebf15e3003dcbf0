/** An account to read: its server, the pages that a poll asks for, and what a first poll has left. */

import type { Done, Work } from '../processes/protocol';
import type { Processes, Server } from './child';

export interface Account {
  server: Server;
  /** Exactly those that a poll asks for, without its looks at the borders between them. */
  pages: readonly string[];
  /** For a poll in which nothing has changed. */
  snapshot: unknown;
}

type Poll = Extract<Work, { kind: 'poll' }>;

/** Reads the account once, so that the server has made every page. */
export async function readOnce(processes: Processes, server: Server, fields: Poll['fields'] = {}): Promise<Account> {
  const work: Poll = { kind: 'poll', server, runtime: 'oih', fields: { ...fields, skipTransformation: true } };
  await server.traffic();
  const { snapshot } = await processes.alone(work);
  const { pages } = await server.traffic();
  return { server, pages, snapshot };
}

/** @throws Error when a poll was not what it is measured as */
export function assertRead(runs: readonly Done[], receivers: number, sent: number): void {
  const wrong = runs.find((run) => run.receivers !== receivers || run.sent !== sent);
  if (wrong) throw new Error(`${wrong.receivers} receivers read and ${wrong.sent} sent, not ${receivers} and ${sent}`);
}
