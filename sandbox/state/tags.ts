import type { UnixSeconds } from '../clock';
import type { Member, MemberView } from './model';

/** Seconds until a removed tag disappears if removals are delayed. */
export const removalDelay = 60;

/**
 * `tag` or `origin.tag` as stored by CleverReach: letters, digits, `_` and `-`. Any other character becomes `_`,
 * including further dots.
 */
function normaliseTag(text: string): string {
  const cut = text.indexOf('.');
  const clean = (part: string) => part.trim().replace(/[^A-Za-z0-9_-]/g, '_');
  return cut <= 0 ? clean(text) : `${clean(text.slice(0, cut))}.${clean(text.slice(cut + 1))}`;
}

/** The currently visible tags. */
export function visibleTags(member: MemberView, now: UnixSeconds): string[] {
  return member.tags.filter((tag) => (member.pendingRemovals.get(tag) ?? Infinity) > now);
}

/**
 * Applies a list of changes as in bulk writes: `a` adds, `-a` removes, `-origin.*` removes all tags of an origin.
 * Returns the new tags.
 */
export function changeTags(
  member: Member,
  changes: readonly string[],
  now: UnixSeconds,
  removeAt: UnixSeconds,
): string[] {
  applyDueRemovals(member, now);
  const added: string[] = [];
  for (const change of changes) {
    const text = change.trim();
    if (text.startsWith('-')) removeTags(member, text.slice(1), removeAt);
    else if (addTag(member, normaliseTag(text))) added.push(normaliseTag(text));
  }
  applyDueRemovals(member, now);
  return added;
}

/** Replaces all tags by the list. */
export function replaceTags(member: Member, tags: readonly string[], now: UnixSeconds, removeAt: UnixSeconds): void {
  const wanted = tags.filter((tag) => !tag.trim().startsWith('-')).map(normaliseTag);
  applyDueRemovals(member, now);
  for (const tag of member.tags) if (!wanted.includes(tag)) member.pendingRemovals.set(tag, removeAt);
  for (const tag of wanted) addTag(member, tag);
  applyDueRemovals(member, now);
}

function addTag(member: Member, tag: string): boolean {
  if (tag === '') return false;
  const wasPending = member.pendingRemovals.delete(tag);
  if (member.tags.includes(tag)) return wasPending;
  member.tags.push(tag);
  return true;
}

function removeTags(member: Member, what: string, removeAt: UnixSeconds): void {
  const origin = /^(.+)\.\*$/.exec(what)?.[1];
  const prefix = origin === undefined ? undefined : `${normaliseTag(origin)}.`;
  const exact = normaliseTag(what);
  for (const tag of member.tags) {
    if (prefix === undefined ? tag === exact : tag.startsWith(prefix)) member.pendingRemovals.set(tag, removeAt);
  }
}

function applyDueRemovals(member: Member, now: UnixSeconds): void {
  for (const [tag, at] of member.pendingRemovals) {
    if (at > now) continue;
    member.tags = member.tags.filter((one) => one !== tag);
    member.pendingRemovals.delete(tag);
  }
}
