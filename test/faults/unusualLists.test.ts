/**
 * Servers that do not page as CleverReach is believed to: every receiver is read, or the walk ends quickly with an
 * error that gives the reason.
 */

import fc from '../support/fastCheck';
import type { Receiver } from '../../lib/cleverreach/types';
import { TemporaryError } from '../../lib/utils/errors';
import { positionAfter, type Position } from '../../lib/polling/pagination/position';
import { paginate, type FetchPage } from '../../lib/polling/pagination/paginate';
import { examples } from '../support/runs';
import { receiver } from '../support/receiver';

type Page = (rows: readonly Receiver[], page: number, pageSize: number, request: number) => readonly Receiver[];

const slice = (rows: readonly Receiver[], start: number, length: number): readonly Receiver[] =>
  rows.slice(start, start + length);
const honest: Page = (rows, page, pageSize) => slice(rows, page * pageSize, pageSize);
/** Whether page offsets are multiples of the limited size, or of the requested size. */
const limited =
  (cap: number, offsets: 'limited' | 'asked'): Page =>
  (rows, page, pageSize) => {
    const size = Math.min(cap, pageSize);
    return slice(rows, page * (offsets === 'limited' ? size : pageSize), size);
  };

const groupOf = (size: number): Receiver[] => Array.from({ length: size }, (_, index) => receiver(String(index)));

/** A random number from 0 to 1 that depends only on the seed. */
function shuffled(rows: readonly Receiver[], seed: number): Receiver[] {
  const keys = new Map(rows.map((row) => [row, Math.imul(Number(row.id) + 1, 2_654_435_761 + seed * 40_503) >>> 0]));
  return rows.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
}

interface Walked {
  ids: string[];
  places: Position[];
  requests: number;
  error: unknown;
}

async function walkThrough(
  rows: readonly Receiver[],
  answer: Page,
  pageSize: number,
  start?: Position,
): Promise<Walked> {
  const walked: Walked = { ids: [], places: [], requests: 0, error: undefined };
  const read: FetchPage = (page, size) => {
    walked.requests += 1;
    if (walked.requests > 10 * rows.length + 500) throw new Error('endless');
    return Promise.resolve(answer(rows, page, size, walked.requests).map((row) => ({ ...row })));
  };
  try {
    for await (const page of paginate(read, pageSize, start)) {
      page.rows.forEach((row, index) => {
        if (page.wasHandedOut(row)) return;
        walked.ids.push(row.id);
        walked.places.push(positionAfter(page, index));
      });
    }
  } catch (error) {
    walked.error = error;
  }
  return walked;
}

describe('a server that returns fewer rows than requested', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 4],
  ])('at most %i, causes an error that states what to do if the step requests at most %i', async (cap, size) => {
    for (const offsets of ['limited', 'asked'] as const) {
      const { error } = await walkThrough(groupOf(100), limited(cap, offsets), size);
      expect(error).toMatchObject({
        message: expect.stringContaining('waiting does not help: leave the field "pageSize" empty') as string,
      });
    }
  });

  it.each([1, 2, 3, 4, 7, 10, 50, 100, 137, 250, 499])('at most %i, hides no receiver', async (cap) => {
    for (const offsets of ['limited', 'asked'] as const) {
      for (const total of [1, cap - 1, cap, cap + 1, 2 * cap, 1000]) {
        const rows = groupOf(total);
        const { ids, requests, error } = await walkThrough(rows, limited(cap, offsets), 500);
        expect(error).toBeUndefined();
        expect(ids).toEqual(rows.map(({ id }) => id));
        expect(requests).toBeLessThan(8 + (3 * total) / cap);
      }
    }
  });

  it('also hides no receiver if the walk continues from any position', async () => {
    const rows = groupOf(45);
    for (const offsets of ['limited', 'asked'] as const) {
      const { places } = await walkThrough(rows, limited(10, offsets), 20);
      for (const [index, place] of places.entries()) {
        const { ids } = await walkThrough(rows, limited(10, offsets), 20, place);
        expect(ids).toEqual(rows.slice(index + 1).map(({ id }) => id));
      }
    }
  });

  it.each([0, 1, 38, 250, 251, 499])(
    'causes one extra request after the last row for a group of %i receivers',
    async (total) => {
      const asked: string[] = [];
      const { ids } = await walkThrough(
        groupOf(total),
        (rows, page, pageSize) => {
          asked.push(`${page}/${pageSize}`);
          return honest(rows, page, pageSize, 0);
        },
        500,
      );
      expect(ids).toHaveLength(total);
      expect(asked).toHaveLength(2);
    },
  );
});

describe('a response that lacks rows once', () => {
  it('hides no receiver, whichever response it is and however many rows remain', async () => {
    for (const total of [1, 2, 9, 10, 11, 25, 30]) {
      const rows = groupOf(total);
      for (let short = 1; short <= 4; short += 1) {
        for (let left = 0; left < 10; left += 1) {
          const once: Page = (all, page, pageSize, request) => {
            const answer = honest(all, page, pageSize, request);
            return request === short ? answer.slice(0, left) : answer;
          };
          const { ids, error } = await walkThrough(rows, once, 10);
          expect({ total, short, left, error, ids: ids.toSorted((a, b) => Number(a) - Number(b)) }).toEqual({
            total,
            short,
            left,
            error: undefined,
            ids: rows.map(({ id }) => id),
          });
        }
      }
    }
  });
});

describe('a server that omits rows from its pages', () => {
  it('hides no receiver after them', async () => {
    const hidden = fc.uniqueArray(fc.nat({ max: 149 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        hidden,
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 40, max: 170 }),
        async (...given) => {
          const [missing, total, pageSize] = given;
          const rows = groupOf(total);
          const isShown = ({ id }: Receiver): boolean => !missing.includes(Number(id));
          const perPage = Array.from({ length: Math.ceil(total / pageSize) }, (_, page) =>
            honest(rows, page, pageSize, 0).filter(isShown),
          );
          // if half of a page or more is missing, a look-up behind its last row cannot find the next row
          const isMostlyShown = (page: readonly Receiver[]): boolean => page.length > pageSize / 2;
          fc.pre(perPage.slice(0, -1).every(isMostlyShown));
          const answer: Page = (all, page, size, request) => honest(all, page, size, request).filter(isShown);
          const { ids, error } = await walkThrough(rows, answer, pageSize);
          const expected = rows.filter(isShown).map(({ id }) => id);
          // nor can it prove that nothing follows a last page with half of its rows or fewer
          const lastSize = total - (perPage.length - 1) * pageSize;
          const isProvable = (perPage.at(-1)?.length ?? 0) > lastSize / 2;
          const isRefused = !isProvable && error instanceof TemporaryError;
          expect(isRefused ? undefined : error).toBeUndefined();
          expect(ids).toEqual(isRefused ? expected.slice(0, ids.length) : expected);
        },
      ),
      examples(600),
    );
  });
});

describe('a server that ignores the requested page size', () => {
  it.each([
    [50, 500],
    [50, 10],
    [3, 2],
  ])('with %i instead of %i rows, hides no receiver', async (size, pageSize) => {
    for (const total of [1, size - 1, size, size + 1, 3 * size, 10 * size + 7]) {
      const rows = groupOf(total);
      const fixed: Page = (all, page) => slice(all, page * size, size);
      const { ids, error } = await walkThrough(rows, fixed, pageSize);
      expect(error).toBeUndefined();
      expect(ids).toEqual(rows.map(({ id }) => id));
    }
  });
});

const hostile: Record<string, Page> = {
  'has no page after the first': (rows, page, pageSize) => (page > 0 ? [] : slice(rows, 0, pageSize)),
  'ignores the page': (rows, _, pageSize) => slice(rows, 0, pageSize),
  'ignores page and size': (rows) => slice(rows, 0, 40),
  'orders its rows at random each time': (rows, page, pageSize, request) =>
    slice(shuffled(rows, request), page * pageSize, pageSize),
  'turns the order with each answer': (rows, page, pageSize, request) =>
    slice(request % 2 === 0 ? rows : rows.toReversed(), page * pageSize, pageSize),
  'begins anew behind its end': (rows, page, pageSize) =>
    Array.from({ length: pageSize }, (_, index) => rows[(page * pageSize + index) % rows.length] ?? receiver('x')),
  'alternates between two pages': (rows, page, pageSize) => slice(rows, (page % 2) * pageSize, pageSize),
  'gives the last page for ever': (rows, page, pageSize) =>
    slice(rows, Math.min(page * pageSize, rows.length - pageSize), pageSize),
};

describe.each(Object.entries(hostile))('a server that %s', (_, answer) => {
  it.each([
    [20, 10],
    [23, 10],
    [200, 20],
    [1000, 100],
  ])(
    'hides none of %i receivers in pages of %i without an error, and receives a bounded number of requests',
    async (total, pageSize) => {
      const rows = groupOf(total);
      const { ids, requests, error } = await walkThrough(rows, answer, pageSize);
      const text = error instanceof TemporaryError ? error.message : String(error);
      expect(text).toMatch(
        /^undefined$|list of the group cannot be read completely: at page \d+ .*waiting does not help/,
      );
      expect(error !== undefined || new Set(ids).size === total).toBe(true);
      expect(requests).toBeLessThan(60 + (9 * total) / pageSize);
    },
  );
});

it('a list in an unknown order is read completely, with one more request', async () => {
  const rows = shuffled(groupOf(60), 7);
  const { ids, requests, error } = await walkThrough(rows, honest, 10);
  expect(error).toBeUndefined();
  expect(ids).toEqual(rows.map(({ id }) => id));
  expect(requests).toBe(1 + 5 * 2 + 2 + 1);
});

it('a list with only new receivers is read as long as there are new ones', async () => {
  const endless: Page = (_, page, pageSize) =>
    Array.from({ length: pageSize }, (__, index) => receiver(String(page * pageSize + index)));
  const seen = new Set<string>();
  for await (const { rows } of paginate((page, size) => Promise.resolve(endless([], page, size, 0)), 10)) {
    for (const { id } of rows) seen.add(id);
    if (seen.size >= 5_000) break;
  }
  expect(seen.size).toBe(5_000);
});

it('the number of requests is proportional to the number of pages, whatever the server returns', async () => {
  const page = fc.array(fc.nat({ max: 30 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(page, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 6 }),
      async (pages, size) => {
        let requests = 0;
        let highest = 0;
        const read: FetchPage = (at, pageSize) => {
          requests += 1;
          highest = Math.max(highest, Math.min(at, 12));
          const ids = pages[(at * 7 + requests) % pages.length] ?? [];
          return Promise.resolve(ids.slice(0, pageSize).map((id) => receiver(String(id))));
        };
        let handed = 0;
        const run = async (): Promise<void> => {
          for await (const { rows } of paginate(read, size)) {
            handed += rows.length;
            if (requests > 5_000) throw new Error('endless');
          }
        };
        const error = await run().catch((thrown: unknown) => thrown);
        expect(error === undefined || error instanceof TemporaryError).toBe(true);
        expect(requests).toBeLessThan(5_000);
        expect(handed).toBeLessThan(30_000);
      },
    ),
    examples(500),
  );
});
