/**
 * Invalid input of every kind: an invalid configuration is an error that names the field, before any request to
 * CleverReach; a record that cannot be written is an error with the reason; and no error has another type.
 */

import fc from '../support/fastCheck';
import { ComponentError, ConfigurationError, messageOf, RecordError } from '../../lib/utils/errors';
import type { FakeRuntime } from '../support/runtime';
import { examples } from '../support/runs';
import { startStage, type Stage } from '../support/stage';
import { action, person, stepOfAll, stepOfOne, type Fields, type Kind } from '../support/steps';

let stage: Stage;
const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const ownNames = (): string => JSON.stringify(prototypes.map((one) => Object.getOwnPropertyNames(one)));
let namesBefore: string;

beforeAll(async () => {
  namesBefore = ownNames();
  stage = await startStage();
  stage.sandbox.account.addReceiver(stage.group, { email: 'jo@example.org' });
});

afterAll(async () => {
  // secrets that were shown, and harmful writes
  const problems = await stage.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
});

afterEach(() => {
  expect(ownNames()).toBe(namesBefore);
  expect({}).not.toHaveProperty('polluted');
});

// on elastic.io, because on OIH a message is handed back until the step is corrected
const functions = {
  'one group': stepOfOne,
  'all groups': stepOfAll,
  action: (at: typeof stage, fields: Fields) => action(at, fields, 'elastic.io'),
} as const;
type Name = keyof typeof functions;
const names = Object.keys(functions) as Name[];
const data = person('jo@example.org', { firstName: 'Jo' });
const jo: Fields = { data, body: { data } };

/** One call: its error, and whether it sent requests to CleverReach. */
async function call(
  step: FakeRuntime,
  message: unknown = jo,
): Promise<{ error: unknown; wasAsked: boolean; events: string[] }> {
  stage.sandbox.forgetRequests();
  const { error, events } = await stage.attempt(step, message);
  if (error !== undefined && !(error instanceof ComponentError)) {
    throw new Error('an error of another kind', { cause: error });
  }
  return { error, events, wasAsked: stage.sandbox.requests.length > 0 };
}

const object = fc.constantFrom<unknown>({}, { a: 1 }, [], [1], JSON.parse('{"__proto__": {"polluted": true}}'));
const notText = fc.oneof(fc.double(), fc.boolean(), object);
const notFlag = fc.oneof(fc.constantFrom('yes', '2', 'tru'), fc.integer(), object);
const notWhole = fc.oneof(
  fc.constantFrom('ten', '1.5', '-1', '1e3', 0, -1, 1.5, 5001, Infinity, NaN),
  fc.boolean(),
  object,
);
const notMinutes = fc.oneof(fc.constantFrom('ten', '1.5', '-1', -1, 10_081, Infinity, NaN), fc.boolean(), object);
const notWord = fc.oneof(fc.constantFrom('Active', 'FETCHPAGE', 'none'), fc.integer(), fc.boolean(), object);
const notDate = fc.oneof(
  fc.constantFrom('yesterday', '2024-13-01', '2024-02-31T25:00', '31.1.2024', '0'),
  fc.integer(),
  object,
);
const notId = fc.oneof(fc.constantFrom(1.5, -1, NaN), fc.boolean(), object);
const notMapping = fc.constantFrom('{', '$.[', '"a', 'data.(', '}', 'a b', 'x'.repeat(70_000));

/** Invalid values for the field. */
const polling: Record<string, fc.Arbitrary<unknown>> = {
  skipTransformation: notFlag,
  customMapping: fc.oneof(notText, notMapping),
  startTime: notDate,
  pageSize: notWhole,
  maxRunMinutes: notWhole,
  fullReadMinutes: notMinutes,
  emitBehavior: notWord,
  changeTypes: fc.constantFrom<unknown>(true, 0.5, {}, { new: true }, [1], 'opened', ['new', 5], 'new; sent'),
  tag: notText,
};
const wrong: Record<Name, Record<string, fc.Arbitrary<unknown>>> = {
  'all groups': polling,
  'one group': { ...polling, groupId: notId, groupName: notText },
  action: {
    skipTransformation: notFlag,
    customMapping: fc.oneof(notText, notMapping),
    groupId: notId,
    groupName: notText,
    newReceivers: notWord,
    doiFormId: notId,
    optOuts: notFlag,
    deletes: notFlag,
    onError: notWord,
  },
};
const cases = names.flatMap((name) => Object.keys(wrong[name]).map((field) => [name, field] as const));

it.each(cases)(
  '%s: an invalid value of the field "%s" is an error that names it, before any request',
  async (name, field) => {
    await fc.assert(
      fc.asyncProperty(wrong[name][field] ?? fc.constant({}), async (value) => {
        const { error, wasAsked } = await call(functions[name](stage, { [field]: value }));
        expect([value, error]).toEqual([value, expect.any(ConfigurationError)]);
        expect(messageOf(error)).toContain(field);
        expect(wasAsked).toBe(false);
      }),
      examples(8),
    );
  },
);

it.each(names)(
  '%s: fields of any shape either work, or are an error of the configuration or the record',
  async (name) => {
    const known = fc.constantFrom(
      ...Object.keys(wrong[name]),
      'nodeSettings',
      'oauth',
      'key',
      'secretId',
      '__proto__',
      'constructor',
    );
    const fields = fc.dictionary(
      known,
      fc.oneof(fc.anything({ maxDepth: 1 }), fc.constantFrom('', ' ', null, 'true', '5')),
      { maxKeys: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fields, async (given) => {
        const step = functions[name](stage, JSON.parse(JSON.stringify(given)) as Fields);
        const { error, events } = await call(step);
        if (error === undefined) return;
        expect(events.filter((event) => event === 'rebound')).toEqual([]);
        expect(messageOf(error).length).toBeGreaterThan(20);
      }),
      examples(40),
    );
  },
);

it.each(['one group', 'all groups'] as const)(
  '%s: a snapshot of any shape is read, or is an error that states how to continue',
  async (name) => {
    const member = fc.constantFrom(
      'version',
      'lastUpdated',
      'scope',
      'seen',
      'retry',
      'read',
      'sketch',
      'full',
      'fingerprints',
      'clockOffset',
      '__proto__',
    );
    const value = fc.oneof(
      fc.anything({ maxDepth: 2 }),
      fc.constantFrom(1, 2, 'all', stage.group, {}, { numeric: 'AAAA' }),
    );
    const snapshots = fc.oneof(fc.anything({ maxDepth: 1 }), fc.dictionary(member, value, { minKeys: 1 }));
    await fc.assert(
      fc.asyncProperty(snapshots, async (given) => {
        const step = functions[name](stage);
        [step.snapshot] = JSON.parse(JSON.stringify([given])) as unknown[];
        const { error, wasAsked } = await call(step);
        if (error === undefined) return;
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(messageOf(error)).toMatch(/snapshot.*lastUpdated/s);
        expect(wasAsked).toBe(false);
      }),
      { ...examples(60), examples: TOO_LATE.map((lastUpdated): [unknown] => [{ lastUpdated }]) },
    );
  },
);

/** Found at random: beyond the range of a date, as milliseconds and as seconds. */
const TOO_LATE = [8_640_000_000_001_000, 99_999_999_999, 1e300];

const json = fc.jsonValue({ maxDepth: 2 });
const recordMember = fc.constantFrom(
  'email',
  'contactData',
  'categories',
  'firstName',
  'birthday',
  'addresses',
  'deleteRequested',
  'active',
  'attributes',
  'global_attributes',
  'tags',
  'doidata',
  '__proto__',
);
const strange = fc.oneof(
  json,
  fc.constantFrom<unknown>(
    'a@b.cd',
    [{ type: 'email', value: 'a@b.cd' }],
    [null],
    [[]],
    { type: 5 },
    '\ud800',
    JSON.parse('{"__proto__": {"polluted": 1}}'),
  ),
);
const record = fc.dictionary(recordMember, strange);
const metadata = fc.dictionary(
  fc.constantFrom('recordUid', 'oihUid', 'applicationUid', '__proto__'),
  fc.oneof(json, fc.constantFrom('..', '/', ' ', '1', -5)),
);
const kinds: readonly Kind[] = ['oih', 'elastic.io'];

it.each([true, false])(
  'the action: a message of any shape is written or refused, with a reason (skipTransformation: %s)',
  async (skipTransformation) => {
    const messages = fc.oneof(
      { weight: 1, arbitrary: json },
      { weight: 5, arbitrary: fc.record({ data: record, metadata }) },
    );
    await fc.assert(
      fc.asyncProperty(messages, fc.constantFrom(...kinds), fc.boolean(), async (message, kind, deletes) => {
        const fields = { skipTransformation, deletes, nodeSettings: { idLinking: true, applicationUid: 'cr' } };
        const { error, events } = await call(action(stage, fields, kind), kind === 'oih' ? message : { body: message });
        expect(events).not.toContain('rebound');
        if (error === undefined) return;
        expect(messageOf(error)).toMatch(/record|mapping|address|CleverReach/);
      }),
      examples(60),
    );
  },
);

/** Pieces of mappings, joined at random: some return a message, most do not, and many cannot be parsed. */
const piece = fc.constantFrom(
  'data',
  '$',
  '.email',
  '{',
  '}',
  '"data": ',
  '{"data": data}',
  '[',
  ']',
  '$map(',
  ')',
  '$string(',
  '~>',
  '|',
  '^(',
  '(',
  ';',
  ' := ',
  '$x',
  '1',
  '/a/',
  '"__proto__": ',
  '$$',
  '%',
  '@$i',
  '#',
  '..',
  '**',
  ', ',
  '$merge([data, {"constructor": 1}])',
);

it.each(names)(
  '%s: a custom mapping of any kind is refused before any request, or fails for each record',
  async (name) => {
    const mapping = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
      fc.string({ minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(mapping, async (customMapping) => {
        const { error, wasAsked } = await call(functions[name](stage, { customMapping }));
        if (error === undefined) return;
        expect(error instanceof ConfigurationError || error instanceof RecordError).toBe(true);
        expect(messageOf(error)).toMatch(/customMapping|address|"(tags|attributes|global_attributes)"|Attribute/);
        expect(error instanceof ConfigurationError && wasAsked).toBe(false);
      }),
      examples(60),
    );
  },
);

it.each(names)('%s: a custom mapping that never ends is an error of its record', async (name) => {
  const endless = `{"data": {"x": $contains("${'a'.repeat(42)}!", /^(a+)+$/)}}`;
  const { error, events } = await call(functions[name](stage, { customMapping: endless }));
  expect(error).toBeInstanceOf(RecordError);
  expect(messageOf(error)).toMatch(/the customMapping failed: it was stopped after \d+ ms/);
  expect(events).toEqual(name === 'action' ? [] : ['snapshot']);
});
