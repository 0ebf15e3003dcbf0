/** The receivers of one address, which CleverReach may store in several spellings. */

import { byAddress } from '../../../lib/cleverreach/sameAddress';
import { receiver } from '../../support/receiver';

const idsFor = (given: string, stored: Record<string, string>): string[] => {
  const receivers = Object.entries(stored).map(([id, email]) => receiver(id, { email }));
  const found = [byAddress(receivers), byAddress(receivers.toReversed())].map((of) => of(given).map(({ id }) => id));
  expect(found[1]).toEqual(found[0]);
  return found[0] ?? [];
};

const DOMAINS = {
  9: 'jo@m\u00fcller.de',
  10: 'jo@xn--mller-kva.de',
  11: 'jo@mu\u0308ller.de',
  12: 'bo@m\u00fcller.de',
};
const LETTERS = { 1: 'zo\u00eb@example.org', 2: 'zoe\u0308@example.org' };
const CASES = { 1: 'jo@example.org', 2: 'Jo@example.org', 3: 'JO@example.org' };

describe('the receivers of an address', () => {
  it.each([
    ['jo@m\u00fcller.de', DOMAINS, ['9', '10', '11']],
    ['jo@xn--mller-kva.de', DOMAINS, ['10', '9', '11']],
    ['jo@mu\u0308ller.de', DOMAINS, ['11', '10', '9']],
    ['Jo <jo@m\u00fcller.de>', DOMAINS, ['9', '10', '11']],
    ['mailto:Jo@m\u00fcller.de', DOMAINS, ['9', '10', '11']],
    ['zo\u00eb@example.org', LETTERS, ['1', '2']],
    ['zoe\u0308@example.org', LETTERS, ['2', '1']],
    ['Zoe\u0308@example.org', LETTERS, ['2', '1']],
    ['jo@example.org', CASES, ['1', '2', '3']],
    ['Jo@example.org', CASES, ['2', '1', '3']],
    ['JO@example.org', CASES, ['3', '1', '2']],
  ])('are all its spellings, and that of %j comes first', (given, stored, ids) => {
    expect(idsFor(given, stored)).toEqual(ids);
  });

  it('have a fixed order if none has the given spelling: the canonical form, then the lowest id', () => {
    expect(idsFor('jO@EXAMPLE.org', { 100: 'J\u200bo@example.org', 20: 'jo@example.org.' })).toEqual(['20', '100']);
    expect(idsFor('jo@M\u00dcLLER.de', { 8: 'jo@mu\u0308ller.de', 9: 'jo@xn--mller-kva.de' })).toEqual(['9', '8']);
  });

  it('are none if no receiver has it', () => {
    expect(idsFor('ann@example.org', CASES)).toEqual([]);
  });
});
