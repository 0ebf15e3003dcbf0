import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import manifest from '../../../package.json';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { root } from '../../support/tools';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true }).map((name) => `docs/${String(name)}`),
].filter((name) => name.endsWith('.md'));

/** The TypeScript files of the project. */
const SOURCES = ['lib', 'sandbox', 'tools', 'test', 'bench'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => name.endsWith('.ts')),
);

const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

/** What a link can point at within a page: its headings, written as GitHub writes them in addresses. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** Where a script is run as its user runs it, if not by this file; CI runs the two that run all tests. */
const RUN_BY: Record<string, string> = {
  authorize: 'test/integration/tools/authorize.test.ts',
  bench: 'test/integration/bench/rows.test.ts',
  demo: 'test/integration/tools/commands.test.ts',
  doctor: 'test/integration/tools/doctor.test.ts',
  flow: 'test/integration/tools/commands.test.ts',
  map: 'test/integration/tools/map.test.ts',
  probe: 'test/integration/tools/probe.test.ts',
  sandbox: 'test/integration/sandbox/cli.test.ts',
  'test:model': 'test/integration/tools/commands.test.ts',
};
const BY_CI = [
  'lint',
  'typecheck',
  'test',
  'test:unit',
  'test:integration',
  'test:faults',
  'test:runtimes',
  'test:browser',
];
/** For whoever changes the code: they write into the project or take very long. */
const BY_HAND = ['fields', 'format', 'logo', 'schemas', 'screenshot', 'test:mutation', 'build'];

/** Runs a line as a shell would; ends it when `until` has been said. */
function shell(
  line: string,
  env: Record<string, string>,
  until?: RegExp,
): Promise<{ code: number | null; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', line], { cwd: root, env: { PATH, HOME, ...env }, detached: true });
    let output = '';
    const hear = (data: Buffer): void => {
      output += data.toString();
      if (until?.test(output) && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

describe.each(DOCUMENTS)('%s', (name) => {
  const text = read(name);

  it('has no broken link', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, target = '', anchor]) => {
      const file = target === '' ? name : path.join(path.dirname(name), target);
      return !existsSync(path.join(root, file)) || (anchor !== undefined && !anchorsOf(read(file)).has(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:lib|test|tools|sandbox|bench|mappings|flows)\/[\w./-]+)`/g)];
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('names only TypeScript files that exist, even where the folder is not named', () => {
    const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.ts)`/g)].map(([, file = '']) => file);
    expect(named.filter((file) => !SOURCES.some((source) => `/${source}`.endsWith(`/${file}`)))).toEqual([]);
  });

  it('names only commands that exist and that something runs', () => {
    const scripts = new Set(
      [...text.matchAll(/npm (?:run )?(?:--silent )?(test(?::\w+)?|(?<=run (?:--silent )?)[\w:]+)/g)].map(
        ([, script = '']) => script,
      ),
    );
    for (const script of scripts) {
      expect(Object.keys(manifest.scripts)).toContain(script);
      expect([...Object.keys(RUN_BY), ...BY_CI, ...BY_HAND]).toContain(script);
    }
  });
});

it('docs/mutation-testing.md names files of the folder of lib that begins a list', () => {
  const lists = [...read('docs/mutation-testing.md').matchAll(/^\|[^|]*\|([^|]*)\|$/gm)].flatMap(([, cell = '']) =>
    cell.split(';'),
  );
  const missing = lists.flatMap((list) => {
    const names = [...list.matchAll(/`([\w./-]+\.ts)`/g)].map(([, name = '']) => name);
    const [folder] = names[0]?.split('/') ?? [];
    const isThere = (name: string): boolean =>
      SOURCES.some((source) => source.startsWith(`lib/${folder ?? ''}`) && `/${source}`.endsWith(`/${name}`));
    return names.filter((name) => !isThere(name));
  });
  expect(lists.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

describe('docs/tools.md', () => {
  /** The command lines that are to be copied. */
  const lines = [...read('docs/tools.md').matchAll(/```sh\n(.*?)\n *```/gs)].map(([, line = '']) => line);

  it.each(Object.entries(RUN_BY))('has a test that runs its command %s', (script, file) => {
    expect(read(file)).toMatch(new RegExp(`npm run ${script}\\b|${script}/cli\\b`));
  });

  describe('has command lines that work as they are written:', () => {
    let sandbox: Sandbox;
    let folder: string;

    beforeAll(async () => {
      sandbox = await startSandbox();
      sandbox.seed({ groups: ['Newsletter', 'Customers'], receivers: 20 });
      folder = mkdtempSync(path.join(tmpdir(), 'readme-'));
    });

    afterAll(async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    });

    const line = (part: string): string => lines.find((one) => one.includes(part)) ?? `no line with ${part}`;

    it('the flow', async () => {
      const { id, secret } = sandbox.client;
      const typed = line('npm run flow')
        .replace('CLIENT_ID=…', `CLIENT_ID=${id}`)
        .replace('CLIENT_SECRET=…', `CLIENT_SECRET=${secret}`)
        .replace('snapshot.json', path.join(folder, 'snapshot.json'));
      const { code, output } = await shell(typed, { CLEVERREACH_URL: sandbox.url });
      expect(output).toContain('step_1: 20 messages sent, 0 failures');
      expect(code).toBe(0);
      expect(existsSync(path.join(folder, 'snapshot.json'))).toBe(true);
    });

    it('the custom mapping', async () => {
      const { code, output } = await shell(line('npm run map'), {});
      expect(output).toMatch(/^\+ +"shopNumber": "K-1042",?$/m);
      expect(code).toBe(0);
    });

    it('the sandbox', async () => {
      const { output } = await shell(line('npm run sandbox'), {}, /CLEVERREACH_CLIENT_SECRET/);
      expect(output).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
    });
  });
});

describe('.env.example', () => {
  it('has every variable of the commands', () => {
    const pages = ['docs/tools.md', 'docs/credentials.md', 'docs/open-questions.md'].map(read).join('\n');
    const named = pages.match(/\b(?:CLEVERREACH|AMQP|OIH)_[A-Z_]+/g) ?? [];
    const offered = new Set([...read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !offered.has(name))).toEqual([]);
  });
});

describe('the README', () => {
  it('has at most 250 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(250);
  });
});

describe('CONTRIBUTING', () => {
  const text = read('CONTRIBUTING.md');

  it('has a map of the code that names only existing files', () => {
    const rows = [...text.matchAll(/^\| `([\w/]+)` +\|.*\|(.*)\|$/gm)].filter(([, folder = '']) =>
      existsSync(path.join(root, folder)),
    );
    expect(rows.length).toBeGreaterThan(10);
    const named = rows.flatMap(([, folder = '', begin = '']) =>
      [...begin.matchAll(/`([\w.]+)`/g)].map(([, file = '']) => `${folder}/${file}`),
    );
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('gives a reason for every dependency', () => {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(text).toContain(`\`${name}\``);
  });
});
