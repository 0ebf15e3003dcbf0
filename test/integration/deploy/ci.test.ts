import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json';

const root = path.join(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('CI', () => {
  it('runs all tests on the Node of .nvmrc, the oldest that the component supports', () => {
    const version = read('.nvmrc').trim();
    const workflow = read('.github/workflows/ci.yml');
    expect(manifest.engines.node).toBe(`>=${version}`);
    expect(workflow).toContain(`container: node:${version}-`);
    expect(workflow).toMatch(/^ +- run: \.ci\/run$/m);
  });

  it('has a command for every folder of tests, and npm test runs each of them', () => {
    const folders = readdirSync(path.join(root, 'test')).filter((name) => name !== 'support');
    const { scripts } = manifest;
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(folders.map((name) => `test:${name}`)));
    const run = scripts.test.toLowerCase();
    expect(folders.filter((name) => !run.includes(name))).toEqual([]);
  });
});
