import fc from 'fast-check';
import { fingerprintOf, Fingerprints } from '../../../../lib/polling/state/fingerprints';
import { effort } from '../../../support/effort';

const numericId = fc.maxSafeNat().map(String);
const oddId = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('007', '1e3', '-5', ' 5', '9007199254740993', '__proto__', 'constructor'),
);

/** The largest whole number as an id, with a fingerprint. */
const max = [...Buffer.alloc(7, 0xff), 0x0f, 0, 0, 0, 0, 1];

describe('fingerprints', () => {
  it('of any ids come back from a snapshot as they were', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(numericId, oddId), fc.nat({ max: 2 ** 31 - 1 })), (entries) => {
        const fingerprints = new Fingerprints();
        const ids = Object.keys(entries);
        for (const id of ids) fingerprints.set(id, entries[id] ?? 0);
        fingerprints.endSweep();
        for (const id of ids.slice(1)) fingerprints.meet(id);
        const packed: unknown = JSON.parse(JSON.stringify(fingerprints.pack()));
        const unpacked = Fingerprints.unpack(packed as ReturnType<Fingerprints['pack']>);
        expect(unpacked.size).toBe(ids.length);
        expect(ids.map((id) => unpacked.get(id))).toEqual(ids.map((id) => entries[id]));
        expect(unpacked.unmet()).toEqual(ids.slice(0, 1));
      }),
    );
  });

  it('take at most 12 characters of JSON for a receiver with a numeric id', () => {
    const fingerprints = new Fingerprints();
    let id = 70_000_000;
    for (let index = 0; index < 10_000; index += 1) {
      id += 1 + ((index * 7919) % 200_000);
      fingerprints.set(String(id), fingerprintOf(String(index)));
    }
    expect(JSON.stringify(fingerprints.pack()).length / 10_000).toBeLessThanOrEqual(12);
  });

  it('tell who was not met by the sweep', () => {
    const fingerprints = new Fingerprints();
    for (const id of ['1', '2', 'three', '4']) fingerprints.set(id, 5);
    fingerprints.endSweep();
    fingerprints.meet('2');
    fingerprints.set('4', 6);
    fingerprints.meet('unknown');
    fingerprints.delete('three');
    expect(fingerprints.unmet()).toEqual(['1']);
    expect(fingerprints.size).toBe(3);
  });

  it('hold whole numbers of any size as ids, nought and those at the edges and distances of a byte too', () => {
    const ids = ['0', '127', '128', '256', '16383', '16384', String(Number.MAX_SAFE_INTEGER)];
    const fingerprints = new Fingerprints();
    for (const id of ids) fingerprints.set(id, 7);
    fingerprints.endSweep();
    const packed = fingerprints.pack();
    expect(packed).not.toHaveProperty('other');
    const unpacked = Fingerprints.unpack(packed);
    expect(unpacked.unmet()).toEqual(ids);
    expect(ids.map((id) => unpacked.get(id))).toEqual(ids.map(() => 7));
    fingerprints.set('x', 7);
    expect(fingerprints.pack()).toHaveProperty('other');
  });

  it('know nobody by being asked, and take a fingerprint of nought for one that was not met', () => {
    const fingerprints = new Fingerprints();
    fingerprints.meet('5');
    expect([fingerprints.size, fingerprints.get('5')]).toEqual([0, undefined]);
    for (const id of ['5', 'six']) fingerprints.set(id, 0);
    expect(fingerprints.unmet()).toEqual([]);
    for (const id of ['5', 'six']) fingerprints.meet(id);
    expect(fingerprints.unmet()).toEqual([]);
    fingerprints.endSweep();
    expect(fingerprints.unmet()).toEqual(['5', 'six']);
    expect(fingerprints.get('5')).toBe(0);
  });

  it.each(['gA==', 'AQI='])('that were cut off are an error: %s', (numeric) => {
    expect(() => Fingerprints.unpack({ numeric })).toThrow(/in the middle/);
  });

  it.each([
    ['an id of too many bytes', Buffer.alloc(150, 0xff), /too long/],
    ['an id beyond all whole numbers', Buffer.from([...Buffer.alloc(7, 0xff), 0x7f, 0, 0, 0, 0, 0]), /too large/],
    ['ids that are too large together', Buffer.from([...max, 1, 0, 0, 0, 0, 1]), /too large/],
    ['an id twice', Buffer.from([7, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]), /twice/],
  ])('with %s are an error, found in no time', (_, bytes, problem) => {
    const spent = effort();
    expect(() => Fingerprints.unpack({ numeric: bytes.toString('base64') })).toThrow(problem);
    expect(spent()).toBeLessThan(100);
  });

  it('with a number among the ids that are spelt out know it as a number', () => {
    const unpacked = Fingerprints.unpack({ numeric: '', other: { 7: 5, x: 6 } });
    expect([unpacked.get('7'), unpacked.get('x')]).toEqual([5, 6]);
    unpacked.delete('7');
    expect(unpacked.unmet()).toEqual(['x']);
  });

  it('of different contents differ, and of the same content do not', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => (fingerprintOf(a) === fingerprintOf(b)) === (a === b)));
    expect(fingerprintOf('a')).toBeLessThan(2 ** 39);
  });
});
