import type { Account, Flow, Form, Group } from './state/account';
import { shownValue, type AttributeDefinition } from './state/attributes';
import { historyOf } from './state/history';
import { typeOf, type MemberView, type PersonView } from './state/model';
import { visibleTags } from './state/tags';
import type { Switches } from './switches';

/** `detail` bits of a list: 0 nothing, 1 events, 2 orders, 4 tags. */
export const detailBits = { events: 1, orders: 2, tags: 4, all: 7 } as const;

/** Maximum number of events per receiver in an answer; the newest are returned. */
export const eventLimit = 250;

type JsonObject = Record<string, unknown>;

function formattedId(id: number, switches: Switches): string | number {
  return switches.ids === 'strings' ? String(id) : id;
}

/** A receiver as a member of a group. Tags, events and orders are included only if `detail` requests them. */
export function receiverResponse(
  account: Account,
  group: Group,
  person: PersonView,
  member: MemberView,
  detail: number,
  switches: Switches = account.switches,
): JsonObject {
  const { attributes } = account;
  const active = typeOf(member) === 'active';
  const row: JsonObject = {
    id: formattedId(person.id, switches),
    email: person.email,
    imported: member.imported,
    bounced: member.bounced,
    group_id: formattedId(group.id, switches),
    activated: member.activated,
    registered: member.registered,
    deactivated: member.deactivated,
    last_ip: '',
    last_location: '',
    last_client: '',
    points: 0,
    stars: 0,
    source: member.source,
    attributes: attributeValues(attributes.of(group.id), member.values, switches),
    global_attributes: attributeValues(attributes.of(0), person.values, switches),
    active: switches.activeAs === 'boolean' ? active : active ? '1' : '0',
    conversion_rate: 0,
    open_rate: 0,
    click_rate: 0,
  };
  const lastChanged = lastChangedOf(person, member, switches);
  if (lastChanged !== undefined) row['last_changed'] = lastChanged;
  if (detail & detailBits.tags) row['tags'] = visibleTags(member, account.clock.now());
  if (detail & detailBits.events) row['events'] = eventResponses(person, group.id, switches);
  if (detail & detailBits.orders) row['orders'] = [...member.orders, ...person.orders];
  return row;
}

/** A receiver without a group; the fields that belong to a group are empty. */
export function personResponse(account: Account, person: PersonView): JsonObject {
  const { switches } = account;
  return {
    id: formattedId(person.id, switches),
    email: person.email,
    imported: 0,
    bounced: 0,
    group_id: formattedId(0, switches),
    activated: 0,
    registered: 0,
    deactivated: 0,
    last_ip: '',
    last_location: '',
    last_client: '',
    points: 0,
    stars: 0,
    source: '',
    attributes: attributeValues([], person.values, switches),
    global_attributes: attributeValues(account.attributes.of(0), person.values, switches),
    active: switches.activeAs === 'boolean' ? false : '0',
    conversion_rate: 0,
    open_rate: 0,
    click_rate: 0,
    tags: [],
    events: eventResponses(person, undefined, switches),
    orders: [
      ...account.groupsOf(person.id).flatMap(({ members }) => members.view(person.id)?.orders ?? []),
      ...person.orders,
    ],
  };
}

/** Newest first, at most 250, of one group or of all; the switch `eventsShownIn` decides which events a group shows. */
function eventResponses(person: PersonView, groupId: number | undefined, switches: Switches): JsonObject[] {
  const everywhere = switches.eventsShownIn === 'everyGroup';
  const shared = switches.eventsShownIn === 'affectedGroups';
  return historyOf(person, everywhere ? {} : { groupId, shared })
    .slice(0, eventLimit)
    .map((event) => ({
      stamp: event.stamp,
      type: event.type,
      type_id: event.typeId,
      value: event.value,
      mailing_id: formattedId(event.mailingId, switches),
      groups_id: formattedId(event.groupId, switches),
    }));
}

function attributeValues(
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

export function groupResponse(group: Group, switches: Switches): JsonObject {
  return {
    id: formattedId(group.id, switches),
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
export function formResponse(form: Form, switches: Switches): JsonObject {
  return {
    id: formattedId(form.id, switches),
    name: form.name,
    customer_tables_id: formattedId(form.groupId, switches),
  };
}

export function flowResponse({ id, name, playbook, groupId }: Flow, switches: Switches): JsonObject {
  return { id, name, playbook, setup: { groupid: formattedId(groupId, switches) } };
}

export function attributeResponse(definition: AttributeDefinition, switches: Switches): JsonObject {
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
