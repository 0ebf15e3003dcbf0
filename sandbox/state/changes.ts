import { typeOf, type MemberView } from './model';

type MemberKind = 'created' | 'subscribed' | 'unsubscribed' | 'updated' | 'deleted';
type GroupKind = 'created' | 'updated' | 'deleted';

/** A change of a receiver of a group, or of a group. */
export type AccountChange =
  { of: 'receiver'; kind: MemberKind; groupId: number; id: number } | { of: 'group'; kind: GroupKind; groupId: number };

/** The state of a member that determines the kind of a change. */
interface State {
  isActive: boolean;
  hasLeft: boolean;
}

function stateOf(member: MemberView | undefined): State | undefined {
  return member && { isActive: typeOf(member) === 'active', hasLeft: member.deactivated !== 0 };
}

/**
 * Reports the changes of members and groups once the operation that caused them has ended: an API request, an action on
 * the page or a step of a scenario. Costs nothing without listeners.
 */
export class Changes {
  private listener: ((change: AccountChange) => void) | undefined;
  private isListening = () => false;
  /** Changed members and groups, each once, with a function that determines the change. */
  private touched = new Map<string, () => AccountChange[]>();

  /** @param isListening whether changes have to be recorded */
  listen(listener: (change: AccountChange) => void, isListening: () => boolean): void {
    this.listener = listener;
    this.isListening = isListening;
  }

  /** Must be called before a member is changed, added or deleted. */
  touch(groupId: number, id: number, view: () => MemberView | undefined): void {
    if (!this.isListening()) return;
    const key = `${groupId} ${id}`;
    if (this.touched.has(key)) return;
    const before = stateOf(view());
    this.note(key, () =>
      kindsOf(before, stateOf(view())).map((kind) => ({ of: 'receiver' as const, kind, groupId, id })),
    );
  }

  /** Must be called after a group was added, changed or removed. */
  touchGroup(groupId: number, kind: GroupKind): void {
    if (this.isListening()) this.note(`${groupId} ${kind}`, () => [{ of: 'group', kind, groupId }]);
  }

  private note(key: string, changes: () => AccountChange[]): void {
    if (this.touched.size === 0) queueMicrotask(this.report);
    this.touched.set(key, changes);
  }

  private readonly report = (): void => {
    const touched = [...this.touched.values()];
    this.touched = new Map();
    for (const changes of touched) for (const change of changes()) this.listener?.(change);
  };
}

/** A change of the subscription is reported only as such, not as an update too. */
function kindsOf(before: State | undefined, after: State | undefined): MemberKind[] {
  if (!before) return !after ? [] : after.isActive ? ['created', 'subscribed'] : ['created'];
  if (!after) return ['deleted'];
  if (!before.isActive && after.isActive) return ['subscribed'];
  return !before.hasLeft && after.hasLeft ? ['unsubscribed'] : ['updated'];
}
