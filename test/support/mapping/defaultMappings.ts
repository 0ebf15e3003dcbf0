/** Maps single records with the default mappings, and checks the results. */

import Ajv from 'ajv';
import personSchema from '../../../lib/schemas/person.json';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';
import type { MappingMessage } from '../../../lib/mapping/message';
import recordSchema from './oih-record.json';

const ajv = new Ajv({ strict: true });
const isPerson = ajv.compile(personSchema);
const isRecord = ajv.compile(recordSchema);

/** @returns the problems of a person; empty if it is valid */
export function personErrors(data: unknown): readonly unknown[] {
  return isPerson(data) ? [] : (isPerson.errors ?? []);
}

/**
 * @returns the problems of a message as a record of the hub, including the header that the hub adds; empty if it is
 *   valid
 */
export function recordErrors({ metadata, data }: MappingMessage): readonly unknown[] {
  const { applicationUid, recordUid, oihUid } = metadata ?? {};
  const record = { ...data, oihUid, oihApplicationRecords: [{ applicationUid, recordUid }] };
  return isRecord(JSON.parse(JSON.stringify(record))) ? personErrors(data) : (isRecord.errors ?? []);
}

/** Data of any kind, as a queue may deliver it despite the types. */
export function untyped(message: unknown): MappingMessage {
  return message as MappingMessage;
}

export async function toPerson(receiver: unknown, metadata?: Record<string, unknown>): Promise<MappingMessage> {
  const message = await defaultMapping('receiver-to-person')(
    untyped({ ...(metadata && { metadata }), data: receiver }),
  );
  expect(personErrors(message.data)).toEqual([]);
  return message;
}

/** Without the aliases: see {@link aliasesOf}. */
export async function toReceiver(person: unknown, metadata?: Record<string, unknown>): Promise<MappingMessage> {
  const message = await mapToReceiver(person, metadata);
  const data = { ...message.data };
  delete data['aliases'];
  return { ...message, data };
}

/** The names that belong together, by property. */
export async function aliasesOf(person: unknown): Promise<unknown> {
  return (await mapToReceiver(person)).data['aliases'];
}

function mapToReceiver(person: unknown, metadata?: Record<string, unknown>): Promise<MappingMessage> {
  return defaultMapping('person-to-receiver')(untyped({ ...(metadata && { metadata }), data: person }));
}

/** The data of a person, mapped from a receiver with these attributes of the group and without an address. */
export async function personOf(attributes: unknown, globalAttributes: unknown = {}): Promise<Record<string, unknown>> {
  return (await toPerson({ attributes, global_attributes: globalAttributes })).data;
}

/** The attributes of the receiver that a person is mapped to; both maps must be equal. */
export async function attributesOf(person: unknown): Promise<unknown> {
  const { data } = await toReceiver(person);
  expect(data['attributes']).toEqual(data['global_attributes']);
  return data['attributes'];
}
