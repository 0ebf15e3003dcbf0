import type { CleverReachApi, Group } from '../../../../lib/cleverreach/types';
import { RejectedError, TemporaryError } from '../../../../lib/utils/errors';
import { createFetchPage, GroupWalks } from '../../../../lib/polling/pagination/orderedPages';
import type { FetchPage } from '../../../../lib/polling/pagination/paginate';
import type { PageWeight } from '../../../../lib/polling/pagination/pageSizes';
import { recordingLogger, type RecordingLogger } from '../../../support/http';
import { receiver } from '../../../support/receiver';
import type { WalkedPage } from '../../../../lib/polling/pagination/position';

const rows = [receiver('1')];

function reader(answer: (query: { orderBy?: string }) => ReturnType<CleverReachApi['receivers']>): {
  read: FetchPage;
  asked: unknown[];
  logger: RecordingLogger;
} {
  const asked: unknown[] = [];
  const logger = recordingLogger();
  const receivers: CleverReachApi['receivers'] = (groupId, query) => {
    asked.push([groupId, query]);
    return answer(query);
  };
  const api = { receivers } as unknown as CleverReachApi;
  return { read: createFetchPage({ api, logger }, '9', 5), asked, logger };
}

describe('a page of a group', () => {
  it('is requested in the order of addresses, with the requested details', async () => {
    const { read, asked, logger } = reader(() => Promise.resolve({ receivers: rows }));
    expect(await read(3, 500, 'rows')).toBe(rows);
    expect(asked).toStrictEqual([['9', { page: 3, pageSize: 500, detail: 5, orderBy: 'email asc' }]]);
    expect(logger.lines).toEqual([]);
  });

  it('that only checks a border has no details', async () => {
    const { read, asked } = reader(() => Promise.resolve({ receivers: rows }));
    await read(4, 3, 'border');
    expect(asked).toStrictEqual([['9', { page: 4, pageSize: 3, detail: 0, orderBy: 'email asc' }]]);
  });

  it.each([
    [{ receivers: rows, bytes: 700, milliseconds: 30 }, [{ bytes: 700, milliseconds: 30 }]],
    [{ receivers: [] }, []],
  ])('reports the weight of its response, if it is known', async (page, expected) => {
    const weights: PageWeight[] = [];
    await reader(() => Promise.resolve(page)).read(0, 500, 'rows', (weight) => weights.push(weight));
    expect(weights).toEqual(expected);
  });

  it('is requested in the order of CleverReach after CleverReach has refused the order of addresses', async () => {
    const refused = new RejectedError('no such order', 400);
    const { read, asked, logger } = reader(({ orderBy }) =>
      orderBy === undefined ? Promise.resolve({ receivers: rows }) : Promise.reject(refused),
    );
    expect(await read(0, 500, 'rows')).toBe(rows);
    expect(await read(1, 500, 'rows')).toBe(rows);
    const query = { pageSize: 500, detail: 5 };
    expect(asked).toStrictEqual([
      ['9', { page: 0, ...query, orderBy: 'email asc' }],
      ['9', { page: 0, ...query }],
      ['9', { page: 1, ...query }],
    ]);
    expect(logger.lines).toEqual([
      'CleverReach does not list group 9 in the order "email asc"; the group is read in CleverReach\'s own order.',
    ]);
  });

  it.each([
    ['refused for another reason', new RejectedError('too large', 413)],
    ['not answered', new TemporaryError('later')],
    ['a fault of the program', new TypeError('x')],
  ])('that is %s is an error, and is requested once', async (_, error) => {
    const { read, asked } = reader(() => Promise.reject(error));
    await expect(read(0, 500, 'rows')).rejects.toBe(error);
    expect(asked).toHaveLength(1);
  });

  it('that is refused in every order is an error after two requests', async () => {
    const { read, asked } = reader(() => Promise.reject(new RejectedError('no', 400)));
    await expect(read(0, 500, 'rows')).rejects.toThrow('no');
    await expect(read(0, 500, 'rows')).rejects.toThrow('no');
    expect(asked).toHaveLength(3);
  });
});

const groups: Group[] = ['1', '2', '3'].map((id) => ({ id, name: id }));

/** Walks of one page each, whose end shows when the page is asked for. */
function account() {
  const log: string[] = [];
  async function* pagesOf(id: string, onEnding: () => void): AsyncGenerator<WalkedPage, void, void> {
    try {
      await Promise.resolve();
      onEnding();
      onEnding();
      yield { rows: [], wasHandedOut: () => false, offset: 0 };
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

it('walks that were started are ended, even if none of their pages was requested', async () => {
  const { log, walks } = account();
  await walks.at(0).next();
  await walks.end();
  expect(log).toEqual(['begin 1', 'begin 2', 'end 1']);
  await expect(walks.at(1).next()).resolves.toEqual({ done: true, value: undefined });
});

it('there is no walk after the last group', () => {
  expect(() => account().walks.at(3)).toThrow(new RangeError('There is no group at 3.'));
});
