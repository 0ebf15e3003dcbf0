/**
 * The component as a platform gets it: packed by `npm pack` (which builds it), unpacked into an empty folder, and given its
 * production dependencies. For OIH ferryman is installed beside it, as the Dockerfile of that platform does.
 */

import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const FERRYMAN = '@openintegrationhub/ferryman';
/** What a platform needs; anything else under another name has no business in the package. */
const EXPECTED = ['LICENSE', 'README.md', 'component.json', 'dist', 'mappings', 'package.json', 'verifyCredentials.js'];
const ALLOWED = [...EXPECTED, 'CHANGELOG.md', 'logo.png'];

export interface Installed {
  /** Component and sailor. */
  elasticIo: string;
  /** Component, sailor and ferryman. */
  oih: string;
}

/**
 * @param root the repository
 * @param target an empty folder
 */
export async function installComponent(root: string, target: string): Promise<Installed> {
  const elasticIo = path.join(target, 'elastic.io');
  const oih = path.join(target, 'oih');
  await mkdir(elasticIo, { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', target], { cwd: root });
  const [tarball] = (await readdir(target)).filter((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no package.');
  await run('tar', ['-xzf', path.join(target, tarball), '-C', elasticIo, '--strip-components=1']);
  await checkContent(elasticIo);

  await install(elasticIo, ['--omit=dev']);
  await cp(elasticIo, oih, { recursive: true });
  // it is one of our development dependencies, and left out with them unless it is named as a production dependency
  const ferryman = `${FERRYMAN}@${await ferrymanVersion(root)}`;
  await install(oih, ['--omit=dev', '--no-save', '--save-prod', ferryman]);
  return { elasticIo, oih };
}

async function install(folder: string, args: string[]): Promise<void> {
  await run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...args], {
    cwd: folder,
  });
}

/** @throws Error that names what is missing, or what is there and should not be */
async function checkContent(folder: string): Promise<void> {
  const found = await readdir(folder);
  const missing = EXPECTED.filter((name) => !found.includes(name));
  const strange = found.filter((name) => !ALLOWED.includes(name));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  if (strange.length > 0) throw new Error(`The package holds ${strange.join(', ')}, which a platform does not need.`);
}

async function ferrymanVersion(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  return z.object({ devDependencies: z.object({ [FERRYMAN]: z.string() }) }).parse(manifest).devDependencies[FERRYMAN];
}
