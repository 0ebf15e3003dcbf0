import type { Sandbox, Switches } from '../../../sandbox';
import { defaultSwitches, startSandbox } from '../../../sandbox';

export const start = 1_764_000_000;

export interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface Client {
  sandbox: Sandbox;
  token: string;
  call: (method: string, path: string, body?: unknown) => Promise<Answer>;
  get: (path: string) => Promise<Answer>;
}

const open: Sandbox[] = [];

/**
 * A sandbox with a stopped clock and a token; closed by {@link closeAll}. It has the default switches, whatever profile
 * is set.
 */
export async function connect(switches: Partial<Switches> = {}): Promise<Client> {
  const sandbox = await startSandbox({ now: start, switches: { ...defaultSwitches, ...switches } });
  open.push(sandbox);
  const token = sandbox.issueToken().access_token;
  const call = (method: string, path: string, body?: unknown) =>
    ask(`${sandbox.url}/v3${path}`, method, { authorization: `Bearer ${token}` }, body);
  return { sandbox, token, call, get: (path) => call('GET', path) };
}

export async function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json; charset=utf-8' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
}

export function rowsOf(answer: Answer): Record<string, unknown>[] {
  if (!Array.isArray(answer.body)) throw new Error(`No list: ${JSON.stringify(answer.body)}`);
  return answer.body.map((row: unknown) => {
    if (typeof row !== 'object' || row === null) throw new Error(`No row: ${JSON.stringify(row)}`);
    return { ...row };
  });
}

/** The values of one field in a list. */
export function column(answer: Answer, name: string): unknown[] {
  return rowsOf(answer).map((row) => row[name]);
}
