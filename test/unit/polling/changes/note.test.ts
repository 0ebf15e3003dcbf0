import {
  asFound,
  changesSince,
  DELETED,
  filteredNoteOf,
  isAsNoted,
  isFound,
  isSent,
  noteOf,
} from '../../../../lib/polling/changes/note';
import { contentHash } from '../../../../lib/polling/changes/receiverContent';
import { receiver } from '../../../support/receiver';

const active = receiver('1', { registered: 5, activated: 5, active: true, tags: ['a'] });
const gone = receiver('1', { registered: 5, activated: 5, deactivated: 9, active: false, tags: ['a'] });
const edited = receiver('1', { registered: 5, activated: 5, active: true, tags: ['b'] });
const both = receiver('1', { registered: 5, activated: 5, deactivated: 9, active: false, tags: ['b'] });

describe('the note of a receiver', () => {
  it('shows whether it was sent', () => {
    const filtered = filteredNoteOf(active, undefined);
    expect([isSent(noteOf(active)), isSent(filtered)]).toEqual([true, false]);
    expect([isAsNoted(filtered, active), isAsNoted(noteOf(active), edited)]).toEqual([true, false]);
  });

  it('is that of a sent receiver if only what has happened since was filtered out', () => {
    expect(filteredNoteOf(edited, noteOf(active))).toBe(noteOf(edited));
    for (const before of [filteredNoteOf(active, undefined), DELETED])
      expect(isSent(filteredNoteOf(edited, before))).toBe(false);
  });

  it('of version 1, which may end with a hyphen, is of a receiver that was sent', () => {
    expect(isSent('abcdefg-')).toBe(true);
  });

  it('shows what has changed since: its state, its content, or both', () => {
    for (const note of [noteOf(active), filteredNoteOf(active, undefined)]) {
      expect(changesSince(note, active)).toEqual([]);
      expect(changesSince(note, gone)).toEqual(['unsubscribed']);
      expect(changesSince(note, edited)).toEqual(['changed']);
      expect(changesSince(note, both)).toEqual(['unsubscribed', 'changed']);
    }
  });

  it('of version 1, without a state, allows any change', () => {
    expect(changesSince(contentHash(active), active)).toEqual([]);
    expect(changesSince('abcdefg-', gone)).toEqual(['confirmed', 'unsubscribed', 'changed']);
  });

  it('of a deletion shows that the receiver is new if it returns', () => {
    expect(changesSince(DELETED, active)).toEqual(['new', 'changed']);
    expect(changesSince(asFound(DELETED, true), active)).toEqual(['new', 'changed']);
  });

  it('is the hash of the content and one digit of base 32 for the state', () => {
    expect(noteOf(active)).toBe(`${contentHash(active)}3`);
    const everything = receiver('1', { registered: 5, activated: 5, deactivated: 9, bounced: 9, active: false });
    expect(noteOf(everything)).toBe(`${contentHash(everything)}f`);
    expect(filteredNoteOf(active, undefined)).toBe(`${contentHash(active)}3-`);
  });
});

describe('the note of a receiver that the full read in progress has found', () => {
  const pending = receiver('1', { registered: 5, active: false });
  const everything = receiver('1', { registered: 5, activated: 5, deactivated: 9, bounced: 9, active: false });
  const unexplained = receiver('1', { registered: 5, activated: 5, deactivated: 9, active: true });

  it.each<[string, string, string]>([
    ['of an active receiver', noteOf(active), `${contentHash(active)}j`],
    ['of one without timestamps', noteOf(pending), `${contentHash(pending)}h`],
    ['of one that is active although it has unsubscribed', noteOf(unexplained), `${contentHash(unexplained)}m`],
    ['of the highest state', noteOf(everything), `${contentHash(everything)}v`],
    ['of state 0', 'abcdefgh0', 'abcdefghg'],
    ['of one that was filtered out', filteredNoteOf(active, undefined), `${contentHash(active)}j-`],
    ['of a deletion', DELETED, '+'],
  ])('is marked as found until the read ends, and has its former value afterwards: %s', (_, note, found) => {
    expect([isFound(note), isFound(found)]).toEqual([false, true]);
    expect([asFound(note, true), asFound(found, true)]).toEqual([found, found]);
    expect([asFound(note, false), asFound(found, false)]).toEqual([note, note]);
  });

  it('cannot be marked in the format of version 1, and counts as not found', () => {
    for (const note of ['abcdefgh', 'abcdefg-']) {
      expect([asFound(note, true), asFound(note, false), isFound(note)]).toEqual([note, note, false]);
    }
    expect(isFound('')).toBe(false);
  });

  it('shows the same changes, and whether the receiver was sent', () => {
    const note = asFound(noteOf(active), true);
    expect([changesSince(note, active), changesSince(note, gone)]).toEqual([[], ['unsubscribed']]);
    expect([isSent(note), isSent(asFound(filteredNoteOf(active, undefined), true))]).toEqual([true, false]);
    expect(filteredNoteOf(edited, asFound(DELETED, true))).toBe(`${noteOf(edited)}-`);
  });
});
