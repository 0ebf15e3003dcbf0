import { canonicalAddress } from '../../../lib/cleverreach/emailAddress';
import { isOfState, signsIn } from '../../../lib/subscription/signs';
import { normalisedTag } from '../../../lib/upsert/plan/tags';
import { composed, decomposed, isUnnormalisable, unified } from '../../../lib/utils/unicode';

/** A string for which `String.normalize` takes quadratic time, because it has to sort the marks. */
const marks = (length: number): string => `a${'\u0301'.repeat(length / 2)}${'\u0327'.repeat(length / 2)}`;

describe('a normal form', () => {
  it('makes spellings of a letter equal', () => {
    expect(composed('u\u0308')).toBe('ü');
    expect(decomposed('ü')).toBe('u\u0308');
    expect(unified('ａ\u0301')).toBe('á');
    expect(composed('plain')).toBe('plain');
  });

  it('is not computed for more combining marks in a row than any language has, or for a very long string', () => {
    const few = marks(50);
    expect(isUnnormalisable(few)).toBe(false);
    expect(composed(few)).toBe(few.normalize('NFC'));
    const many = marks(52);
    for (const form of [composed, decomposed, unified]) expect(form(many)).toBe(many);
    expect(isUnnormalisable(`${'\u0301'.repeat(26)}${'\uff9e'.repeat(25)}`)).toBe(true);
    const long = 'u\u0308'.repeat(5_001);
    for (const form of [composed, decomposed, unified]) expect(form(long)).toBe(long);
  });

  it('is computed only where that does not take quadratic time', () => {
    const normalise = jest.spyOn(String.prototype, 'normalize');
    const endless = marks(1_000_000);
    expect(signsIn({ status: endless, active: [endless], [endless]: 1 })).toEqual({ unreadable: 'status' });
    expect(isOfState(endless, 1)).toBe(false);
    expect(normalisedTag(endless)).toHaveLength(endless.length);
    expect(canonicalAddress(`${marks(100)}@example.org`)).toBeUndefined();
    expect(normalise).not.toHaveBeenCalled();
    normalise.mockRestore();
  });
});
