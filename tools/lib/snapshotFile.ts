/** The file in which a flow keeps the snapshot of its first step between two runs. */

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../lib/utils/errors';
import { isObject } from '../../lib/utils/objects';
import { parseJson, readText } from './files';

const BEGIN_ANEW = 'Delete the file to begin anew: every receiver is sent again then.';

/**
 * @returns undefined where there is none yet
 * @throws Error when it cannot be read, holds something else, or could not be written afterwards
 */
export function openSnapshot(file: string): object | undefined {
  return isWritable(file) ? readSnapshot(file) : undefined;
}

/** Whether there is a file already; it is replaced by a new one, for which the folder counts. */
function isWritable(file: string): boolean {
  const target = targetOf(file);
  try {
    accessSync(path.dirname(target), constants.W_OK);
    if (!statSync(path.dirname(target)).isDirectory()) throw new Error('its folder is a file');
    const known = statSync(target, { throwIfNoEntry: false });
    if (known === undefined) return false;
    if (!known.isFile()) throw new Error('it is not a regular file');
    accessSync(target, constants.W_OK);
    return true;
  } catch (error) {
    throw new Error(`${file} could not be written: ${messageOf(error)}`, { cause: error });
  }
}

/** What cannot be read must not be taken for "nothing yet": everything would be sent again, and the file overwritten. */
function readSnapshot(file: string): object {
  let snapshot: unknown;
  try {
    snapshot = parseJson(readText(file), file);
  } catch (error) {
    throw new Error(`${messageOf(error)}. ${BEGIN_ANEW}`, { cause: error });
  }
  if (!isObject(snapshot)) throw new Error(`${file} is not a snapshot: it holds no JSON object. ${BEGIN_ANEW}`);
  return snapshot;
}

/**
 * Replaces the file as a whole, so that whatever happens meanwhile it holds the old snapshot or the new one. A symbolic link stays one, and the
 * permissions of the file stay.
 * @throws Error when it cannot be written; the file is as it was then
 */
export function storeSnapshot(file: string, snapshot: unknown): void {
  const target = targetOf(file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const mode = statSync(target, { throwIfNoEntry: false })?.mode;
    writeDown(temporary, `${JSON.stringify(snapshot)}\n`, mode);
    renameSync(temporary, target);
    flushFolder(path.dirname(target));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(`${file} could not be written, and is as it was: ${messageOf(error)}`, { cause: error });
  }
}

/** Returns when it is on the disk. */
function writeDown(file: string, text: string, mode: number | undefined): void {
  const handle = openSync(file, 'wx');
  try {
    writeFileSync(handle, text);
    if (mode !== undefined) fchmodSync(handle, mode & 0o7777);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes the new name last. Not every system can do this with a folder, and the file is whole either way. */
function flushFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // the new snapshot is there
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** The file that is meant, also by a symbolic link to one that is not there yet. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    try {
      return path.resolve(path.dirname(file), readlinkSync(file));
    } catch {
      return path.resolve(file);
    }
  }
}
