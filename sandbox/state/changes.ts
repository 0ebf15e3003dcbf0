import { typeOf, type MemberView } from './model';

/** What happened to a receiver of a group. */
export interface MemberChange {
  kind: 'created' | 'subscribed' | 'unsubscribed' | 'updated' | 'deleted';
  groupId: number;
  id: number;
}

/** The state of a member that a change is told by. */
interface State {
  isActive: boolean;
  hasLeft: boolean;
}

interface Touched {
  groupId: number;
  id: number;
  before: State | undefined;
  now: () => State | undefined;
}

function stateOf(member: MemberView | undefined): State | undefined {
  return member && { isActive: typeOf(member) === 'active', hasLeft: member.deactivated !== 0 };
}

/**
 * Tells what became of the members that were touched, once whatever touched them has done its work: by the API, on the page or in a scenario.
 * Costs nothing while nobody listens.
 */
export class Changes {
  private listener: ((change: MemberChange) => void) | undefined;
  private isListening = () => false;
  private touched = new Map<string, Touched>();

  /** @param isListening whether changes are to be noted at present */
  listen(listener: (change: MemberChange) => void, isListening: () => boolean): void {
    this.listener = listener;
    this.isListening = isListening;
  }

  /** To be called before a member is changed, added or deleted. */
  touch(groupId: number, id: number, view: () => MemberView | undefined): void {
    if (!this.isListening()) return;
    const key = `${groupId} ${id}`;
    if (this.touched.has(key)) return;
    if (this.touched.size === 0) queueMicrotask(this.tell);
    this.touched.set(key, { groupId, id, before: stateOf(view()), now: () => stateOf(view()) });
  }

  private readonly tell = (): void => {
    const touched = [...this.touched.values()];
    this.touched = new Map();
    for (const { groupId, id, before, now } of touched) {
      for (const kind of kindsOf(before, now())) this.listener?.({ kind, groupId, id });
    }
  };
}

/** A change of the subscription is told as that, and not as an update as well. */
function kindsOf(before: State | undefined, after: State | undefined): MemberChange['kind'][] {
  if (!before) return !after ? [] : after.isActive ? ['created', 'subscribed'] : ['created'];
  if (!after) return ['deleted'];
  if (!before.isActive && after.isActive) return ['subscribed'];
  return !before.hasLeft && after.hasLeft ? ['unsubscribed'] : ['updated'];
}
