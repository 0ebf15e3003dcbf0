import type { Account, Flow, Form, Group } from './state/account';
import { shownValue, type AttributeDefinition } from './state/attributes';
import { historyOf } from './state/history';
import { typeOf, type MemberView, type PersonView } from './state/model';
import { visibleTags } from './state/tags';
import type { Switches } from './switches';

/** `detail` bits of a list: 0 nothing, 1 events, 2 orders, 4 tags. */
export const detailBits = { events: 1, orders: 2, tags: 4, all: 7 } as const;

/** The newest events of a receiver that an answer holds at most. */
export const eventLimit = 250;

type Wire = Record<string, unknown>;

function wireId(id: number, switches: Switches): string | number {
  return switches.ids === 'strings' ? String(id) : id;
}

/** A receiver as a member of a group. Tags, events and orders are included only if `detail` requests them. */
export function wireReceiver(
  account: Account,
  group: Group,
  person: PersonView,
  member: MemberView,
  detail: number,
  switches: Switches = account.switches,
): Wire {
  const { attributes } = account;
  const active = typeOf(member) === 'active';
  const row: Wire = {
    id: wireId(person.id, switches),
    email: person.email,
    imported: member.imported,
    bounced: member.bounced,
    group_id: wireId(group.id, switches),
    activated: member.activated,
    registered: member.registered,
    deactivated: member.deactivated,
    last_ip: '',
    last_location: '',
    last_client: '',
    points: 0,
    stars: 0,
    source: member.source,
    attributes: wireValues(attributes.of(group.id), member.values, switches),
    global_attributes: wireValues(attributes.of(0), person.values, switches),
    active: switches.activeAs === 'boolean' ? active : active ? '1' : '0',
    conversion_rate: 0,
    open_rate: 0,
    click_rate: 0,
  };
  const lastChanged = lastChangedOf(person, member, switches);
  if (lastChanged !== undefined) row['last_changed'] = lastChanged;
  if (detail & detailBits.tags) row['tags'] = visibleTags(member, account.clock.now());
  if (detail & detailBits.events) row['events'] = wireEvents(person, group.id, switches);
  if (detail & detailBits.orders) row['orders'] = [...member.orders, ...person.orders];
  return row;
}

/** A receiver without a group: data of a group is empty. */
export function wirePerson(account: Account, person: PersonView): Wire {
  const { switches } = account;
  return {
    id: wireId(person.id, switches),
    email: person.email,
    imported: 0,
    bounced: 0,
    group_id: wireId(0, switches),
    activated: 0,
    registered: 0,
    deactivated: 0,
    last_ip: '',
    last_location: '',
    last_client: '',
    points: 0,
    stars: 0,
    source: '',
    attributes: wireValues([], person.values, switches),
    global_attributes: wireValues(account.attributes.of(0), person.values, switches),
    active: switches.activeAs === 'boolean' ? false : '0',
    conversion_rate: 0,
    open_rate: 0,
    click_rate: 0,
    tags: [],
    events: wireEvents(person, undefined, switches),
    orders: [
      ...account.groupsOf(person.id).flatMap(({ members }) => members.view(person.id)?.orders ?? []),
      ...person.orders,
    ],
  };
}

/** Newest first, at most 250; of one group (as the switch defines it) or of all. */
function wireEvents(person: PersonView, groupId: number | undefined, switches: Switches): Wire[] {
  const everywhere = switches.eventsShownIn === 'everyGroup';
  const shared = switches.eventsShownIn === 'affectedGroups';
  return historyOf(person, everywhere ? {} : { groupId, shared })
    .slice(0, eventLimit)
    .map((event) => ({
      stamp: event.stamp,
      type: event.type,
      type_id: event.typeId,
      value: event.value,
      mailing_id: wireId(event.mailingId, switches),
      groups_id: wireId(event.groupId, switches),
    }));
}

function wireValues(
  definitions: readonly AttributeDefinition[],
  values: ReadonlyMap<number, string>,
  switches: Switches,
): Record<string, string> | never[] {
  if (definitions.length === 0 && switches.emptyMaps === 'array') return [];
  const shown: Record<string, string> = {};
  for (const one of definitions) shown[one.name] = shownValue(one, values.get(one.id), switches.dateFormat);
  return shown;
}

function lastChangedOf(person: PersonView, member: MemberView, switches: Switches): number | undefined {
  switch (switches.lastChanged) {
    case 'absent':
      return undefined;
    case 'everything':
      return Math.max(person.changedAt, member.changedAt);
    case 'attributes':
      return Math.max(person.attributesAt, member.attributesAt);
    case 'never':
      return member.registered;
  }
}

export function wireGroup(group: Group, switches: Switches): Wire {
  return {
    id: wireId(group.id, switches),
    name: group.name,
    locked: group.locked,
    backup: group.backup,
    receiver_info: group.receiverInfo,
    stamp: group.stamp,
    last_mailing: group.lastMailing,
    last_changed: group.lastChanged,
  };
}

/** `customer_tables_id` is the group of the form. */
export function wireForm(form: Form, switches: Switches): Wire {
  return {
    id: wireId(form.id, switches),
    name: form.name,
    customer_tables_id: wireId(form.groupId, switches),
  };
}

export function wireFlow({ id, name, playbook, groupId }: Flow, switches: Switches): Wire {
  return { id, name, playbook, setup: { groupid: wireId(groupId, switches) } };
}

export function wireAttribute(definition: AttributeDefinition, switches: Switches): Wire {
  return {
    id: definition.id,
    [switches.attributeGroupKey]: definition.groupId,
    name: definition.name,
    description: definition.description,
    preview_value: definition.previewValue,
    value: null,
    type: definition.type,
    tag: `{${definition.name.toUpperCase()}}`,
  };
}
