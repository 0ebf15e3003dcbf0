/** The component as a platform gets it: the two targets of the Dockerfile, built by its own steps. */

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
  // what starts in it is not whom the folder belongs to
  await chmod(target, 0o755);
  const images = await ImageBuilder.open(root, target);
  const elasticIo = await images.build('elasticio');
  return { elasticIo, oih: await images.build('oih') };
}

const installed = z.object({ elasticIo: imageShape, oih: imageShape });

/** As `installComponent`, but what the folder already holds is taken as it is. */
export async function installOnce(root: string, target: string): Promise<Installed> {
  const index = path.join(target, 'images.json');
  const known = await readFile(index, 'utf8').catch(() => undefined);
  if (known !== undefined) return installed.parse(JSON.parse(known));
  await mkdir(target, { recursive: true });
  const built = await installComponent(root, target);
  await writeFile(index, JSON.stringify(built));
  return built;
}
