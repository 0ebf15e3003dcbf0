import { randomUUID } from 'node:crypto';
import type { Clock, UnixSeconds } from '../clock';
import type { Switches } from '../switches';
import { Attributes } from './attributes';
import { Changes } from './changes';
import { BlockList } from './blockList';
import { FormerTimestamps } from './formerTimestamps';
import { Members, type MemberSource } from './members';
import type { Mail, Member, MemberView, Person, PersonView, StoredEvent, StoredFilter } from './model';
import { Pool } from './pool';
import { removalDelay } from './tags';

export interface Group {
  readonly id: number;
  name: string;
  locked: boolean;
  backup: boolean;
  receiverInfo: string;
  stamp: UnixSeconds;
  lastMailing: UnixSeconds;
  lastChanged: UnixSeconds;
  members: Members;
}

export interface Form {
  id: number;
  groupId: number;
  name: string;
}

/** What newer accounts have in place of forms. */
export interface Flow {
  /** A UUID in lower case. */
  id: string;
  groupId: number;
  name: string;
  /** `unsubscribe`, or another name for a double opt-in. */
  playbook: string;
}

export type NewEvent = Pick<StoredEvent, 'type'> & Partial<StoredEvent>;

/**
 * The data of the account, and the operations that keep it consistent: memberships, people (a person without a group is
 * removed unless the switch says otherwise), sort order and history. The rules of the API are elsewhere.
 */
export class Account {
  readonly pool = new Pool();
  readonly groups = new Map<number, Group>();
  readonly attributes = new Attributes();
  readonly blockList = new BlockList();
  readonly forms = new Map<number, Form>();
  readonly flows = new Map<string, Flow>();
  readonly filters = new Map<number, StoredFilter>();
  readonly mails: Mail[] = [];
  /** Reports changes of groups and their receivers. */
  readonly changes = new Changes();
  /** The timestamps that the filter knows, which may be late. */
  readonly former: FormerTimestamps;
  private nextGroupId = 1046;
  private nextFormId = 301;
  private nextFilterId = 801;

  constructor(
    readonly clock: Clock,
    readonly switches: Switches,
  ) {
    this.former = new FormerTimestamps(clock, switches);
  }

  /** A string that changes whenever visible data of groups and receivers changes. */
  get version(): string {
    const groups = [...this.groups.values()].map(({ id, name, members }) => `${id} ${members.version} ${name}`);
    return [this.pool.version, ...groups].join(', ');
  }

  addGroup(name: string, id?: number, source?: (groupId: number) => MemberSource): Group {
    while (this.groups.has(this.nextGroupId)) this.nextGroupId += 1;
    const groupId = id ?? this.nextGroupId++;
    if (this.groups.has(groupId)) throw new Error(`Group ${groupId} exists`);
    const now = this.clock.now();
    const group: Group = {
      id: groupId,
      name,
      locked: false,
      backup: true,
      receiverInfo: '',
      stamp: now,
      lastMailing: 0,
      lastChanged: now,
      members: new Members(this.pool, source?.(groupId), (id) => {
        this.touched(group, id);
      }),
    };
    this.groups.set(groupId, group);
    this.changes.touchGroup(groupId, 'created');
    return group;
  }

  removeGroup(group: Group): void {
    this.clearGroup(group);
    this.attributes.removeGroup(group.id);
    for (const owned of [this.filters, this.forms])
      for (const { id, groupId } of owned.values()) if (groupId === group.id) owned.delete(id);
    for (const { id, groupId } of this.flows.values()) if (groupId === group.id) this.flows.delete(id);
    this.groups.delete(group.id);
    this.changes.touchGroup(group.id, 'deleted');
  }

  touchGroup(group: Group): void {
    group.lastChanged = this.clock.now();
    this.changes.touchGroup(group.id, 'updated');
  }

  clearGroup(group: Group): void {
    for (const id of [...group.members.ids({ field: 'email', descending: true })]) this.leave(group, id);
  }

  addForm(groupId: number, id?: number, name = 'Form'): Form {
    const form = { id: id ?? this.nextFormId++, groupId, name };
    this.forms.set(form.id, form);
    return form;
  }

  addFlow(groupId: number, { id = randomUUID(), name = 'Flow', playbook = 'doubleoptin' }: Partial<Flow> = {}): Flow {
    const flow = { id: id.toLowerCase(), groupId, name, playbook };
    this.flows.set(flow.id, flow);
    return flow;
  }

  addFilter(groupId: number, content: Pick<StoredFilter, 'name' | 'operator' | 'rules'>): StoredFilter {
    const filter = { id: this.nextFilterId++, groupId, ...content };
    this.filters.set(filter.id, filter);
    return filter;
  }

  /** Person and membership, or undefined if the person is not in the group. */
  receiver(group: Group, id: number): { person: PersonView; member: MemberView } | undefined {
    const member = group.members.view(id);
    const person = member && this.pool.view(id);
    return person && { person, member };
  }

  join(group: Group, id: number, member: Member): void {
    this.pool.edit(id).groups.push(group.id);
    group.members.add(id, member);
  }

  /** Removes a membership, and with the last one the person if the switch says so. */
  leave(group: Group, id: number): void {
    group.members.delete(id);
    const person = this.pool.edit(id);
    person.groups = person.groups.filter((one) => one !== group.id);
    person.events = person.events.filter((event) => event.groupId !== group.id);
    person.earlier.delete(group.id);
    if (person.groups.length === 0 && this.switches.receiverWithoutGroup === 'gone') this.pool.remove(id);
  }

  leaveAll(id: number): void {
    for (const group of this.groupsOf(id)) this.leave(group, id);
  }

  groupsOf(id: number): Group[] {
    const ids = this.pool.view(id)?.groups ?? [];
    return ids.flatMap((groupId) => this.groups.get(groupId) ?? []);
  }

  /** Changes the address in all groups; the new one must not exist. */
  rename(id: number, email: string): void {
    const moves = this.groupsOf(id).map((group) => (change: () => void) => {
      group.members.move(id, change);
    });
    const change = moves.reduceRight<() => void>(
      (inner, move) => () => {
        move(inner);
      },
      () => {
        this.pool.rename(id, email);
      },
    );
    change();
    this.touchPerson(this.pool.edit(id), false);
  }

  /** Adds a history entry, with the current time unless a timestamp is given. */
  record(id: number, event: NewEvent): void {
    this.pool.edit(id).events.push({
      stamp: this.clock.now(),
      typeId: '',
      value: '',
      mailingId: 0,
      groupId: 0,
      aboutPerson: false,
      ...event,
    });
  }

  touchMember(member: Member, attributes: boolean): void {
    member.changedAt = this.clock.now();
    if (attributes) member.attributesAt = member.changedAt;
  }

  touchPerson(person: Person, attributes: boolean): void {
    for (const group of this.groupsOf(person.id)) this.touched(group, person.id);
    person.changedAt = this.clock.now();
    if (attributes) person.attributesAt = person.changedAt;
  }

  private touched(group: Group, id: number): void {
    this.former.keep(group.id, id, group.members.timestamps(id));
    this.changes.touch(group.id, id, () => group.members.view(id));
  }

  /** The time at which a tag disappears that is removed now. */
  tagGoesAt(): UnixSeconds {
    return this.clock.now() + (this.switches.tagRemoval === 'delayed' ? removalDelay : 0);
  }

  /** The memberships that share tags with this one: only itself, or all of the person. */
  tagHolders(group: Group, id: number): Member[] {
    const groups = this.switches.tagsOn === 'person' ? this.groupsOf(id) : [group];
    return groups.map((one) => one.members.edit(id));
  }
}
