import { z } from 'zod';
import { BloomFilter } from '../../../../lib/polling/state/bloomFilter';
import { earlierShape, firstProblem, ownShape, versionOneShape } from '../../../../lib/polling/state/snapshotSchema';
import { Sketch } from '../../../../lib/polling/sketch/sketch';
import { LAST_SECOND } from '../../../../lib/utils/clock';

const NOW = 1_764_000_000;
const [SMALL, LARGE] = [16, 32].map((cells) => Sketch.ofSize(cells).pack()) as [string, string];
const read = {
  ...{ startedAt: NOW, horizon: NOW - 60, basis: 'changes', from: NOW - 900, pass: 'first' },
  ...{ explained: 0, rows: 5, requests: 1, difference: SMALL, total: SMALL },
};
const at = { groupId: '9', offset: 500, anchors: ['70211~abcdef'] };
const idle = { version: 2, lastUpdated: NOW, scope: 'all' };

/** The first problem of a snapshot; empty if it is valid. */
const problemIn = (members: object): string => {
  const { success, error } = ownShape.safeParse({ ...idle, ...members });
  return success ? '' : firstProblem(error);
};

describe('a snapshot', () => {
  it.each<[string, object]>([
    ['of the first second', { lastUpdated: 0 }],
    ['of the last second', { lastUpdated: LAST_SECOND }],
    ['of a group with a long id', { scope: 'g'.repeat(1_000) }],
    ['with what a full read leaves', { full: { at: 0, horizon: 0, requests: 0, rows: 0 } }],
    ['with all other members', { filterOffUntil: NOW, quickUntil: 0, untraced: true, sketch: LARGE }],
    ['without notes', { seen: {}, retry: {} }],
    ['with as many notes as possible', { seen: { 9: '1'.repeat(65_535) }, retry: { 9: '1'.repeat(65_535) } }],
    ['with notes of a long id', { seen: { ['g'.repeat(1_000)]: '1=abcdefgh3' } }],
    ['with the largest filter', { unlisted: Buffer.alloc(49_152).toString('base64') }],
    ['with many groups', { groups: '1'.repeat(10_000) }],
    ['during a full read', { read }],
    ['during the look-up of a full read', { read: { ...read, resolving: true, larger: LARGE } }],
    ['with a position', { read: { ...read, at } }],
    ['with the last position', { read: { ...read, at: { ...at, offset: 1_000_000_000 } } }],
    ['with the most anchors', { read: { ...read, at: { ...at, anchors: Array<string>(10).fill('a'.repeat(1_000)) } } }],
  ])('is valid %s', (_, members) => {
    expect(problemIn(members)).toBe('');
  });

  it.each(['all', 'since', 'changes'])('may be of a full read that emits "%s"', (basis) => {
    expect(problemIn({ read: { ...read, basis } })).toBe('');
  });

  it.each(['first', 'hashed', 'history', 'all'])('may be of the pass "%s"', (pass) => {
    expect(problemIn({ read: { ...read, pass } })).toBe('');
  });

  it.each<[string, object]>([
    ['version', { version: 1 }],
    ['version', { version: '2' }],
    ['lastUpdated', { lastUpdated: -1 }],
    ['lastUpdated', { lastUpdated: 1.5 }],
    ['lastUpdated', { lastUpdated: LAST_SECOND + 1 }],
    ['lastUpdated', { lastUpdated: String(NOW) }],
    ['scope', { scope: '' }],
    ['scope', { scope: 'g'.repeat(1_001) }],
    ['scope', { scope: 9 }],
    ['full.at', { full: { at: LAST_SECOND + 1, horizon: 0, requests: 0, rows: 0 } }],
    ['full.horizon', { full: { at: 0, requests: 0, rows: 0 } }],
    ['full.requests', { full: { at: 0, horizon: 0, requests: -1, rows: 0 } }],
    ['full.rows', { full: { at: 0, horizon: 0, requests: 0, rows: 0.5 } }],
    ['filterOffUntil', { filterOffUntil: -1 }],
    ['quickUntil', { quickUntil: 'x' }],
    ['untraced', { untraced: false }],
    ['groups', { groups: '1'.repeat(10_001) }],
    ['groups', { groups: '9 %' }],
    ['groups', { groups: ['9'] }],
    ['unlisted', { unlisted: 'AAA' }],
    ['unlisted', { unlisted: '' }],
    ['unlisted', { unlisted: Buffer.alloc(49_155).toString('base64') }],
    ['sketch', { sketch: 'A'.repeat(4_000_001) }],
    ['sketch', { sketch: 5 }],
    ['read', { read: { ...read, total: LARGE } }],
    ['read', { read: 5 }],
    ['read.startedAt', { read: { ...read, startedAt: LAST_SECOND + 1 } }],
    ['read.horizon', { read: { ...read, horizon: -1 } }],
    ['read.basis', { read: { ...read, basis: 'some' } }],
    ['read.from', { read: { ...read, from: undefined } }],
    ['read.pass', { read: { ...read, pass: 'second' } }],
    ['read.explained', { read: { ...read, explained: -1 } }],
    ['read.rows', { read: { ...read, rows: '5' } }],
    ['read.requests', { read: { ...read, requests: undefined } }],
    ['read.difference', { read: { ...read, difference: 'x' } }],
    ['read.total', { read: { ...read, total: undefined } }],
    ['read.larger', { read: { ...read, larger: 'x' } }],
    ['read.resolving', { read: { ...read, resolving: false } }],
    ['read.at.groupId', { read: { ...read, at: { ...at, groupId: '' } } }],
    ['read.at.offset', { read: { ...read, at: { ...at, offset: 1_000_000_001 } } }],
    ['read.at.offset', { read: { ...read, at: { ...at, offset: -1 } } }],
    ['read.at.anchors', { read: { ...read, at: { ...at, anchors: Array<string>(11).fill('a') } } }],
    ['read.at.anchors.1', { read: { ...read, at: { ...at, anchors: ['a', 5, 6] } } }],
    ['read.at.anchors.0', { read: { ...read, at: { ...at, anchors: [''] } } }],
  ])('is not valid if "%s" is not: %j', (where, members) => {
    expect(problemIn(members)).toMatch(new RegExp(`^"${where}": .`));
  });

  it.each<[unknown, string]>([
    [[1], 'it is not an object'],
    ['x', 'it is not an object'],
    [{ '': '1' }, 'it has a name that is not an id'],
    [{ ['g'.repeat(1_001)]: '1' }, 'it has a name that is not an id'],
    [{ 9: 5 }, 'it has a member that is not a string'],
    [{ 9: '1'.repeat(65_536) }, 'it has more than 65536 characters'],
    [{ 9: '1'.repeat(40_000), 10: '1'.repeat(40_000) }, 'it has more than 65536 characters'],
  ])('has notes of receivers by group, and no others (%#)', (notes, problem) => {
    expect(problemIn({ seen: notes })).toBe(`"seen": ${problem}`);
    expect(problemIn({ retry: notes })).toBe(`"retry": ${problem}`);
  });

  it('says what is wrong with a sketch or a filter', () => {
    expect(problemIn({ sketch: 'A'.repeat(4_000_001) })).toBe(
      '"sketch": Too big: expected string to have <=4000000 characters',
    );
    expect(problemIn({ sketch: 'A'.repeat(4_000_000) })).toBe('"sketch": The sketch has an invalid length.');
    expect(problemIn({ unlisted: '' })).toMatch(/^"unlisted": .*(it is empty|base64)/);
    expect(problemIn({ read: { ...read, total: LARGE } })).toBe('"read": the two sketches differ in size');
  });

  it('is read with its notes, filter, groups and sketches', () => {
    const filter = BloomFilter.ofSize(9);
    filter.add({ groupId: '9', id: '4' });
    const members = { seen: { 9: '1=abcdefgh3 2' }, retry: { 9: '3=u' }, unlisted: filter.pack(), groups: '9 10' };
    const state = ownShape.parse({ ...idle, ...members, sketch: SMALL, read: { ...read, at } });
    expect(state).toMatchObject({ lastUpdated: NOW, scope: 'all', read: { rows: 5, at } });
    expect(state.version).toBeUndefined();
    expect([state.seen.pack(), state.retry.pack()]).toEqual([members.seen, members.retry]);
    expect([state.unlisted?.pack(), state.groups?.pack()]).toEqual([members.unlisted, members.groups]);
    expect([state.sketch?.pack(), state.read?.difference.pack()]).toEqual([SMALL, SMALL]);
    expect(ownShape.parse(idle)).toMatchObject({ seen: { size: 0 }, retry: { size: 0 } });
  });

  it('of version 1 has no position and no sketch', () => {
    const state = versionOneShape.parse({ ...idle, version: 1, sketch: 'x', read: 5 });
    expect(Object.keys(state).sort()).toEqual(['lastUpdated', 'retry', 'scope', 'seen', 'version']);
    expect(state.version).toBeUndefined();
    expect(versionOneShape.safeParse(idle).success).toBe(false);
  });
});

describe('the time of the earlier connector', () => {
  it.each<[unknown, number]>([
    [0, 0],
    [' 17 ', 17],
    ['1598960975', 1_598_960_975],
    ['2020-09-01T13:49:35+02:00', 1_598_960_975],
    [LAST_SECOND * 1_000, LAST_SECOND],
  ])('is %j', (lastUpdated, seconds) => {
    expect(earlierShape.parse({ lastUpdated })).toEqual({ lastUpdated: seconds });
    expect(earlierShape.parse({ version: undefined, lastUpdated })).toMatchObject({ lastUpdated: seconds });
  });

  it.each([
    { lastUpdated: -1 },
    { lastUpdated: Number.NaN },
    { lastUpdated: '' },
    { lastUpdated: '-5' },
    { lastUpdated: '5 6' },
    { lastUpdated: 'at 5' },
    { lastUpdated: '2020-09-01T13:49:35' },
    { lastUpdated: '1960-01-01T00:00:00Z' },
    { lastUpdated: (LAST_SECOND + 1) * 1_000 },
    { version: 1, lastUpdated: 5 },
    {},
  ])('cannot be read from %j', (stored) => {
    expect(earlierShape.safeParse(stored).success).toBe(false);
  });
});

describe('the first problem', () => {
  const problemOf = (shape: z.ZodType, value: unknown): string => {
    const { error } = shape.safeParse(value);
    if (!error) throw new Error('It is valid.');
    return firstProblem(error);
  };

  it('is that of the snapshot itself if no member is wrong', () => {
    expect(problemOf(ownShape, 'x')).toBe('"snapshot": Invalid input: expected object, received string');
    expect(firstProblem(new z.ZodError([]))).toBe('unknown shape');
  });

  it('repeats little of the snapshot, which may contain personal data', () => {
    const name = `Kundin Zoë Müller ${'x'.repeat(200)}`;
    expect(problemOf(z.object({ [name]: z.number() }), { [name]: 'jo@example.org' })).toBe(
      `"${name.slice(0, 100)}": Invalid input: expected number, received string`,
    );
    expect(
      problemOf(
        z.string().refine(() => false, name),
        'x',
      ),
    ).toBe(`"snapshot": ${name.slice(0, 100)}`);
  });
});
