import fc from '../../../support/fastCheck';
import { groupOf, walkAll } from '../../../support/changingGroup';
import { examples } from '../../../support/runs';
import { RecentRows } from '../../../../lib/polling/pagination/paginate';
import { receiver } from '../../../support/receiver';

describe('a walk through a group', () => {
  it.each([
    [0, 5, 2],
    [4, 5, 2],
    [5, 5, 3],
    [12, 5, 6],
  ])('of %i receivers in pages of %i costs %i requests when nothing moves', async (size, pageSize, requests) => {
    const group = groupOf(size);
    const { ids } = await walkAll(group, pageSize);
    expect(ids).toEqual(group.rows.map((row) => row.id));
    expect(group.requests).toBe(requests);
  });

  it('meets a receiver that a deletion has pulled over the border of a page already read', async () => {
    const group = groupOf(12);
    group.beforeRequest = (number) => {
      if (number === 1) group.remove('0');
    };
    expect((await walkAll(group, 5)).ids).toEqual([
      '0',
      '10',
      '20',
      '30',
      '40',
      '50',
      '60',
      '70',
      '80',
      '90',
      '100',
      '110',
    ]);
  });

  it('meets every receiver when the last row of a page has been deleted itself', async () => {
    const group = groupOf(12);
    group.beforeRequest = (number) => {
      if (number === 1) group.remove('40');
    };
    expect((await walkAll(group, 5)).ids).toContain('50');
  });

  it('checks each border with a separate request, which is marked as a check', async () => {
    const group = groupOf(12);
    const asked: string[] = [];
    await walkAll(group, 5, undefined, (page, pageSize, what) => {
      asked.push(`${what} ${page}/${pageSize}`);
      return group.read(page, pageSize, what);
    });
    expect(asked).toEqual(['rows 0/5', 'rows 1/5', 'border 2/2', 'rows 2/5', 'border 3/3', 'border 2/5']);
  });

  it('steps back only until it finds a receiver that it has read', async () => {
    const group = groupOf(30);
    const pages: number[] = [];
    group.beforeRequest = (number) => {
      if (number === 5) group.remove('0');
    };
    await walkAll(group, 5, undefined, (page, pageSize, what) => {
      if (what === 'rows') pages.push(page);
      return group.read(page, pageSize, what);
    });
    // the fourth was on its way
    expect(pages).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5]);
  });

  it('is not misled by a last row whose new address moves it past the border', async () => {
    const group = groupOf(12);
    group.beforeRequest = (number) => {
      if (number === 1) group.add(receiver('40', { email: 'r000075@example.org' }));
    };
    expect((await walkAll(group, 5)).ids).toContain('50');
  });

  it('is not deceived by a deletion and an insertion that cancel each other out', async () => {
    const group = groupOf(12);
    group.beforeRequest = (number) => {
      if (number === 1) group.remove('0');
      if (number === 2) group.add(receiver('5'));
    };
    expect((await walkAll(group, 5)).ids).toContain('50');
  });

  it('is not misled by a new receiver with the address of the last row', async () => {
    const group = groupOf(12);
    const last = group.rows[4];
    if (!last) throw new Error('no row');
    group.beforeRequest = (number) => {
      if (number !== 1) return;
      group.remove(last.id);
      group.add(receiver('99', { email: last.email }));
    };
    expect((await walkAll(group, 5)).ids).toContain('99');
  });

  it('hands out no receiver twice when receivers are added before its position', async () => {
    const group = groupOf(12);
    group.beforeRequest = (number) => {
      if (number === 1) group.add(receiver('5'));
    };
    const { ids } = await walkAll(group, 5);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('misses no receiver that stays, whatever happens between any two of its requests', async () => {
    const change = fc.record({
      at: fc.integer({ min: 1, max: 40 }),
      kind: fc.constantFrom('remove', 'add', 'move'),
      where: fc.integer({ min: 0, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(change, { maxLength: 12 }),
        async (size, pageSize, changes) => {
          const group = groupOf(size);
          const stay = new Set(group.rows.map((row) => row.id));
          let added = 0;
          group.beforeRequest = (number) => {
            for (const { kind, where } of changes.filter(({ at }) => at === number)) {
              const victim = group.rows[where % Math.max(1, group.rows.length)];
              const email = `r${String(where).padStart(6, '0')}b${added}@example.org`;
              added += 1;
              if (kind === 'add') group.add(receiver(`new${added}`, { email }));
              if (victim && kind !== 'add') stay.delete(victim.id);
              if (victim && kind === 'remove') group.remove(victim.id);
              if (victim && kind === 'move') group.add({ ...victim, email });
            }
          };
          const { ids } = await walkAll(group, pageSize);
          expect(ids).toEqual(expect.arrayContaining([...stay]));
        },
      ),
      examples(600),
    );
  });
});

describe('a walk that resumes from a position', () => {
  it('reads exactly the rest, from every position and with every page size', async () => {
    const { ids, places } = await walkAll(groupOf(23), 5);
    for (const [index, place] of places.entries()) {
      for (const pageSize of [1, 3, 5, 50]) {
        expect((await walkAll(groupOf(23), pageSize, place)).ids).toEqual(ids.slice(index + 1));
      }
    }
  });

  it('misses no receiver when receivers were added, deleted and moved in the meantime', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        fc.uniqueArray(fc.nat({ max: 29 }), { maxLength: 8 }),
        fc.uniqueArray(fc.nat({ max: 300 }), { maxLength: 8 }),
        async (size, pageSize, stop, gone, come) => {
          const group = groupOf(size);
          const { ids, places } = await walkAll(group, pageSize);
          const at = stop % ids.length;
          const place = places[at];
          for (const index of gone) group.remove(String(index * 10));
          for (const where of come)
            group.add(receiver(`new${where}`, { email: `r${String(where).padStart(6, '0')}b@example.org` }));
          const rest = (await walkAll(group, pageSize, place)).ids;
          const unread = ids.slice(at + 1).filter((id) => group.rows.some((row) => row.id === id));
          expect(rest).toEqual(expect.arrayContaining(unread));
        },
      ),
      examples(600),
    );
  });

  it.each([
    ['an earlier', ['0', '10', '20'], [], [1, 0, 1, 2]],
    ['a later', [], ['1', '2', '3', '4', '5'], [1, 0, 2, 3, 4]],
  ])('finds it on %s page if rows before it were deleted or added', async (_, gone, come, pages) => {
    const { places } = await walkAll(groupOf(14), 4);
    const group = groupOf(14);
    for (const id of gone) group.remove(id);
    for (const id of come) group.add(receiver(id));
    const asked: number[] = [];
    const { ids } = await walkAll(group, 4, places[5], (page, pageSize, what) => {
      if (what === 'rows') asked.push(page);
      return group.read(page, pageSize, what);
    });
    expect(asked).toEqual(pages);
    expect(ids).toEqual(['60', '70', '80', '90', '100', '110', '120', '130']);
  });

  it('starts again when the position can no longer be found', async () => {
    const group = groupOf(10);
    const { ids } = await walkAll(group, 3, { offset: 6, anchors: ['77777~abcdef'] });
    expect(ids).toHaveLength(10);
  });
});

const pageOf = (from: number, size: number): ReturnType<typeof receiver>[] =>
  Array.from({ length: size }, (_, index) => receiver(String(from + index)));

describe('the rows that are remembered', () => {
  it('are those of at least four and at most eight pages', () => {
    const recent = new RecentRows(10);
    for (let page = 0; page < 20; page += 1) recent.add(pageOf(page * 10, 10));
    for (const row of pageOf(160, 40)) expect(recent.has(row)).toBe(true);
    for (const row of pageOf(0, 120)) expect(recent.has(row)).toBe(false);
  });

  it('are as many if pages are smaller than requested, and more if they are larger', () => {
    const recent = new RecentRows(100);
    for (let row = 0; row < 1_000; row += 1) recent.add(pageOf(row, 1));
    for (const row of pageOf(600, 400)) expect(recent.has(row)).toBe(true);
    for (let page = 0; page < 20; page += 1) recent.add(pageOf(5_000 + page * 300, 300));
    for (const row of pageOf(5_000 + 16 * 300, 4 * 300)) expect(recent.has(row)).toBe(true);
  });

  it('are others with another address', () => {
    const recent = new RecentRows(1);
    recent.add([receiver('7')]);
    expect(recent.has(receiver('7'))).toBe(true);
    expect(recent.has(receiver('7', { email: 'other@example.org' }))).toBe(false);
  });
});
