/** The content of an account in a comparable form. */

import type { WireReceiver } from '../../sandbox';

/** The relevant values of a receiver, independent of the format of the API. */
export function contentOf(receiver: Record<string, unknown>): string {
  const { id, email, attributes, global_attributes, tags, active } = receiver;
  const sorted = Array.isArray(tags) ? tags.map(String).sort() : [];
  return JSON.stringify([String(id), email, attributes, global_attributes, sorted, active]);
}

export const valuesOf = (receiver: WireReceiver | undefined, scope = 'global_attributes'): Record<string, string> =>
  (receiver?.[scope] ?? {}) as Record<string, string>;

export const tagsOf = (receiver: WireReceiver | undefined): string[] => (receiver?.['tags'] ?? []) as string[];
