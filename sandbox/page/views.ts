import type { UnixSeconds } from '../clock';
import type { Account, Group } from '../state/account';
import { shownValue, type AttributeDefinition } from '../state/attributes';
import { historyOf } from '../state/history';
import { typeOf, type MemberView, type PersonView } from '../state/model';
import { visibleTags } from '../state/tags';

const newestEvents = 12;

type State = 'active' | 'unsubscribed' | 'inactive' | 'bounced' | 'unconfirmed';

/** Inactive means deactivated by an integration. */
function stateOf(member: MemberView): State {
  if (member.bounced !== 0) return 'bounced';
  if (typeOf(member) === 'active') return 'active';
  if (member.deactivated === 0) return 'unconfirmed';
  return member.left ? 'unsubscribed' : 'inactive';
}

function changedAt(person: PersonView, member: MemberView): UnixSeconds {
  const { registered, activated, deactivated, bounced, imported } = member;
  return Math.max(person.changedAt, member.changedAt, registered, activated, deactivated, bounced, imported);
}

/** A receiver as a row of the list. */
export function rowOf(account: Account, group: Group, id: number) {
  const receiver = account.receiver(group, id);
  if (!receiver) return undefined;
  const { person, member } = receiver;
  return {
    id,
    email: person.email,
    state: stateOf(member),
    tags: visibleTags(member, account.clock.now()),
    changed: changedAt(person, member),
  };
}

/** A receiver with all editable fields and its history, newest first. */
export function detailsOf(account: Account, group: Group, id: number) {
  const row = rowOf(account, group, id);
  const receiver = account.receiver(group, id);
  if (!row || !receiver) return undefined;
  const { person, member } = receiver;
  return {
    ...row,
    global_attributes: valuesOf(account, 0, person.values),
    attributes: valuesOf(account, group.id, member.values),
    groups: account.groupsOf(id).flatMap(({ id: groupId, name, members }) => {
      const other = members.view(id);
      return other ? [{ id: groupId, name, state: stateOf(other) }] : [];
    }),
    history: historyOf(person, { groupId: group.id, shared: true })
      .slice(0, newestEvents)
      .map(({ stamp, type, typeId, value }) => ({ stamp, text: [type, typeId, value].filter(Boolean).join(' · ') })),
  };
}

/** The fields of a new receiver. */
export function blankOf(account: Account, group: Group) {
  return { global_attributes: valuesOf(account, 0), attributes: valuesOf(account, group.id) };
}

function valuesOf(account: Account, groupId: number, values: ReadonlyMap<number, string> = new Map()) {
  const { dateFormat } = account.switches;
  const field = (one: AttributeDefinition) => ({
    name: one.name,
    value: shownValue(one, values.get(one.id), dateFormat),
  });
  return account.attributes.of(groupId).map(field);
}
