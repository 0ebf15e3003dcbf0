/** Run against the sandbox, the probe finds the position of every switch that it says it finds, and leaves nothing behind. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from '../../support/fastCheck';
import { defaultSwitches, startSandbox, type Switches } from '../../../sandbox';
import { readProfile } from '../../../sandbox/profile';
import { switchTable } from '../../../sandbox/switches';
import { questions, reasonFor, wordsOf } from '../../../tools/probe/catalogue';
import { profileText } from '../../../tools/probe/profile';
import { LIMITS, type ProbeResult } from '../../../tools/probe/run';
import { useProbedAccounts, type ProbedAccount } from '../../support/probe';
import { root, run } from '../../support/tools';

const probedAccount = useProbedAccounts();

type Name = keyof Switches;
type Value = string | number | boolean;

/** Positions of the switches that are numbers, up to those that are more than the probe waits for. */
const NUMBERS: Partial<Record<Name, readonly number[]>> = {
  filterLagSeconds: [0, 1, 7, 127, 900],
  filterDrops: [0, 30],
  statsCacheSeconds: [0, 15, 127, 900],
  maxBatch: [1000, 1, 2, 250, 999],
  expiresIn: [2_592_000, 300],
};

const names = Object.keys(switchTable) as Name[];
const valuesOf = (name: Name): readonly Value[] => switchTable[name].values ?? NUMBERS[name] ?? [defaultSwitches[name]];

/** Questions that a client cannot ask, or only where another answer allows it. */
const IMPOSSIBLE: readonly Name[] = [
  'activatedOverridesUnsubscribe',
  'unsubscribeBlacklists',
  'eventForImport',
  'refreshTokenGrace',
  'flowScope',
  'stateEchoed',
];
/** The app of these tests has all scopes. */
const CONDITIONAL: readonly Name[] = ['missingScope'];
const ABOUT_FILTER = names.filter((name) => name.startsWith('filter'));

/** The switches whose position has to be found when the account is in these positions. */
function claimed(switches: Switches): Name[] {
  const hidden = new Set<Name>([...IMPOSSIBLE, ...CONDITIONAL]);
  if (!switches.refreshTokenForClientCredentials) hidden.add('refreshTokenRotation');
  if (switches.filterEndpoint === 'missing')
    for (const name of ABOUT_FILTER) if (name !== 'filterEndpoint') hidden.add(name);
  if (switches.filterRules === 'ignored')
    for (const name of ['filterLagSeconds', 'filterBigger', 'filterRegistered'] as const) hidden.add(name);
  // they need a row beside another one
  if (switches.maxBatch === 1) for (const name of ['invalidRow', 'blockedRow'] as const) hidden.add(name);
  return names.filter((name) => !hidden.has(name));
}

/** What reading shows in an account with filled groups of which one is empty. */
const READING: readonly Name[] = [
  ...(['ids', 'activeAs', 'unicode', 'singleAnswer', 'missingReceiver', 'dateFormat', 'attributeGroupKey'] as const),
  ...([
    'pageOutOfRange',
    'emptyGroup',
    'pageSizeTooLarge',
    'orderBy',
    'unknownGroup',
    'tagPaging',
    'optInForms',
  ] as const),
  ...(['filterEndpoint', 'filterRules', 'filterGroups', 'filterAttributes', 'filterDrops'] as const),
  ...(['filterBigger', 'filterRegistered', 'filterDetail', 'emailLookup'] as const),
  ...(['expiresIn', 'expiresInAs', 'refreshTokenForClientCredentials', 'scopeAs', 'ttlDate'] as const),
];

/** What the probe can tell apart: of the receivers that a filter omits, only that there are some. */
const comparable = (name: Name, value: unknown): unknown => (name === 'filterDrops' ? Number(value) > 0 : value);

function expectFound({ findings, left }: ProbeResult, switches: Switches, wanted: readonly Name[]): void {
  const positions = Object.entries(findings.positions()) as [Name, unknown][];
  const shown = Object.fromEntries(positions.map(([name, value]) => [name, comparable(name, value)]));
  const right = Object.fromEntries(positions.map(([name]) => [name, comparable(name, switches[name])]));
  expect(shown).toEqual(right);
  expect(wanted.filter((name) => !(name in shown)).map((name) => [name, findings.get(name)])).toEqual([]);
  expect(left).toEqual([]);
}

/** With a small limit, looking for the limit takes no time. */
async function expectProof(changed: Partial<Switches>): Promise<void> {
  const switches = { ...defaultSwitches, maxBatch: 30, ...changed };
  const { sandbox, run } = await probedAccount(switches);
  const before = sandbox.account.receivers(1046);
  const result = await run();
  expectFound(result, switches, claimed(switches));
  expect(result.requests).toBeLessThanOrEqual(LIMITS.writing + LIMITS.removal);
  expect(sandbox.account.receivers(1046)).toEqual(before);
  expect(
    [1049, 1050].flatMap((id) => {
      try {
        return sandbox.account.size(id);
      } catch {
        return [];
      }
    }),
  ).toEqual([]);
}

describe('the probe finds every position', () => {
  it('of an account with the defaults of the sandbox', () => expectProof(defaultSwitches));

  const others = names.flatMap((name) => valuesOf(name).map((value) => ({ name, value })));
  it.each(others.filter(({ name, value }) => value !== defaultSwitches[name]))(
    'of an account with $name = $value',
    async ({ name, value }) => {
      await expectProof({ [name]: value });
      // a refresh token is used only if it is one of the probe
      if (name === 'refreshTokenRotation')
        await expectProof({ refreshTokenForClientCredentials: true, refreshTokenRotation: false });
    },
  );

  const combination = fc.record(
    Object.fromEntries(names.map((name) => [name, fc.constantFrom(...valuesOf(name))])),
  ) as unknown as fc.Arbitrary<Partial<Switches>>;

  it('of random combinations', async () => {
    for (const switches of fc.sample(combination, { numRuns: 60, seed: 20_261_128 })) await expectProof(switches);
  });

  it('that reading shows, and writes nothing, in random combinations', async () => {
    for (const changed of fc.sample(combination, { numRuns: 60, seed: 20_261_129 })) {
      const switches = { ...defaultSwitches, ...changed };
      const { sandbox, run } = await probedAccount(switches);
      const result = await run({ writes: false });
      expectFound(
        result,
        switches,
        claimed(switches).filter((name) => READING.includes(name)),
      );
      const writes = sandbox.requests.filter(
        ({ method, path }) => method !== 'GET' && !/^\/oauth|\/filter$/.test(path),
      );
      expect(writes).toEqual([]);
      expect(result.requests).toBeLessThanOrEqual(LIMITS.reading);
      expect(sandbox.hazards).toEqual([]);
    }
  });

  it('of an account without receivers', async () => {
    const switches = { ...defaultSwitches, maxBatch: 30 };
    const { run } = await probedAccount(switches, { isEmpty: true });
    const result = await run();
    // an event about shared data needs an attribute of the account
    expectFound(
      result,
      switches,
      claimed(switches).filter((name) => name !== 'eventsShownIn'),
    );
  });

  it.each([401, 403] as const)('of the status %i without a scope', async (missingScope) => {
    const { sandbox, run } = await probedAccount({ missingScope });
    const { access_token: key } = sandbox.issueToken({ scopes: ['groups', 'receivers', 'attributes'] });
    const { findings } = await run({ writes: false, credentials: { key }, env: {} });
    expect(findings.position('missingScope')).toBe(missingScope);
    expect(findings.get('expiresIn')).toEqual({
      notAsked: 'needs CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET',
    });
  });
});

describe('the probe leaves nothing behind', () => {
  /** The names of all groups, and the addresses of all receivers of the probe that the account still has. */
  const remains = ({ sandbox: { account } }: ProbedAccount): unknown =>
    [1046, 1047, 1048, 1049, 1050, 1051].flatMap((id) => {
      try {
        return [id, account.size(id)];
      } catch {
        return [];
      }
    });

  it.each([1, 10, 20, 28, 40, 50])('if it is interrupted at question %i', async (position) => {
    const account = await probedAccount({ filterLagSeconds: 60 });
    const before = remains(account);
    const stop = new AbortController();
    let asked = 0;
    const progress = (): void => {
      asked += 1;
      if (asked === position) stop.abort();
    };
    const result = await account.run({ signal: stop.signal, progress });
    expect(result).toMatchObject({ isInterrupted: true, left: [] });
    expect(remains(account)).toEqual(before);
  });

  it.each([
    ['POST', '/groups/:gid/receivers/upsertplus', 500],
    ['POST', '/groups/:gid/receivers', 403],
    ['POST', '/groups/:gid/attributes', 400],
    ['POST', '/groups/:gid/blacklist', 403],
  ] as const)('if %s %s is answered with %i', async (method, path, status) => {
    const account = await probedAccount();
    const before = remains(account);
    account.sandbox.faults.add({ method, path, kind: 'status', status, times: Infinity });
    const result = await account.run();
    expect(result.left).toEqual([]);
    expect(remains(account)).toEqual(before);
    expect(result.findings.position('filterEndpoint')).toBe('available');
  });

  it('if the answer to the creation of a group is lost', async () => {
    const account = await probedAccount();
    const before = remains(account);
    account.sandbox.faults.add({ method: 'POST', path: '/groups', kind: 'drop', applied: true });
    const { findings, left } = await account.run();
    expect(left).toEqual([]);
    expect(remains(account)).toEqual(before);
    expect(findings.get('arrayOfOne')).toEqual({ notAsked: 'CleverReach could not be reached (ECONNRESET)' });
    expect(findings.position('ids')).toBe('strings');
  });

  it('or says what is left', async () => {
    const account = await probedAccount();
    account.sandbox.faults.add({ method: 'POST', path: '/receivers/delete', kind: 'status', status: 500 });
    account.sandbox.faults.add({
      method: 'DELETE',
      path: '/groups/:gid',
      kind: 'status',
      status: 403,
      times: Infinity,
    });
    const { left } = await account.run();
    const receivers = expect.stringMatching(/^receivers whose addresses begin with "cleverreach-probe-\w+"$/) as string;
    expect(left).toEqual([receivers, 'group 1049', 'group 1050']);
  });
});

it('an account that refuses the credentials is not asked', async () => {
  const { sandbox, run } = await probedAccount();
  await expect(run({ credentials: { key: 'stale' }, env: {} })).rejects.toThrow(
    'the question which account this is was answered with 401: the app may lack the scope',
  );
  expect(sandbox.count({ path: /groups/ })).toBe(0);
});

describe('the profile', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'profile-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('holds no address, name, id or secret of the account', async () => {
    const { sandbox, run } = await probedAccount();
    const { findings } = await run();
    const text = profileText(findings, true, '2026-01-31');
    expect(text).not.toMatch(/@|Kunden|Newsletter|eyJ0|probe-secret|\b(1046|70\d{3})\b/);
    expect(text).not.toContain(sandbox.client.id);
  });

  it('makes a sandbox answer as the account does, except for switches that are set', async () => {
    const switches = {
      ...defaultSwitches,
      ids: 'numbers',
      activeAs: 'digit',
      filterEndpoint: 'missing',
      maxBatch: 20,
    } as const;
    const { run } = await probedAccount(switches);
    const { findings } = await run();
    const file = path.join(folder, 'profile.json');
    writeFileSync(file, profileText(findings, true, '2026-01-31'));
    expect(readProfile(file)).toEqual(findings.positions());

    process.env['CLEVERREACH_PROFILE'] = file;
    try {
      const copy = await startSandbox({ switches: { activeAs: 'boolean' } });
      await copy.close();
      expect(copy.switches).toEqual({ ...switches, activeAs: 'boolean' });
    } finally {
      delete process.env['CLEVERREACH_PROFILE'];
    }
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'its "kind" is not "cleverreach-probe"'],
    ['{"kind": "cleverreach-probe", "version": 2}', 'its "version" is not 1; probe the account again'],
    ['{"kind": "cleverreach-probe", "version": 1}', 'it has no "switches"'],
    ['{"kind": "cleverreach-probe", "version": 1, "switches": {"id": 1}}', 'the sandbox has no switch "id"'],
    [
      '{"kind": "cleverreach-probe", "version": 1, "switches": {"ids": "words"}}',
      'the value of "ids" must be strings, numbers',
    ],
    [
      '{"kind": "cleverreach-probe", "version": 1, "switches": {"maxBatch": -1}}',
      'the value of "maxBatch" must be a whole number from 0',
    ],
  ])('%s is refused', (text, why) => {
    const file = path.join(folder, 'profile.json');
    writeFileSync(file, text);
    expect(() => readProfile(file)).toThrow(`${file} is not a profile of "npm run probe": ${why}.`);
  });
});

it('every question has words, and a reason if it is not asked', () => {
  for (const question of questions) {
    expect(wordsOf(question)).toMatch(/\?$/);
    expect(reasonFor(question, false)).not.toBe('');
  }
});

describe('npm run probe', () => {
  const envOf = ({ sandbox: { url, client } }: ProbedAccount): Record<string, string> => ({
    ...{ CLEVERREACH_URL: url, CLEVERREACH_CLIENT_ID: client.id, CLEVERREACH_CLIENT_SECRET: client.secret },
  });

  it('prints the answers with what follows, and writes the profile', async () => {
    const account = await probedAccount({ filterEndpoint: 'missing', maxBatch: 100 });
    const folder = mkdtempSync(path.join(tmpdir(), 'probe-'));
    const file = path.join(folder, 'profile.json');
    const { code, output } = await run('probe.ts', ['--out', file], envOf(account));
    expect(output).toMatch(/^question +answer +what follows for the component\n/);
    expect(output).toMatch(/^Is there a filter\? +missing +no quick polls: every poll is a full read/m);
    expect(output).toMatch(/^How many rows does a bulk write take\? +needs --write$/m);
    expect(output).toMatch(/^\d+ questions answered, \d+ not asked, \d+ requests\.$/m);
    expect(readProfile(file)).toMatchObject({ filterEndpoint: 'missing', ids: 'strings' });
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
  });

  it('ends with 2 without an account, and with 1 if the account refuses the token', async () => {
    expect(await run('probe.ts')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('CLEVERREACH_CLIENT_ID') as string,
    });
    const { sandbox } = await probedAccount();
    const env = { CLEVERREACH_URL: sandbox.url, CLEVERREACH_ACCESS_TOKEN: 'stale' };
    const { code, errors } = await run('probe.ts', [], env);
    expect(errors).toMatch(/was answered with 401.*The token comes from CLEVERREACH_ACCESS_TOKEN/);
    expect(code).toBe(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('removes its groups after %s, during a pause too', async (signal) => {
    const account = await probedAccount({ statsCacheSeconds: 900 });
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', 'tools/probe.ts', '--write'], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', ...envOf(account) },
    });
    let output = '';
    const hear = (data: Buffer): void => {
      output += data.toString();
      // the statistics never change, so it pauses now
      if (!output.includes('Stopping') && output.includes('After how long does the filter return a change?'))
        child.kill(signal);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    await once(child, 'close');
    expect(child.exitCode).toBe(1);
    expect(output).toContain('Interrupted: not all questions were asked.');
    expect(output).not.toContain('Could not remove');
    expect(() => account.sandbox.account.size(1049)).toThrow('No group 1049');
  });
});
