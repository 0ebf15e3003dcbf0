/**
 * Caches the id, the groups, the forms, the flows, the attribute definitions and looked-up block list entries of an
 * account. Each response is used for a minute. All calls for one account share one cache, which lives as long as the
 * process.
 */

import { LRUCache } from 'lru-cache';
import type { AccountInfo, Attribute, CleverReachApi, Flow, Form, Group } from './types';
import type { Clock } from '../utils/clock';
import { bounded } from '../utils/truncate';
import { isTemporary } from '../utils/errors';

/** How long a response is used. A new group or attribute is detected after this time at the latest. */
const KEPT_FOR_MS = 60_000;
/** Maximum number of groups whose attributes or forms are cached. */
const MAX_GROUPS = 200;
/** Maximum number of messages that are remembered as logged. */
const MAX_LOGGED = 1_000;

export interface Definitions {
  /** Attributes of the group itself. */
  group: readonly Attribute[];
  /** Attributes of the account. */
  account: readonly Attribute[];
}

/** Every method throws the typed errors of the API. */
export interface AccountDirectory {
  account(): Promise<AccountInfo>;
  groups(): Promise<readonly Group[]>;
  forms(): Promise<readonly Form[]>;
  groupForms(groupId: string): Promise<readonly Form[]>;
  flows(): Promise<readonly Flow[]>;
  flow(id: string): Promise<Flow | undefined>;
  /**
   * Whether the block list of the account, or of the group, has the entry. A permanent error, such as a missing scope, is
   * cached like a result.
   */
  isBlocked(entry: string, groupId?: string): Promise<boolean>;
  /**
   * A permanent error is cached like a result, so that an app without the scope does not send a request for each record.
   */
  definitions(groupId: string): Promise<Definitions>;
  /** Returns true the first time it receives a message, and again after the message was evicted. */
  isFirstOccurrence(text: string): boolean;
}

type Source = Pick<
  CleverReachApi,
  'whoami' | 'groups' | 'forms' | 'groupForms' | 'flows' | 'flow' | 'isBlocked' | 'attributes' | 'groupAttributes'
>;
type Timer = Pick<Clock, 'elapsed'>;

export class AccountCache {
  private readonly accounts: Responses<AccountInfo>;
  private readonly groups: Responses<readonly Group[]>;
  private readonly forms: Responses<readonly Form[]>;
  private readonly flows: Responses<readonly Flow[]>;
  private readonly flow: Responses<Flow | undefined>;
  private readonly blocked: Responses<boolean>;
  private readonly attributes: Responses<readonly Attribute[]>;
  private readonly logged = new LRUCache<string, true>(atMost(MAX_LOGGED));

  constructor(clock: Timer) {
    this.accounts = new Responses(clock);
    this.groups = new Responses(clock, (groups) => groups.length > 0);
    this.forms = new Responses(clock);
    this.flows = new Responses(clock);
    this.flow = new Responses(clock);
    this.blocked = new Responses(clock);
    this.attributes = new Responses(clock);
  }

  /** @param api the caller's client, which fetches what is not in the cache */
  directory(api: Source): AccountDirectory {
    return {
      account: () => this.accounts.get('own', () => api.whoami()),
      groups: () => this.groups.get('all', () => api.groups()),
      forms: () => this.forms.get('all', () => api.forms()),
      groupForms: (groupId) => this.forms.get(`group ${groupId}`, () => api.groupForms(groupId)),
      flows: () => this.flows.get('all', () => api.flows()),
      flow: (id) => this.flow.get(id, () => api.flow(id)),
      isBlocked: (entry, groupId) =>
        this.blocked.get(`${groupId ?? 'account'} ${entry}`, () => api.isBlocked(entry, groupId)),
      definitions: async (groupId) => {
        const responses = [
          this.attributes.get('account', () => api.attributes()),
          this.attributes.get(`group ${groupId}`, () => api.groupAttributes(groupId)),
        ] as const;
        // if one fails, wait for the other: otherwise its retries would continue after the end of the step
        await Promise.allSettled(responses);
        const [account, group] = await Promise.all(responses);
        return { account, group };
      },
      isFirstOccurrence: (whole) => {
        const text = bounded(whole);
        if (this.logged.has(text)) return false;
        this.logged.set(text, true);
        return true;
      },
    };
  }
}

class Responses<T> {
  private readonly kept: LRUCache<string, Promise<T>>;

  /** @param isKept whether a response may be used again: an empty list of groups is probably a wrong response */
  constructor(
    clock: Timer,
    private readonly isKept: (response: T) => boolean = () => true,
  ) {
    // with a resolution of 0 the library reads the clock on every access; otherwise it caches the time with its own timer
    const time = { ttl: KEPT_FOR_MS, ttlResolution: 0, perf: { now: () => clock.elapsed() } };
    this.kept = new LRUCache({ ...atMost(MAX_GROUPS), ...time });
  }

  /** Fetches once per key and minute, also for concurrent calls. A temporary failure is not cached. */
  async get(key: string, fetch: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known) return await known;
    const response = fetch();
    this.kept.set(key, response);
    const drop = (): void => {
      if (this.kept.peek(key) === response) this.kept.delete(key);
    };
    try {
      const value = await response;
      if (!this.isKept(value)) drop();
      return value;
    } catch (error) {
      if (isTemporary(error)) drop();
      throw error;
    }
  }
}

/** Has the same effect as `max`, which would preallocate memory for all entries of every account. */
function atMost(entries: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
