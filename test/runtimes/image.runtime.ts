import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { AS_IN_THE_IMAGE } from '../../bench/support/child';
import { z } from 'zod';
import { startImage } from '../support/deploy/image';
import { runtimes } from '../support/runtimes/stage';

const ROOT = path.join(__dirname, '../..');

/** The purpose of an image; it contains no sources, no tests, no development dependencies and no secrets. */
const CONTENT = [
  'LICENSE',
  'component.json',
  'dist',
  'lib',
  'logo.png',
  'mappings',
  'node_modules',
  'package.json',
  'verifyCredentials.js',
];
/** The runtime that each image starts, and the first environment variable that it misses without a platform. */
const RUNTIME = {
  'elastic.io': { name: 'elasticio-sailor-nodejs', misses: 'ELASTICIO_FLOW_ID is missing' },
  OIH: { name: '@openintegrationhub/ferryman', misses: 'ELASTICIO_COMP_ID is missing' },
};

const lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

async function packagesIn(file: string): Promise<Record<string, string | undefined>> {
  const { packages } = lock.parse(JSON.parse(await readFile(file, 'utf8')));
  return Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version]));
}

describe.each(runtimes)('the image for $name', (runtime) => {
  const { name, misses } = RUNTIME[runtime.name];

  it('contains only what the runtime needs', async () => {
    expect((await readdir(runtime.image().workdir)).sort()).toEqual(CONTENT);
  });

  it('contains every package in its locked version, and no development tool', async () => {
    const installed = await packagesIn(path.join(runtime.image().workdir, 'node_modules/.package-lock.json'));
    const locked = await packagesIn(path.join(ROOT, 'package-lock.json'));
    const names = Object.keys(installed);
    expect(names).toEqual(expect.arrayContaining([`node_modules/${name}`, 'node_modules/jsonata']));
    expect(names.filter((one) => installed[one] !== locked[one])).toEqual([]);
    expect(names.filter((one) => /jest|typescript|eslint|fastify/.test(one))).toEqual([]);
  });

  it('starts the runtime as a user other than root, and it lacks only the settings of the platform', async () => {
    const image = runtime.image();
    expect(image.command).toEqual(['node', ...AS_IN_THE_IMAGE, expect.stringContaining(`node_modules/${name}/`)]);
    expect(image.user).toBe('node');
    const child = startImage(image, {});
    const exited = once(child, 'exit');
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(await exited).toEqual([1, null]);
    expect(output + errors).toContain(misses);
  });

  it('loads every part of the component', async () => {
    const script = `const {triggers, actions} = require('./component.json');
      for (const {main} of Object.values({...triggers, ...actions})) console.log(main, typeof require(main).process);
      console.log(typeof require('./verifyCredentials'));`;
    const child = startImage({ ...runtime.image(), command: ['node', '-e', script] }, {});
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(errors).toBe('');
    expect(output.match(/ function$/gm)).toHaveLength(3);
    expect(output).toMatch(/^function$/m);
  });
});
