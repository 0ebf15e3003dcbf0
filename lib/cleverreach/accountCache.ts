/**
 * What is known of an account beside its receivers: its groups, its forms and the definitions of its attributes, each fetched once and
 * kept for a minute. One directory serves one account, for as long as the process lives.
 */

import type { Attribute, CleverReachApi, Form, Group } from './types';
import { bounded } from '../utils/truncate';
import { isTemporary } from '../utils/errors';

/** How long an answer is used; who adds a group or an attribute sees it noticed after that time at the latest. */
const KEPT_FOR_MS = 60_000;
/** Groups whose attributes are kept; those asked for first make room. */
const MAX_GROUPS = 200;
/** Things said that are remembered. */
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
  /** A refusal is kept as an answer is, so that an app without this permission does not ask again for each record. */
  definitions(groupId: string): Promise<Definitions>;
  /** True the first time for a text, and again once it was forgotten. */
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
      // where one fails, the other is not left behind: it would be repeated after the step has ended
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

/** Asks once per key and minute, also when many ask at the same time. A temporary failure is not kept. */
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
