/**
 * The minimum work of any reader: request page after page over a keep-alive connection, parse the JSON, and serialise
 * every receiver once. No retries, no checks.
 */

import { Agent, get } from 'node:http';
import type { Served } from './protocol';

/** @returns the number of receivers read */
export async function bareRead({ url, token }: Served, pages: readonly string[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${token}` };
  let receivers = 0;
  let characters = 0;
  for (const page of pages) {
    const rows = JSON.parse(await textOf(`${url}${page}`, { agent, headers })) as unknown[];
    for (const row of rows) characters += JSON.stringify(row).length;
    receivers += rows.length;
  }
  agent.destroy();
  if (characters < receivers) throw new Error('receivers without characters');
  return receivers;
}

async function textOf(address: string, options: { agent: Agent; headers: Record<string, string> }): Promise<string> {
  return await new Promise((resolve, reject) => {
    get(address, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve(Buffer.concat(chunks).toString());
      });
    }).on('error', reject);
  });
}
