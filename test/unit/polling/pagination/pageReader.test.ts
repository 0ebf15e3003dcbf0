import { setImmediate } from 'node:timers/promises';
import fc from '../../../support/fastCheck';
import { ResponseTooLargeError } from '../../../../lib/http/responseTooLarge';
import { TemporaryError } from '../../../../lib/utils/errors';
import type { Receiver } from '../../../../lib/cleverreach/types';
import { paginate, type FetchPage } from '../../../../lib/polling/pagination/paginate';
import { newCancelToken, PageReader } from '../../../../lib/polling/pagination/pageReader';
import { positionAfter, type Position } from '../../../../lib/polling/pagination/position';
import { ChangingGroup, groupOf, walkAll } from '../../../support/changingGroup';
import { receiver } from '../../../support/receiver';
import { examples } from '../../../support/runs';

const MB = 1024 * 1024;

/** The behaviour of CleverReach, and the size of its responses. */
interface Server {
  /** The maximum number of rows in a response. */
  cap?: number;
  /** The size of a row in bytes, with all its details. */
  bytesOf?: (row: Receiver) => number;
  /** The maximum size of a response. */
  limit?: number;
  milliseconds?: (request: number) => number;
}

/** Rows without details are smaller by this factor. */
const LIGHTER = 10;

/** @returns the requests, and the requested rows */
function serverOf(group: ChangingGroup, server: Server): { read: FetchPage; asked: string[] } {
  const { cap = Infinity, bytesOf = () => 1, limit = Infinity, milliseconds = () => 1 } = server;
  const asked: string[] = [];
  const read: FetchPage = async (page, size, purpose, onWeight) => {
    const rows = await group.read(page, Math.min(size, cap), purpose);
    const whole = rows.reduce((sum, row) => sum + bytesOf(row), 0);
    const bytes = purpose === 'rows' ? whole : whole / LIGHTER;
    const isTooLarge = bytes > limit;
    if (purpose === 'rows') asked.push(`${page}/${size}${isTooLarge ? ' too large' : ''}`);
    if (isTooLarge) throw new ResponseTooLargeError('The answer is too large.');
    onWeight?.({ bytes, milliseconds: milliseconds(group.requests) });
    return rows;
  };
  return { read, asked };
}

describe('pages that weigh much', () => {
  it('become smaller, and larger again after the heavy rows', async () => {
    const group = groupOf(2_000);
    const heavy = new Set(group.rows.slice(400, 1_000).map(({ id }) => id));
    const { read, asked } = serverOf(group, { bytesOf: ({ id }) => (heavy.has(id) ? 0.03 * MB : 1) });
    const { ids } = await walkAll(group, 400, undefined, read);
    expect(ids).toEqual(group.rows.map(({ id }) => id));
    expect(asked).toEqual([
      ...['0/400', '1/400', '4/200', '10/100'],
      // the first of these two repeats the page before it
      ...['5/200', '3/400', '4/400', '5/400'],
    ]);
  });

  it('become smaller for the time that they take', async () => {
    const group = groupOf(800);
    const { read, asked } = serverOf(group, { milliseconds: (request) => (request < 4 ? 11_000 : 100) });
    const { ids } = await walkAll(group, 200, undefined, read);
    expect(ids).toEqual(group.rows.map(({ id }) => id));
    expect(asked.slice(0, 3)).toEqual(['0/200', '2/100', '6/50']);
    expect(asked).toContain('3/200');
  });

  it('keep their size if CleverReach returns pages of one size', async () => {
    const group = groupOf(330);
    const read: FetchPage = async (page, _, purpose, onWeight) => {
      onWeight?.({ bytes: 5 * MB, milliseconds: 1 });
      return await group.read(page, 100, purpose);
    };
    const { ids } = await walkAll(group, 100, undefined, read);
    expect(ids).toEqual(group.rows.map(({ id }) => id));
  });
});

describe('an answer that is too large', () => {
  it('is requested in halves, down to one row, and the pages after it grow again', async () => {
    const group = groupOf(100);
    const whale = group.rows[37]?.id;
    const { read, asked } = serverOf(group, { bytesOf: ({ id }) => (id === whale ? 100 : 1), limit: 100 });
    const { ids } = await walkAll(group, 40, undefined, read);
    expect(ids).toEqual(group.rows.map(({ id }) => id));
    expect(asked.slice(0, 2)).toEqual(['0/40 too large', '0/20']);
    expect(asked).toContain('37/1');
    expect(asked.length).toBeLessThan(30);
    expect(asked.at(-1)).toMatch(/\/(32|40)$/);
  });

  it('of a single row is the error, after all before it have been handed out', async () => {
    const group = groupOf(50);
    const whale = group.rows[17]?.id;
    const { read, asked } = serverOf(group, { bytesOf: ({ id }) => (id === whale ? 200 : 1), limit: 100 });
    const ids: string[] = [];
    const walk = async (): Promise<void> => {
      for await (const { rows, wasHandedOut } of paginate(read, 20))
        ids.push(...rows.filter((row) => !wasHandedOut(row)).map(({ id }) => id));
    };
    await expect(walk()).rejects.toThrow(ResponseTooLargeError);
    expect(ids).toEqual(group.rows.slice(0, 17).map(({ id }) => id));
    expect(asked.at(-1)).toBe('17/1 too large');
  });

  it('does not hide where a walk has to continue', async () => {
    const group = groupOf(100);
    const { read } = serverOf(group, { bytesOf: () => 10, limit: 100 });
    const { ids, places } = await walkAll(group, 40, undefined, read);
    expect(ids).toHaveLength(100);
    for (const [index, place] of places.entries()) {
      const { ids: rest } = await walkAll(group, 40, place, read);
      expect(rest).toEqual(ids.slice(index + 1));
    }
  });

  it('of two rows beside each other without their details leaves the last row at its place as the proof', async () => {
    const group = groupOf(6);
    const { read } = serverOf(group, { bytesOf: () => 10, limit: 10 });
    const strict: FetchPage = async (page, size, purpose, onWeight) =>
      await read(page, size, size > 1 ? 'rows' : purpose, onWeight);
    expect((await walkAll(group, 4, undefined, strict)).ids).toEqual(group.rows.map(({ id }) => id));
  });
});

it('a larger page at the beginning of the list is adjacent to the previous page, even if the last row of that page was deleted', async () => {
  const group = groupOf(100);
  const [whale, last] = [group.rows[60]?.id, group.rows[49]?.id];
  const { read, asked } = serverOf(group, { bytesOf: ({ id }) => (id === whale ? 60 : 1), limit: 100 });
  group.beforeRequest = (number) => {
    // it was on the first page that was not too large
    if (number !== 3) return;
    group.remove(last ?? '');
    group.remove(whale ?? '');
  };
  const { ids } = await walkAll(group, 100, undefined, read);
  expect(asked.slice(0, 3)).toEqual(['0/100 too large', '0/50', '0/100']);
  expect(ids).toEqual(expect.arrayContaining(group.rows.map(({ id }) => id)));
});

describe('what is no longer needed', () => {
  it('is not requested, and does not count', async () => {
    const group = groupOf(10);
    const reader = new PageReader(group.read, 10);
    for (let turn = 0; turn < 50; turn += 1) {
      const token = newCancelToken();
      await reader.under(token)(0, 10, 'rows');
      reader.cancel(token);
      await expect(reader.under(token)(0, 10, 'rows')).rejects.toThrow('no longer needed');
    }
    expect(group.requests).toBe(50);
  });

  it('counts if it is still needed', async () => {
    const reader = new PageReader(groupOf(10).read, 10);
    const again = async (): Promise<void> => {
      for (let turn = 0; turn < 50; turn += 1) await reader.under(newCancelToken())(0, 10, 'rows');
    };
    await expect(again()).rejects.toThrow(TemporaryError);
  });

  it('is not a response that is too large if it arrives late', async () => {
    const token = newCancelToken();
    const late: FetchPage = async () => {
      await setImmediate();
      throw new ResponseTooLargeError('The answer is too large.');
    };
    const reader = new PageReader(late, 10);
    const page = reader.readFrom(0, 10, reader.under(token));
    reader.cancel(token);
    await expect(page).rejects.toThrow('no longer needed');
  });

  it('is not requested after the end', async () => {
    const group = groupOf(10);
    const reader = new PageReader(group.read, 10);
    reader.end();
    await expect(reader.readFrom(0, 10)).rejects.toThrow('no longer needed');
    expect(group.requests).toBe(0);
  });
});

it('three requests of a walk are under way at once, and the others wait', async () => {
  const open: (() => void)[] = [];
  const held: FetchPage = () =>
    new Promise((resolve) =>
      open.push(() => {
        resolve([]);
      }),
    );
  const reader = new PageReader(held, 10);
  const reads = Array.from({ length: 5 }, (_, page) => reader.progress.read(page, 10, 'border'));
  await setImmediate();
  expect(open).toHaveLength(3);
  open[0]?.();
  await setImmediate();
  expect(open).toHaveLength(4);
  for (let at = 1; at < 5; at += 1) {
    await setImmediate();
    open[at]?.();
  }
  await expect(Promise.all(reads)).resolves.toHaveLength(5);
});

describe('a limit of the rows of a page', () => {
  it('that shows only when pages grow again hides no receiver, wherever the list ends', async () => {
    for (const total of [150, 199, 200, 201, 233, 260, 300, 450]) {
      const group = groupOf(total);
      // the first page is too large at 200 and at 100, so that pages begin with 50 and grow into the limit
      const whale = group.rows[10]?.id;
      for (const cap of [60, 75, 99, 110]) {
        const { read } = serverOf(group, { cap, bytesOf: ({ id }) => (id === whale ? 50 : 1), limit: 105 });
        const { ids } = await walkAll(group, 200, undefined, read);
        expect({ total, cap, ids }).toEqual({ total, cap, ids: group.rows.map(({ id }) => id) });
      }
    }
  });
});

const change = fc.record({
  at: fc.integer({ min: 1, max: 60 }),
  kind: fc.constantFrom('remove', 'add', 'move'),
  where: fc.integer({ min: 0, max: 4_000 }),
});

/** Applies the changes; returns the receivers that exist all the time, with their addresses. */
function disturb(group: ChangingGroup, changes: readonly { at: number; kind: string; where: number }[]): Set<string> {
  const stay = new Set(group.rows.map(({ id }) => id));
  let added = 0;
  group.beforeRequest = (number) => {
    for (const { kind, where } of changes.filter(({ at }) => at === number)) {
      const victim = group.rows[where % Math.max(1, group.rows.length)];
      const email = `r${String(where).padStart(6, '0')}b${added}@example.org`;
      added += 1;
      if (kind === 'add') group.add(receiver(`new${added}`, { email }));
      if (!victim || kind === 'add') continue;
      stay.delete(victim.id);
      if (kind === 'remove') group.remove(victim.id);
      else group.add({ ...victim, email });
    }
  };
  return stay;
}

it('misses no receiver that stays, whatever the weight and the number of rows of the pages, and whatever happens between any two requests', async () => {
  const scenario = fc.record({
    total: fc.integer({ min: 0, max: 300 }),
    pageSize: fc.integer({ min: 8, max: 220 }),
    cap: fc.option(fc.integer({ min: 8, max: 220 }), { nil: Infinity }),
    changes: fc.array(change, { maxLength: 25 }),
    /** Rows with this remainder are larger by this factor. */
    large: fc.record({ every: fc.integer({ min: 1, max: 90 }), bytes: fc.constantFrom(0.01, 0.05, 0.5, 3, 9) }),
    limit: fc.constantFrom(10, 20, 100, Infinity),
    slow: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
    resumes: fc.option(fc.nat(), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ total, pageSize, cap, changes, large, limit, slow, resumes }) => {
      const group = groupOf(total);
      const { read } = serverOf(group, {
        cap,
        bytesOf: ({ id }) => (Number(id) % large.every === 0 ? large.bytes * MB : 100),
        limit: limit * MB,
        milliseconds: (request) => (slow[request % slow.length] === true ? 12_000 : 50),
      });
      let start: Position | undefined;
      const met: string[] = [];
      if (resumes !== undefined && total > 0) {
        const { ids, places } = await walkAll(group, pageSize, undefined, read);
        const at = resumes % ids.length;
        start = places[at];
        met.push(...ids.slice(0, at + 1));
      }
      group.requests = 0;
      const stay = disturb(group, changes);
      const { ids } = await walkAll(group, pageSize, start, read);
      const all = new Set([...met, ...ids]);
      expect([...stay].filter((id) => !all.has(id))).toEqual([]);
      const smallest = Math.max(1, Math.min(pageSize, cap, 50, limit / large.bytes));
      expect(group.requests).toBeLessThan(60 + 8 * changes.length + (9 * (total + 25)) / smallest);
    }),
    examples(150),
  );
});

it('a place within a page of another size is that of its row', async () => {
  const group = groupOf(300);
  const { read } = serverOf(group, { milliseconds: (request) => (request % 5 === 0 ? 11_000 : 1) });
  for await (const page of paginate(read, 150)) {
    for (const [index, row] of page.rows.entries())
      expect(group.rows[positionAfter(page, index).offset - 1]?.id).toBe(row.id);
  }
});
