/** The file that stores the snapshot of a flow's first step between two runs. */

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

const BEGIN_ANEW = 'Delete the file to start again: every receiver is then sent again.';

/**
 * @returns undefined if the file does not exist yet
 * @throws Error if it cannot be read, has other content, or could not be written later
 */
export function openSnapshot(file: string): object | undefined {
  return existsWritable(file) ? readSnapshot(file) : undefined;
}

/**
 * Returns whether the file exists. It is replaced by a new one, so the folder must be writable.
 * @throws Error if it could not be written
 */
function existsWritable(file: string): boolean {
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

/** An unreadable file must not count as missing: everything would be sent again, and the file overwritten. */
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
 * Replaces the file atomically: it always contains either the old or the new snapshot. A symbolic link is kept, and so
 * are the permissions of the file.
 * @throws Error if it cannot be written; the file is unchanged then
 */
export function storeSnapshot(file: string, snapshot: unknown): void {
  const target = targetOf(file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const mode = statSync(target, { throwIfNoEntry: false })?.mode;
    writeDurably(temporary, `${JSON.stringify(snapshot)}\n`, mode);
    renameSync(temporary, target);
    flushFolder(path.dirname(target));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(`${file} could not be written and is unchanged: ${messageOf(error)}`, { cause: error });
  }
}

/** Returns when the data is on disk. */
function writeDurably(file: string, text: string, mode: number | undefined): void {
  const handle = openSync(file, 'wx');
  try {
    writeFileSync(handle, text);
    if (mode !== undefined) fchmodSync(handle, mode & 0o7777);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes the new name durable. Not every system supports this for a folder; the file is complete either way. */
function flushFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // the new snapshot is already in place
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** The target file, even of a symbolic link to a file that does not exist yet. */
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
