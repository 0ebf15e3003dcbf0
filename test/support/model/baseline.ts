/**
 * The messages that a full read has to send if the flow asks for some types of changes only: compares the account with
 * its state at the previous full read.
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
  /** The content of receivers during polls while they did not have the tag that the flow asks for. */
  private readonly untagged = new Map<string, Receiver[]>();
  /** Groups that a poll has read since: their content at that time is unknown. */
  private readonly seenSince = new Set<string>();

  /** @param at the time on CleverReach's clock */
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

  /** A poll may have filtered the receiver out. Then only a tag that it gets later counts as a change. */
  filterOut(member: Membership): void {
    add(this.untagged, member);
  }

  /** Whether the next step has received the change, or the change was filtered out because the tag was missing. */
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

  /**
   * Changes of a receiver that must have happened since. For a receiver that was moved, it is unknown whether it is new
   * to its group.
   */
  changesOf(member: Membership): readonly ReceiverChange[] {
    const { groupId, receiver } = member;
    if (!this.groups.has(groupId) && !this.seenSince.has(groupId)) return changesAtFirst(receiver);
    const before = this.before.get(keyOf(member));
    if (before === undefined) return this.ids.has(receiver.id) || receiver.registered <= this.at ? [] : ['new'];
    const { registered, activated, deactivated, bounced } = receiver;
    const changes: ReceiverChange[] = [];
    if (contentOf(receiver) !== before.content) changes.push('changed');
    // a change that was undone is not a change
    if (isActive(receiver) && !isActive(before) && activated > registered) changes.push('confirmed');
    if (deactivated > 0 && before.deactivated === 0) changes.push('unsubscribed');
    if (bounced > 0 && before.bounced === 0) changes.push('bounced');
    return changes;
  }

  /**
   * Whether a message names a change that has not happened since, if there was no failure. Unknown for a receiver that
   * was sent since, or whose timestamp is in the second of the baseline: it may have been changed and changed back.
   */
  isUnfounded(member: Membership, change: ReceiverChange): boolean {
    const before = this.before.get(keyOf(member));
    if (before === undefined || this.received.has(keyOf(member))) return false;
    // a receiver that has left its group and come back is registered again
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
