import { changesSince, DELETED, filteredNoteOf, isAsNoted, isSent, noteOf } from '../../../../lib/polling/changes/note';
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
  });
});
