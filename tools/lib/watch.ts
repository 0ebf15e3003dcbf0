/** Keeps polling a flow, so that a user can edit the account and watch the changes arrive. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoFlow } from './demoFlow';
import { say } from './terminal';

const POLL_EVERY_MS = 2_000;

/** Polls and reports the receivers sent until Ctrl-C or SIGTERM; a running poll is finished first. */
export async function watch(flow: DemoFlow): Promise<void> {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      end.abort();
    });
  }
  while (!end.signal.aborted) {
    const known = flow.errors.length;
    const sent = await flow.poll();
    if (sent > 0)
      say(`  ${new Date().toLocaleTimeString('en-GB')}  ${sent} ${sent === 1 ? 'receiver' : 'receivers'} sent`);
    for (const error of flow.errors.slice(known)) say(`    ${error}`);
    await pause(end.signal);
  }
}

/** Waits for the next poll or the end. */
async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(POLL_EVERY_MS, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
