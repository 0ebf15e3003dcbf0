import { retiredFields } from '../../../lib/config/retiredFields';

describe('a field of an earlier version', () => {
  it.each([
    ['changeDetection', 'content', 'fullReadMinutes'],
    ['emitConcurrency', 1, 'stay in order'],
    ['emitDeletions', true, 'changeTypes'],
  ])('causes one warning that names it and what replaces it: %s', (name, value, replacement) => {
    const warnings = retiredFields({ groupId: '1', [name]: value });
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^The field "${name}" (?:no longer has an effect:|is replaced by) .*Remove it`)),
    ]);
    expect(warnings[0]).toContain(replacement);
  });

  it('causes a separate warning in addition to another one', () => {
    expect(retiredFields({ changeDetection: 'timestamps', emitConcurrency: 5 })).toHaveLength(2);
  });

  it.each([
    ['other fields', { groupId: '1', pageSize: 500 }],
    ['no fields', undefined],
    ['fields that are not an object', 'changeDetection'],
    ['an inherited member', Object.create({ changeDetection: 'content' }) as object],
  ])('is not found in %s', (_, cfg) => {
    expect(retiredFields(cfg)).toEqual([]);
  });
});
