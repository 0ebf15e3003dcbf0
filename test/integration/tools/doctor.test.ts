import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toSnapshot, SNAPSHOT_ROOM } from '../../../lib/polling/state/snapshot';
import { stateFor } from '../../../lib/polling/state/startState';
import { Sketch } from '../../../lib/polling/sketch/sketch';
import type { Sandbox } from '../../../sandbox';
import { examine, type Row } from '../../../tools/doctor/examine';
import { readFlow } from '../../../tools/lib/flowFile';
import { useStage, type Stage } from '../../support/stage';
import { run } from '../../support/tools';

const begin = useStage();

type Fields = Record<string, unknown>;
const WRITING = ({ method, path: to }: { method: string; path: string }): boolean =>
  method !== 'GET' && !/^\/oauth|\/filter$/.test(to);

/** A flow of these steps, each after the one before; the functions are those of the component, unless named otherwise. */
function flowOf(...steps: [named: string, fields: Fields][]): ReturnType<typeof readFlow> {
  const nodes = steps.map(([named, fields], index) => ({
    ...{ id: `step_${index + 1}`, componentId: '0'.repeat(24), function: named, fields },
  }));
  const edges = nodes.slice(1).map(({ id }, index) => ({ source: `step_${index + 1}`, target: id }));
  return readFlow({ graph: { nodes, edges } });
}

const trigger = (fields: Fields): [string, Fields] => ['getReceiversByGroupIdPolling', fields];
const action = (fields: Fields): [string, Fields] => ['upsertReceiver', fields];

/** Examines a flow; nothing may be written, whatever it is. */
async function rowsOf(
  stage: Stage,
  flow: ReturnType<typeof readFlow>,
  options: { snapshot?: object; credentials?: Fields; only?: string } = {},
): Promise<Row[]> {
  const silent = (): void => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const { snapshot, credentials = stage.credentials, only } = options;
  const rows = await examine({ flow, credentials, advice: 'The advice.', snapshot, only, logger });
  expect(stage.sandbox.requests.filter(WRITING)).toEqual([]);
  for (const { severity, remedy } of rows)
    expect(remedy === undefined).toBe(severity === 'ok' || severity === 'skipped');
  return rows;
}

const of = (rows: readonly Row[], check: string, step = 'step_1'): Row | undefined =>
  rows.find((row) => row.check === check && row.step === step);
const severities = (rows: readonly Row[]): string[] =>
  rows.map(({ step, check, severity }) => `${step} ${check}: ${severity}`);

it('a flow that works has no problem', async () => {
  const stage = await begin();
  const rows = await rowsOf(
    stage,
    flowOf(
      trigger({ groupName: 'newsletter', skipTransformation: true }),
      action({ groupId: Number(stage.group), skipTransformation: true }),
    ),
  );
  expect(severities(rows)).toEqual([
    ' credentials: ok',
    ...['fields', 'mapping', 'group', 'receivers', 'filter'].map((check) => `step_1 ${check}: ok`),
    ...['fields', 'mapping', 'group', 'receivers', 'attributes', 'double opt-in'].map((check) => `step_2 ${check}: ok`),
  ]);
});

it('only the named step is checked', async () => {
  const stage = await begin();
  const flow = flowOf(trigger({ groupName: 'Nobody' }), action({ groupId: stage.group }));
  const rows = await rowsOf(stage, flow, { only: 'step_2' });
  expect(new Set(rows.map(({ step }) => step))).toEqual(new Set(['', 'step_2']));
});

describe('the fields of a step', () => {
  it.each<[string, [string, Fields], string, string]>([
    ['a misspelt field', action({ groupId: '1', dryrun: true }), 'problem', 'Unknown field "dryrun".'],
    ['an invalid value', trigger({ groupId: '1', pageSize: 'x' }), 'problem', 'must be a whole number'],
    ['a missing group', trigger({}), 'problem', 'field "groupId" is missing'],
    ['a retired field', trigger({ groupId: '1', emitConcurrency: 2 }), 'warning', 'no longer has an effect'],
    ['a field of another component', trigger({ groupId: '1', sheet: 'x' }), 'warning', 'Unknown field "sheet"'],
  ])('with %s', async (_, step, severity, found) => {
    const stage = await begin();
    const rows = await rowsOf(stage, flowOf(step));
    expect(of(rows, 'fields')).toMatchObject({ severity, found: expect.stringContaining(found) as string });
  });
});

it('a custom mapping that cannot be parsed is a problem, and the attributes are skipped', async () => {
  const stage = await begin();
  const rows = await rowsOf(stage, flowOf(action({ groupId: stage.group, customMapping: '{' })));
  expect(of(rows, 'mapping')).toMatchObject({
    severity: 'problem',
    found: expect.stringContaining('cannot be parsed') as string,
  });
  expect(of(rows, 'attributes')).toMatchObject({ severity: 'skipped', found: 'Not tested, see "mapping".' });
});

it('an unknown group is a problem that lists the groups, and what needs the group is skipped', async () => {
  const stage = await begin();
  const rows = await rowsOf(stage, flowOf(trigger({ groupName: 'Nobody' })));
  const group = of(rows, 'group');
  expect(group).toMatchObject({ severity: 'problem', remedy: expect.stringContaining('"groupName"') as string });
  expect(group?.found).toContain('"Newsletter"');
  expect(of(rows, 'receivers')?.severity).toBe('skipped');
  expect(of(rows, 'filter')?.severity).toBe('skipped');
});

describe('the attributes that a mapping writes', () => {
  const found = async (stage: Stage, ...steps: [string, Fields][]): Promise<Row | undefined> =>
    of(await rowsOf(stage, flowOf(...steps)), 'attributes', `step_${steps.length}`);

  it('are those of the default mapping', async () => {
    const stage = await begin();
    expect(await found(stage, action({ groupId: stage.group }))).toMatchObject({
      severity: 'warning',
      found:
        'Not defined in the group and the account: city, country, fax, gender, language, mobile, phone, region, salutation, street, title, url, zipCode.',
    });
  });

  it('are those that a custom mapping names', async () => {
    const stage = await begin();
    const customMapping =
      '{"data": {"email": data.email, "attributes": {"Visits": data.v, "shoe": data.s}, "global_attributes": $merge([{"firstname": 1}]), "tags": []}}';
    expect(await found(stage, action({ groupId: stage.group, customMapping }))).toMatchObject({
      severity: 'warning',
      found: 'Not defined in the group and the account: shoe.',
    });
    const known = '{"data": {"attributes": {"visits": 1}, "global_attributes": {"FirstName": 2}}}';
    expect(await found(stage, action({ groupId: stage.group, customMapping: known }))).toMatchObject({
      severity: 'ok',
    });
    expect(await found(stage, action({ groupId: stage.group, customMapping: 'data.message' }))).toMatchObject({
      found: 'The records decide which attributes are written.',
    });
  });

  it('are those of the group before, where receivers are handed on as they are', async () => {
    const stage = await begin();
    const target = stage.addGroup('Customers');
    const raw = { skipTransformation: true };
    const steps = [trigger({ groupId: stage.group, ...raw }), action({ groupId: target, ...raw })];
    expect(await found(stage, ...steps)).toMatchObject({
      severity: 'warning',
      found: 'Not defined in the group and the account: visits.',
    });
    stage.sandbox.account.addAttribute({ name: 'visits', groupId: target });
    stage.later(120);
    expect(await found(stage, ...steps)).toMatchObject({ severity: 'ok' });
  });
});

describe('the double-opt-in mail', () => {
  const check = async (stage: Stage, doiFormId: unknown): Promise<Row | undefined> =>
    of(
      await rowsOf(stage, flowOf(action({ groupId: stage.group, newReceivers: 'unconfirmed', doiFormId }))),
      'double opt-in',
    );

  it('needs a form of the group', async () => {
    const stage = await begin();
    const { id } = stage.sandbox.account.addForm({ groupId: stage.group });
    const other = stage.sandbox.account.addForm({ groupId: stage.addGroup('Press') });
    const flow = stage.sandbox.account.addFlow({ groupId: stage.group });
    expect(await check(stage, id)).toMatchObject({ severity: 'ok' });
    expect(await check(stage, flow.id)).toMatchObject({ severity: 'ok' });
    expect(await check(stage, other.id)).toMatchObject({ severity: 'problem' });
    expect(await check(stage, 9_999)).toMatchObject({ severity: 'problem' });
    expect(await check(stage, undefined)).toMatchObject({ severity: 'warning' });
  });

  it('is a problem without the scope for forms', async () => {
    const stage = await begin();
    const { id } = stage.sandbox.account.addForm({ groupId: stage.group });
    const { access_token: key } = stage.sandbox.issueToken({ scopes: ['groups', 'receivers', 'attributes'] });
    const flow = flowOf(action({ groupId: stage.group, newReceivers: 'unconfirmed', doiFormId: id }));
    const rows = await rowsOf(stage, flow, { credentials: { key } });
    expect(of(rows, 'double opt-in')).toMatchObject({
      severity: 'problem',
      remedy: expect.stringContaining('Tick the scope for forms ("forms" or "oa_forms") in the OAuth app') as string,
    });
    expect(rows.filter(({ severity }) => severity === 'problem')).toHaveLength(1);
  });
});

describe('the filter', () => {
  const filterOf = async (stage: Stage, fields: Fields = {}): Promise<Row | undefined> =>
    of(await rowsOf(stage, flowOf(trigger({ groupId: stage.group, ...fields }))), 'filter');

  it.each([
    [{ filterEndpoint: 'missing' }, 'The filter does not work for "registered": '],
    [{ filterRegistered: 'rejected' }, 'The filter does not work for "registered": '],
    [{ filterRules: 'ignored' }, 'The filter ignores a rule on "registered".'],
  ] as const)('with %j is a warning, because the step works without it', async (switches, text) => {
    const stage = await begin(switches);
    stage.sandbox.account.addReceiver(stage.group, { email: 'mia@example.org' });
    expect(await filterOf(stage)).toMatchObject({
      severity: 'warning',
      found: expect.stringContaining(text) as string,
    });
  });

  it('is not asked if every poll is a full read', async () => {
    const stage = await begin();
    expect(await filterOf(stage, { fullReadMinutes: 0 })).toMatchObject({
      found: 'Not used: "fullReadMinutes" is 0.',
    });
    expect(stage.sandbox.count({ path: '/receivers/filter' })).toBe(0);
  });
});

describe('the snapshot of the first step', () => {
  const check = async (stage: Stage, snapshot: object): Promise<Row | undefined> =>
    of(await rowsOf(stage, flowOf(trigger({ groupId: stage.group })), { snapshot }), 'snapshot');

  it('is measured against the room of both platforms', async () => {
    const stage = await begin();
    const state = { ...stateFor(undefined, stage.group, undefined), sketch: Sketch.ofSize(256) };
    const snapshot = toSnapshot(state, SNAPSHOT_ROOM['elastic.io']);
    expect(await check(stage, snapshot)).toMatchObject({
      severity: 'ok',
      found: `${JSON.stringify(snapshot).length} bytes; room on each platform: elastic.io 4000, oih 4000000.`,
    });
  });

  it.each<[string, object, string]>([
    ['an unreadable one', { lastUpdated: 'soon' }, 'problem'],
    ['one of another group', { version: 2, lastUpdated: 1, scope: '4711' }, 'warning'],
    ['an empty one', {}, 'ok'],
    ['that of the earlier connector', { lastUpdated: 1_598_960_975 }, 'ok'],
  ])('may be %s', async (_, snapshot, severity) => {
    expect(await check(await begin(), snapshot)).toMatchObject({ severity });
  });
});

it('a failure of one check does not stop the others, and says that waiting helps', async () => {
  const stage = await begin();
  stage.sandbox.faults.add({ method: 'GET', path: '/debug/whoami', kind: 'status', status: 503, times: Infinity });
  const rows = await rowsOf(stage, flowOf(trigger({ groupId: stage.group })));
  expect(rows.filter(({ severity }) => severity === 'problem')).toEqual([
    expect.objectContaining({
      check: 'credentials',
      remedy: expect.stringMatching(/try again in a few minutes/) as string,
    }),
  ]);
});

it('credentials that CleverReach refuses are a problem with the advice of the command', async () => {
  const stage = await begin();
  const rows = await rowsOf(stage, flowOf(trigger({ groupId: stage.group })), { credentials: { key: 'stale' } });
  expect(of(rows, 'credentials', '')).toMatchObject({ severity: 'problem', remedy: 'The advice.' });
  expect(of(rows, 'group')).toMatchObject({ severity: 'skipped', found: 'Not tested, see "credentials".' });
});

describe('what is wrong with the account is named once', () => {
  const bothOf = (group: string) =>
    flowOf(trigger({ groupId: group, skipTransformation: true }), action({ groupId: group, skipTransformation: true }));
  const problems = (rows: readonly Row[]): string[] => severities(rows).filter((row) => row.endsWith('problem'));

  it('if no token can be had: no step asks for one', async () => {
    const stage = await begin();
    const credentials = { ...stage.credentials, client_secret: 'wrong' };
    const rows = await rowsOf(stage, bothOf(stage.group), { credentials });
    expect(problems(rows)).toEqual([' credentials: problem']);
    expect(stage.sandbox.count({ path: '/oauth/token.php' })).toBe(1);
    expect(of(rows, 'fields', 'step_2')).toMatchObject({ severity: 'ok' });
    for (const check of ['group', 'receivers', 'attributes', 'double opt-in'])
      expect(of(rows, check, 'step_2')).toMatchObject({ found: 'Not tested, see "credentials".' });
  });

  it.each<[string, (stage: Stage) => Fields]>([
    [
      'an expired token that cannot be renewed',
      ({ sandbox }) => {
        const { access_token, refresh_token } = sandbox.issueToken();
        sandbox.expireToken(access_token);
        return { oauth: { access_token, refresh_token } };
      },
    ],
    ['a client secret that cannot be sent', ({ credentials }) => ({ ...credentials, client_secret: 'ümlaut' })],
  ])('for %s', async (_, credentialsOf) => {
    const stage = await begin();
    const rows = await rowsOf(stage, bothOf(stage.group), { credentials: credentialsOf(stage) });
    expect(problems(rows)).toEqual([' credentials: problem']);
    expect(of(rows, 'credentials', '')).toMatchObject({ remedy: 'The advice.' });
    expect(of(rows, 'group')).toMatchObject({ severity: 'skipped', found: 'Not tested, see "credentials".' });
  });

  it('if one kind of request fails for all steps: the second step refers to the first', async () => {
    const stage = await begin();
    const { access_token: key } = stage.sandbox.issueToken({ scopes: ['receivers', 'attributes'] });
    const rows = await rowsOf(stage, bothOf(stage.group), { credentials: { key } });
    expect(problems(rows)).toEqual(['step_1 group: problem']);
    expect(of(rows, 'group', 'step_2')).toMatchObject({
      severity: 'skipped',
      found: 'Not tested, see "group" of step_1.',
    });
    expect(of(rows, 'receivers', 'step_2')).toMatchObject({ found: 'Not tested, see "group".' });
  });

  it('but a wrong field of each step is a problem of each', async () => {
    const stage = await begin();
    const rows = await rowsOf(stage, bothOf('1'));
    expect(problems(rows)).toEqual(['step_1 group: problem', 'step_2 group: problem']);
  });
});

it('a step of another component is not checked, which is not a problem', async () => {
  const stage = await begin();
  const rows = await rowsOf(stage, flowOf(trigger({ groupId: stage.group }), ['transform', {}]));
  expect(rows.filter(({ step }) => step === 'step_2')).toEqual([
    { step: 'step_2', check: 'function', severity: 'skipped', found: 'Not checked: not a step of this component.' },
  ]);
});

it('snapshots that OIH stores itself are a warning, for a trigger only', async () => {
  const stage = await begin();
  const flow = flowOf(trigger({ groupId: stage.group, emitConcurrency: 2 }), action({ groupId: stage.group }));
  for (const step of [flow.first, ...flow.first.next.map(({ target }) => target)])
    step.nodeSettings['autoSaveSnapshots'] = true;
  const rows = await rowsOf(stage, flow);
  expect(of(rows, 'fields')).toMatchObject({
    severity: 'warning',
    found: expect.stringMatching(/emitConcurrency.* "nodeSettings\.autoSaveSnapshots" is on/) as string,
    remedy: expect.stringMatching(/Switch it off for this step\.$/) as string,
  });
  expect(of(rows, 'fields', 'step_2')?.severity).toBe('ok');
});

it('an id that OIH would refuse is a warning', async () => {
  const stage = await begin();
  const nodes = [{ id: 'step_1', componentId: 'mine', function: 'getReceiversPolling', credentials_id: 'x' }];
  const rows = await rowsOf(stage, readFlow({ graph: { nodes } }));
  expect(of(rows, 'ids')).toMatchObject({
    severity: 'warning',
    found: '"componentId" and "credentials_id": not an id of OIH, which has 24 hexadecimal digits.',
  });
});

describe('npm run doctor', () => {
  let sandbox: Sandbox;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    ({ sandbox } = await begin());
    sandbox.account.addGroup('Customers');
    folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
    env = {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_CLIENT_ID: sandbox.client.id,
      CLEVERREACH_CLIENT_SECRET: sandbox.client.secret,
    };
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(['group-to-group.json', 'group-to-group.elasticio.json'])(
    'checks the flow %s and ends with 0',
    async (flow) => {
      const { code, output, errors } = await run('doctor.ts', [`flows/${flow}`], env);
      expect(errors).toBe('');
      expect(output).toMatch(/^step +check +result +found → what to do\n\(flow\) +credentials +ok/);
      expect(output).toContain('12 checks: 0 problems, 1 warning.');
      expect(code).toBe(0);
    },
  );

  it('ends with 1 if a problem would stop a step, in one row without a secret', async () => {
    const file = path.join(folder, 'flow.json');
    const nodes = [{ id: 's', componentId: '0'.repeat(24), function: 'upsertReceiver', fields: { groupId: '1' } }];
    writeFileSync(file, JSON.stringify({ graph: { nodes } }));
    const { code, output } = await run('doctor.ts', [file], env);
    expect(output.match(/^s +group +problem +There is no group with the id 1 .* → Correct "groupId"/gm)).toHaveLength(
      1,
    );
    expect(output).not.toContain(sandbox.client.secret);
    expect(code).toBe(1);
  });

  it.each([
    [['flows/group-to-group.json', '--step', 'step_9'], 'The flow has no step "step_9": step_1, step_2.\n'],
    [['nowhere.json'], 'nowhere.json cannot be read: ENOENT'],
    [['flows/component.oih.json'], 'it has no "graph" with nodes and edges.'],
  ])('ends with 2 for %j', async (args, text) => {
    const { code, errors } = await run('doctor.ts', args, env);
    expect(errors).toContain(text);
    expect(code).toBe(2);
  });
});
