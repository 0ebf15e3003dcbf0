import { setImmediate } from 'node:timers/promises';
import { TemporaryError } from '../../../../lib/utils/errors';
import { paginate, startWalk, type FetchPage } from '../../../../lib/polling/pagination/paginate';
import { groupOf } from '../../../support/changingGroup';
import { receiver } from '../../../support/receiver';

/** A network on which every request takes one round trip, and time passes only when nothing else can happen. */
class Network {
  readonly asked: string[] = [];
  trips = 0;
  atOnce = 0;
  pages = 0;
  private waiting: (() => void)[] = [];

  /** The same requests, each of which takes a round trip. */
  readonly through =
    (read: FetchPage): FetchPage =>
    async (page, size, purpose) => {
      this.asked.push(`${purpose} ${page}/${size}`);
      if (purpose === 'rows') this.pages += 1;
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        this.atOnce = Math.max(this.atOnce, this.waiting.length);
      });
      return await read(page, size, purpose);
    };

  /** Completes all running requests once. */
  async trip(): Promise<void> {
    await setImmediate();
    const { waiting } = this;
    this.waiting = [];
    if (waiting.length > 0) this.trips += 1;
    for (const arrive of waiting) arrive();
    await setImmediate();
  }

  /** The number of round trips until the work is done. */
  async until(work: Promise<unknown>): Promise<void> {
    const state = { isDone: false };
    const done = (): void => {
      state.isDone = true;
    };
    work.then(done, done);
    while (!state.isDone) await this.trip();
    await work;
  }
}

async function drain(pages: AsyncIterable<unknown>): Promise<void> {
  const iterator = pages[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}

/** A list of so many rows that never changes. */
const listOf =
  (total: number): FetchPage =>
  (page, size) => {
    const length = Math.max(0, Math.min(size, total - page * size));
    return Promise.resolve(Array.from({ length }, (_, index) => receiver(String(page * size + index))));
  };

describe('a walk that nothing disturbs', () => {
  it.each([
    [100_000, 2_000, 51, 50],
    [99_999, 2_000, 50, 50],
    [20_000, 2_000, 11, 10],
    [19_000, 2_000, 10, 10],
  ])('of %i rows in pages of %i takes hardly longer than its pages', async (total, size, pages, looks) => {
    const network = new Network();
    await network.until(drain(paginate(network.through(listOf(total)), size)));
    expect(network.pages).toBe(pages);
    expect(network.asked).toHaveLength(pages + looks);
    expect(network.trips).toBeLessThanOrEqual(pages + 1);
    expect(network.atOnce).toBe(2);
  });

  it('of five groups has no pause between groups if each walk starts when the previous one may have ended', async () => {
    const network = new Network();
    const groups: (ReturnType<typeof startWalk> | undefined)[] = [];
    const begin = (group: number): void => {
      if (group < 5)
        groups[group] ??= startWalk(network.through(listOf(19_000)), 2_000, undefined, {
          onEnding: () => {
            begin(group + 1);
          },
        });
    };
    const all = async (): Promise<void> => {
      for (let group = 0; group < 5; group += 1) {
        begin(group);
        const pages = groups[group];
        if (pages) await drain(pages);
      }
    };
    await network.until(all());
    expect(network.pages).toBe(50);
    expect(network.asked).toHaveLength(100);
    expect(network.trips).toBeLessThanOrEqual(55);
    expect(network.atOnce).toBeLessThanOrEqual(3);
  });

  it('looks up what follows its last page while the border before it is checked', async () => {
    const network = new Network();
    await network.until(drain(paginate(network.through(listOf(12)), 5)));
    expect(network.asked).toEqual(['rows 0/5', 'rows 1/5', 'border 2/2', 'rows 2/5', 'border 3/3', 'border 2/5']);
    expect(network.trips).toBe(4);
  });
});

describe('what is read ahead', () => {
  it('is two pages and the border of the first, and nothing beyond', async () => {
    const group = groupOf(40);
    const pages = paginate(group.read, 5);
    const counts: number[] = [];
    for (let page = 0; page < 4; page += 1) {
      await pages.next();
      await setImmediate();
      counts.push(group.requests);
    }
    // page 0, 1, 2 and border 1; then a page and a border each
    expect(counts).toEqual([4, 6, 8, 10]);
    await pages.return();
  });

  it('is not read after the only page, except for a look-up after its last row', async () => {
    const network = new Network();
    const first = paginate(network.through(listOf(4)), 5).next();
    await network.until(first);
    await network.trip();
    expect(network.asked).toEqual(['rows 0/5', 'border 1/3']);
  });

  it.each([1, 2])(
    'and cannot be read (page %i) is an error only after all pages before it were handed out',
    async (bad) => {
      const failing: FetchPage = (page, size, purpose) =>
        page === bad && purpose === 'rows' ? Promise.reject(new Error('no page')) : listOf(20)(page, size, purpose);
      const pages = paginate(failing, 5);
      for (let page = 0; page < bad; page += 1) {
        expect((await pages.next()).value?.offset).toBe(page * 5);
        await setImmediate();
      }
      await expect(pages.next()).rejects.toThrow('no page');
    },
  );

  it('and fails is not an error if the border before it is not verified and the page is read again', async () => {
    const group = groupOf(40);
    let failures = 0;
    group.beforeRequest = (number) => {
      if (number === 1) group.remove('0');
    };
    const read: FetchPage = (page, size, purpose) => {
      if (page === 2 && purpose === 'rows' && (failures += 1) === 1) return Promise.reject(new Error('gone'));
      return group.read(page, size, purpose);
    };
    const ids = new Set<string>();
    for await (const { rows } of paginate(read, 5)) for (const { id } of rows) ids.add(id);
    expect(ids.size).toBe(40);
    expect(failures).toBeGreaterThan(1);
  });

  it('is not requested after the walk was left', async () => {
    const network = new Network();
    const pages = paginate(network.through(listOf(100)), 5);
    await network.until(pages.next());
    await network.trip();
    await pages.return();
    const { length } = network.asked;
    for (let trip = 0; trip < 4; trip += 1) await network.trip();
    expect(network.asked).toHaveLength(length);
  });

  it('never sends more than three requests at once, even if borders are not verified and orders are unclear', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const group = groupOf(120);
      // in an unknown order that is always the same
      group.rows = group.rows.toSorted(
        (a, b) => ((Number(a.id) * seed * 7_919) % 1_201) - ((Number(b.id) * seed * 7_919) % 1_201),
      );
      group.beforeRequest = (number) => {
        if (number % (3 + seed) === 0) group.remove(group.rows[0]?.id ?? '');
      };
      const network = new Network();
      await network.until(
        drain(paginate(network.through(group.read), 10)).catch((error: unknown) => {
          if (!(error instanceof TemporaryError)) throw error;
        }),
      );
      expect(network.atOnce).toBeLessThanOrEqual(3);
    }
  });
});

describe('a walk that is started before its first page is requested', () => {
  it('reads its first page immediately, and no other page until one is requested', async () => {
    const network = new Network();
    const pages = startWalk(network.through(listOf(30)), 5);
    for (let trip = 0; trip < 3; trip += 1) await network.trip();
    expect(network.asked).toEqual(['rows 0/5']);
    const { value } = await pages.next();
    expect(value?.rows).toHaveLength(5);
    await network.trip();
    expect(network.asked).toEqual(['rows 0/5', 'rows 1/5', 'border 2/2', 'rows 2/5'].slice(0, network.asked.length));
    await network.until(drain(pages));
  });

  it('does not end another walk before a page is requested', async () => {
    const network = new Network();
    let endings = 0;
    const onEnding = (): void => void (endings += 1);
    const pages = startWalk(network.through(listOf(3)), 5, undefined, { onEnding });
    for (let trip = 0; trip < 3; trip += 1) await network.trip();
    expect([network.asked, endings]).toEqual([['rows 0/5'], 0]);
    await network.until(drain(pages));
    expect(endings).toBe(1);
  });

  it('throws the failure of its first page when that page is requested', async () => {
    const pages = startWalk(() => Promise.reject(new Error('no group')), 5);
    await setImmediate();
    await expect(pages.next()).rejects.toThrow('no group');
  });

  it('may be left before any page, and sends no more requests', async () => {
    const network = new Network();
    const pages = startWalk(network.through(listOf(30)), 5, { offset: 12, anchors: ['77~abcdef'] });
    await setImmediate();
    await pages.return();
    for (let trip = 0; trip < 4; trip += 1) await network.trip();
    expect(network.asked).toEqual(['rows 2/5']);
  });
});
