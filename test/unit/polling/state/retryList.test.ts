import { RetryList } from '../../../../lib/polling/state/retryList';
import { emptyRetry, type BoundedNotes } from '../../../../lib/polling/state/boundedNotes';
import { BloomFilter } from '../../../../lib/polling/state/bloomFilter';

const key = (id: string): { groupId: string; id: string } => ({ groupId: '9', id });
const noted = (...ids: string[]): BoundedNotes => {
  const notes = emptyRetry();
  for (const id of ids) notes.set(key(id));
  return notes;
};
const idsOf = (notes: BoundedNotes): string => notes.pack()['9'] ?? '';
const newFilter = (): BloomFilter => BloomFilter.ofSize(900);
const listOf = (retry: BoundedNotes, isResumed = false, unlisted?: BloomFilter): RetryList =>
  new RetryList({ retry, unlisted }, isResumed, newFilter);

/** More receivers than fit in the list. */
const MANY = Array.from({ length: 300 }, (_, index) => String(1000 + index));

describe('receivers in the retry list', () => {
  it('are due once in a new read, and removed if the read does not find them', () => {
    const list = listOf(noted('1', '2'));
    expect([list.has(key('1')), list.has(key('3'))]).toEqual([true, false]);
    list.solved(key('1'));
    expect(list.has(key('1'))).toBe(false);
    expect(idsOf(list.all().retry)).toBe('2');
    expect(list.notFound()).toEqual([key('2')]);
    expect(idsOf(list.remaining().retry)).toBe('');
  });

  it('are kept when a read is resumed only if an earlier part of it has added them', () => {
    const first = listOf(noted('1', '2', '3'), false);
    first.add(key('2'), ['changed']);
    first.add(key('4'), ['new']);
    const list = listOf(first.all().retry, true);
    list.solved(key('3'));
    expect(list.notFound()).toEqual([key('1')]);
    expect(idsOf(list.remaining().retry)).toBe('2=c 4=n');
  });

  it('are left for the next poll if they fail again', () => {
    const list = listOf(noted('1', '2'));
    list.add(key('1'), ['changed']);
    expect(list.has(key('1'))).toBe(true);
    expect(idsOf(list.remaining().retry)).toBe('1=c');
    expect(idsOf(list.all().retry)).toBe('1=c+ 2');
  });

  it('do not change the stored notes', () => {
    const stored = noted('1');
    listOf(stored).solved(key('1'));
    listOf(stored, true).solved(key('1'));
    expect(idsOf(stored)).toBe('1');
  });

  it('are removed in every group of a receiver that was handled, unless they failed', () => {
    const stored = noted('1', '2', '3');
    stored.set({ groupId: '8', id: '1' });
    const list = listOf(stored);
    list.add(key('2'), ['changed']);
    list.forget('1');
    list.forget('2');
    expect(list.all().retry.pack()).toEqual({ '9': '2=c+ 3' });
    expect(list.notFound()).toEqual([key('3')]);
  });

  it('are listed with the reasons for which they are sent, even across polls', () => {
    const list = listOf(emptyRetry());
    list.add(key('1'), ['unsubscribed', 'new']);
    list.addPending(key('2'), []);
    const next = listOf(list.all().retry);
    expect(['1', '2', '3'].map((id) => next.changesOf(key(id)))).toEqual([['new', 'unsubscribed'], [], []]);
    next.add(key('1'), ['confirmed']);
    expect(next.changesOf(key('1'))).toEqual(['confirmed']);
  });
});

describe('a pending receiver', () => {
  it('is listed until it was emitted, and not left for the next poll', () => {
    const list = listOf(emptyRetry());
    list.addPending(key('1'), ['changed']);
    expect([list.has(key('1')), idsOf(list.all().retry), idsOf(list.remaining().retry)]).toEqual([true, '1=c', '']);
    list.solved(key('1'));
    expect([list.has(key('1')), idsOf(list.all().retry)]).toEqual([false, '']);
  });

  it('stays in its part of the list if it was listed before', () => {
    const list = listOf(noted('1'), true);
    list.addPending(key('1'), ['changed']);
    expect([list.all().retry.size, idsOf(list.remaining().retry)]).toEqual([1, '']);
  });

  it('goes to the filter if the list is full, and the filter is dropped at the end of the read', () => {
    const list = listOf(emptyRetry());
    for (const id of MANY) list.addPending(key(id), ['changed']);
    const { retry, unlisted } = list.all();
    expect(retry.size).toBeLessThan(MANY.length);
    expect(retry.size).toBeGreaterThan(50);
    expect(MANY.every((id) => retry.has(key(id)) || unlisted?.has(key(id)) === true)).toBe(true);
    expect(MANY.every((id) => list.has(key(id)))).toBe(true);
    expect(list.remaining()).toMatchObject({ retry: { size: 0 }, unlisted: undefined });
  });
});

describe('receivers that do not fit in the list', () => {
  it('are found by the filter of a snapshot, which the next poll drops once it has read everything', () => {
    const failing = listOf(emptyRetry());
    for (const id of MANY) failing.add(key(id), ['changed']);
    const left = failing.remaining();
    expect(left.retry.size).toBeLessThan(MANY.length);
    const list = listOf(left.retry, false, left.unlisted);
    expect(MANY.every((id) => list.has(key(id)))).toBe(true);
    for (const id of MANY) list.solved(key(id));
    expect(list.remaining()).toMatchObject({ retry: { size: 0 }, unlisted: undefined });
  });

  it('stay in the filter of a read that is resumed', () => {
    const filter = newFilter();
    filter.add(key('7'));
    const list = listOf(emptyRetry(), true, filter);
    expect([list.has(key('7')), list.remaining().unlisted?.has(key('7'))]).toEqual([true, true]);
  });

  it('are added to the filters of both parts at a checkpoint, without a change of the stored filter', () => {
    const stored = newFilter();
    stored.add(key('7'));
    const before = stored.pack();
    const list = listOf(emptyRetry(), false, stored);
    for (const id of MANY) list.add(key(id), ['changed']);
    const { unlisted } = list.all();
    expect([unlisted?.has(key('7')), unlisted?.has(key(MANY.at(-1) ?? ''))]).toEqual([true, true]);
    expect(list.remaining().unlisted?.has(key('7'))).toBe(false);
    expect(stored.pack()).toBe(before);
  });

  it('go to a filter of the size of the stored one', () => {
    const stored = BloomFilter.ofSize(30);
    const list = listOf(emptyRetry(), false, stored);
    for (const id of MANY) list.add(key(id), ['changed']);
    expect(list.remaining().unlisted?.pack()).toHaveLength(40);
  });

  it('leave room for those noted earlier that have not been met yet', () => {
    const list = listOf(noted(...MANY.slice(0, 60)));
    for (let id = 1; id <= 300; id += 1) list.add(key(String(id)), ['changed']);
    const { retry } = list.all();
    expect(MANY.slice(0, 60).every((id) => retry.has(key(id)))).toBe(true);
  });

  it('are all that is left in the filter after every pending receiver is handled', () => {
    const list = listOf(noted('7'));
    for (const id of MANY) list.addPending(key(id), []);
    list.add(key('8'), []);
    list.pendingAreDone();
    expect(list.all().unlisted).toBeUndefined();
    expect([list.has(key('7')), list.has(key('8'))]).toEqual([true, true]);
    for (const id of MANY) list.add(key(id), ['changed']);
    list.pendingAreDone();
    expect(MANY.every((id) => list.has(key(id)))).toBe(true);
  });
});
