import { ConfigurationError } from '../../../../lib/utils/errors';
import { parseSnapshot, SNAPSHOT_LIMIT, stateFor, toSnapshot } from '../../../../lib/polling/state/snapshot';
import { ContentSweep } from '../../../../lib/polling/changes/contentSweep';
import { TimestampSweep } from '../../../../lib/polling/changes/timestampSweep';
import { receiver } from '../../../support/receiver';

const NOW = 1_764_000_000;

describe('a stored snapshot', () => {
  it.each([undefined, null, {}])('of %p is a first poll', (stored) => {
    expect(parseSnapshot(stored)).toBeUndefined();
  });

  it.each([
    ['seconds', 1_598_960_975],
    ['milliseconds', 1_598_960_975_123],
    ['seconds as a text', '1598960975'],
    ['milliseconds as a text', ' 1598960975999 '],
    ['an ISO date', '2020-09-01T11:49:35.000Z'],
    ['an ISO date of another zone', '2020-09-01T13:49:35+02:00'],
  ])('of the earlier connector is continued: %s', (_, lastUpdated) => {
    expect(stateFor(parseSnapshot({ lastUpdated }), '17', undefined)).toMatchObject({
      cursor: 1_598_960_975,
      scope: '17',
    });
  });

  it.each([
    [99_999_999_999, 99_999_999_999],
    [100_000_000_000, 100_000_000],
    [1.9, 1],
  ])('of the earlier connector is in milliseconds from the year 5138 on: %d', (lastUpdated, cursor) => {
    expect(parseSnapshot({ lastUpdated })).toMatchObject({ cursor });
  });

  it.each([
    ['x', 'it is not an object)'],
    [[1], 'it is not an object)'],
    [{ foo: 1 }, 'it has no "lastUpdated")'],
    [{ lastUpdated: 'gestern' }, '"lastUpdated" is neither a unix time nor an ISO date-time)'],
    [{ lastUpdated: -5 }, '"lastUpdated" is neither a unix time nor an ISO date-time)'],
    [{ version: 2, lastUpdated: NOW, scope: 'all' }, '"version": '],
    [{ version: 1, lastUpdated: 'x', scope: 'all' }, '"lastUpdated": '],
    [{ version: 1, lastUpdated: NOW, scope: 'all', sweep: { startedAt: NOW } }, '"sweep.newest": '],
    [
      { version: 1, lastUpdated: NOW, scope: 'all', fingerprints: { 9: { numeric: 'gA==' } } },
      '"fingerprints.9": fingerprints end in the middle of an id',
    ],
    [
      { version: 1, lastUpdated: NOW, scope: 'all', sweep: { startedAt: NOW, newest: 0, content: 'x' } },
      '"sweep.content": ',
    ],
  ])('that cannot be read says where: %j', (stored, where) => {
    expect(() => parseSnapshot(stored)).toThrow(`The snapshot of this step cannot be read (${where}`);
  });

  it.each(['x1598960975', '1598960975 or so'])('with the time %j is none', (lastUpdated) => {
    expect(() => parseSnapshot({ lastUpdated })).toThrow(ConfigurationError);
  });

  it('of our own holds only what there is to say, and is read back as it is', () => {
    const bare = { version: 1, lastUpdated: NOW, scope: '9' };
    const sweep = { startedAt: NOW, newest: NOW - 5, content: 'adopt', at: { groupId: '9', offset: 3, anchors: [] } };
    for (const stored of [
      bare,
      { ...bare, clockOffset: -7, lead: 40 },
      { ...bare, sweep },
      { ...bare, sweep: { ...sweep, heldBelow: 5 } },
    ])
      expect(toSnapshot(stateFor(parseSnapshot(stored), '9', undefined))).toStrictEqual(stored);
  });

  it('of our own is read back as it was written, also in the middle of a sweep', () => {
    const state = stateFor(undefined, 'all', undefined);
    const run = new TimestampSweep(state, NOW);
    run.sent('9', receiver('5', { registered: NOW }));
    run.failed('9', receiver('6', { registered: NOW - 1000 }));
    const snapshot = toSnapshot(run.checkpoint({ groupId: '9', offset: 2, anchors: ['6~abcdef'] }));
    const stored: unknown = JSON.parse(JSON.stringify(snapshot));
    expect(toSnapshot(stateFor(parseSnapshot(stored), 'all', undefined))).toEqual(snapshot);
  });

  it('with fingerprints of ids of any kind is read back', () => {
    const run = new ContentSweep(stateFor(undefined, 'all', undefined), NOW);
    run.sent('9', receiver('no number', { registered: NOW }));
    run.sent('9', receiver('77', { registered: NOW }));
    const snapshot = toSnapshot(run.checkpoint(undefined));
    const stored: unknown = JSON.parse(JSON.stringify(snapshot));
    expect(toSnapshot(stateFor(parseSnapshot(stored), 'all', undefined))).toEqual(snapshot);
  });

  it.each([
    ['a text', 'lastUpdated'],
    ['a list', [1]],
    ['a number', 5],
    ['a text for a time', { lastUpdated: 'yesterday' }],
    ['a negative time', { lastUpdated: -5 }],
    ['a time that is no number', { lastUpdated: null }],
    ['a time after the year 9999', { lastUpdated: 8_640_000_000_001_000 }],
    ['an unknown version', { version: 7, lastUpdated: NOW, scope: 'all' }],
    ['no time', { cursor: 5 }],
    ['a broken place', { version: 1, lastUpdated: NOW, scope: 'all', sweep: { startedAt: 'x' } }],
    ['broken notes', { version: 1, lastUpdated: NOW, scope: 'all', seen: { 1: 5 } }],
  ])('that holds %s is an error that says how to begin anew, never a silent full read', (_, stored) => {
    expect(() => parseSnapshot(stored)).toThrow(ConfigurationError);
    expect(() => parseSnapshot(stored)).toThrow(/cannot be read.*Reset the snapshot/);
  });

  it('of another group says nothing about this one', () => {
    const stored = parseSnapshot({ version: 1, lastUpdated: NOW, scope: '17' });
    expect(stateFor(stored, '18', undefined).cursor).toBe(0);
    expect(stateFor(stored, '17', undefined).cursor).toBe(NOW);
  });

  it('does not yield to a start time, which is for the first poll only', () => {
    expect(stateFor(parseSnapshot({ lastUpdated: NOW }), '17', NOW + 500).cursor).toBe(NOW);
    expect(stateFor(undefined, '17', NOW).cursor).toBe(NOW - 1);
  });
});

describe('a snapshot to be stored', () => {
  it('stays under the limit however many receivers have been sent or have failed', () => {
    const run = new TimestampSweep(stateFor(undefined, 'all', undefined), NOW);
    for (let index = 0; index < 3000; index += 1) {
      run.sent(String(1000 + (index % 7)), receiver(String(7_000_000 + index), { registered: NOW }));
      run.failed(String(1000 + (index % 7)), receiver(String(8_000_000 + index), { registered: NOW - 9000 }));
    }
    const anchors = ['99999999~abcdef', '99999998~abcdef', '99999997~abcdef'];
    const during = JSON.stringify(toSnapshot(run.checkpoint({ groupId: '1001', offset: 99_999_999, anchors })));
    expect(Buffer.byteLength(during)).toBeLessThanOrEqual(SNAPSHOT_LIMIT);
    expect(Buffer.byteLength(during)).toBeGreaterThan(SNAPSHOT_LIMIT - 100);
    expect(JSON.stringify(toSnapshot(run.finish())).length).toBeLessThanOrEqual(SNAPSHOT_LIMIT);
  });

  it('holds no address of a receiver', () => {
    const run = new TimestampSweep(stateFor(undefined, 'all', undefined), NOW);
    const jo = receiver('5', { registered: NOW, email: 'jo@example.org' });
    run.sent('9', jo);
    run.failed('9', receiver('6', { registered: NOW - 1000, email: 'bo@example.org' }));
    expect(JSON.stringify(toSnapshot(run.checkpoint(undefined)))).not.toContain('example.org');
  });

  it('keeps ids of any kind', () => {
    const run = new TimestampSweep(stateFor(undefined, 'all', undefined), NOW);
    const odd = receiver('a b=c"ü', { registered: NOW });
    run.sent('group one', odd);
    const stored: unknown = JSON.parse(JSON.stringify(toSnapshot(run.finish())));
    const next = new TimestampSweep(stateFor(parseSnapshot(stored), 'all', undefined), NOW + 600);
    expect(next.judge('group one', odd)).toBe('known');
  });
});

describe('who could not be sent', () => {
  it.each([
    ['stamps', () => new TimestampSweep(stateFor(undefined, '9', undefined), NOW)],
    ['content', () => new ContentSweep(stateFor(undefined, '9', undefined), NOW)],
  ])('is in the snapshot of a poll by %s, and due after it', (_, begin) => {
    const sweep = begin();
    const failed = receiver('7', { registered: NOW - 5000 });
    expect(sweep.judge('9', failed)).toBe('due');
    sweep.failed('9', failed);
    const snapshot: unknown = JSON.parse(JSON.stringify(toSnapshot(sweep.finish())));
    expect(parseSnapshot(snapshot)?.retry.has({ groupId: '9', id: '7' })).toBe(true);
  });
});
