import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const root = path.join(__dirname, '../../..');
const json = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** What elastic.io's forms know of a field. Whatever else stood there would be ignored in silence. */
const field = z.strictObject({
  label: z.string().min(3),
  viewClass: z.enum([
    'TextFieldView',
    'TextAreaView',
    'CheckBoxView',
    'MultiSelectView',
    'SelectView',
    'PasswordFieldView',
    'OAuthFieldView',
  ]),
  required: z.boolean(),
  model: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  require: z.array(z.string()).min(1).optional(),
  prompt: z.string().optional(),
  placeholder: z.string().optional(),
  note: z.string().min(20),
  help: z.strictObject({ description: z.string().min(40), link: z.url().optional() }),
  order: z.number().int().positive(),
});
const fields = z.record(z.string(), field);
const step = z.strictObject({
  title: z.string().min(5),
  description: z.string().min(20),
  help: z.strictObject({ description: z.string().min(40), link: z.url().optional() }),
  type: z.literal('polling').optional(),
  main: z.string(),
  order: z.number().int().positive(),
  dynamicMetadata: z.literal(true),
  metadata: z.strictObject({ in: z.string().optional(), out: z.string() }),
  fields,
});
const component = z.strictObject({
  title: z.string(),
  description: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  url: z.url(),
  buildType: z.literal('docker'),
  authClientTypes: z.array(z.enum(['oauth2', 'basic', 'api_key'])),
  envVars: z.record(z.string(), z.strictObject({ required: z.boolean(), description: z.string().min(20) })),
  credentials: z.strictObject({
    fields,
    oauth2: z.strictObject({
      client_id: z.string(),
      client_secret: z.string(),
      auth_uri: z.url(),
      token_uri: z.url(),
      scopes: z.array(z.string()),
      // CleverReach's page for logging in asks for it
      grant: z.literal('basic'),
    }),
  }),
  triggers: z.record(z.string(), step.required({ type: true })),
  actions: z.record(z.string(), step.omit({ type: true })),
});
const manifest = z.looseObject({
  version: z.string(),
  files: z.array(z.string()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

/** The fields of a form from top to bottom. In elastic.io, a field with a higher `order` comes first. */
const SECTIONS = [
  // the group
  ['groupId', 'groupName'],
  // what is written
  ['newReceivers', 'doiFormId', 'optOuts', 'deletes'],
  // what is sent to the next step
  ['dryRun', 'onError', 'emitBehavior'],
  // the mapping
  ['skipTransformation', 'customMapping'],
  // where a trigger starts
  ['startTime'],
  // which changes it sends, and when
  ['changeTypes', 'emitDeletions', 'tag', 'fullReadMinutes'],
  // tuning
  ['pageSize', 'maxRunMinutes', 'devMode'],
];

const descriptor = component.parse(json('component.json'));
const { version, files, dependencies, devDependencies } = manifest.parse(json('package.json'));
const steps = Object.entries({ ...descriptor.triggers, ...descriptor.actions });
const isPacked = (file: string): boolean => files.some((one) => path.join(file).startsWith(one));

describe('the component', () => {
  it('declares exactly two triggers and one action', () => {
    expect(Object.keys(descriptor.triggers)).toEqual(['getReceiversPolling', 'getReceiversByGroupIdPolling']);
    expect(Object.keys(descriptor.actions)).toEqual(['upsertReceiver']);
  });

  it('has the same version in component.json, package.json and CHANGELOG', () => {
    expect(descriptor.version).toBe(version);
    expect(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## [${version}]`);
  });

  it('depends on exact versions', () => {
    const ranges = Object.values({ ...dependencies, ...devDependencies });
    expect(ranges).not.toContainEqual(expect.stringMatching(/[^0-9.]/));
  });

  it('packs what a platform needs, and nothing else', () => {
    const listing = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(listing) as { files: { path: string }[] }[];
    const names = new Set(packed?.files.map(({ path: file }) => file.split('/')[0]));
    expect([...names].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'component.json',
      'dist',
      'lib',
      'logo.png',
      'mappings',
      'package.json',
      'verifyCredentials.js',
    ]);
  });

  it('offers a login only with an OAuth app from the environment', () => {
    const { oauth2 } = descriptor.credentials;
    const named = [oauth2.client_id, oauth2.client_secret].map((text) => /^\{\{(\w+)\}\}$/.exec(text)?.[1] ?? '');
    expect(Object.keys(descriptor.envVars)).toEqual(expect.arrayContaining(named));
  });

  it('requires no field in a credential that only some credentials need', () => {
    expect(Object.values(descriptor.credentials.fields).filter(({ required }) => required)).toEqual([]);
  });

  it('has a logo of 128 by 128 pixels in its package', () => {
    const png = readFileSync(path.join(root, 'logo.png'));
    expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([128, 128]);
    expect(files).toContain('logo.png');
  });
});

describe.each(steps)('the form of %s', (_, { main, metadata, fields: ofStep }) => {
  const loaded = jest.requireActual<Record<string, unknown>>(path.join(root, main));

  it('belongs to a built module with the functions that the platforms call', () => {
    expect(loaded['process']).toBeInstanceOf(Function);
    expect(loaded['getMetaModel']).toBeInstanceOf(Function);
    expect(isPacked(main)).toBe(true);
  });

  it('offers drop-downs with fixed values, or with values from a function of the module', () => {
    const all = Object.values(ofStep);
    for (const { viewClass, model } of all) expect(/^(?:Multi)?SelectView$/.test(viewClass)).toBe(model !== undefined);
    const functions = all.map(({ model }) => model).filter((model) => typeof model === 'string');
    expect(functions.filter((name) => !(loaded[name] instanceof Function))).toEqual([]);
  });

  it('lets a drop-down depend only on other fields of the step', () => {
    const dependent = Object.entries(ofStep).filter(([, { require: needed }]) => needed !== undefined);
    for (const [name, { model, require: needed = [] }] of dependent) {
      expect(needed.filter((other) => other === name || ofStep[other] === undefined)).toEqual([]);
      expect(typeof model).toBe('string');
    }
  });

  it('names schemas that are in the package', () => {
    for (const file of [metadata.in, metadata.out].filter((one) => one !== undefined)) {
      expect(existsSync(path.join(root, file))).toBe(true);
      expect(isPacked(file)).toBe(true);
      expect(json(file)).toMatchObject({ type: 'object', properties: { metadata: {}, data: {} } });
    }
  });

  it('shows every field at its own position, section by section', () => {
    const inForm = Object.entries(ofStep).toSorted(([, one], [, other]) => other.order - one.order);
    expect(new Set(inForm.map(([, { order }]) => order)).size).toBe(inForm.length);
    const sections = inForm.map(([name]) => SECTIONS.findIndex((names) => names.includes(name)));
    expect(inForm.filter((_, index) => sections[index] === -1)).toEqual([]);
    expect(sections).toEqual(sections.toSorted((a, b) => a - b));
  });

  it('names in a drop-down with fixed values the default', () => {
    for (const { viewClass, model, prompt } of Object.values(ofStep)) {
      if (viewClass !== 'SelectView' || typeof model !== 'object') continue;
      expect(Object.values(model).map((label) => `Default: ${label}`)).toContain(prompt);
    }
  });
});
