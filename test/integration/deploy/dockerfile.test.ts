import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Cmd, Copy, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { AS_IN_THE_IMAGE } from '../../../bench/support/child';
import { argumentsOf, command, copied, isIgnored, readDockerfile } from '../../support/deploy/dockerfile';

const root = path.join(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const TARGETS = ['elasticio', 'oih'];

describe('the Dockerfile', () => {
  const stages = readDockerfile(read('Dockerfile'));
  const stage = (name: string) => stages.find((one) => one.name === name);
  /** The instructions of a stage and of the stages that it builds on, in the order in which they run. */
  const history = (name: string): Instruction[] => {
    const { from = '', instructions = [] } = stage(name) ?? {};
    return [...(stage(from) ? history(from) : []), ...instructions];
  };

  it('passes the linter', () => {
    expect(validate(read('Dockerfile'))).toEqual([]);
  });

  it('uses one base image with an exact version of Node that the tests run on', () => {
    const bases = stages.map(({ from }) => from).filter((from) => !stage(from));
    expect(bases).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-alpine$/)]);
    const [, version = ''] = /^node:([\d.]+)/.exec(bases[0] ?? '') ?? [];
    expect(read('.ci/run')).toContain(version);
  });

  it('copies only existing files that .dockerignore includes', () => {
    const copies = stages.flatMap(({ instructions }) => instructions.filter((one) => one instanceof Copy));
    const sources = copies.filter((one) => !one.getFromFlag()).flatMap((one) => copied(one).sources);
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(path.join(root, source)))).toEqual([]);
    expect(sources.filter((source) => isIgnored(read('.dockerignore'), source))).toEqual([]);
  });

  it('has an ignore list that excludes everything else', () => {
    for (const secret of ['.env', '.git', 'node_modules', 'dist', 'test', 'sandbox', 'snapshot.json']) {
      expect([secret, isIgnored(read('.dockerignore'), secret)]).toEqual([secret, true]);
    }
  });

  it('never fetches with ADD, never takes an argument, and installs no package that runs scripts', () => {
    const all = stages.flatMap(({ instructions }) => instructions);
    const names = all.map((one) => one.getKeyword());
    expect(names).not.toEqual(expect.arrayContaining(['ADD']));
    expect(names).not.toEqual(expect.arrayContaining(['ARG']));
    const commands = all.filter((one) => one.getKeyword() === 'RUN').map(argumentsOf);
    const installs = commands.filter((text) => /npm (ci|install)/.test(text));
    expect(installs).toHaveLength(3);
    for (const text of installs) expect(text).toContain('--ignore-scripts');
  });

  it('builds the image of elastic.io by default, because that platform names no target', () => {
    expect(stages.at(-1)?.name).toBe('elasticio');
  });

  it('installs ferryman in the version that the tests use', () => {
    const manifest = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    const version = manifest.devDependencies['@openintegrationhub/ferryman'];
    expect(read('Dockerfile')).toContain(`@openintegrationhub/ferryman@${String(version)}\n`);
  });

  it.each(TARGETS)('drops root before the command of %s, which is in exec form and starts node itself', (target) => {
    const all = history(target);
    const names = all.map((one) => one.getKeyword());
    const user = all.findLast((one) => one.getKeyword() === 'USER');
    expect(user && argumentsOf(user)).toBe('node');
    expect(names.lastIndexOf('CMD')).toBe(names.length - 1);
    expect(names).toContain('HEALTHCHECK');
    const cmd = stage(target)?.instructions.find((one) => one instanceof Cmd);
    // with the heap that the bench measures
    expect(cmd && command(cmd)).toEqual(['node', ...AS_IN_THE_IMAGE, expect.stringMatching(/^node_modules\/.*\.js$/)]);
  });
});

it('npm start, which elastic.io uses if it does not build the Dockerfile, starts node like the images', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(scripts['start']?.split(' ').slice(0, -1)).toEqual(['node', ...AS_IN_THE_IMAGE]);
});

describe('the linter', () => {
  it.each(['FORM node:24', 'FROM node:24\nCMD ["node"]\nCMD ["node"]', 'FROM node:24\nCOPY a b c', 'RUN true'])(
    'complains about %j',
    (text) => {
      expect(validate(text)).not.toEqual([]);
    },
  );
});
