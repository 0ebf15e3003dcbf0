import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as action from '../../../lib/actions/upsertReceiver';
import * as one from '../../../lib/triggers/getReceiversByGroupIdPolling';
import * as all from '../../../lib/triggers/getReceiversPolling';
import type { MetaModel } from '../../../lib/metadata/metaModel';
import type { ElasticioSchema } from '../../../lib/metadata/jsonSchema';
import { AuthorisationError, ConfigurationError, NotFoundError, RejectedError } from '../../../lib/utils/errors';
import { staticSchemas } from '../../../tools/lib/staticSchemas';
import { useAccount } from '../../support/account';
import { recordingLogger, thrownBy } from '../../support/http';
import { FakeRuntime } from '../../support/runtime';
import { EVERY_TYPE } from '../../support/everyType';

const account = useAccount();
let logger = recordingLogger();
const ask = (step: { getMetaModel: typeof one.getMetaModel }, cfg: object): Promise<MetaModel> =>
  step.getMetaModel.call({ logger, emit: () => Promise.resolve(true) }, { ...account.credentials, ...cfg });

beforeEach(() => {
  logger = recordingLogger();
  const { sandbox, group } = account;
  sandbox.account.addAttribute({ name: 'birthday', type: 'date' });
  sandbox.account.addAttribute({ name: 'store', groupId: group });
  sandbox.account.addAttribute({ name: 'visits', type: 'number', groupId: group });
  sandbox.account.addAttribute({ name: 'sex', type: 'gender', groupId: group });
  sandbox.account.addAttribute({ name: 'elsewhere', groupId: sandbox.account.addGroup('Other') });
});

const at = (schema: ElasticioSchema | undefined, ...names: string[]): ElasticioSchema | undefined =>
  names.reduce((inner, name) => inner?.properties?.[name], schema);

const names = (schema: ElasticioSchema | undefined): string[] => Object.keys(schema?.properties ?? {}).sort();

/** Converts an elastic.io schema to standard JSON Schema, which the validator needs. */
function standard(schema: ElasticioSchema): object {
  const { properties, items } = schema;
  const members = Object.entries(properties ?? {});
  return {
    ...schema,
    ...(properties && { properties: Object.fromEntries(members.map(([name, one]) => [name, standard(one)])) }),
    ...(items && { items: standard(items) }),
    required: members.filter(([, { required }]) => required).map(([name]) => name),
  };
}

function problems(schema: ElasticioSchema, message: unknown): unknown {
  const ajv = new Ajv({ strict: false });
  ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/);
  const validate = ajv.compile(standard(schema));
  return validate(message) ? [] : validate.errors;
}

describe('the messages of a trigger', () => {
  it('are persons by default, without any request', async () => {
    const { out } = await one.getMetaModel.call({ logger, emit: () => Promise.resolve(true) }, {});
    expect(names(out)).toEqual(['data', 'metadata']);
    expect(at(out, 'metadata', 'recordUid')).toMatchObject({ type: 'string', required: true });
    expect(at(out, 'data', 'contactData')?.items?.properties).toMatchObject({ value: { type: 'string' } });
    expect(account.sandbox.requests).toEqual([]);
  });

  it('are receivers, with the attributes of the account and of this group, if skipTransformation is set', async () => {
    const { out } = await ask(one, { groupId: account.group, skipTransformation: true });
    expect(names(at(out, 'data', 'global_attributes'))).toEqual(['birthday', 'firstname']);
    expect(names(at(out, 'data', 'attributes'))).toEqual(['sex', 'store', 'visits']);
    expect(at(out, 'data', 'global_attributes', 'birthday')?.description).toContain('date');
    expect(at(out, 'data', 'attributes', 'visits')).toMatchObject({ title: 'visits', type: 'string' });
    expect(at(out, 'data', 'attributes', 'visits')?.description).toContain('number');
    expect(at(out, 'data', 'events')?.type).toBe('array');
  });

  it('match their description when they are sent', async () => {
    const cfg = { groupName: 'newsletter', skipTransformation: true };
    account.sandbox.account.addReceiver(account.group, {
      email: 'jo@example.org',
      tags: ['a', 'b.c'],
      attributes: { store: 'Kiel', visits: '7' },
      global_attributes: { birthday: '1980-04-03' },
    });
    const { out } = await ask(one, cfg);
    const { sent } = await new FakeRuntime('elastic.io', one.process, { ...account.credentials, ...cfg }).run();
    expect(sent).toHaveLength(1);
    expect(problems(out, sent[0])).toEqual([]);
    account.sandbox.account.addAttribute({ name: 'added_later', groupId: account.group });
    const later = await new FakeRuntime('elastic.io', one.process, { ...account.credentials, ...cfg }).run();
    expect(problems(out, later.sent[0])).toMatchObject([{ params: { additionalProperty: 'added_later' } }]);
  });

  it('may have any group attribute if all groups are read or no group is selected yet', async () => {
    for (const out of [
      (await ask(all, { groupId: account.group, skipTransformation: true })).out,
      (await ask(one, { skipTransformation: true })).out,
    ]) {
      expect(at(out, 'data', 'attributes')).toMatchObject({ additionalProperties: { type: 'string' } });
      expect(names(at(out, 'data', 'global_attributes'))).toEqual(['birthday', 'firstname']);
    }
  });

  it('may be anything with a custom mapping', async () => {
    const { out } = await ask(one, { groupId: account.group, customMapping: '{"data": {"a": 1}}' });
    expect(at(out, 'data')).toEqual({ title: 'Data', type: 'object', required: true });
  });

  it.each([{}, { skipTransformation: true }])('may be messages about deleted receivers: %j', async (cfg) => {
    const { out } = await ask(one, { groupId: account.group, changeTypes: EVERY_TYPE, ...cfg });
    const message = {
      metadata: { recordUid: '7', changeType: 'deleted' },
      data: { deleteRequested: '2026-01-01T00:00:00.000Z' },
    };
    expect(at(out, 'data', 'deleteRequested')?.type).toBe('string');
    expect(problems(out, message)).toEqual([]);
    expect(at((await ask(one, { groupId: account.group, ...cfg })).out, 'data', 'deleteRequested')).toBeUndefined();
  });

  it.each([
    ['persons', {}],
    ['receivers', { skipTransformation: true }],
    ['records of a custom mapping', { customMapping: '{"data": {"email": data.email}}' }],
  ])('are pages of %s, and match their description when they are sent', async (_, kind) => {
    const cfg = { groupId: account.group, emitBehavior: 'fetchPage', ...kind };
    account.add(3);
    const { out } = await ask(one, cfg);
    expect(at(out, 'data', 'results')).toMatchObject({ type: 'array', required: true });
    const { sent } = await new FakeRuntime('elastic.io', one.process, { ...account.credentials, ...cfg }).run();
    expect(sent).toMatchObject([{ metadata: {}, data: { results: [{}, {}, {}] } }]);
    expect(problems(out, sent[0])).toEqual([]);
  });

  it('are single receivers while the field for pages has a wrong value', async () => {
    expect((await ask(one, { emitBehavior: 'fetchpage' })).out).toEqual((await ask(one, {})).out);
  });

  it('are pages, or messages about deleted receivers', async () => {
    const cfg = { groupId: account.group, emitBehavior: 'fetchPage', changeTypes: EVERY_TYPE };
    const [id = ''] = account.add(3);
    const { out } = await ask(one, cfg);
    const step = new FakeRuntime('oih', one.process, { ...account.credentials, ...cfg });
    const [page] = (await step.run()).sent;
    account.sandbox.account.remove(account.group, id);
    const [deletion] = (await step.run()).sent;
    expect(page?.data).toMatchObject({ results: [{}, {}, {}] });
    expect(deletion).toMatchObject({
      metadata: { recordUid: id },
      data: { deleteRequested: expect.any(String) as string },
    });
    for (const sent of [page, deletion]) expect(problems(out, sent)).toEqual([]);
    expect(problems(out, { metadata: {}, data: {} })).not.toEqual([]);
  });

  it('are not described for a missing group; the error lists the existing ones', async () => {
    const error = await thrownBy(ask(one, { groupId: '1', skipTransformation: true }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toContain('"Newsletter"');
  });
});

describe('the messages of the action', () => {
  it('are incoming persons and outgoing receivers, or answers to delete requests', async () => {
    const model = await ask(action, { groupId: account.group });
    expect(at(model.in, 'data')).toMatchObject({ required: true });
    expect(at(model.in, 'data', 'contactData')?.type).toBe('array');
    expect(at(model.in, 'data', 'deleteRequested')).toBeUndefined();
    const deleting = await ask(action, { groupId: account.group, deletes: true });
    expect(at(deleting.in, 'data', 'deleteRequested')).toBeDefined();
    expect(names(at(model.out, 'data', 'attributes'))).toEqual(['sex', 'store', 'visits']);
    const cfg = { groupId: account.group, ...account.credentials };
    const person = { contactData: [{ type: 'email', value: 'jo@example.org' }] };
    const step = new FakeRuntime('oih', action.process, cfg);
    for (const data of [person, { ...person, deleteRequested: true }]) {
      const { sent } = await step.run({ metadata: { oihUid: 'u' }, data });
      expect(sent).toHaveLength(1);
      expect(problems(model.out, sent[0])).toEqual([]);
    }
  });

  it('are incoming and outgoing receivers, with the same types of attributes, if skipTransformation is set', async () => {
    const cfg = { groupId: account.group, skipTransformation: true };
    const { in: taken, out } = await ask(action, cfg);
    const scopes = ['attributes', 'global_attributes'] as const;
    for (const scope of scopes)
      expect(at(taken, 'data', scope)?.properties).toEqual(at(out, 'data', scope)?.properties);
    expect(at(taken, 'data', 'attributes', 'visits')).toMatchObject({ title: 'visits', type: 'string' });
    const data = {
      email: 'jo@example.org',
      attributes: { visits: '3' },
      global_attributes: { birthday: '1980-04-03' },
    };
    expect(problems(taken, { data })).toEqual([]);
    const step = new FakeRuntime('oih', action.process, { ...cfg, ...account.credentials });
    const { sent } = await step.run({ data: { ...data, attributes: { visits: 3 } } });
    expect(sent[0]?.data).toMatchObject({ attributes: { visits: '3' }, global_attributes: { birthday: '1980-04-03' } });
  });

  it('are results of a dry run for new and existing receivers', async () => {
    const cfg = { groupId: account.group, dryRun: true };
    account.add(1);
    const { out } = await ask(action, cfg);
    const step = new FakeRuntime('oih', action.process, { ...cfg, ...account.credentials });
    for (const value of ['p000@example.org', 'jo@example.org']) {
      const { sent } = await step.run({ data: { firstName: 'Jo', contactData: [{ type: 'email', value }] } });
      expect(sent).toMatchObject([{ data: { dryRun: true } }]);
      expect(problems(out, sent[0])).toEqual([]);
    }
  });

  it('may be anything if they are incoming and the step has a custom mapping', async () => {
    const { in: taken } = await ask(action, { customMapping: '{"data": data}', deletes: true });
    expect(problems(taken, { data: { anything: [1] } })).toEqual([]);
    expect(names(at(taken, 'data'))).toEqual(['cleverreach', 'deleteRequested']);
  });

  it('may have any attribute if the OAuth app may not read their definitions, and this is logged', async () => {
    const { access_token: key } = account.sandbox.issueToken({ scopes: ['groups', 'receivers'] });
    const { out } = await ask(action, { client_id: '', key, groupId: account.group });
    expect(at(out, 'data', 'global_attributes')).toMatchObject({ additionalProperties: { type: 'string' } });
    expect(logger.lines.join()).toContain('may not read them');
  });

  it('are not described if CleverReach fails: a description without attributes would be wrong', async () => {
    account.sandbox.faults.add({ path: '/attributes', kind: 'status', status: 400 });
    expect(await thrownBy(ask(action, { groupId: account.group }))).toBeInstanceOf(RejectedError);
  });

  it('are not described without valid credentials', async () => {
    const context = { logger, emit: () => Promise.resolve(true) };
    expect(await thrownBy(action.getMetaModel.call(context, {}))).toBeInstanceOf(ConfigurationError);
    const refused = await thrownBy(action.getMetaModel.call(context, { key: 'not-a-token' }));
    expect(refused).toBeInstanceOf(AuthorisationError);
  });
});

describe('every property', () => {
  const untitled = (schema: ElasticioSchema, name = ''): string[] => [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, one]) => [
      ...(one.title === undefined ? [`${name}.${key}`] : []),
      ...untitled(one, `${name}.${key}`),
    ]),
    ...(schema.items ? untitled(schema.items, `${name}[]`) : []),
  ];

  it.each<[string, typeof one, object]>([
    ['a trigger', one, {}],
    ['a trigger without the transformation', one, { skipTransformation: true, emitDeletions: true }],
    ['a trigger that sends pages', one, { emitBehavior: 'fetchPage' }],
    ['the action', action, { deletes: true }],
    ['the action in a dry run', action, { dryRun: true, skipTransformation: true }],
  ])('of the messages of %s has a title', async (_, step, cfg) => {
    const { in: taken, out } = await ask(step, { groupId: account.group, ...cfg });
    expect([...untitled(taken, 'in'), ...untitled(out, 'out')]).toEqual([]);
  });
});

describe('the schema files', () => {
  it.each(Object.entries(staticSchemas()))(
    'include %s, which equals the schema that the default configuration generates',
    (name, schema) => {
      const file = path.join(__dirname, '../../../lib/schemas', name);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
    },
  );
});
