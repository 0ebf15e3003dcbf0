/**
 * What a full read has to send of a flow that asks for some changes only: the account is compared with how it was at the
 * full read before.
 */

import type { Receiver } from '../../../lib/cleverreach/types';
import type { ReceiverChange } from '../../../lib/config/changeTypes';
import { changesAtFirst } from '../../../lib/polling/changes/stateChanges';
import { contentHash } from '../../../lib/polling/changes/receiverContent';

export interface Membership {
  groupId: string;
  receiver: Receiver;
}

type State = Pick<Receiver, 'activated' | 'deactivated' | 'bounced'>;
type Before = State & { registered: number; content: string };

const keyOf = ({ groupId, receiver }: Membership): string => `${groupId} ${receiver.id}`;
const isActive = ({ activated, deactivated, bounced }: State): boolean =>
  activated > 0 && deactivated === 0 && bounced === 0;

/** Without the state. */
const contentOf = (receiver: Receiver): string => contentHash(receiver, 0);

export class Baseline {
  private readonly before = new Map<string, Before>();
  private readonly ids = new Set<string>();
  private readonly received = new Map<string, Receiver[]>();
  /** Groups that a poll has seen since: what was in them then is not known. */
  private readonly seenSince = new Set<string>();

  /** @param at CleverReach's clock */
  constructor(
    private readonly groups: ReadonlySet<string>,
    members: readonly Membership[],
    private readonly at: number,
  ) {
    for (const member of members) {
      const { registered, activated, deactivated, bounced, id } = member.receiver;
      this.ids.add(id);
      const content = contentOf(member.receiver);
      this.before.set(keyOf(member), { registered, activated, deactivated, bounced, content });
    }
  }

  see(groupId: string): void {
    this.seenSince.add(groupId);
  }

  receive(member: Membership): void {
    const key = keyOf(member);
    this.received.set(key, [...(this.received.get(key) ?? []), structuredClone(member.receiver)]);
  }

  /** Whether the next step has learned of a change, and whatever else of it is asked for. */
  isKnown(member: Membership, change: ReceiverChange): boolean {
    const { receiver } = member;
    const has: Record<ReceiverChange, (one: Receiver) => boolean> = {
      new: () => true,
      changed: (one) => contentOf(one) === contentOf(receiver),
      confirmed: isActive,
      unsubscribed: ({ deactivated }) => deactivated > 0,
      bounced: ({ bounced }) => bounced > 0,
    };
    return (this.received.get(keyOf(member)) ?? []).some(has[change]);
  }

  /** What has surely happened to a receiver since. Of one that was moved, it is not known that it is new to its group. */
  changesOf(member: Membership): readonly ReceiverChange[] {
    const { groupId, receiver } = member;
    if (!this.groups.has(groupId) && !this.seenSince.has(groupId)) return changesAtFirst(receiver);
    const before = this.before.get(keyOf(member));
    if (before === undefined) return this.ids.has(receiver.id) || receiver.registered <= this.at ? [] : ['new'];
    const { registered, activated, deactivated, bounced } = receiver;
    const changes: ReceiverChange[] = [];
    if (contentOf(receiver) !== before.content) changes.push('changed');
    // to and fro is no change
    if (isActive(receiver) && !isActive(before) && activated > registered) changes.push('confirmed');
    if (deactivated > 0 && before.deactivated === 0) changes.push('unsubscribed');
    if (bounced > 0 && before.bounced === 0) changes.push('bounced');
    return changes;
  }

  /**
   * Whether a message about a receiver names a change that has not happened since, if nothing went wrong. Of one that was
   * sent since, it is not known: it may have changed to and fro within a second.
   */
  isUnfounded(member: Membership, change: ReceiverChange): boolean {
    const before = this.before.get(keyOf(member));
    if (before === undefined || this.received.has(keyOf(member))) return false;
    const { registered, deactivated, bounced } = member.receiver;
    if (change === 'unsubscribed') return deactivated === before.deactivated;
    // one that has left its group and come back is registered again
    if (change === 'new') return registered === before.registered;
    return change === 'bounced' && bounced === before.bounced;
  }
}
