/**
 * Tags as CleverReach understands and stores them: `tag` or `origin.tag`; a `-` in front removes, `-origin.*` removes all of an
 * origin. It writes `_` for every character that is no letter, digit, `_` or `-`, so "Just the best" comes back as "Just_the_best".
 */

/** The form in which two tags are compared. The first dot separates the origin. */
export function normalisedTag(tag: string): string {
  const dot = tag.indexOf('.');
  const clean = (part: string) =>
    part
      .normalize('NFC')
      .trim()
      .replace(/[^A-Za-z0-9_-]/g, '_');
  return dot <= 0 ? clean(tag) : `${clean(tag.slice(0, dot))}.${clean(tag.slice(dot + 1))}`;
}

/** A tag or a removal without blanks around it, after the minus and around the dot of its origin: CleverReach would take them for `_`. */
export function tidyTag(given: string): string {
  const [, minus = '', tag = ''] = /^(-?)(.*)$/s.exec(given.trim()) ?? [];
  const dot = tag.indexOf('.');
  const origin = tag.slice(0, Math.max(dot, 0)).trim();
  return origin === '' ? `${minus}${tag.trim()}` : `${minus}${origin}.${tag.slice(dot + 1).trim()}`;
}

/**
 * What has to be sent so that `wanted` holds for a receiver with the tags `present`; empty when it holds already. No tag is both
 * added and removed, so the order in which CleverReach carries them out does not matter.
 */
export function tagChanges(wanted: readonly string[], present: readonly string[]): string[] {
  const before = new Set(present.map(normalisedTag));
  const after = new Set(before);
  for (const entry of wanted) {
    if (!isRemoval(entry)) after.add(normalisedTag(entry));
    else for (const tag of [...after].filter(matcher(entry))) after.delete(tag);
  }
  const lost = [...before].filter((tag) => !after.has(tag));
  const removals = wanted.filter(isRemoval).flatMap((entry) => {
    const own = lost.filter(matcher(entry));
    const takesMore = [...after].some(matcher(entry));
    return takesMore ? own.map((tag) => `-${tag}`) : own.length > 0 ? [entry] : [];
  });
  const added = new Map<string, string>();
  for (const entry of wanted) {
    const tag = normalisedTag(entry);
    if (!isRemoval(entry) && after.has(tag) && !before.has(tag) && !added.has(tag)) added.set(tag, entry);
  }
  return [...new Set([...removals, ...added.values()])];
}

/** The tags that a receiver is created with. What it brings along is known only then: see {@link removals}. */
export function newTags(wanted: readonly string[]): string[] {
  return tagChanges(wanted, []);
}

/** What has to be sent so that no tag is there which `wanted` takes away. */
export function removals(wanted: readonly string[], present: readonly string[]): string[] {
  return tagChanges(wanted, present).filter(isRemoval);
}

/** What changes that are sent do to the tags `present`: all that is added, and all that goes, one by one. */
export function tagEffect(changes: readonly string[], present: readonly string[]): { add: string[]; remove: string[] } {
  const removals = changes.filter(isRemoval).map(matcher);
  return {
    add: changes.filter((entry) => !isRemoval(entry)).map(normalisedTag),
    remove: present.filter((tag) => removals.some((isMeant) => isMeant(normalisedTag(tag)))),
  };
}

/** `-tag` or `-origin.*`. */
export function isRemoval(entry: string): boolean {
  return entry.startsWith('-');
}

/** Which stored tags a removal takes away. */
function matcher(removal: string): (tag: string) => boolean {
  const what = removal.slice(1).trim();
  const origin = /^(.+)\.\*$/.exec(what)?.[1];
  if (origin === undefined) return (tag) => tag === normalisedTag(what);
  const prefix = `${normalisedTag(origin)}.`;
  return (tag) => tag.startsWith(prefix);
}
