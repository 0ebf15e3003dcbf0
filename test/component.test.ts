import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const json = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, unknown>;

describe('the component', () => {
  const descriptor = json('component.json');

  it('declares exactly two triggers and one action', () => {
    expect(Object.keys(descriptor['triggers'] as object)).toEqual([
      'getReceiversPolling',
      'getReceiversByGroupIdPolling',
    ]);
    expect(Object.keys(descriptor['actions'] as object)).toEqual(['upsertReceiver']);
  });

  it('bears one version in component.json, package.json and CHANGELOG', () => {
    const { version } = descriptor;
    expect(json('package.json')['version']).toBe(version);
    expect(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## [${String(version)}]`);
  });

  it('depends on exact versions', () => {
    const { dependencies, devDependencies } = json('package.json');
    const ranges = Object.values({ ...(dependencies as object), ...(devDependencies as object) });
    expect(ranges).not.toContainEqual(expect.stringMatching(/[^0-9.]/));
  });

  it('packs what a platform needs, and nothing else', () => {
    const json = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(json) as { files: { path: string }[] }[];
    const names = new Set(packed?.files.map(({ path: file }) => file.split('/')[0]));
    expect([...names].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'component.json',
      'dist',
      'mappings',
      'package.json',
      'verifyCredentials.js',
    ]);
  });

  it.each(['triggers', 'actions'])('has a built main with a named process function behind each of its %s', (kind) => {
    for (const { main } of Object.values(descriptor[kind] as Record<string, { main: string }>)) {
      const loaded = jest.requireActual<{ process: unknown }>(path.join(root, main));
      expect(loaded.process).toBeInstanceOf(Function);
    }
  });
});
