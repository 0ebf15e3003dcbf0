import type { Attribute } from '../../../lib/cleverreach/types';
import { actionSchemas, recordKind, triggerSchemas } from '../../../lib/metadata/messageSchemas';
import { deliveredReceiver, receiverToWrite } from '../../../lib/metadata/receiverSchemas';
import { embedded, toElasticioSchema, objectOf, type Schema } from '../../../lib/metadata/jsonSchema';

type Fields = Parameters<typeof triggerSchemas>[0];
const fields: Fields = {
  skipTransformation: false,
  customMapping: undefined,
  changeTypes: ['new', 'changed'],
  deletes: false,
  emitBehavior: 'emitIndividually',
  dryRun: false,
  onError: 'fail',
};

const attributes = ['text', 'number', 'date', 'gender', 'of_a_new_kind'].map(
  (type, index) => ({ id: String(index), name: `my_${type}`, type }) as Attribute,
);

const inside = (schema: Schema | undefined, ...names: string[]): Schema | undefined =>
  names.reduce((inner, name) => inner?.properties?.[name], schema);

const RECORD_UID = { type: 'string', description: 'The id of the receiver in CleverReach.' };
const changeTypeOf = (...types: string[]): Schema => ({
  type: 'string',
  enum: types,
  description: 'Why the message is sent: what has happened to the receiver.',
});
const RECEIVER_CHANGES = ['new', 'changed', 'confirmed', 'unsubscribed', 'bounced'];
const GONE = { type: 'string', description: 'When the deletion of the receiver was detected, as an ISO date.' };
const DELETED = {
  type: 'object',
  description: 'Which receiver was deleted. The action carries out the deletion if the account is its own.',
  properties: {
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
  },
};

describe('the attributes that an account defines', () => {
  it('are strings when they are delivered, with a description of their content', () => {
    const known = deliveredReceiver({ group: attributes });
    expect(inside(known, 'attributes')).toMatchObject({
      additionalProperties: false,
      properties: {
        my_text: { title: 'my_text', type: 'string' },
        my_number: {
          title: 'my_number',
          type: 'string',
          description: 'A number, as a string; empty if it is not set.',
        },
        my_date: {
          title: 'my_date',
          type: 'string',
          description: 'A date, YYYY-MM-DD; empty if it is not set.',
        },
        my_gender: {
          title: 'my_gender',
          type: 'string',
          description: 'A gender, such as male or female; empty if it is not set.',
        },
        my_of_a_new_kind: { title: 'my_of_a_new_kind', type: 'string' },
      },
    });
  });

  it('have the same types when they are written, so that one can be mapped to the other', () => {
    const [read, written] = [deliveredReceiver({ account: attributes }), receiverToWrite({ account: attributes })];
    const properties = inside(written, 'global_attributes')?.properties;
    expect(Object.keys(properties ?? {})).toHaveLength(5);
    expect(properties).toStrictEqual(inside(read, 'global_attributes')?.properties);
  });

  it.each([deliveredReceiver, receiverToWrite])('can have any name in an unknown scope: %#', (schemaWith) => {
    const open = schemaWith({});
    const [group, account] = [schemaWith({ group: [] }), schemaWith({ account: [] })];
    for (const scope of ['attributes', 'global_attributes']) {
      expect(inside(open, scope)?.additionalProperties).toBeTruthy();
      expect(inside(open, scope)).not.toHaveProperty('properties');
    }
    expect(inside(group, 'attributes')).toMatchObject({ properties: {}, additionalProperties: false });
    expect(inside(group, 'global_attributes')).toEqual(inside(open, 'global_attributes'));
    expect(inside(account, 'global_attributes')).toMatchObject({ properties: {}, additionalProperties: false });
    expect(inside(account, 'attributes')).toEqual(inside(open, 'attributes'));
  });
});

describe('the kind of the records of a step', () => {
  it.each([
    [{ ...fields }, 'person'],
    [{ ...fields, customMapping: undefined }, 'person'],
    [{ ...fields, customMapping: '' }, 'custom'],
    [{ ...fields, customMapping: 'x' }, 'custom'],
    [{ ...fields, skipTransformation: true }, 'receiver'],
    [{ ...fields, skipTransformation: true, customMapping: 'x' }, 'receiver'],
  ] as [Fields, string][])('with %j is: %s', (cfg, kind) => {
    expect(recordKind(cfg)).toBe(kind);
  });
});

describe('the messages of a trigger', () => {
  it('contain a person and the id of the receiver', () => {
    const { out, ...more } = triggerSchemas(fields);
    expect(more).toEqual({});
    expect(out).toMatchObject({
      title: 'A receiver that is new or changed',
      type: 'object',
      required: ['metadata', 'data'],
      properties: {
        metadata: {
          type: 'object',
          properties: { recordUid: RECORD_UID, changeType: changeTypeOf(...RECEIVER_CHANGES) },
          required: ['recordUid', 'changeType'],
        },
      },
    });
    expect(inside(out, 'data')).toMatchObject({ title: 'Person', type: 'object' });
    expect(inside(out, 'data')).not.toHaveProperty('$schema');
    expect(inside(out, 'data', 'deleteRequested')).toBeUndefined();
  });

  it('contain a receiver with its group without the transformation', () => {
    const data = inside(triggerSchemas({ ...fields, skipTransformation: true }).out, 'data');
    const plain = deliveredReceiver({});
    expect(inside(data, 'category')).toEqual({ type: 'string', description: 'The name of the group.' });
    expect(data?.required).toEqual([...(plain.required ?? []), 'group_id', 'category']);
    expect(plain.required).toEqual(expect.arrayContaining(['id', 'email']));
    expect(data?.properties).toEqual({ ...plain.properties, category: expect.anything() as unknown });
  });

  it('contain either an existing or a deleted receiver if deletions are sent', () => {
    const of = (skipTransformation: boolean): Schema | undefined =>
      inside(triggerSchemas({ ...fields, skipTransformation, changeTypes: ['new', 'deleted'] }).out, 'data');
    const [person, receiver] = [of(false), of(true)];
    expect(person).not.toHaveProperty('anyOf');
    expect(inside(person, 'deleteRequested')).toEqual(GONE);
    expect(inside(person, 'cleverreach')).toEqual(DELETED);
    expect(inside(receiver, 'deleteRequested')).toEqual(GONE);
    expect(receiver).not.toHaveProperty('required');
    expect(receiver?.anyOf).toEqual([
      { type: 'object', required: [...(deliveredReceiver({}).required ?? []), 'group_id', 'category'] },
      { type: 'object', required: ['deleteRequested'] },
    ]);
  });

  it.each([
    ['persons', {}],
    ['receivers with their group', { skipTransformation: true }],
  ])('contain a list of %s if they are sent in pages', (_, kind) => {
    const { out } = triggerSchemas({ ...fields, ...kind, emitBehavior: 'fetchPage' });
    expect(out).toStrictEqual({
      title: 'A page of receivers that are new or changed',
      type: 'object',
      properties: {
        metadata: { type: 'object' },
        data: {
          type: 'object',
          properties: {
            results: {
              type: 'array',
              description: 'Up to 500 receivers that are new or changed.',
              items: inside(triggerSchemas({ ...fields, ...kind }).out, 'data'),
            },
          },
          required: ['results'],
        },
      },
      required: ['metadata', 'data'],
    });
  });

  it('contain either a list or a deletion if they are sent in pages and deletions are sent', () => {
    const { out } = triggerSchemas({ ...fields, emitBehavior: 'fetchPage', changeTypes: ['new', 'deleted'] });
    expect(inside(out, 'metadata')).toStrictEqual({
      type: 'object',
      properties: { recordUid: RECORD_UID, changeType: changeTypeOf(...RECEIVER_CHANGES, 'deleted') },
    });
    expect(inside(out, 'data', 'deleteRequested')).toEqual(GONE);
    expect(inside(out, 'data', 'results')?.items).toMatchObject({ title: 'Person' });
    expect(inside(out, 'data')).not.toHaveProperty('required');
    expect(inside(out, 'data')?.anyOf).toEqual([
      { type: 'object', required: ['results'] },
      { type: 'object', required: ['deleteRequested'] },
    ]);
  });

  it('contain a list of any objects if a custom mapping is sent in pages', () => {
    const { out } = triggerSchemas({ ...fields, customMapping: 'x', emitBehavior: 'fetchPage' });
    expect(inside(out, 'data', 'results')?.items).toStrictEqual({ type: 'object' });
  });

  it('have any form with a custom mapping', () => {
    expect(triggerSchemas({ ...fields, customMapping: 'x', changeTypes: ['new', 'deleted'] })).toStrictEqual({
      out: {
        title: 'A message as the custom mapping returns it',
        type: 'object',
        properties: { metadata: { type: 'object' }, data: { type: 'object' } },
        required: ['metadata', 'data'],
      },
    });
  });
});

describe('the messages of the action', () => {
  it('may be delete requests only if the step carries them out', () => {
    for (const customMapping of [undefined, 'x']) {
      const of = (deletes: boolean) => inside(actionSchemas({ ...fields, customMapping, deletes }).in, 'data');
      expect(Object.keys(of(true)?.properties ?? {})).toContain('deleteRequested');
      expect(Object.keys(of(false)?.properties ?? {})).not.toContain('deleteRequested');
    }
  });

  it('need data and may include the id of the record', () => {
    const { in: taken } = actionSchemas({ ...fields, customMapping: 'x', deletes: true });
    expect(taken).toStrictEqual({
      title: 'A record to write',
      type: 'object',
      properties: {
        metadata: {
          type: 'object',
          properties: {
            oihUid: { type: 'string', description: 'The id of the record in OIH.' },
            recordUid: RECORD_UID,
            applicationUid: { type: 'string', description: 'The application that issued the recordUid.' },
          },
        },
        data: {
          type: 'object',
          properties: {
            deleteRequested: {
              type: ['string', 'boolean', 'number', 'null'],
              description: 'A time, or true: the receiver is to be deleted. Blank, false, 0 or null: it is not.',
            },
            cleverreach: DELETED,
          },
        },
      },
      required: ['data'],
    });
  });

  it('return the receiver, or the result of a delete request', () => {
    const { out } = actionSchemas(fields);
    expect(out).toMatchObject({ title: 'What happened to the record', type: 'object', required: ['metadata', 'data'] });
    expect(inside(out, 'metadata')).toStrictEqual({
      type: 'object',
      properties: {
        oihUid: { description: 'The id of the record in OIH, unchanged from the incoming message.' },
        recordUid: RECORD_UID,
      },
    });
    expect(inside(out, 'data', 'delete')).toEqual({
      type: 'string',
      enum: ['confirmed', 'denied', 'failed'],
      description: 'Confirmed: the receiver is gone. Denied: it may not be deleted. Failed: CleverReach rejected it.',
    });
    expect(inside(out, 'data', 'timestamp')).toEqual({ type: 'string', description: 'When, in Unix milliseconds.' });
    expect(inside(out, 'data')?.anyOf).toEqual([
      { type: 'object', required: deliveredReceiver({}).required },
      { type: 'object', required: ['delete', 'timestamp'] },
    ]);
  });

  it('may return an error instead if rejected records are emitted', () => {
    const { out } = actionSchemas({ ...fields, onError: 'emit' });
    expect(inside(out, 'data', 'error')).toStrictEqual({
      description: 'Why the record was rejected. Present only if it was.',
      type: 'object',
      properties: {
        type: {
          type: 'string',
          enum: ['record', 'rejected'],
          description: 'Who rejected the record: the component (record), or CleverReach (rejected).',
        },
        message: { type: 'string', description: 'What happened, and what to do. Contains no personal data.' },
        recordUid: { type: 'string', description: 'The recordUid of the incoming message, if it has one.' },
      },
      required: ['type', 'message'],
    });
    expect(inside(out, 'data')?.anyOf).toEqual([
      { type: 'object', required: deliveredReceiver({}).required },
      { type: 'object', required: ['delete', 'timestamp'] },
      { type: 'object', required: ['error'] },
    ]);
    expect(inside(actionSchemas(fields).out, 'data', 'error')).toBeUndefined();
  });

  it.each(['fail', 'emit'] as const)('return the result of a dry run (onError: %s)', (onError) => {
    const data = inside(actionSchemas({ ...fields, dryRun: true, onError }).out, 'data');
    expect(inside(data, 'error')).toBeUndefined();
    expect(data).toMatchObject({ title: 'Dry run result', required: ['dryRun', 'wouldDo', 'reasons'] });
    expect(data).not.toHaveProperty('$schema');
  });
});

describe('a schema', () => {
  it('of an object has a list of required properties only if there are any', () => {
    const a: Schema = { type: 'string' };
    expect(objectOf({ a })).toStrictEqual({ type: 'object', properties: { a } });
    expect(objectOf({ a }, ['a'])).toStrictEqual({ type: 'object', properties: { a }, required: ['a'] });
  });

  it('from a file loses its file header as a part of another schema, while the file keeps it', () => {
    const file = { $schema: 'x', title: 'y' };
    expect(embedded(file)).toStrictEqual({ title: 'y' });
    expect(file).toEqual({ $schema: 'x', title: 'y' });
  });

  it('for a form marks each property as required or not, at every depth', () => {
    const schema: Schema = {
      type: 'object',
      title: 't',
      required: ['a'],
      properties: {
        a: { type: 'object', properties: { b: { type: 'string' }, c: { type: 'string' } }, required: ['c'] },
        d: { type: 'array', items: { type: 'object', properties: { e: { type: 'string' } }, required: ['e'] } },
      },
    };
    expect(toElasticioSchema(schema)).toStrictEqual({
      type: 'object',
      title: 't',
      properties: {
        a: {
          type: 'object',
          properties: { b: { type: 'string' }, c: { type: 'string', required: true } },
          required: true,
        },
        d: { type: 'array', items: { type: 'object', properties: { e: { type: 'string', required: true } } } },
      },
    });
    expect(toElasticioSchema({ type: 'string' })).toStrictEqual({ type: 'string' });
  });
});
