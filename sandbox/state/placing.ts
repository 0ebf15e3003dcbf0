import type { UnixSeconds } from '../clock';
import type { Account, Group } from './account';
import { storedAddress } from './addresses';
import { setValue, type AttributeDefinition } from './attributes';
import type { Member } from './model';
import { changeTags } from './tags';

type Values = Record<string, string>;

/**
 * A receiver that is added to a group directly. Default timestamps: registered now, activated when registered, the
 * others never.
 */
export interface NewReceiver {
  email: string;
  attributes?: Values;
  global_attributes?: Values;
  tags?: readonly string[];
  registered?: UnixSeconds;
  activated?: UnixSeconds;
  deactivated?: UnixSeconds;
  bounced?: UnixSeconds;
  imported?: UnixSeconds;
  source?: string;
}

/** The changes of a back-end user; `tags` is the complete new list. */
export interface Edit {
  attributes?: Values;
  global_attributes?: Values;
  tags?: readonly string[];
}

/**
 * Adds a receiver to a group; throws if it already exists there.
 * @param isSecond whether another receiver may have the address in another spelling
 */
export function place(account: Account, group: Group, receiver: NewReceiver, blank: Member, isSecond: boolean): number {
  const { pool, clock, switches } = account;
  const email = storedAddress(receiver.email, switches);
  const known = pool.idOf(email);
  const isOther = isSecond && known !== undefined && pool.view(known)?.email !== email;
  const id = known === undefined || isOther ? pool.create(email, clock.now()).id : known;
  if (group.members.view(id)) throw new Error(`${email} is in group ${group.id}`);
  account.join(group, id, {
    ...blank,
    activated: receiver.activated ?? blank.registered,
    deactivated: receiver.deactivated ?? 0,
    bounced: receiver.bounced ?? 0,
    imported: receiver.imported ?? 0,
    source: receiver.source ?? blank.source,
  });
  fill(account, group, id, receiver);
  return id;
}

/** Merges values and adds tags. */
export function fill(account: Account, group: Group, id: number, { tags, ...values }: Edit): void {
  assign(account, group, id, values);
  for (const holder of tags ? account.tagHolders(group, id) : []) {
    changeTags(holder, tags ?? [], account.clock.now(), account.tagGoesAt());
  }
}

/** Merges values; returns whether data changed that the groups of the person share. Throws for an undefined name. */
export function assign(account: Account, group: Group, id: number, edit: Omit<Edit, 'tags'>): boolean {
  if (edit.attributes) set(group.members.edit(id).values, account.attributes.of(group.id), edit.attributes);
  if (!edit.global_attributes) return false;
  const person = account.pool.edit(id);
  account.touchPerson(person, true);
  return set(person.values, account.attributes.of(0), edit.global_attributes);
}

function set(values: Map<number, string>, definitions: readonly AttributeDefinition[], wanted: Values): boolean {
  return Object.entries(wanted)
    .map(([name, value]) => {
      const definition = definitions.find((one) => one.name === name);
      if (!definition) throw new Error(`No attribute ${name} here`);
      return setValue(values, definition, value);
    })
    .includes(true);
}
