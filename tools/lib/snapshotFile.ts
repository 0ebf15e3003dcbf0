/** The file in which a flow keeps the snapshot of its first step between two runs. */

import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../lib/utils/errors';
import { parseJson, readText } from './jsonFile';

/**
 * @returns undefined where there is none yet
 * @throws Error when it cannot be read, or could not be written afterwards
 */
export function openSnapshot(file: string): unknown {
  const isThere = existsSync(file);
  try {
    accessSync(isThere ? file : path.dirname(file), constants.W_OK);
  } catch (error) {
    throw new Error(`${file} could not be written: ${messageOf(error)}`, { cause: error });
  }
  return isThere ? parseJson(readText(file), file) : undefined;
}

export function storeSnapshot(file: string, snapshot: unknown): void {
  writeFileSync(file, `${JSON.stringify(snapshot)}\n`);
}
