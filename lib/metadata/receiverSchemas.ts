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

/**
 * Every value is a string, both in records to write and in receivers that CleverReach returns, so that one can be mapped
 * to the other.
 */
const TYPES: Record<string, Schema> = {
  text: { type: 'string' },
  number: { type: 'string', description: 'A number, as a string; empty if it is not set.' },
  date: { type: 'string', description: 'A date, YYYY-MM-DD; empty if it is not set.' },
  gender: { type: 'string', description: 'A gender, such as male or female; empty if it is not set.' },
};

export const deliveredReceiver = (known: KnownAttributes): Schema => withAttributes(embedded(receiverJson), known);

export const receiverToWrite = (known: KnownAttributes): Schema => withAttributes(embedded(receiverToWriteJson), known);

function withAttributes(receiver: Schema, { account, group }: KnownAttributes): Schema {
  const { attributes, global_attributes, ...others } = receiver.properties ?? {};
  return {
    ...receiver,
    properties: {
      ...others,
      attributes: { ...attributes, ...(group && namedAttributes(group)) },
      global_attributes: { ...global_attributes, ...(account && namedAttributes(account)) },
    },
  };
}

function namedAttributes(definitions: readonly Attribute[]): Schema {
  const named = definitions.map(
    ({ name, type }) => [name, { title: name, ...(TYPES[type] ?? TYPES['text']) }] as const,
  );
  return { properties: Object.fromEntries(named), additionalProperties: false };
}
