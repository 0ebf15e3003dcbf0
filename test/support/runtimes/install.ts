/** The component as a platform installs it: the two targets of the Dockerfile, built with its own steps. */

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ImageBuilder, imageShape, type Image } from '../deploy/image';

export interface Installed {
  /** Component and sailor. */
  elasticIo: Image;
  /** Component, sailor and ferryman. */
  oih: Image;
}

/**
 * @param root the repository
 * @param target an empty folder
 */
export async function installComponent(root: string, target: string): Promise<Installed> {
  // the process in it runs as another user than the owner of the folder
  await chmod(target, 0o755);
  const images = await ImageBuilder.open(root, target);
  const elasticIo = await images.build('elasticio');
  return { elasticIo, oih: await images.build('oih') };
}

const installed = z.object({ elasticIo: imageShape, oih: imageShape });

/** Like `installComponent`, but reuses the content of the folder. */
export async function installOnce(root: string, target: string): Promise<Installed> {
  const index = path.join(target, 'images.json');
  const known = await readFile(index, 'utf8').catch(() => undefined);
  if (known !== undefined) return installed.parse(JSON.parse(known));
  await mkdir(target, { recursive: true });
  const built = await installComponent(root, target);
  await writeFile(index, JSON.stringify(built));
  return built;
}
