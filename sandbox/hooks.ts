import { randomBytes } from 'node:crypto';
import { isLoopbackUrl } from './guard';
import type { AccountChange } from './state/changes';

/**
 * The delivered events by category. CleverReach also has `form`, `filter` and `automation`, for which no recorded
 * payload is known.
 */
const delivered = {
  receiver: ['subscribed', 'unsubscribed', 'created', 'updated', 'deleted'],
  group: ['created', 'updated', 'deleted'],
} as const satisfies { [K in AccountChange['of']]: readonly Extract<AccountChange, { of: K }>['kind'][] };

/** The valid events of a registration: every category, and every event of one. */
export const hookEvents: readonly string[] = Object.entries(delivered).flatMap(([category, kinds]) => [
  category,
  ...kinds.map((kind) => `${category}.${kind}`),
]);

const limits = {
  /** Timeout of a delivery. A hook that does not respond delays only its own deliveries. */
  answerMs: 5_000,
  /** Maximum number of queued deliveries per hook; further ones are lost, as with a client that is down. */
  waiting: 10_000,
  /** Maximum length of a verification response that is read. */
  answerLength: 1_000,
} as const;

/** A registration. `event` is a category (`receiver`) or one event of it (`receiver.created`). */
export interface Hook {
  event: string;
  /** The id of a group; empty for all. */
  condition: string;
  url: string;
  verify: string;
}

interface Registered extends Hook {
  callToken: string;
  secret: string;
  /** Running and queued deliveries, processed one after the other. */
  queue: Promise<void>;
  waiting: number;
}

/**
 * Web hooks of the account. They call only addresses of this machine, and independently of the requests that trigger
 * them.
 */
export class Hooks {
  private hooks: Registered[] = [];
  private readonly end = new AbortController();

  get list(): readonly Hook[] {
    return this.hooks;
  }

  find({ event, condition }: Pick<Hook, 'event' | 'condition'>): Hook | undefined {
    return this.hooks.find((one) => one.event === event && one.condition === condition);
  }

  /** Verifies the URL with the client; undefined if it does not respond with `<verify> <secret>`. */
  async register(hook: Hook): Promise<{ callToken: string; secret: string } | undefined> {
    const secret = randomBytes(16).toString('hex');
    // of two concurrent registrations, the second finds the first
    if (!(await this.verify(hook, secret)) || this.find(hook)) return undefined;
    const callToken = randomBytes(32).toString('hex');
    this.hooks.push({ ...hook, callToken, secret, queue: Promise.resolve(), waiting: 0 });
    return { callToken, secret };
  }

  /** Deletes the hooks of an event, of one group or of all; returns their number. */
  delete(event: string, condition: string | undefined): number {
    const left = this.hooks.filter((one) => one.event !== event || (condition ?? one.condition) !== one.condition);
    const deleted = this.hooks.length - left.length;
    this.hooks = left;
    return deleted;
  }

  /** Queues a change for every matching hook; returns immediately. */
  announce(change: AccountChange): void {
    const { of, kind, groupId } = change;
    const event = `${of}.${kind}`;
    const payload = { ...(of === 'receiver' && { pool_id: String(change.id) }), group_id: String(groupId) };
    for (const hook of this.hooks) {
      const isMeant = [of, event].includes(hook.event) && ['', String(groupId)].includes(hook.condition);
      if (!isMeant || hook.waiting >= limits.waiting) continue;
      hook.waiting += 1;
      hook.queue = hook.queue.then(() => this.deliver(hook, { event, condition: String(groupId), payload }));
    }
  }

  /** Aborts running deliveries. */
  close(): void {
    this.hooks = [];
    this.end.abort();
  }

  private async deliver(hook: Registered, body: object): Promise<void> {
    hook.waiting -= 1;
    if (!this.hooks.includes(hook)) return;
    const headers = { 'content-type': 'application/json', 'x-cr-calltoken': hook.callToken };
    await this.ask(hook.url, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async verify({ url, verify }: Hook, secret: string): Promise<boolean> {
    const target = new URL(url);
    target.searchParams.set('secret', secret);
    const answer = await this.ask(target.href, { method: 'GET' });
    return answer?.status === 200 && answer.text.trim() === `${verify} ${secret}`;
  }

  /**
   * undefined if there is no response in time. Redirects are not followed, because they could lead to another machine.
   */
  private async ask(url: string, init: RequestInit): Promise<{ status: number; text: string } | undefined> {
    if (!isLoopbackUrl(url)) return undefined;
    const signal = AbortSignal.any([this.end.signal, AbortSignal.timeout(limits.answerMs)]);
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      return { status: response.status, text: await beginningOf(response) };
    } catch {
      return undefined;
    }
  }
}

/** Reads only as much of a response as needed. */
async function beginningOf({ body }: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > limits.answerLength) break;
  }
  return text;
}
