import type { PersonView, StoredEvent } from './model';

/**
 * The events of a person newest first: of one group, of one group and about data that all groups share, or, without a
 * group, all. Earlier events of a seeded person are computed by each call.
 */
export function historyOf(
  person: PersonView,
  { groupId, shared = false }: { groupId?: number | undefined; shared?: boolean } = {},
): StoredEvent[] {
  const earlier = groupId === undefined ? [...person.earlier.values()] : [person.earlier.get(groupId)];
  const own = person.events.filter(
    (event) => groupId === undefined || event.groupId === groupId || (shared && event.aboutPerson),
  );
  return [...earlier.flatMap((compute) => compute?.() ?? []), ...own].reverse().sort((a, b) => b.stamp - a.stamp);
}
