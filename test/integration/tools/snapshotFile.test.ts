import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { openSnapshot, storeSnapshot } from '../../../tools/lib/snapshotFile';
import { root, run } from '../../support/tools';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'snapshot-'));
  file = path.join(folder, 'snapshot.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the file of a snapshot', () => {
  it('is replaced as a whole, and no other file remains in its folder', () => {
    storeSnapshot(file, { version: 1 });
    const { ino } = statSync(file);
    storeSnapshot(file, { version: 2 });
    expect(statSync(file).ino).not.toBe(ino);
    expect(openSnapshot(file)).toEqual({ version: 2 });
    expect(readdirSync(folder)).toEqual(['snapshot.json']);
  });

  it.each([0o600, 0o640, 0o666])('keeps its permissions %o', (mode) => {
    writeFileSync(file, '{}');
    chmodSync(file, mode);
    storeSnapshot(file, { version: 1 });
    expect(statSync(file).mode & 0o777).toBe(mode);
  });

  it.each([
    ['a file', true],
    ['a file that is not there yet', false],
  ])('stays a symbolic link to %s in another folder', (_, isThere) => {
    const other = path.join(folder, 'other');
    mkdirSync(other);
    const target = path.join(other, 'kept.json');
    if (isThere) writeFileSync(target, '{"version":0}');
    symlinkSync('other/kept.json', file);
    expect(openSnapshot(file)).toEqual(isThere ? { version: 0 } : undefined);
    storeSnapshot(file, { version: 1 });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('{"version":1}\n');
    expect(readdirSync(other)).toEqual(['kept.json']);
  });

  it('is unchanged if the new one cannot be written', () => {
    writeFileSync(file, '{"version":1}');
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(() => {
      storeSnapshot(file, circle);
    }).toThrow(`${file} could not be written and is unchanged: `);
    expect(readFileSync(file, 'utf8')).toBe('{"version":1}');
    expect(readdirSync(folder)).toEqual(['snapshot.json']);
  });

  it('may begin with a byte order mark, which some editors add', () => {
    writeFileSync(file, '\uFEFF{"version":1}');
    expect(openSnapshot(file)).toEqual({ version: 1 });
  });

  it.each(['', ' ', '{"version":1,"lastUpd', 'null', '[]', '"x"', '1', 'true', '{}{}'])(
    'is refused when it contains %j, with an error that states what to do',
    (text) => {
      writeFileSync(file, text);
      expect(() => openSnapshot(file)).toThrow(/snapshot\.json is .*Delete the file to start again/s);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('is refused when it is not a regular file', () => {
    mkdirSync(file);
    expect(() => openSnapshot(file)).toThrow(`${file} could not be written: it is not a regular file`);
    expect(() => openSnapshot('/dev/null')).toThrow('it is not a regular file');
    expect(() => openSnapshot(path.join(root, 'package.json/x'))).toThrow('could not be written');
  });
});

describe('npm run flow with a snapshot', () => {
  let sandbox: Sandbox;
  let env: Record<string, string>;
  const flow = ['flows/group-to-group.json', '--snapshot'];

  beforeEach(async () => {
    sandbox = await startSandbox();
    sandbox.seed({ groups: ['Newsletter', 'Customers'], receivers: 20 });
    env = {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_CLIENT_ID: sandbox.client.id,
      CLEVERREACH_CLIENT_SECRET: sandbox.client.secret,
    };
  });

  afterEach(() => sandbox.close());

  it.each(['', '{"version":1,"lastUpd', 'null'])(
    'sends no request and changes nothing if the file contains %j',
    async (text) => {
      writeFileSync(file, text);
      const { code, output } = await run('flow.ts', [...flow, file], env);
      expect(output).toContain('Delete the file to start again: every receiver is then sent again.');
      expect(code).toBe(2);
      expect(sandbox.requests).toEqual([]);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it.each(['{"version":7}', '{"name":"another file"}', '{"lastUpdated":"soon"}'])(
    'does not change a file that contains %s, which is not a snapshot',
    async (text) => {
      writeFileSync(file, text);
      const { code } = await run('flow.ts', [...flow, file], env);
      expect(code).toBe(1);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'keeps the last snapshot when %s ends the command during a poll',
    async (signal) => {
      expect(await run('flow.ts', [...flow, file], env)).toMatchObject({ code: 0 });
      const last = readFileSync(file, 'utf8');
      const [source = ''] = sandbox.account.receivers('1046').map(({ group_id }) => String(group_id));
      for (const name of ['a', 'b', 'c']) sandbox.account.addReceiver(source, { email: `${name}@example.org` });
      const creates = { path: '/groups/:gid/receivers', method: 'POST' } as const;
      sandbox.faults.add({ ...creates, kind: 'delay', ms: 60_000, after: 1 });
      const { PATH = '', HOME = '' } = process.env;
      const args = ['--require', 'tsx/cjs', path.join(root, 'tools/flow.ts'), ...flow, file];
      const child = spawn(process.execPath, args, { cwd: root, env: { PATH, HOME, ...env }, stdio: 'ignore' });
      const before = sandbox.count(creates);
      while (sandbox.count(creates) < before + 2) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill(signal);
      await once(child, 'exit');
      expect(readFileSync(file, 'utf8')).toBe(last);
      expect(readdirSync(folder)).toEqual(['snapshot.json']);
      sandbox.faults.clear();
      const again = await run('flow.ts', [...flow, file], env);
      expect(again.output).toContain('step_1: 3 messages sent, 0 failures');
      expect(again.code).toBe(0);
    },
  );
});
