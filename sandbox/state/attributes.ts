import { isRecord, textOf } from '../input';
import { badRequest } from '../problems';
import type { Switches } from '../switches';

export const attributeTypes = ['text', 'number', 'gender', 'date'] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** The definition of an attribute; `groupId` 0 means the account. */
export interface AttributeDefinition {
  id: number;
  groupId: number;
  name: string;
  type: AttributeType;
  description: string;
  previewValue: string;
  defaultValue: string;
}

export const attributeLimit = 40;

/** The technical key of a label: lower case, `_` for blanks and other characters. */
export function attributeName(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_-]+/gu, '_');
}

/** All definitions of the account and its groups. */
export class Attributes {
  private readonly byGroup = new Map<number, AttributeDefinition[]>();
  private nextId = 5120;

  of(groupId: number): readonly AttributeDefinition[] {
    return this.byGroup.get(groupId) ?? [];
  }

  find(id: number): AttributeDefinition | undefined {
    for (const list of this.byGroup.values()) {
      const found = list.find((one) => one.id === id);
      if (found) return found;
    }
    return undefined;
  }

  /** Whether a name exists, in the group or in the account. */
  taken(name: string, groupId: number): boolean {
    return [...this.of(groupId), ...this.of(0)].some((one) => one.name === name);
  }

  add(definition: Omit<AttributeDefinition, 'id'>): AttributeDefinition {
    const added = { ...definition, id: this.nextId++ };
    this.byGroup.set(added.groupId, [...this.of(added.groupId), added]);
    return added;
  }

  /** Deletes a definition. Stored values are never shown again: their key is the id, which is not reused. */
  remove(id: number): void {
    for (const [groupId, list] of this.byGroup) {
      this.byGroup.set(
        groupId,
        list.filter((one) => one.id !== id),
      );
    }
  }

  removeGroup(groupId: number): void {
    this.byGroup.delete(groupId);
  }
}

type Rules = Pick<Switches, 'unknownAttributes' | 'attributeNames'>;

/** The definition for each submitted value; throws 400 for an unknown name if the switch says so. */
export function readValues(
  sent: unknown,
  definitions: readonly AttributeDefinition[],
  rules: Rules,
): { definition: AttributeDefinition; value: string }[] {
  return Object.entries(pairs(sent)).flatMap(([name, raw]) => {
    const wanted = rules.attributeNames === 'lowered' ? name.toLowerCase() : name;
    const definition = definitions.find((one) => one.name === wanted);
    if (!definition && rules.unknownAttributes === 'rejected') throw badRequest(`invalid attribute '${name}'`);
    const value = textOf(raw);
    return definition && value !== undefined ? [{ definition, value }] : [];
  });
}

/**
 * Stores a value: dates in one format, `+5` and `-5` increment and decrement a number. Returns whether the value
 * changed.
 */
export function setValue(values: Map<number, string>, definition: AttributeDefinition, sent: string): boolean {
  const before = values.get(definition.id) ?? '';
  const after = storedValue(definition.type, before, sent);
  if (after === '') values.delete(definition.id);
  else values.set(definition.id, after);
  return after !== before;
}

function storedValue(type: AttributeType, before: string, sent: string): string {
  if (type === 'number' && /^[+-]\d+(\.\d+)?$/.test(sent)) return String((Number(before) || 0) + Number(sent));
  const german = type === 'date' ? /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(sent) : null;
  if (!german) return sent;
  const [, day = '', month = '', year = ''] = german;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** A value in a response: `""` if not set, dates in the format of the switch. */
export function shownValue(
  definition: AttributeDefinition,
  stored: string | undefined,
  dateFormat: Switches['dateFormat'],
): string {
  if (stored === undefined || definition.type !== 'date' || dateFormat === 'Y-m-d') return stored ?? '';
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(stored);
  return iso ? `${iso[3] ?? ''}.${iso[2] ?? ''}.${iso[1] ?? ''}` : stored;
}

/** A map, or its legacy string form `k:v,k:v`. */
function pairs(sent: unknown): Record<string, unknown> {
  if (isRecord(sent)) return sent;
  if (typeof sent !== 'string') return {};
  const parts = sent.split(',').map((part) => part.split(':'));
  return Object.fromEntries(parts.map(([name = '', ...rest]) => [name.trim(), rest.join(':').trim()]));
}
