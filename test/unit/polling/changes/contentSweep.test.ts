import { contentFingerprint, contentHash } from '../../../../lib/polling/changes/receiverHash';
import { adopts, ContentSweep } from '../../../../lib/polling/changes/contentSweep';
import { Fingerprints } from '../../../../lib/polling/state/fingerprints';
import { emptySeen } from '../../../../lib/polling/state/boundedNotes';
import { KnownGroups } from '../../../../lib/polling/state/knownGroups';
import { parseSnapshot, stateFor, toSnapshot, type PollState } from '../../../../lib/polling/state/snapshot';
import { receiver } from '../../../support/receiver';

const NOW = 1_764_000_000;
const first = (): PollState => stateFor(undefined, '9', undefined);
const one = receiver('1', { registered: NOW - 5000 });
const edited = { ...one, attributes: { shoe: '42' } };

/** The state after a sweep that has sent these. */
function polled(...rows: (typeof one)[]): PollState {
  const sweep = new ContentSweep(first(), NOW);
  for (const row of rows) sweep.sent('9', row);
  return sweep.finish();
}

describe('a sweep by content', () => {
  it('is due for who is new or differs, and for nobody else', () => {
    const sweep = new ContentSweep(polled(one), NOW + 600);
    expect(sweep.judge('9', one)).toBe('unchanged');
    expect(sweep.judge('9', edited)).toBe('due');
    expect(sweep.judge('9', receiver('2'))).toBe('due');
    expect(sweep.judge('8', one)).toBe('due');
  });

  it('misses those that it has met in no group, until they are dealt with', () => {
    const two = receiver('2');
    const three = receiver('3');
    const sweep = new ContentSweep(polled(one, two, three), NOW + 600);
    sweep.judge('9', one);
    sweep.sent('9', { ...two, tags: ['x'] });
    expect(sweep.missing()).toEqual(['3']);
    sweep.gone('3');
    expect(sweep.missing()).toEqual([]);
    const next = new ContentSweep(sweep.finish(), NOW + 1200);
    expect(next.missing()).toEqual(['1', '2']);
    expect(next.judge('9', three)).toBe('due');
  });

  it('does not miss a receiver that it has met in another group, and forgets where it was', () => {
    const sweep = new ContentSweep(polled(one), NOW + 600);
    sweep.sent('8', one);
    expect(sweep.missing()).toEqual([]);
    const next = new ContentSweep(sweep.finish(), NOW + 1200);
    expect(next.judge('9', one)).toBe('due');
    expect(next.judge('8', one)).toBe('unchanged');
  });

  it('keeps a receiver that exists and was not met, as it was, for the next sweep to look for', () => {
    const sweep = new ContentSweep(polled(one), NOW + 600);
    sweep.forgetMissing(['1']);
    sweep.keep('1');
    expect(sweep.missing()).toEqual([]);
    const next = new ContentSweep(sweep.finish(), NOW + 1200);
    expect(next.missing()).toEqual(['1']);
    expect(next.judge('9', one)).toBe('unchanged');
  });

  it('forgets what it has neither met nor kept', () => {
    const next = new ContentSweep(new ContentSweep(polled(one), NOW + 600).finish(), NOW + 1200);
    expect(next.missing()).toEqual([]);
    expect(next.judge('9', one)).toBe('due');
  });

  it('knows what was last sent as long as it has not said something else', () => {
    const sweep = new ContentSweep(polled(one), NOW + 600);
    expect([sweep.isOutdated('9', one), sweep.isOutdated('9', edited)]).toEqual([false, true]);
    expect(sweep.isOutdated('9', receiver('2'))).toBe(false);
    sweep.forget('9', edited);
    expect(sweep.isOutdated('9', edited)).toBe(false);
    expect(sweep.judge('9', edited)).toBe('due');
    expect(sweep.judge('9', one)).toBe('unchanged');
  });

  it('that dies after it has sent something else has stored before that it does not know what was last sent', () => {
    const dying = new ContentSweep(polled(one), NOW + 600);
    dying.forget('9', edited);
    const stored = parseSnapshot(toSnapshot(dying.checkpoint(undefined)));
    const next = new ContentSweep(stateFor(stored, '9', undefined), NOW + 1200);
    expect(next.missing()).toEqual(['1']);
    expect(next.judge('9', one)).toBe('due');
    expect(next.judge('9', edited)).toBe('due');
  });

  it('that dies after it has announced a deletion sends the receiver when it comes back as it was', () => {
    const dying = new ContentSweep(polled(one), NOW + 600);
    dying.forgetMissing(['1']);
    const stored = dying.checkpoint(undefined);
    dying.gone('1');
    expect(dying.judge('9', one)).toBe('due');
    const next = new ContentSweep(stateFor(parseSnapshot(toSnapshot(stored)), '9', undefined), NOW + 1200);
    expect(next.judge('9', one)).toBe('due');
  });

  it('tries again who could not be sent, and does not miss them', () => {
    const sweep = new ContentSweep(polled(one), NOW + 600);
    expect(sweep.judge('9', edited)).toBe('due');
    sweep.failed('9', edited);
    expect(sweep.missing()).toEqual([]);
    const next = new ContentSweep(sweep.finish(), NOW + 1200);
    expect(next.judge('9', one)).toBe('due');
    next.sent('9', edited);
    expect(next.judge('9', edited)).toBe('unchanged');
  });

  it('forgets who could not be sent before and is not met again, but not whom its own first leg could not send', () => {
    const failing = new ContentSweep(polled(one), NOW + 600);
    failing.failed('9', edited);
    const resumed = new ContentSweep(failing.checkpoint(undefined), NOW + 900);
    expect(resumed.finish().retry.size).toBe(1);
    const next = new ContentSweep(resumed.finish(), NOW + 1200);
    expect(next.finish().retry.size).toBe(0);
  });

  it('that ends keeps a cursor for the day on which stamps are compared again: a minute before it began', () => {
    expect(polled(one)).toMatchObject({ cursor: NOW - 60, scope: '9' });
    expect(polled(one).sweep).toBeUndefined();
    expect(new ContentSweep(first(), 30).finish().cursor).toBe(1);
  });

  it('that is interrupted is stored with what it has met, and goes on from there', () => {
    const begun = new ContentSweep(polled(one, receiver('2')), NOW + 600);
    begun.judge('9', one);
    const at = { groupId: '9', offset: 1, anchors: ['1~abcdef'] };
    const stored = begun.checkpoint(at);
    expect(stored.sweep).toEqual({ startedAt: NOW + 600, newest: 0, content: 'compare', heldBelow: undefined, at });
    expect(stored.cursor).toBe(NOW - 60);
    const resumed = new ContentSweep(stored, NOW + 900);
    expect(resumed.missing()).toEqual(['2']);
    expect(resumed.finish().cursor).toBe(NOW + 540);
    expect(begun.checkpoint(undefined).sweep).not.toHaveProperty('at');
  });
});

describe('a flow that has polled by timestamps', () => {
  const before: PollState = { ...first(), cursor: NOW - 1000 };
  const noted: PollState = { ...first(), seen: emptySeen() };
  noted.seen.set({ groupId: '9', id: '1' }, contentHash(one));

  it.each([
    ['has read nothing', first(), false],
    ['has read something', before, true],
    ['has read only what is noted', noted, true],
    ['has compared contents', { ...before, fingerprints: new Map<string, Fingerprints>() }, false],
    ['adopts at the moment', { ...first(), sweep: { startedAt: 1, newest: 0, content: 'adopt' as const } }, true],
    ['compares at the moment', { ...before, sweep: { startedAt: 1, newest: 0, content: 'compare' as const } }, false],
    ['is sweeping by stamps', { ...before, sweep: { startedAt: 1, newest: 0 } }, false],
  ])('and %s hands over what it has sent: %p', (_, state, is) => {
    expect(adopts(state)).toBe(is);
  });

  it('has sent whoever was changed before its cursor, and whom it has noted', () => {
    const sweep = new ContentSweep(before, NOW);
    expect(sweep.judge('9', one)).toBe('known');
    expect(sweep.judge('9', one)).toBe('unchanged');
    const at = receiver('2', { registered: NOW - 1000 });
    expect(sweep.judge('9', at)).toBe('known');
    const later = receiver('3', { registered: NOW - 999 });
    expect(sweep.judge('9', later)).toBe('due');
    before.seen.set({ groupId: '9', id: '3' }, contentHash(later));
    expect(sweep.judge('9', later)).toBe('known');
    expect(sweep.missing()).toEqual([]);
    expect(sweep.finish().fingerprints?.get('9')?.get('1')).toBe(contentFingerprint(one));
  });

  it('has sent only whom it has noted where its cursor has not moved yet', () => {
    const sweep = new ContentSweep(noted, NOW);
    expect(sweep.judge('9', one)).toBe('known');
    expect(sweep.judge('9', edited)).toBe('due');
    expect(sweep.judge('9', receiver('2', { registered: 0 }))).toBe('due');
  });

  it('has sent none of a group that it has not read, however old the timestamps are', () => {
    const sweep = new ContentSweep({ ...before, groups: new KnownGroups(new Set(['8'])) }, NOW);
    expect(sweep.judge('9', one)).toBe('due');
    expect(sweep.judge('8', one)).toBe('known');
  });

  it('does not go by a note that says something else than what was last sent', () => {
    const later = receiver('4', { registered: NOW - 10 });
    const changed = { ...later, tags: ['x'] };
    const state = { ...before, seen: emptySeen() };
    state.seen.set({ groupId: '9', id: '4' }, contentHash(later));
    const sweep = new ContentSweep(state, NOW);
    expect([sweep.isOutdated('9', later), sweep.isOutdated('9', changed)]).toEqual([false, true]);
    sweep.forget('9', changed);
    expect(sweep.checkpoint(undefined).seen.size).toBe(0);
    expect(sweep.judge('9', later)).toBe('due');
  });

  it('sends who differs from a fingerprint, whatever the stamps say', () => {
    const known = new Fingerprints();
    known.set('1', contentFingerprint(edited));
    const state = {
      ...before,
      sweep: { startedAt: NOW, newest: 0, content: 'adopt' as const },
      fingerprints: new Map([['9', known]]),
    };
    expect(new ContentSweep(state, NOW).judge('9', one)).toBe('due');
  });
});
