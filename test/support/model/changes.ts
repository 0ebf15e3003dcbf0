/** Applies the changes of a sequence of events to a sandbox account. */

import type { Group } from '../../../lib/cleverreach/types';
import type { Scenario, WireReceiver } from '../../../sandbox/state/scenario';
import type { Clock } from '../../../sandbox/clock';
import type { Change } from './events';

/** Long ago, so that only the group shows that a receiver is new there. */
const OLD_SECONDS = 1_000_000;

export class Changes {
  readonly groups: Group[] = [];
  private lowest = 1000;
  private renamed = 0;
  /** The receivers of a group when it was deleted. */
  private readonly deleted = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly scenario: Scenario,
    private readonly clock: Clock,
    private readonly movesLeaveTrace: boolean,
  ) {
    scenario.addAttribute({ name: 'firstname' });
  }

  addGroup(id?: number): string {
    const added = this.scenario.addGroup('Group', id === undefined ? {} : { id });
    this.groups.push({ id: added, name: `Group ${added}` });
    return added;
  }

  wasInDeletedGroup(groupId: string, id: string): boolean {
    return this.deleted.get(groupId)?.has(id) === true;
  }

  apply(change: Exclude<Change, { kind: 'wait' | 'clock' }>): void {
    if (change.kind === 'createGroup') {
      this.createGroup(change.isLow, change.names);
      return;
    }
    const group = this.groupAt(change.group);
    if (!group) return;
    if ('name' in change) this.arrive(group.id, change.kind, `n${change.name}@example.org`);
    else if (change.kind === 'editAll')
      for (const receiver of this.scenario.receivers(group.id))
        this.change(group.id, receiver, { ...change, kind: 'edit', who: 0 });
    else if (!('who' in change)) this.changeGroup(group, change.kind);
    else {
      const members = this.scenario.receivers(group.id);
      const receiver = members[change.who % Math.max(1, members.length)];
      if (!receiver) return;
      if ('to' in change) this.join(group.id, receiver, change);
      else this.change(group.id, receiver, change);
    }
  }

  private changeGroup(group: Group, kind: 'deleteGroup' | 'renameGroup'): void {
    if (kind === 'renameGroup') {
      group.name = `Renamed ${(this.renamed += 1)}`;
      return;
    }
    this.deleted.set(group.id, new Set(this.scenario.receivers(group.id).map(({ id }) => String(id))));
    this.scenario.removeGroup(group.id);
    this.groups.splice(this.groups.indexOf(group), 1);
  }

  private groupAt(index: number): Group | undefined {
    return this.groups[index % Math.max(1, this.groups.length)];
  }

  private createGroup(isLow: boolean, names: readonly number[]): void {
    const id = this.addGroup(isLow ? (this.lowest -= 1) : undefined);
    const registered = this.clock.now() - OLD_SECONDS;
    for (const name of new Set(names)) this.scenario.addReceiver(id, { email: `n${name}@example.org`, registered });
  }

  private arrive(groupId: string, kind: 'register' | 'import', email: string): void {
    if (this.scenario.receiver(groupId, email)) return;
    if (kind === 'register') this.scenario.addReceiver(groupId, { email });
    else this.scenario.importReceivers(groupId, [{ email }], { registered: this.clock.now() - OLD_SECONDS });
  }

  private join(groupId: string, receiver: WireReceiver, { kind, to }: { kind: 'move' | 'copy'; to: number }): void {
    const target = this.groupAt(to);
    const email = String(receiver['email']);
    if (!target || this.scenario.receiver(target.id, email)) return;
    const registered = this.clock.now() - (this.movesLeaveTrace ? 0 : OLD_SECONDS);
    this.scenario.addReceiver(target.id, { email, registered, activated: registered });
    if (kind === 'move') this.scenario.remove(groupId, email);
  }

  private change(
    groupId: string,
    receiver: WireReceiver,
    { kind, value }: Extract<Change, { who: number; value: number }>,
  ): void {
    const id = String(receiver['id']);
    switch (kind) {
      case 'edit':
        // an entry in the history of each group, because a group takes its entries along when the receiver leaves it
        for (const group of this.groups)
          if (this.scenario.receiver(group.id, id))
            this.scenario.edit(group.id, id, { global_attributes: { firstname: `v${value}` } });
        return;
      case 'tag':
        this.scenario.edit(groupId, id, { tags: value % 2 === 0 ? [] : ['vip'] });
        return;
      case 'unsubscribe':
        this.scenario.unsubscribe(groupId, id);
        return;
      case 'subscribe':
        this.scenario.confirm(groupId, id);
        return;
      case 'bounce':
        this.scenario.bounce(groupId, id);
        return;
      case 'delete':
        this.scenario.remove(groupId, id);
        return;
      case 'rename':
        try {
          this.scenario.changeEmail(id, `m${value}@example.org`);
        } catch {
          // the address is taken, so nothing changes
        }
    }
  }
}
