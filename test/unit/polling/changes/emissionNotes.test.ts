import { EmissionNotes } from '../../../../lib/polling/changes/emissionNotes';
import { asFound, DELETED, filteredNoteOf, noteOf } from '../../../../lib/polling/changes/note';
import { contentHash } from '../../../../lib/polling/changes/receiverContent';
import { emptySeen, type BoundedNotes } from '../../../../lib/polling/state/boundedNotes';
import { receiver } from '../../../support/receiver';

const HORIZON = 1_764_000_000;
const key = (id: string): { groupId: string; id: string } => ({ groupId: '9', id });
const fresh = (id: string): ReturnType<typeof receiver> => receiver(id, { activated: HORIZON + 5 });
const stored = (notes: Record<string, string> = {}): BoundedNotes => {
  const seen = emptySeen();
  for (const [id, note] of Object.entries(notes)) seen.set(key(id), note);
  return seen;
};
const notesOf = (notes?: Record<string, string>, isResumed = false, remembers = true): EmissionNotes =>
  new EmissionNotes(stored(notes), isResumed, HORIZON, remembers);

describe('notes about emitted receivers', () => {
  it('are made of receivers whose state changed after the horizon, and of no others', () => {
    const notes = notesOf();
    notes.delivered(key('1'), fresh('1'));
    notes.delivered(key('2'), receiver('2'));
    expect(notes.remaining().pack()).toEqual({ 9: `1=${noteOf(fresh('1'))}` });
  });

  it('replace older ones, even if no new note is needed', () => {
    const notes = notesOf({ 1: 'old', 2: 'old' });
    notes.delivered(key('1'), fresh('1'));
    notes.delivered(key('2'), receiver('2'));
    expect([notes.get(key('1')), notes.get(key('2'))]).toEqual([noteOf(fresh('1')), undefined]);
  });

  it('of earlier polls are still available to the look-up of a receiver that was read, in this run and in a resumed one', () => {
    const row = receiver('1');
    const notes = notesOf({ 1: contentHash(row) });
    notes.markFound(key('1'), row);
    const goesOn = new EmissionNotes(notes.all(), true, HORIZON, true);
    for (const one of [notes, goesOn]) {
      expect(one.doubt(new Set(['1']))).toEqual([key('1')]);
      expect([one.hasEmitted(key('1'), contentHash(row)), one.all().size]).toEqual([true, 0]);
    }
    expect([notes.notFound(), notes.remaining().size]).toEqual([[], 0]);
  });

  it('of earlier polls stay while the change lies after the horizon, and if the read meets the receiver', () => {
    const notes = notesOf({ 1: 'a', 2: 'b', 3: 'c' });
    notes.markFound(key('1'), fresh('1'));
    notes.markFound(key('2'), receiver('2'));
    notes.markFound(key('4'), fresh('4'));
    expect(notes.notFound()).toEqual(['3']);
    expect(notes.all().pack()).toEqual({ 9: '1=a 3=c 2=b' });
    expect(notes.remaining().pack()).toEqual({ 9: '1=a' });
  });

  it('show which receivers a read of several polls has not found', () => {
    const found = noteOf(fresh('1'));
    const lost = noteOf(receiver('2'));
    const first = notesOf({ 1: found, 2: lost });
    first.markFound(key('1'), fresh('1'));
    first.delivered(key('3'), fresh('3'));
    const second = new EmissionNotes(first.all(), true, HORIZON, true);
    expect(second.notFound()).toEqual(['2']);
    expect(second.get(key('1'))).toBe(found);
    second.markFound(key('2'), fresh('2'));
    expect(['1', '2', '3'].map((id) => second.remaining().get(key(id)))).toEqual([found, lost, noteOf(fresh('3'))]);
    // the next read looks for all of them
    expect(new EmissionNotes(second.remaining(), false, HORIZON, true).notFound().sort()).toEqual(['1', '2', '3']);
  });

  it('of a deletion stay for the read that has reported it, and until the next one is complete', () => {
    const first = notesOf();
    first.deleted(key('1'));
    const second = new EmissionNotes(first.all(), true, HORIZON, true);
    expect([second.notFound(), second.remaining().pack()]).toEqual([[], { 9: '1=-' }]);
    const next = new EmissionNotes(second.remaining(), false, HORIZON, true);
    const resumed = new EmissionNotes(next.all(), true, HORIZON, true);
    expect([resumed.notFound(), resumed.get(key('1')), resumed.remaining().size]).toEqual([[], '-', 0]);
  });

  it('do not change the stored ones', () => {
    const seen = stored({ 1: 'a', 2: 'b' });
    for (const isResumed of [false, true]) {
      const notes = new EmissionNotes(seen, isResumed, HORIZON, true);
      notes.delivered(key('1'), receiver('1'));
      notes.doubt(new Set(['2']));
    }
    expect(seen.pack()).toEqual({ 9: '1=a 2=b' });
  });

  it('in doubt are no longer stored, but still show this run what was emitted', () => {
    const notes = notesOf({ 1: contentHash(receiver('1')), 2: 'b' });
    notes.delivered(key('3'), fresh('3'));
    expect(notes.doubt(new Set(['1', '3', '7']))).toEqual([key('3'), key('1')]);
    expect(notes.all().pack()).toEqual({ 9: '2=b' });
    expect(notes.hasEmitted(key('1'), contentHash(receiver('1')))).toBe(true);
    expect(notes.hasEmitted(key('2'), 'b')).toBe(false);
  });

  it('of receivers that were looked up are made again if they are needed', () => {
    const notes = notesOf();
    notes.resolved(key('1'), fresh('1'), false);
    notes.resolved(key('2'), receiver('2'), false);
    notes.resolved(key('3'), receiver('3'), true);
    expect([1, 2, 3].map((id) => notes.get(key(String(id))))).toEqual([
      noteOf(fresh('1')),
      undefined,
      noteOf(receiver('3')),
    ]);
  });

  it('of receivers that were looked up stay if they show the content already, and are replaced otherwise', () => {
    const [filtered, edited] = [filteredNoteOf(fresh('1'), undefined), { ...fresh('1'), tags: ['Kunde'] }];
    const notes = new EmissionNotes(stored({ 1: asFound(filtered, true) }), true, HORIZON, true);
    expect(notes.resolved(key('1'), fresh('1'), false)).toBe(true);
    expect(notes.get(key('1'))).toBe(filtered);
    expect(notes.resolved(key('1'), edited, false)).toBe(true);
    expect(notes.get(key('1'))).toBe(noteOf(edited));
  });

  it('of a reported deletion are removed if the receiver is found, even if the receiver needs no other note', () => {
    const notes = notesOf({ 1: DELETED, 2: DELETED, 3: noteOf(receiver('3')) });
    expect([notes.resolved(key('1'), fresh('1'), false), notes.get(key('1'))]).toEqual([true, noteOf(fresh('1'))]);
    expect([notes.resolved(key('2'), receiver('2'), false), notes.get(key('2'))]).toEqual([true, undefined]);
    // another note is left to the end of the read
    expect([notes.resolved(key('3'), receiver('3'), false), notes.get(key('3'))]).toEqual([
      true,
      noteOf(receiver('3')),
    ]);
  });

  it('say if there is no room for one', () => {
    const notes = notesOf();
    let id = 1_000;
    while (notes.deleted(key(String(id)))) id += 1;
    expect(id).toBeGreaterThan(1_300);
    expect(notes.resolved(key('1'), fresh('1'), false)).toBe(false);
    expect(notes.resolved(key('1'), receiver('1'), false)).toBe(true);
    expect(notes.get(key('1'))).toBeUndefined();
  });
});

describe('the note of a receiver that is filtered out', () => {
  const edited = { ...fresh('1'), tags: ['Kunde'] };
  const sent = noteOf(fresh('1'));
  const filtered = filteredNoteOf(fresh('1'), undefined);

  it.each<[string, Record<string, string>, string]>([
    ['without an earlier note', {}, `${noteOf(edited)}-`],
    ['after it was sent', { 1: sent }, noteOf(edited)],
    ['after it was filtered out before', { 1: filtered }, `${noteOf(edited)}-`],
    ['after its deletion was reported', { 1: DELETED }, `${noteOf(edited)}-`],
  ])('shows whether it was sent: %s', (_, before, note) => {
    const notes = notesOf(before);
    notes.filteredOut(key('1'), edited);
    expect([notes.get(key('1')), notes.remaining().pack()]).toEqual([note, { 9: `1=${note}` }]);
  });

  it('is made of the note in doubt while it is looked up', () => {
    const notes = notesOf({ 1: sent });
    notes.doubt(new Set(['1']));
    notes.filteredOut(key('1'), edited);
    expect(notes.get(key('1'))).toBe(noteOf(edited));
  });

  it('replaces the earlier one, and is not made if its state has not changed after the horizon', () => {
    const notes = notesOf({ 2: noteOf(receiver('2')) });
    notes.filteredOut(key('2'), receiver('2', { tags: ['Kunde'] }));
    expect([notes.get(key('2')), notes.all().size]).toEqual([undefined, 0]);
  });

  it('is made again if a look-up finds the receiver with other content', () => {
    const notes = notesOf();
    notes.filteredOut(key('1'), fresh('1'));
    expect(notes.resolved(key('1'), edited, false)).toBe(true);
    expect(notes.get(key('1'))).toBe(`${noteOf(edited)}-`);
  });
});

describe('the note of a receiver that is being looked up', () => {
  const row = receiver('1');

  it('is known until it is dropped, in the group of the receiver', () => {
    const notes = notesOf({ 1: noteOf(row) });
    expect(notes.doubted(key('1'))).toBeUndefined();
    notes.doubt(new Set(['1']));
    expect([notes.doubted(key('1')), notes.get(key('1'))]).toEqual([noteOf(row), undefined]);
    expect(notes.hasEmitted(key('1'), contentHash(row))).toBe(true);
    expect(notes.doubted({ groupId: '8', id: '1' })).toBeUndefined();
    notes.dropDoubted(key('1'));
    expect([notes.doubted(key('1')), notes.hasEmitted(key('1'), contentHash(row))]).toEqual([undefined, false]);
  });

  it('shows what was emitted only if the receiver was sent', () => {
    const notes = notesOf({ 1: filteredNoteOf(row, undefined) });
    notes.doubt(new Set(['1']));
    expect(notes.hasEmitted(key('1'), contentHash(row))).toBe(false);
  });

  it('stays if it is about a reported deletion, which only a receiver that is found withdraws', () => {
    const notes = notesOf({ 1: DELETED, 2: noteOf(receiver('2')) });
    expect(notes.doubt(new Set(['1', '2']))).toEqual([key('2')]);
    expect([notes.doubted(key('1')), notes.get(key('1')), notes.all().pack()]).toEqual(['-', '-', { 9: '1=-' }]);
  });

  it('is removed in every group of the receiver', () => {
    const seen = stored({ 1: noteOf(row) });
    seen.set({ groupId: '8', id: '1' }, noteOf(row));
    const notes = new EmissionNotes(seen, false, HORIZON, true);
    notes.markFound({ groupId: '8', id: '1' }, row);
    expect(notes.doubt(new Set(['1']))).toEqual([key('1'), { groupId: '8', id: '1' }]);
    expect([notes.doubted({ groupId: '8', id: '1' }), notes.all().size]).toEqual([noteOf(row), 0]);
  });
});

describe('what a run has filtered out', () => {
  it('is remembered by group, until the receiver is sent', () => {
    const notes = notesOf();
    notes.filteredOut(key('1'), receiver('1'));
    expect([notes.wasFilteredOut(key('1')), notes.wasFilteredOut({ groupId: '8', id: '1' })]).toEqual([true, false]);
    notes.delivered(key('1'), receiver('1'));
    expect(notes.wasFilteredOut(key('1'))).toBe(false);
  });

  it('is not remembered if it is not wanted', () => {
    const notes = notesOf({}, false, false);
    notes.filteredOut(key('1'), fresh('1'));
    expect([notes.wasFilteredOut(key('1')), notes.remaining().size]).toEqual([false, 1]);
  });

  it('is remembered for at most 50,000 receivers', () => {
    const notes = notesOf();
    const row = receiver('1');
    for (let id = 1; id <= 50_001; id += 1) notes.filteredOut(key(String(id)), row);
    expect(['50000', '50001'].map((id) => notes.wasFilteredOut(key(id)))).toEqual([true, false]);
  });
});

describe('what a run has emitted', () => {
  it('is remembered with its content, by group', () => {
    const notes = notesOf();
    const one = receiver('1');
    notes.delivered(key('1'), one);
    expect(notes.hasEmitted(key('1'), contentHash(one))).toBe(true);
    expect(notes.hasEmitted(key('1'), contentHash({ ...one, tags: ['a'] }))).toBe(false);
    expect(notes.hasEmitted({ groupId: '8', id: '1' }, contentHash(one))).toBe(false);
  });

  it('is not remembered if it is not wanted', () => {
    const notes = notesOf({}, false, false);
    for (const one of [receiver('1'), fresh('2')]) {
      notes.delivered(key(one.id), one);
      expect(notes.hasEmitted(key(one.id), contentHash(one))).toBe(false);
    }
    // the next poll still needs the note
    expect(notes.remaining().pack()).toEqual({ 9: `2=${noteOf(fresh('2'))}` });
  });

  it('is remembered for at most 50,000 receivers', () => {
    const notes = notesOf();
    const last = [receiver('50000'), receiver('50001')] as const;
    for (let id = 1; id <= 50_001; id += 1) notes.delivered(key(String(id)), receiver(String(id)));
    expect(last.map((one) => notes.hasEmitted(key(one.id), contentHash(one)))).toEqual([true, false]);
  });
});
