/** Schemas of receivers in messages, with the attributes of the account. */

import receiverJson from '../schemas/receiver.json';
import receiverToWriteJson from '../schemas/receiverToWrite.json';
import type { Attribute } from '../cleverreach/types';
import { embedded, type Schema } from './jsonSchema';

/** The known attributes; if a scope is missing, any attribute is allowed. */
export interface KnownAttributes {
  account?: readonly Attribute[];
  group?: readonly Attribute[];
}

/** CleverReach returns every value as a string. */
const DELIVERED: Record<string, Schema> = {
  text: { type: 'string' },
  number: { type: 'string', description: 'A number, as a string; empty if it is not set.' },
  date: { type: 'string', description: 'A date, YYYY-MM-DD; empty if it is not set.' },
  gender: { type: 'string', description: 'A gender, such as male or female; empty if it is not set.' },
};

const WRITTEN: Record<string, Schema> = {
  text: { type: 'string' },
  number: { type: 'number', description: 'A number.' },
  date: { type: 'string', format: 'date', description: 'A date, YYYY-MM-DD.' },
  gender: { type: 'string', description: 'A gender, such as male or female.' },
};

export const deliveredReceiver = (known: KnownAttributes): Schema =>
  withAttributes(embedded(receiverJson), known, DELIVERED);

export const receiverToWrite = (known: KnownAttributes): Schema =>
  withAttributes(embedded(receiverToWriteJson), known, WRITTEN);

function withAttributes(receiver: Schema, { account, group }: KnownAttributes, types: Record<string, Schema>): Schema {
  const { attributes, global_attributes, ...others } = receiver.properties ?? {};
  return {
    ...receiver,
    properties: {
      ...others,
      attributes: { ...attributes, ...(group && namedAttributes(group, types)) },
      global_attributes: { ...global_attributes, ...(account && namedAttributes(account, types)) },
    },
  };
}

function namedAttributes(definitions: readonly Attribute[], types: Record<string, Schema>): Schema {
  const named = definitions.map(
    ({ name, type }) => [name, { title: name, ...(types[type] ?? types['text']) }] as const,
  );
  return { properties: Object.fromEntries(named), additionalProperties: false };
}
