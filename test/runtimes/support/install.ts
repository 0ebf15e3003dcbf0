/** The component as a platform gets it: the two targets of the Dockerfile, built by its own steps. */

import { chmod } from 'node:fs/promises';
import { ImageBuilder, type Image } from '../../deploy/support/image';

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
