/**
 * Precomputed responses: the sandbox generates its rows on request, which takes several times as long as reading them.
 * They are kept in a file, because a million receivers take a gigabyte.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export class Pages {
  private readonly places = new Map<string, { at: number; length: number }>();
  private end = 0;

  private constructor(private readonly file: FileHandle) {}

  /** The file is unlinked, so that nothing is left behind. */
  static async create(): Promise<Pages> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cleverreach-bench-'));
    const file = await open(path.join(folder, 'pages'), 'w+');
    rmSync(folder, { recursive: true });
    return new Pages(file);
  }

  async get(address: string): Promise<Buffer | undefined> {
    const place = this.places.get(address);
    if (!place) return undefined;
    const { buffer } = await this.file.read(Buffer.allocUnsafe(place.length), 0, place.length, place.at);
    return buffer;
  }

  async keep(address: string, body: Buffer): Promise<void> {
    const at = this.end;
    this.end += body.length;
    await this.file.write(body, 0, body.length, at);
    this.places.set(address, { at, length: body.length });
  }
}
