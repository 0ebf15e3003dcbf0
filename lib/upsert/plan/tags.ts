/**
 * Tags in the syntax of CleverReach: `tag` or `origin.tag`; a leading `-` removes a tag, `-origin.*` removes all tags
 * of an origin. CleverReach stores `_` for every character except letters, digits, `_` and `-`, so "Just the best"
 * comes back as "Just_the_best".
 */

import { composed } from '../../utils/unicode';

/** The form for the comparison of tags. The first dot separates the origin. */
export function normalisedTag(tag: string): string {
  const dot = tag.indexOf('.');
  const clean = (part: string) =>
    composed(part)
      .trim()
      .replace(/[^A-Za-z0-9_-]/g, '_');
  return dot <= 0 ? clean(tag) : `${clean(tag.slice(0, dot))}.${clean(tag.slice(dot + 1))}`;
}

/**
 * Removes the blanks around a tag or a removal, after the minus and around the dot of the origin, because CleverReach
 * would store each as `_`.
 */
export function trimmedTag(given: string): string {
  const [, minus = '', tag = ''] = /^(-?)(.*)$/s.exec(given.trim()) ?? [];
  const dot = tag.indexOf('.');
  const origin = tag.slice(0, Math.max(dot, 0)).trim();
  return origin === '' ? `${minus}${tag.trim()}` : `${minus}${origin}.${tag.slice(dot + 1).trim()}`;
}

/**
 * Returns the additions and removals that apply `wanted` to a receiver with the tags `present`; empty if nothing changes.
 * No tag is both added and removed, so the order in which CleverReach applies them does not matter. Runs in linear time.
 */
export function tagChanges(wanted: readonly string[], present: readonly string[]): string[] {
  const before = new TagSet(present.map(normalisedTag));
  const after = new TagSet(before.all);
  for (const entry of wanted) {
    if (!isRemoval(entry)) after.add(normalisedTag(entry));
    else for (const tag of after.matching(removalOf(entry))) after.delete(tag);
  }
  const lost = new TagSet([...before.all].filter((tag) => !after.has(tag)));
  const removals = [...distinctRemovals(wanted).values()].flatMap((entry) => {
    const own = lost.matching(removalOf(entry));
    const takesMore = after.matches(removalOf(entry));
    return takesMore ? own.map((tag) => `-${tag}`) : own.length > 0 ? [entry] : [];
  });
  const added = new Map<string, string>();
  for (const entry of wanted) {
    const tag = normalisedTag(entry);
    if (!isRemoval(entry) && after.has(tag) && !before.has(tag) && !added.has(tag)) added.set(tag, entry);
  }
  return [...new Set([...removals, ...added.values()])];
}

/**
 * The tags for a create. Tags that CleverReach has kept for the address are known only afterwards, see {@link
 * removals}.
 */
export function newTags(wanted: readonly string[]): string[] {
  return tagChanges(wanted, []);
}

/** The removals among the {@link tagChanges}. */
export function removals(wanted: readonly string[], present: readonly string[]): string[] {
  return tagChanges(wanted, present).filter(isRemoval);
}

/** Returns the effect of changes on the tags `present`: each added and each removed tag. */
export function tagEffect(changes: readonly string[], present: readonly string[]): { add: string[]; remove: string[] } {
  const stored = new TagSet(present.map(normalisedTag));
  const gone = new Set([...distinctRemovals(changes).values()].flatMap((entry) => stored.matching(removalOf(entry))));
  return {
    add: changes.filter((entry) => !isRemoval(entry)).map(normalisedTag),
    remove: present.filter((tag) => gone.has(normalisedTag(tag))),
  };
}

/** `-tag` or `-origin.*`. */
export function isRemoval(entry: string): boolean {
  return entry.startsWith('-');
}

/** The stored tags that an entry removes: one tag, or all tags of an origin. */
type Removal = { tag: string } | { origin: string };

function removalOf(entry: string): Removal {
  const what = entry.slice(1).trim();
  const origin = /^(.+)\.\*$/.exec(what)?.[1];
  return origin === undefined ? { tag: normalisedTag(what) } : { origin: normalisedTag(origin) };
}

/** The removals by target, each in the spelling of its first occurrence. */
function distinctRemovals(entries: readonly string[]): Map<string, string> {
  const distinct = new Map<string, string>();
  for (const entry of entries.filter(isRemoval)) {
    const key = JSON.stringify(removalOf(entry));
    if (!distinct.has(key)) distinct.set(key, entry);
  }
  return distinct;
}

/** Normalised tags, indexed by origin, so that a removal visits only the tags of its origin. */
class TagSet {
  readonly all = new Set<string>();
  private readonly byOrigin = new Map<string, Set<string>>();

  constructor(tags: Iterable<string>) {
    for (const tag of tags) this.add(tag);
  }

  add(tag: string): void {
    this.all.add(tag);
    const origin = originOf(tag);
    const others = this.byOrigin.get(origin);
    if (others) others.add(tag);
    else this.byOrigin.set(origin, new Set([tag]));
  }

  delete(tag: string): void {
    this.all.delete(tag);
    this.byOrigin.get(originOf(tag))?.delete(tag);
  }

  has(tag: string): boolean {
    return this.all.has(tag);
  }

  matching(removal: Removal): string[] {
    if ('tag' in removal) return this.has(removal.tag) ? [removal.tag] : [];
    return [...(this.byOrigin.get(removal.origin) ?? [])];
  }

  matches(removal: Removal): boolean {
    if ('tag' in removal) return this.has(removal.tag);
    return (this.byOrigin.get(removal.origin)?.size ?? 0) > 0;
  }
}

/** `''` for a tag without an origin. */
function originOf(tag: string): string {
  return tag.slice(0, Math.max(tag.indexOf('.'), 0));
}
