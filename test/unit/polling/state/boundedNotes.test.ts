import { emptyRetry, emptySeen, BoundedNotes } from '../../../../lib/polling/state/boundedNotes';

const key = (id: string, groupId = '9'): { groupId: string; id: string } => ({ groupId, id });

describe('notes about receivers', () => {
  it('are known by group and id', () => {
    const notes = emptySeen();
    expect(notes.set(key('1'), 'a')).toBe(true);
    expect([notes.get(key('1')), notes.get(key('1', '8')), notes.get(key('2'))]).toEqual(['a', undefined, undefined]);
    expect([notes.has(key('1')), notes.has(key('1', '8'))]).toEqual([true, false]);
    expect(notes.size).toBe(1);
  });

  it('are stored once per receiver, with the last value', () => {
    const notes = emptySeen();
    notes.set(key('1'), 'a');
    notes.set(key('1'), 'b');
    expect([notes.size, notes.get(key('1'))]).toEqual([1, 'b']);
  });

  it('can be deleted one by one, and deleting a missing one has no effect', () => {
    const notes = emptySeen();
    notes.delete(key('1'));
    notes.set(key('1'), 'a');
    notes.set(key('2'), 'b');
    const { used } = notes;
    notes.delete(key('3'));
    expect(notes.used).toBe(used);
    notes.delete(key('1'));
    expect([notes.has(key('1')), notes.get(key('2'))]).toEqual([false, 'b']);
    notes.delete(key('2'));
    expect([notes.size, notes.used]).toEqual([0, 0]);
  });

  it('count as their characters plus eight', () => {
    const notes = new BoundedNotes(100);
    notes.set(key('12'), 'abc');
    expect(notes.used).toBe('9 12'.length + 'abc'.length + 8);
    notes.set(key('12'), 'abcdef');
    expect(notes.used).toBe('9 12'.length + 'abcdef'.length + 8);
  });

  it.each([
    ['fits exactly', 12, true],
    ['is one too many', 11, false],
  ])('are bounded: a note that %s', (_, capacity, isTaken) => {
    const notes = new BoundedNotes(capacity);
    expect(notes.set(key('1'), 'x')).toBe(isTaken);
    expect(notes.has(key('1'))).toBe(isTaken);
  });

  it('may replace each other if there is no room for both, and leave reserved room free', () => {
    const notes = new BoundedNotes(12);
    notes.set(key('1'), 'x');
    expect(notes.set(key('1'), 'y')).toBe(true);
    expect(notes.set(key('2'), 'y')).toBe(false);
    expect(notes.set(key('1'), 'z', 1)).toBe(false);
    expect(notes.get(key('1'))).toBe('y');
  });

  it('name their receivers', () => {
    const notes = emptySeen();
    notes.set(key('a b', 'x=y'));
    notes.set(key('1'), 'v');
    expect(notes.keys()).toEqual([key('a b', 'x=y'), key('1')]);
    expect(emptySeen().keys()).toEqual([]);
  });

  it('of two polls are those of the newer one, and those of the older one about other receivers', () => {
    const newer = emptyRetry();
    newer.set(key('1'), 'new');
    const older = emptyRetry();
    older.set(key('1'), 'old');
    older.set(key('2'), 'old');
    const merged = newer.mergedWith(older);
    expect([merged.get(key('1')), merged.get(key('2')), merged.size]).toEqual(['new', 'old', 2]);
    expect([newer.size, older.size]).toEqual([1, 2]);
  });

  it('of two polls are still bounded', () => {
    const fill = (prefix: string): BoundedNotes => {
      const notes = emptyRetry();
      let number = 0;
      while (notes.set(key(`${prefix}${number}`))) number += 1;
      return notes;
    };
    const merged = fill('a').mergedWith(fill('b'));
    expect(merged.used).toBeLessThanOrEqual(1200);
    expect(merged.has(key('a0'))).toBe(true);
    expect(merged.has(key('b0'))).toBe(false);
    let seen = 0;
    const notes = emptySeen();
    while (notes.set(key(`s${seen}`))) seen += 1;
    expect(notes.used).toBeGreaterThan(7900);
    expect(notes.used).toBeLessThanOrEqual(8000);
  });
});

describe('notes with other values', () => {
  it('are about the same receivers, and leave the former ones as they are', () => {
    const notes = new BoundedNotes(44);
    notes.set(key('1'), 'ab');
    notes.set(key('2', 'a b'), 'cd');
    const changed = notes.map((value) => value.toUpperCase());
    expect([changed.get(key('1')), changed.get(key('2', 'a b'))]).toEqual(['AB', 'CD']);
    expect([notes.pack(), changed.used]).toEqual([{ 9: '1=ab', 'a%20b': '2=cd' }, notes.used]);
    // the same room
    expect([notes.set(key('3'), 'ef'), changed.set(key('3'), 'ef')]).toEqual([true, true]);
    expect([notes.set(key('4')), changed.set(key('4'))]).toEqual([false, false]);
  });
});

describe('notes in a snapshot', () => {
  const notes = new BoundedNotes(1000);
  notes.set(key('1'), 'a');
  notes.set(key('2'));
  notes.set(key('3', '8'), 'c');
  const packed = { '9': '1=a 2', '8': '3=c' };

  it('are one string per group', () => {
    expect(notes.pack()).toEqual(packed);
  });

  it('are restored unchanged', () => {
    const read = new BoundedNotes(1000).with(packed);
    expect(read.pack()).toEqual(packed);
    expect([read.get(key('2')), read.get(key('3', '8'))]).toEqual(['', 'c']);
  });

  it.each([
    // a new property takes quotes, colon, comma and its name; a further note a blank
    [Infinity, packed],
    [22, packed],
    [21, { '9': '1=a 2' }],
    [12, { '9': '1=a 2' }],
    [11, { '9': '1=a' }],
    [10, { '9': '1=a' }],
    [9, {}],
    [0, {}],
  ])('are as many as fit into %s characters', (budget, fitting) => {
    expect(notes.pack(budget)).toEqual(fitting);
  });

  it('are read with additional blanks', () => {
    expect(new BoundedNotes(1000).with({ '9': ' 1=a  2 ' }).pack()).toEqual({ '9': '1=a 2' });
  });

  it('hold any id and any group, even with blanks and equals signs', () => {
    const odd = new BoundedNotes(1000);
    odd.set(key('a b=c', 'x y'), 'v');
    expect(odd.pack()).toEqual({ 'x%20y': 'a%20b%3Dc=v' });
    expect(new BoundedNotes(1000).with(odd.pack()).get(key('a b=c', 'x y'))).toBe('v');
    expect(odd.mergedWith(emptySeen()).get(key('a b=c', 'x y'))).toBe('v');
  });

  it('may be about a group that has the name of a member of every object', () => {
    const odd = new BoundedNotes(1000);
    for (const groupId of ['__proto__', 'constructor']) odd.set(key('1', groupId), 'v');
    const json = JSON.stringify(odd.pack());
    expect(json).toBe('{"__proto__":"1=v","constructor":"1=v"}');
    const read = new BoundedNotes(1000).with(JSON.parse(json) as Record<string, string>);
    expect(['__proto__', 'constructor'].map((groupId) => read.get(key('1', groupId)))).toEqual(['v', 'v']);
  });

  it('are about receivers with any address as id', () => {
    const odd = new BoundedNotes(1000);
    odd.set(key('zoë.müller+news=1 @example.org'), 'v');
    const read = new BoundedNotes(1000).with(odd.pack());
    expect(read.keys()).toEqual([key('zoë.müller+news=1 @example.org')]);
  });
});
