import { isAddress, isRecord, listOf, recordOf, textOf, textsOf, wholeOf } from '../input';
import type { Hazards } from '../recorder';
import { Problem } from '../problems';
import type { Account, Group } from './account';
import { storedAddress } from './addresses';
import { readValues, setValue } from './attributes';
import { newMember, typeOf, type Member, type Order } from './model';
import { changeTags, replaceTags } from './tags';

export type Mode = 'insert' | 'update' | 'upsert';

/** The result of a row. */
export type Outcome =
  | { ok: true; created: boolean; id: number }
  | { ok: false; why: 'invalid' | 'duplicate' | 'unknown' | 'blocked'; text: string };

export interface WriteOptions {
  mode: Mode;
  /** Whether `tags` is the complete list or a list of changes. */
  tags: 'replace' | 'change';
}

/** Writes one row into a group by the rules of the API. Throws a Problem if the whole call has to fail. */
export function writeRow(
  account: Account,
  hazards: Hazards,
  group: Group,
  sent: unknown,
  options: WriteOptions,
): Outcome {
  if (!isRecord(sent)) return { ok: false, why: 'invalid', text: "invalid address ''; " };
  const email = addressOf(account, group, sent);
  if (email === undefined || !isAddress(email)) {
    return { ok: false, why: 'invalid', text: `invalid address '${email ?? ''}'; ` };
  }
  if (account.blockList.blocks(group.id, email)) {
    if (account.switches.blockedRow === '403') throw new Problem(403, 'Forbidden: address is blocked');
    return { ok: false, why: 'blocked', text: `blocked address '${email}'; ` };
  }
  const known = account.pool.idOf(email);
  const exists = known !== undefined && group.members.view(known) !== undefined;
  if (exists && options.mode === 'insert')
    return { ok: false, why: 'duplicate', text: `duplicate address '${email}'; ` };
  if (!exists && options.mode === 'update') return { ok: false, why: 'unknown', text: `invalid receiver '${email}'; ` };
  // unknown names are rejected before anything is stored
  readValues(sent['attributes'], account.attributes.of(group.id), account.switches);
  readValues(sent['global_attributes'], account.attributes.of(0), account.switches);
  const id = exists ? known : join(account, group, email, sent);
  if (exists) setStamps(account, hazards, group, id, sent);
  const personChanged = setContent(account, group, id, sent, options.tags);
  if (!exists || leavesEvent(account, sent)) {
    account.record(id, {
      type: 'api',
      typeId: exists ? 'REST update' : 'REST insert',
      value: '127.0.0.1, 127.0.0.1',
      groupId: group.id,
      aboutPerson: personChanged,
    });
  }
  return { ok: true, created: !exists, id };
}

function addressOf(account: Account, group: Group, row: Record<string, unknown>): string | undefined {
  const email = textOf(row['email'])?.trim();
  if (email !== undefined) return storedAddress(email, account.switches);
  const id = wholeOf(row['id']);
  return id !== undefined && group.members.view(id) ? account.pool.view(id)?.email : undefined;
}

function join(account: Account, group: Group, email: string, row: Record<string, unknown>): number {
  const now = account.clock.now();
  const id = account.pool.idOf(email) ?? account.pool.create(email, now).id;
  const activated = wholeOf(row['activated']) ?? (account.switches.stampsOmitted === 'active' ? now : 0);
  const elsewhere = account.groupsOf(id)[0]?.members.view(id);
  account.join(group, id, {
    ...newMember(now),
    registered: wholeOf(row['registered']) ?? now,
    activated,
    deactivated: wholeOf(row['deactivated']) ?? 0,
    source: textOf(row['source']) ?? 'RESTful API',
    tags: account.switches.tagsOn === 'person' ? [...(elsewhere?.tags ?? [])] : [],
  });
  return id;
}

function setStamps(account: Account, hazards: Hazards, group: Group, id: number, row: Record<string, unknown>): void {
  const registered = wholeOf(row['registered']);
  const activated = wholeOf(row['activated']);
  const deactivated = wholeOf(row['deactivated']);
  if (registered === undefined && activated === undefined && deactivated === undefined) return;
  const member = group.members.edit(id);
  const isSame =
    (registered ?? member.registered) === member.registered &&
    (activated ?? member.activated) === member.activated &&
    (deactivated ?? member.deactivated) === member.deactivated;
  if (!isSame || member.deactivated !== 0)
    hazards.add('stamps-of-existing', `receiver ${id} of group ${group.id} exists`);
  const wasActive = typeOf(member) === 'active';
  if (registered !== undefined) member.registered = registered;
  if (deactivated !== undefined) setDeactivated(account, member, deactivated);
  if (activated !== undefined) setActivated(account, member, activated);
  if (!wasActive && typeOf(member) === 'active') hazards.add('reactivated', `receiver ${id} of group ${group.id}`);
}

function setDeactivated(account: Account, member: Member, time: number): void {
  if (time === 0 && account.switches.deactivatedZero === 'ignored') return;
  member.deactivated = time;
  if (time === 0) member.left = false;
}

/** `activated` reverts a deactivation by an integration, but not an unsubscribe of the person. */
export function setActivated(account: Account, member: Member, time: number): void {
  const own = member.left && member.deactivated !== 0;
  if (time > 0 && own && !account.switches.activatedOverridesUnsubscribe) return;
  member.activated = time;
  if (time === 0) return;
  member.deactivated = 0;
  member.left = false;
}

/** Merges attributes, tags and orders; returns whether data changed that the groups of the person share. */
function setContent(
  account: Account,
  group: Group,
  id: number,
  row: Record<string, unknown>,
  tags: WriteOptions['tags'],
): boolean {
  const local = readValues(row['attributes'], account.attributes.of(group.id), account.switches);
  const global = readValues(row['global_attributes'], account.attributes.of(0), account.switches);
  const person = account.pool.edit(id);
  const member = group.members.edit(id);
  let localChanged = false;
  for (const { definition, value } of local) localChanged = setValue(member.values, definition, value) || localChanged;
  let personChanged = false;
  for (const { definition, value } of global)
    personChanged = setValue(person.values, definition, value) || personChanged;
  const source = textOf(row['source']);
  if (source !== undefined) member.source = source;
  if (Array.isArray(row['tags'])) {
    const apply = tags === 'replace' ? replaceTags : changeTags;
    for (const holder of account.tagHolders(group, id)) {
      apply(holder, textsOf(row['tags']), account.clock.now(), account.tagGoesAt());
    }
  }
  for (const order of listOf(row['orders'])) member.orders.push(orderOf(account, recordOf(order)));
  account.touchMember(member, localChanged);
  if (personChanged) account.touchPerson(person, true);
  return personChanged;
}

/** Written as `quantity`, returned as `amount`. */
export function orderOf(account: Account, { quantity, ...order }: Order): Order {
  return { stamp: account.clock.now(), ...order, amount: order['amount'] ?? quantity ?? 1 };
}

function leavesEvent(account: Account, row: Record<string, unknown>): boolean {
  const attributes = 'attributes' in row || 'global_attributes' in row;
  const tags = 'tags' in row;
  const others = ['registered', 'activated', 'deactivated', 'source', 'orders'].some((name) => name in row);
  if (others || (!attributes && !tags)) return true;
  return (attributes && account.switches.eventForAttributes) || (tags && account.switches.eventForTags);
}
