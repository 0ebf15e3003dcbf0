import type { UnixSeconds } from '../clock';
import { wholeOf } from '../input';
import { detailBits, receiverResponse } from '../wire';
import type { Account, Flow, Form, Group } from './account';
import { attributeName, type AttributeDefinition, type AttributeType } from './attributes';
import { newMember, type Mail, type Member } from './model';
import { assign, fill, place, type Edit, type NewReceiver } from './placing';
import { replaceTags } from './tags';

type Ref = string | number;
/** A receiver with the members that the API returns, with all details. */
export type WireReceiver = Record<string, unknown>;

/** How a receiver is shown to tests, whichever way the API writes it. */
const plainShapes = { ids: 'strings', activeAs: 'boolean', emptyMaps: 'object' } as const;

/** The text of the history for a change in the back end. */
const changed = { type: 'log', value: 'changed by sandbox' } as const;

/**
 * Changes in the account that do not come from the API, with timestamps of the sandbox's clock: people subscribe and
 * unsubscribe, users work in the back end, mails bounce. Ids and groups are accepted as numbers or strings and returned
 * as strings. A reference to something that does not exist throws an Error.
 */
export class Scenario {
  constructor(private readonly account: Account) {}

  /** Requested double-opt-in and double-opt-out mails. */
  get mails(): readonly Mail[] {
    return this.account.mails;
  }

  addGroup(name: string, options: { id?: Ref } = {}): string {
    return String(this.account.addGroup(name, options.id === undefined ? undefined : Number(options.id)).id);
  }

  groupName(groupId: Ref): string {
    return this.group(groupId).name;
  }

  removeGroup(groupId: Ref): void {
    this.account.removeGroup(this.group(groupId));
  }

  /** Defines an attribute of the account or of a group; returns its id. */
  addAttribute(attribute: { name: string; type?: AttributeType; groupId?: Ref }): string {
    const groupId = attribute.groupId === undefined ? 0 : this.group(attribute.groupId).id;
    const definition: Omit<AttributeDefinition, 'id'> = {
      groupId,
      name: attributeName(attribute.name),
      type: attribute.type ?? 'text',
      description: attribute.name,
      previewValue: '',
      defaultValue: '',
    };
    if (this.account.attributes.taken(definition.name, groupId)) throw new Error(`Attribute ${definition.name} exists`);
    return String(this.account.attributes.add(definition).id);
  }

  addForm(form: { groupId: Ref; id?: Ref; name?: string }): Form {
    const id = form.id === undefined ? undefined : Number(form.id);
    return this.account.addForm(this.group(form.groupId).id, id, form.name);
  }

  /** @param flow `playbook` is `unsubscribe`, or anything else for a double opt-in */
  addFlow({ groupId, ...flow }: { groupId: Ref } & Partial<Omit<Flow, 'groupId'>>): Flow {
    return this.account.addFlow(this.group(groupId).id, flow);
  }

  /**
   * Adds a receiver, or a membership if the address exists in another group. The history says that it was created when it
   * was registered.
   */
  addReceiver(groupId: Ref, receiver: NewReceiver): string {
    return this.add(groupId, receiver, false);
  }

  /** The same, but a receiver of its own if the address exists in another spelling: `JO@example.org` beside `jo@example.org`. */
  addSpelling(groupId: Ref, receiver: NewReceiver): string {
    return this.add(groupId, receiver, true);
  }

  private add(groupId: Ref, receiver: NewReceiver, isSecond: boolean): string {
    const group = this.group(groupId);
    const registered = receiver.registered ?? this.account.clock.now();
    const blank = { ...newMember(registered), source: 'Backend (sandbox)' };
    const id = place(this.account, group, receiver, blank, isSecond);
    this.account.record(id, { type: 'log', value: 'created by sandbox', groupId: group.id, stamp: registered });
    return String(id);
  }

  /** A change in the back end; adds a `log` event. */
  edit(groupId: Ref, ref: Ref, edit: Edit): void {
    const group = this.group(groupId);
    const id = this.member(group, ref);
    const aboutPerson = assign(this.account, group, id, edit);
    if (edit.tags) {
      for (const holder of this.account.tagHolders(group, id)) {
        replaceTags(holder, edit.tags, this.account.clock.now(), this.account.tagGoesAt());
      }
    }
    this.account.touchMember(group.members.edit(id), edit.attributes !== undefined);
    this.account.record(id, { ...changed, groupId: group.id, aboutPerson });
  }

  /**
   * The person unsubscribes from the group, or a back-end user does it, which adds a `log` event. Depending on the
   * setting of the account, the address is also blocked and deleted.
   */
  unsubscribe(groupId: Ref, ref: Ref, by: 'receiver' | 'backEnd' = 'receiver'): void {
    const group = this.group(groupId);
    const id = this.member(group, ref);
    const member = this.touched(group, id);
    member.deactivated = this.account.clock.now();
    member.left = true;
    const event = by === 'receiver' ? { type: 'user_unsubscribe', typeId: '301', value: '198.51.100.7' } : changed;
    this.account.record(id, { ...event, groupId: group.id });
    if (!this.account.switches.unsubscribeBlacklists) return;
    this.block(this.account.pool.key(id));
    this.account.leaveAll(id);
  }

  /** The person follows the link of a double-opt-in mail. */
  confirm(groupId: Ref, ref: Ref): void {
    const group = this.group(groupId);
    const id = this.member(group, ref);
    const member = this.touched(group, id);
    member.activated = this.account.clock.now();
    member.deactivated = 0;
    member.left = false;
    this.account.record(id, { type: 'user_subscribe', typeId: '301', value: '198.51.100.7', groupId: group.id });
  }

  bounce(groupId: Ref, ref: Ref): void {
    const group = this.group(groupId);
    const id = this.member(group, ref);
    this.touched(group, id).bounced = this.account.clock.now();
    const value = '550 5.1.1 user unknown';
    this.account.record(id, { type: 'mail_bounce', typeId: 'hardbounce', value, groupId: group.id });
  }

  remove(groupId: Ref, ref: Ref): void {
    const group = this.group(groupId);
    this.account.leave(group, this.member(group, ref));
  }

  removeEverywhere(ref: Ref): void {
    this.account.leaveAll(this.person(ref));
  }

  changeEmail(ref: Ref, email: string): void {
    const id = this.person(ref);
    if (![undefined, id].includes(this.account.pool.idOf(email))) throw new Error(`${email} is taken`);
    this.account.rename(id, email);
    this.account.record(id, { ...changed, aboutPerson: true });
  }

  /** Adds an address (or `*@example.org`) to the block list of the account. */
  block(email: string): void {
    const stamp = this.account.clock.now();
    this.account.blockList.put(0, { email, comment: 'sandbox', stamp, isLocked: false });
  }

  /**
   * Imports a file: new people are registered (and active) at `registered`, which may be in the past. `imported` is the
   * current time. A row may have its own values for both. Adds an event only if the switch says so.
   */
  importReceivers(groupId: Ref, rows: readonly NewReceiver[], options: { registered?: UnixSeconds } = {}): string[] {
    const group = this.group(groupId);
    const now = this.account.clock.now();
    return rows.map((row) => {
      const registered = row.registered ?? options.registered ?? now;
      const known = this.account.pool.idOf(row.email);
      const exists = known !== undefined && group.members.view(known) !== undefined;
      const id = exists
        ? known
        : place(this.account, group, { ...row, registered }, { ...newMember(registered), source: 'Import' }, false);
      if (exists) fill(this.account, group, id, row);
      this.touched(group, id).imported = row.imported ?? now;
      if (this.account.switches.eventForImport) {
        this.account.record(id, { type: 'log', value: 'imported by sandbox', groupId: group.id });
      }
      return String(id);
    });
  }

  /** A mail event: `mail_send`, `mail_open` or `mail_click`. */
  recordMail(groupId: Ref, ref: Ref, type: 'mail_send' | 'mail_open' | 'mail_click', mailingId = 4711): void {
    const group = this.group(groupId);
    const id = this.member(group, ref);
    const value = type === 'mail_send' ? '' : '198.51.100.7';
    this.account.record(id, { type, typeId: String(mailingId), value, mailingId, groupId: group.id });
  }

  /** A receiver with tags, events and orders, in {@link plainShapes}; undefined if it is not in the group. */
  receiver(groupId: Ref, ref: Ref): WireReceiver | undefined {
    const group = this.group(groupId);
    const id = this.find(ref);
    const found = id === undefined ? undefined : this.account.receiver(group, id);
    const switches = { ...this.account.switches, ...plainShapes };
    return found && receiverResponse(this.account, group, found.person, found.member, detailBits.all, switches);
  }

  /** All receivers of a group by ascending address. */
  receivers(groupId: Ref): WireReceiver[] {
    const ids = this.group(groupId).members.ids({ field: 'email', descending: false });
    return ids.flatMap((id): WireReceiver[] => {
      const found = this.receiver(groupId, id);
      return found ? [found] : [];
    });
  }

  /** Number of receivers of a group. */
  size(groupId: Ref): number {
    return this.group(groupId).members.size;
  }

  private touched(group: Group, id: number): Member {
    const member = group.members.edit(id);
    this.account.touchMember(member, false);
    return member;
  }

  private group(ref: Ref): Group {
    const group = this.account.groups.get(Number(ref));
    if (!group) throw new Error(`No group ${ref}`);
    return group;
  }

  private find(ref: Ref): number | undefined {
    const id = wholeOf(ref);
    return id ?? this.account.pool.idOf(String(ref));
  }

  private person(ref: Ref): number {
    const id = this.find(ref);
    if (id === undefined || !this.account.pool.view(id)) throw new Error(`No receiver ${ref}`);
    return id;
  }

  private member(group: Group, ref: Ref): number {
    const id = this.person(ref);
    if (!group.members.view(id)) throw new Error(`No receiver ${ref} in group ${group.id}`);
    return id;
  }
}
