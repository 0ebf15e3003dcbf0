/**
 * Caches the metadata of an account: its groups, its forms and its attribute definitions. Each is fetched once and kept
 * for one minute. One cache serves one account and lives as long as the process.
 */

import type { Attribute, CleverReachApi, Form, Group } from './types';
import { bounded } from '../utils/truncate';
import { isTemporary } from '../utils/errors';

/** How long a response is cached. A new group or attribute is visible after this time at the latest. */
const KEPT_FOR_MS = 60_000;
/** Maximum number of groups whose attributes are cached; the oldest entries are evicted first. */
const MAX_GROUPS = 200;
/** Maximum number of remembered log messages. */
const MAX_SAID = 1_000;

export interface Definitions {
  /** Attributes of the group itself. */
  group: readonly Attribute[];
  /** Attributes of the account. */
  account: readonly Attribute[];
}

/** Every method throws the typed errors of the API. */
export interface AccountDirectory {
  groups(): Promise<readonly Group[]>;
  forms(): Promise<readonly Form[]>;
  groupForms(groupId: string): Promise<readonly Form[]>;
  /**
   * Refusals are cached like results, so that an app without this permission does not send a request for each record.
   */
  definitions(groupId: string): Promise<Definitions>;
  /** Returns true the first time it receives a message, and again after the message was evicted. */
  isNews(text: string): boolean;
}

type Source = Pick<CleverReachApi, 'groups' | 'forms' | 'groupForms' | 'attributes' | 'groupAttributes'>;
type Timer = { elapsed(): number };

export function createDirectory(api: Source, clock: Timer): AccountDirectory {
  const groups = kept(clock, () => api.groups());
  const forms = kept(clock, () => api.forms());
  const groupForms = kept(clock, (groupId) => api.groupForms(groupId));
  const accountAttributes = kept(clock, () => api.attributes());
  const groupAttributes = kept(clock, (groupId) => api.groupAttributes(groupId));
  const said = new Set<string>();
  return {
    groups: () => groups(''),
    forms: () => forms(''),
    groupForms,
    definitions: async (groupId) => {
      const answers = [accountAttributes(''), groupAttributes(groupId)] as const;
      // if one request fails, wait for the other too; otherwise it would be retried after the step has ended
      await Promise.allSettled(answers);
      const [account, group] = await Promise.all(answers);
      return { account, group };
    },
    isNews: (whole) => {
      const text = bounded(whole);
      if (said.has(text)) return false;
      said.add(text);
      dropOldest(said, MAX_SAID);
      return true;
    },
  };
}

/** Sends at most one request per key and minute, also for concurrent callers. Temporary failures are not cached. */
function kept<T>(clock: Timer, fetch: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, { answer: Promise<T>; since: number }>();
  return async (key) => {
    const known = answers.get(key);
    if (known && clock.elapsed() - known.since < KEPT_FOR_MS) return await known.answer;
    const entry = { answer: fetch(key), since: clock.elapsed() };
    answers.delete(key);
    answers.set(key, entry);
    dropOldest(answers, MAX_GROUPS);
    try {
      return await entry.answer;
    } catch (error) {
      if (isTemporary(error) && answers.get(key) === entry) answers.delete(key);
      throw error;
    }
  };
}

function dropOldest(collection: Map<string, unknown> | Set<string>, limit: number): void {
  const [oldest] = collection.keys();
  if (collection.size > limit && oldest !== undefined) collection.delete(oldest);
}
