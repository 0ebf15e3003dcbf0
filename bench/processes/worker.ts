/** The measured process. */

import { answerParent } from './ask';
import { bareRead } from './bareRead';
import { pollOnce, writeAll } from './component';
import type { Done, Work } from './protocol';

async function measured(work: Work): Promise<Done> {
  process.env['CLEVERREACH_URL'] = work.server.url;
  // garbage of an earlier task must not count for this one
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const outcome = await carryOut(work);
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ...outcome, wallMs, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function carryOut(work: Work): Promise<Pick<Done, 'receivers' | 'sent' | 'report' | 'snapshot'>> {
  switch (work.kind) {
    case 'bare':
      return { receivers: await bareRead(work.server, work.pages), sent: 0 };
    case 'poll':
      return await pollOnce(work);
    case 'write':
      return await writeAll(work);
  }
}

answerParent((question) => measured(question as Work));
