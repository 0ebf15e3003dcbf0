/** What an account holds, in the words in which a test compares it. */

import type { WireReceiver } from '../../sandbox';

/** What matters of a receiver, the same for the same content however the wire spells it. */
export function contentOf(receiver: Record<string, unknown>): string {
  const { id, email, attributes, global_attributes, tags, active } = receiver;
  const sorted = Array.isArray(tags) ? tags.map(String).sort() : [];
  return JSON.stringify([String(id), email, attributes, global_attributes, sorted, active]);
}

export const valuesOf = (receiver: WireReceiver | undefined, scope = 'global_attributes'): Record<string, string> =>
  (receiver?.[scope] ?? {}) as Record<string, string>;

export const tagsOf = (receiver: WireReceiver | undefined): string[] => (receiver?.['tags'] ?? []) as string[];
