/** The schemas of the messages of a step, depending on its fields. Forms, files and tests all use them. */

import dryRunResultJson from '../schemas/dryRunResult.json';
import personJson from '../schemas/person.json';
import { CHANGE_TYPES } from '../config/changeTypes';
import type { ShapeFields } from '../config/stepConfig';
import { rejectionTypes } from '../utils/errors';
import { deliveredReceiver, receiverToWrite, type KnownAttributes } from './receiverSchemas';
import { anyObject, embedded, objectOf, type Schema } from './jsonSchema';

type Shaping = Pick<
  ShapeFields,
  'skipTransformation' | 'customMapping' | 'changeTypes' | 'emitBehavior' | 'deletes' | 'dryRun' | 'onError'
>;

export interface MessageSchemas {
  /** Actions only. */
  in?: Schema;
  out: Schema;
}

const person = embedded(personJson);

const oihUid: Schema = { type: 'string', description: 'The id of the record in OIH.' };
const sameOihUid: Schema = { description: 'The id of the record in OIH, unchanged from the incoming message.' };
const recordUid: Schema = { type: 'string', description: 'The id of the receiver in CleverReach.' };
const applicationUid: Schema = { type: 'string', description: 'The application that issued the recordUid.' };
const deleteRequested: Schema = {
  type: 'string',
  description: 'When the deletion of the receiver was detected, as an ISO date.',
};
const cleverreach: Schema = {
  description: 'Which receiver was deleted. The action carries out the deletion if the account is its own.',
  ...objectOf({
    accountId: {
      type: 'string',
      description: 'The id of the CleverReach account. Omitted if the step may not read it.',
    },
    receiverId: { type: 'string', description: 'The id of the receiver in this account.' },
    groupId: {
      type: 'string',
      description:
        'The group from which the receiver was deleted. Omitted if the receiver was deleted from all groups.',
    },
  }),
};
const toBeDeleted: Schema = {
  type: ['string', 'boolean', 'number', 'null'],
  description: 'A time, or true: the receiver is to be deleted. Blank, false, 0 or null: it is not.',
};
const outcome = objectOf(
  {
    delete: {
      type: 'string',
      enum: ['confirmed', 'denied', 'failed'],
      description: 'Confirmed: the receiver is gone. Denied: it may not be deleted. Failed: CleverReach rejected it.',
    },
    timestamp: { type: 'string', description: 'When, in Unix milliseconds.' },
  },
  ['delete', 'timestamp'],
);

const rejection = objectOf(
  {
    error: {
      description: 'Why the record was rejected. Present only if it was.',
      ...objectOf(
        {
          type: {
            type: 'string',
            enum: [...rejectionTypes],
            description: 'Who rejected the record: the component (record), or CleverReach (rejected).',
          },
          message: { type: 'string', description: 'What happened, and what to do. Contains no personal data.' },
          recordUid: { type: 'string', description: 'The recordUid of the incoming message, if it has one.' },
        },
        ['type', 'message'],
      ),
    },
  },
  ['error'],
);

/** Which of the three kinds of records a step sends or receives; the mapping makes the same choice. */
export function recordKind({
  skipTransformation,
  customMapping,
}: Pick<Shaping, 'skipTransformation' | 'customMapping'>): 'receiver' | 'custom' | 'person' {
  if (skipTransformation) return 'receiver';
  return customMapping === undefined ? 'person' : 'custom';
}

/** The schema of both triggers. */
export function triggerSchemas(fields: Shaping, known: KnownAttributes = {}): MessageSchemas {
  const records = { person, receiver: ofItsGroup(deliveredReceiver(known)), custom: anyObject };
  const kind = recordKind(fields);
  const record = records[kind];
  const deletion = objectOf({ deleteRequested, cleverreach }, ['deleteRequested']);
  const hasDeletions = fields.changeTypes.includes('deleted');
  const changeType: Schema = {
    type: 'string',
    enum: CHANGE_TYPES.filter((type) => type !== 'deleted' || hasDeletions),
    description: 'Why the message is sent: what has happened to the receiver.',
  };
  if (fields.emitBehavior === 'fetchPage') {
    const page = objectOf({ results: pageOf(record) }, ['results']);
    // a deletion is a separate message, and the only one with an id in its metadata
    return hasDeletions
      ? { out: message(PAGE_TITLE, objectOf({ recordUid, changeType }), anyOf([page, deletion])) }
      : { out: message(PAGE_TITLE, anyObject, page) };
  }
  if (kind === 'custom') return { out: message('A message as the custom mapping returns it', anyObject, anyObject) };
  const data = hasDeletions ? anyOf([record, deletion]) : record;
  const metadata = objectOf({ recordUid, changeType }, ['recordUid', 'changeType']);
  return { out: message('A receiver that is new or changed', metadata, data) };
}

/** The schema of the action. */
export function actionSchemas(fields: Shaping, known: KnownAttributes = {}): MessageSchemas {
  const records = { person, receiver: receiverToWrite(known), custom: anyObject };
  const record = records[recordKind(fields)];
  // without the field, every delete request is denied
  const requests = fields.deletes ? { deleteRequested: toBeDeleted, cleverreach } : {};
  const taken = { ...record, properties: { ...record.properties, ...requests } };
  const results: Alternatives = [deliveredReceiver(known), outcome, ...(fields.onError === 'emit' ? [rejection] : [])];
  const output = fields.dryRun ? embedded(dryRunResultJson) : anyOf(results);
  return {
    in: { ...message('A record to write', objectOf({ oihUid, recordUid, applicationUid }), taken), required: ['data'] },
    out: message('What happened to the record', objectOf({ oihUid: sameOihUid, recordUid }), output),
  };
}

const PAGE_TITLE = 'A page of receivers that are new or changed';

function pageOf(record: Schema): Schema {
  return { type: 'array', description: 'Up to 500 receivers that are new or changed.', items: record };
}

function message(title: string, metadata: Schema, data: Schema): Schema {
  return { title, ...objectOf({ metadata, data }, ['metadata', 'data']) };
}

/** A raw receiver of a trigger contains the name of its group. */
function ofItsGroup(receiver: Schema): Schema {
  const category: Schema = { type: 'string', description: 'The name of the group.' };
  return {
    ...receiver,
    required: [...(receiver.required ?? []), 'group_id', 'category'],
    properties: { ...receiver.properties, category },
  };
}

type Alternatives = [Schema, ...Schema[]];

/**
 * Combines the properties of all schemas, because forms of the platforms cannot show alternatives in any other way. If
 * one of them requires nothing, any object is allowed.
 */
function anyOf(schemas: Alternatives): Schema {
  const first = { ...schemas[0] };
  delete first.required;
  const properties = Object.fromEntries(schemas.flatMap((schema) => Object.entries(schema.properties ?? {})));
  const choices = schemas.flatMap(({ required }) => (required ? [{ type: 'object', required }] : []));
  return { ...first, properties, ...(choices.length === schemas.length && { anyOf: choices }) };
}
