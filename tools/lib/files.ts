/** Reads and writes the files of the commands. */

import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../lib/utils/errors';
import { visible } from './terminal';

/** @throws Error that names the file */
export function readText(file: string): string {
  try {
    // remove a byte order mark
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Stands for the standard input in place of a file. */
export const STANDARD_INPUT = '-';

/** @throws Error that names the file */
export async function readTextOrInput(file: string, standardInput: NodeJS.ReadableStream): Promise<string> {
  return file === STANDARD_INPUT ? await text(standardInput) : readText(file);
}

/** @throws Error that names the source of the text */
export function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${from} is not JSON: ${visible(messageOf(error))}`, { cause: error });
  }
}

/** @throws Error that names the file */
export function writeOut(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new Error(`${file} could not be written: ${messageOf(error)}`, { cause: error });
  }
}
