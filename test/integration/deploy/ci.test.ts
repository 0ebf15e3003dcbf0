import { readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json';

const read = (file: string): string => readFileSync(path.join(__dirname, '../../..', file), 'utf8');

describe('CI', () => {
  it('runs all tests on the Node of .nvmrc, the oldest that the component supports', () => {
    const version = read('.nvmrc').trim();
    const workflow = read('.github/workflows/ci.yml');
    expect(manifest.engines.node).toBe(`>=${version}`);
    expect(workflow).toContain(`container: node:${version}-`);
    expect(workflow).toMatch(/^ +- run: \.ci\/run$/m);
  });
});
