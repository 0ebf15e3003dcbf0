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
  /** How receivers were during a poll while they did not have the tag that the flow asks for. */
  private readonly untagged = new Map<string, Receiver[]>();
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
    add(this.received, member);
  }

  /** A poll may have filtered the receiver out: then a tag that it gets later is a change, and nothing else is. */
  filterOut(member: Membership): void {
    add(this.untagged, member);
  }

  /** Whether the next step has learned of a change, or the change was filtered out for want of the tag. */
  isKnown(member: Membership, change: ReceiverChange): boolean {
    const { receiver } = member;
    const has: Record<ReceiverChange, (one: Receiver) => boolean> = {
      new: () => true,
      changed: (one) => contentOf(one) === contentOf(receiver),
      confirmed: isActive,
      unsubscribed: ({ deactivated }) => deactivated > 0,
      bounced: ({ bounced }) => bounced > 0,
    };
    return [this.received, this.untagged].some((seen) => (seen.get(keyOf(member)) ?? []).some(has[change]));
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
   * sent since, or whose timestamp is of the second of the baseline, it is not known: it may have changed to and fro.
   */
  isUnfounded(member: Membership, change: ReceiverChange): boolean {
    const before = this.before.get(keyOf(member));
    if (before === undefined || this.received.has(keyOf(member))) return false;
    // one that has left its group and come back is registered again
    const timestamps = { unsubscribed: 'deactivated', new: 'registered', bounced: 'bounced' } as const;
    if (change === 'changed' || change === 'confirmed') return false;
    const name = timestamps[change];
    return member.receiver[name] === before[name] && before[name] < this.at;
  }
}

function add(seen: Map<string, Receiver[]>, member: Membership): void {
  const key = keyOf(member);
  seen.set(key, [...(seen.get(key) ?? []), structuredClone(member.receiver)]);
}
