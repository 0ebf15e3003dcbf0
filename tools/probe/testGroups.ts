/** The two groups of the probe: makes them, and removes them with everything that the probe made. */

import { randomBytes } from 'node:crypto';
import { paths } from '../../lib/cleverreach/paths';
import { accepted, emailIn, idIn, isSuccess, rowIn, rowsOf, type JsonRow } from './answers';
import { receiversOf } from './asking';
import type { RawResponse, Wire } from './wire';

const DOMAIN = 'example.org';
/** More receivers than the probe makes. */
const PAGE_SIZE = 500;

export interface TestGroups {
  first: string;
  /** Without receivers until the last questions. */
  second: string;
  /** A group as the answer to its creation shows it. */
  row: JsonRow;
}

export class Workshop {
  private readonly mark = `cleverreach-probe-${randomBytes(4).toString('hex')}`;
  private readonly blocked: { groupId: string; email: string }[] = [];
  private isBegun = false;

  constructor(private readonly wire: Wire) {}

  /** The name of a group; the letter outside ASCII shows how names are written. */
  private nameOf(letter: string): string {
    return `${this.mark} ${letter} – safe to delete`;
  }

  /** An address of the probe; in lower case if `purpose` is. */
  address(purpose: string, domain = DOMAIN): string {
    return `${this.mark}-${purpose}@${domain}`;
  }

  /** @throws NotAnswered if the account does not allow it */
  async open(): Promise<TestGroups> {
    this.isBegun = true;
    const make = async (letter: string): Promise<JsonRow & { id: unknown }> =>
      rowIn(
        await this.wire.send('POST', '/groups', { body: { name: this.nameOf(letter) } }),
        'the creation of a group',
      );
    const row = await make('A');
    return { row, first: idIn(row), second: idIn(await make('B')) };
  }

  /** Blocks an address in a group until the end. */
  async block(groupId: string, email: string): Promise<void> {
    this.blocked.push({ groupId, email });
    const path = `${paths.group(groupId)}/blacklist`;
    accepted(await this.wire.send('POST', path, { body: { email, comment: this.mark } }), 'the block of an address');
  }

  /**
   * Removes everything that the probe made, found by its names, since the answer to a creation may have been lost.
   * @param wire one that still works after an interruption
   * @returns what is left, one line each; empty if all is removed
   */
  async close(wire: Wire): Promise<string[]> {
    if (!this.isBegun) return [];
    const left: string[] = [];
    const attempt = async (what: string, send: () => Promise<boolean>): Promise<void> => {
      const isDone = await send().catch(() => false);
      if (!isDone) left.push(what);
    };
    for (const { groupId, email } of this.blocked) {
      const path = `${paths.group(groupId)}/blacklist/${encodeURIComponent(email)}`;
      await attempt(`the blocked address ${email} of group ${groupId}`, async () =>
        isGone(await wire.send('DELETE', path)),
      );
    }
    let groups: string[] = [];
    await attempt(`groups and receivers whose names begin with "${this.mark}"`, async () => {
      const names = ['A', 'B'].map((letter) => this.nameOf(letter));
      const rows = rowsOf(accepted(await wire.send('GET', '/groups'), 'the list of groups'));
      groups = rows.filter(({ name }) => names.includes(String(name))).map(idIn);
      return true;
    });
    for (const groupId of groups) {
      await attempt(`receivers whose addresses begin with "${this.mark}"`, () => this.removeReceivers(wire, groupId));
      await attempt(`group ${groupId}`, async () => isGone(await wire.send('DELETE', paths.group(groupId))));
    }
    return left;
  }

  /** From the account, because it may keep receivers that are in no group. Only receivers of the probe are removed. */
  private async removeReceivers(wire: Wire, groupId: string): Promise<boolean> {
    const rows = rowsOf(accepted(await receiversOf(wire, groupId, { page: 0, pagesize: PAGE_SIZE }), 'a list'));
    const receivers = rows.map(emailIn).filter((email) => email.toLowerCase().startsWith(this.mark));
    if (receivers.length === 0) return true;
    return isSuccess(await wire.send('POST', '/receivers/delete', { body: { receivers } }));
  }
}

const isGone = (answer: RawResponse): boolean => isSuccess(answer) || answer.status === 404;
