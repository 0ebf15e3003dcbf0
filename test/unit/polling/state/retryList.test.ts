import { RetryList } from '../../../../lib/polling/state/retryList';
import { emptyRetry, type BoundedNotes } from '../../../../lib/polling/state/boundedNotes';

const key = (id: string): { groupId: string; id: string } => ({ groupId: '9', id });
const noted = (...ids: string[]): BoundedNotes => {
  const notes = emptyRetry();
  for (const id of ids) notes.set(key(id));
  return notes;
};
const idsOf = (notes: BoundedNotes): string => notes.pack()['9'] ?? '';

describe('receivers that could not be sent', () => {
  it('are tried again once, when a new sweep meets them, and forgotten if it never does', () => {
    const failures = new RetryList(noted('1', '2'), false, undefined);
    expect([failures.has(key('1')), failures.has(key('3'))]).toEqual([true, false]);
    failures.solved(key('1'));
    expect(failures.has(key('1'))).toBe(false);
    expect(idsOf(failures.all())).toBe('2');
    expect(idsOf(failures.left())).toBe('');
  });

  it('are all kept when a sweep is resumed, since its first leg may have met them', () => {
    const failures = new RetryList(noted('1', '2'), true, undefined);
    failures.solved(key('2'));
    expect(idsOf(failures.left())).toBe('1');
  });

  it('that fail again are left for the next poll', () => {
    const failures = new RetryList(noted('1', '2'), false, undefined);
    failures.add(key('1'), 500);
    expect(failures.has(key('1'))).toBe(true);
    expect(idsOf(failures.left())).toBe('1');
    expect(idsOf(failures.all())).toBe('1 2');
    expect(failures.heldBelow).toBeUndefined();
  });

  it('leave the stored notes as they are', () => {
    const stored = noted('1');
    new RetryList(stored, false, undefined).solved(key('1'));
    new RetryList(stored, true, undefined).solved(key('1'));
    expect(idsOf(stored)).toBe('1');
  });

  it('that cannot be noted hold the cursor below the oldest of their changes', () => {
    const failures = new RetryList(emptyRetry(), false, undefined);
    let id = 0;
    while (failures.heldBelow === undefined) failures.add(key(String((id += 1))), 1000);
    expect(id).toBeGreaterThan(50);
    expect(failures.heldBelow).toBe(1000);
    failures.add(key('more'), 700);
    failures.add(key('and more'), 900);
    expect(failures.heldBelow).toBe(700);
    expect(failures.limit(800)).toBe(699);
    expect(failures.limit(600)).toBe(600);
  });

  it('leave room for those noted earlier that have not been met yet', () => {
    const earlier = noted(...Array.from({ length: 60 }, (_, index) => String(1000 + index)));
    const failures = new RetryList(earlier, false, undefined);
    let id = 0;
    while (failures.heldBelow === undefined) failures.add(key(String((id += 1))), 1000);
    expect(failures.all().size).toBe(60 + id - 1);
  });
});

describe('the cursor', () => {
  it.each([
    [undefined, 50, 50],
    [100, 50, 50],
    [100, 99, 99],
    [100, 100, 99],
    [100, 500, 99],
    [0, 500, 0],
  ])('that is held below %p may be %d as far as %d', (heldBelow, cursor, limit) => {
    expect(new RetryList(emptyRetry(), false, heldBelow).limit(cursor)).toBe(limit);
  });
});
