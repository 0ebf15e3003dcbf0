import type { Group } from '../../../lib/cleverreach/types';
import type { WalkedPage } from '../../../lib/polling/pagination/position';
import { GroupWalks } from '../../../lib/polling/groupWalks';

const groups: Group[] = ['1', '2', '3'].map((id) => ({ id, name: id }));

/** Walks of one page each, whose end shows when the page is asked for. */
function account() {
  const log: string[] = [];
  async function* pagesOf(id: string, onEnding: () => void): AsyncGenerator<WalkedPage, void, void> {
    try {
      await Promise.resolve();
      onEnding();
      onEnding();
      yield { rows: [], isMet: () => false, offset: 0 };
    } finally {
      log.push(`end ${id}`);
    }
  }
  const walks = new GroupWalks(groups, ({ id }, onEnding) => {
    log.push(`begin ${id}`);
    return pagesOf(id, onEnding);
  });
  return { log, walks };
}

it('the walk through the next group begins once, when the last page of a group has come', async () => {
  const { log, walks } = account();
  for (const index of groups.keys()) {
    log.push(`group ${index + 1}`);
    for await (const { rows } of walks.at(index)) log.push(`page of ${rows.length}`);
  }
  expect(log).toEqual([
    ...['group 1', 'begin 1', 'begin 2', 'page of 0', 'end 1'],
    ...['group 2', 'begin 3', 'page of 0', 'end 2'],
    ...['group 3', 'page of 0', 'end 3'],
  ]);
});

it('walks that were begun are ended, also if no page of them was asked for', async () => {
  const { log, walks } = account();
  await walks.at(0).next();
  await walks.end();
  expect(log).toEqual(['begin 1', 'begin 2', 'end 1']);
  await expect(walks.at(1).next()).resolves.toEqual({ done: true, value: undefined });
});

it('there is no walk behind the last group', () => {
  expect(() => account().walks.at(3)).toThrow(new RangeError('There is no group at 3.'));
});
