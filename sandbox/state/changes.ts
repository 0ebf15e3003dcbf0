import { typeOf, type MemberView } from './model';

type MemberKind = 'created' | 'subscribed' | 'unsubscribed' | 'updated' | 'deleted';
type GroupKind = 'created' | 'updated' | 'deleted';

/** What happened to a receiver of a group, or to a group. */
export type AccountChange =
  { of: 'receiver'; kind: MemberKind; groupId: number; id: number } | { of: 'group'; kind: GroupKind; groupId: number };

/** The state of a member that a change is told by. */
interface State {
  isActive: boolean;
  hasLeft: boolean;
}

function stateOf(member: MemberView | undefined): State | undefined {
  return member && { isActive: typeOf(member) === 'active', hasLeft: member.deactivated !== 0 };
}

/**
 * Tells what became of the members and groups that were touched, once whatever touched them has done its work: by the API, on the page or in a
 * scenario.
 * Costs nothing while nobody listens.
 */
export class Changes {
  private listener: ((change: AccountChange) => void) | undefined;
  private isListening = () => false;
  /** What was touched, each once, and how to learn what happened to it. */
  private touched = new Map<string, () => AccountChange[]>();

  /** @param isListening whether changes are to be noted at present */
  listen(listener: (change: AccountChange) => void, isListening: () => boolean): void {
    this.listener = listener;
    this.isListening = isListening;
  }

  /** To be called before a member is changed, added or deleted. */
  touch(groupId: number, id: number, view: () => MemberView | undefined): void {
    if (!this.isListening()) return;
    const key = `${groupId} ${id}`;
    if (this.touched.has(key)) return;
    const before = stateOf(view());
    this.note(key, () =>
      kindsOf(before, stateOf(view())).map((kind) => ({ of: 'receiver' as const, kind, groupId, id })),
    );
  }

  /** To be called when a group was added, changed or removed. */
  touchGroup(groupId: number, kind: GroupKind): void {
    if (this.isListening()) this.note(`${groupId} ${kind}`, () => [{ of: 'group', kind, groupId }]);
  }

  private note(key: string, changes: () => AccountChange[]): void {
    if (this.touched.size === 0) queueMicrotask(this.tell);
    this.touched.set(key, changes);
  }

  private readonly tell = (): void => {
    const touched = [...this.touched.values()];
    this.touched = new Map();
    for (const changes of touched) for (const change of changes()) this.listener?.(change);
  };
}

/** A change of the subscription is told as that, and not as an update as well. */
function kindsOf(before: State | undefined, after: State | undefined): MemberKind[] {
  if (!before) return !after ? [] : after.isActive ? ['created', 'subscribed'] : ['created'];
  if (!after) return ['deleted'];
  if (!before.isActive && after.isActive) return ['subscribed'];
  return !before.hasLeft && after.hasLeft ? ['unsubscribed'] : ['updated'];
}
