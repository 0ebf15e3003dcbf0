import {
  contentHash,
  hasChangedAfter,
  idOf,
  hasChangedBetween,
  keyOf,
  modifiedAt,
  valueAt,
} from '../../../../lib/polling/changes/receiverContent';
import { MAX_KEY } from '../../../../lib/polling/sketch/sketch';
import type { Receiver } from '../../../../lib/cleverreach/types';
import { receiver } from '../../../support/receiver';

const HORIZON = 1_764_000_000;
const WINDOW = 7 * 86_400;

describe('the time of the last change', () => {
  it.each(['registered', 'activated', 'deactivated', 'bounced', 'imported', 'last_changed'] as const)(
    'is the timestamp "%s" if it is the largest',
    (timestamp) => {
      const others = { registered: 10, activated: 20, deactivated: 5, bounced: 7, imported: 9 };
      expect(modifiedAt(receiver('1', { ...others, [timestamp]: 100 }))).toBe(100);
    },
  );

  it.each(['api', 'log', 'user_unsubscribe', 'mail_bounce', 'an unheard-of type'])(
    'counts an event of type %s',
    (type) => {
      expect(modifiedAt(receiver('1', { registered: 10, events: [{ stamp: 50, type }] }))).toBe(50);
    },
  );

  it.each(['mail_send', 'mail_open', 'mail_click'])('does not count the mail statistic %s', (type) => {
    expect(modifiedAt(receiver('1', { registered: 10, events: [{ stamp: 50, type }] }))).toBe(10);
  });

  it('is that of the latest event, wherever it is in the list', () => {
    const events = [20, 90, 40].map((stamp) => ({ stamp, type: 'api' }));
    expect(modifiedAt(receiver('1', { events }))).toBe(90);
  });

  it('is 0 when the receiver has no timestamps and no events', () => {
    const bare = receiver('1');
    delete bare.events;
    expect(modifiedAt(bare)).toBe(0);
  });
});

describe('a change after a horizon', () => {
  it.each(['registered', 'activated', 'deactivated', 'bounced', 'imported'] as const)(
    'is detected by the timestamp "%s" from a second to a week after the horizon',
    (timestamp) => {
      const changedAt = (time: number): boolean => hasChangedAfter(receiver('1', { [timestamp]: time }), HORIZON);
      expect([HORIZON, HORIZON + 1, HORIZON + WINDOW, HORIZON + WINDOW + 1].map(changedAt)).toEqual([
        false,
        true,
        true,
        false,
      ]);
    },
  );

  it('is not detected by events or "last_changed"', () => {
    const events = [{ stamp: HORIZON + 5, type: 'api' }];
    expect(hasChangedAfter(receiver('1', { events, last_changed: HORIZON + 5 }), HORIZON)).toBe(false);
  });

  it('lies between two times when the state changed after the first and not after the second', () => {
    const at = (time: number): Receiver => receiver('1', { registered: HORIZON, deactivated: time });
    expect(hasChangedBetween(at(HORIZON + 1), HORIZON, HORIZON + 600)).toBe(true);
    expect(hasChangedBetween(at(HORIZON + 600), HORIZON, HORIZON + 600)).toBe(true);
    expect(hasChangedBetween(at(HORIZON + 601), HORIZON, HORIZON + 600)).toBe(false);
    expect(hasChangedBetween(at(HORIZON), HORIZON, HORIZON + 600)).toBe(false);
    expect(hasChangedBetween(receiver('1', { imported: HORIZON + 1 }), HORIZON, HORIZON + 600)).toBe(false);
  });
});

const full = receiver('1', {
  email: 'Jo@example.org',
  activated: 5,
  bounced: 7,
  attributes: { store: 'Hamburg', plan: 'a', age: '5' },
  global_attributes: { lastname: 'Muster', firstname: 'Jo' },
  tags: ['b', 'a', 'b'],
});

it('hashes are the same in every release, because snapshots contain them', () => {
  expect([contentHash(full), valueAt('9', full, 3)]).toEqual(['fJ6LA1UQ', 1095796993]);
  expect([contentHash(receiver('1')), valueAt('9', receiver('1'), 3)]).toEqual(['s_hQFjTs', 1498352129]);
});

describe('the content hash of a receiver', () => {
  const base = receiver('1', {
    registered: HORIZON - 500,
    activated: HORIZON - 400,
    attributes: { store: 'Hamburg', plan: 'a' },
    global_attributes: { firstname: 'Jo' },
    tags: ['a', 'b'],
  });
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`a${index}`, 'x']));

  it.each([
    ['the address', { email: 'else@example.org' }],
    ['the state', { active: false }],
    ['an activation', { activated: 0 }],
    ['an unsubscribe', { deactivated: HORIZON - 9 }],
    ['a bounce', { bounced: HORIZON - 9 }],
    ['an attribute of the group', { attributes: { store: 'Bremen', plan: 'a' } }],
    ['an attribute of the account', { global_attributes: { firstname: 'Bo' } }],
    [
      'a value that moves from the group to the account',
      { attributes: {}, global_attributes: { firstname: 'Jo', store: 'Hamburg', plan: 'a' } },
    ],
    ['the tags', { tags: ['a'] }],
    ['the number of attributes to more than 1,000', { attributes: many }],
  ])('differs after a change of %s', (_, change) => {
    const changed = { ...base, ...change };
    expect(contentHash(changed)).not.toBe(contentHash(base));
    expect(valueAt('9', changed, HORIZON)).not.toBe(valueAt('9', base, HORIZON));
  });

  it.each([
    ['the case of the address', { email: base.email.toUpperCase() }],
    ['the order of attributes', { attributes: { plan: 'a', store: 'Hamburg' } }],
    ['the order and number of equal tags', { tags: ['b', 'a', 'b'] }],
    ['the exact time of the activation', { activated: HORIZON - 399 }],
    ['statistics', { open_rate: 3, points: 7, last_ip: '198.51.100.7' }],
    ['the history', { events: [{ stamp: 1, type: 'mail_open' }] }],
  ])('does not depend on %s', (_, change) => {
    const changed = { ...base, ...change };
    expect(contentHash(changed)).toBe(contentHash(base));
    expect(valueAt('9', changed, HORIZON)).toBe(valueAt('9', base, HORIZON));
  });

  it('ignores the values of attributes when there are more than 1,000', () => {
    const edited = { ...many, a0: 'y' };
    expect(contentHash({ ...base, attributes: edited })).toBe(contentHash({ ...base, attributes: many }));
  });

  describe('as the value in a sketch', () => {
    it('is 0 for a receiver that was registered after the horizon', () => {
      expect(valueAt('9', { ...base, registered: HORIZON + 1 }, HORIZON)).toBe(0);
      expect(valueAt('9', { ...base, registered: HORIZON }, HORIZON)).toBeGreaterThan(0);
    });

    it('differs between groups', () => {
      expect(valueAt('8', base, HORIZON)).not.toBe(valueAt('9', base, HORIZON));
    });

    it.each([
      ['an activation', { activated: 0, active: false }, { activated: HORIZON + 5, active: true }],
      ['an unsubscribe', {}, { deactivated: HORIZON + 5, active: false }],
      ['a bounce', {}, { bounced: HORIZON + 5, active: false }],
    ])('changes after %s only when the horizon has passed it', (_, was, is) => {
      const [before, after] = [
        { ...base, ...was },
        { ...base, ...was, ...is },
      ];
      expect(valueAt('9', after, HORIZON)).toBe(valueAt('9', before, HORIZON));
      expect(valueAt('9', after, HORIZON + 5)).not.toBe(valueAt('9', before, HORIZON + 5));
      expect(contentHash(after)).not.toBe(contentHash(before));
    });

    it('changes with the content even when the state has changed after the horizon', () => {
      const after = { ...base, deactivated: HORIZON + 5, active: false };
      expect(valueAt('9', { ...after, tags: ['c'] }, HORIZON)).not.toBe(valueAt('9', after, HORIZON));
    });

    it('includes a change of state whose timestamp is in the far future', () => {
      const far = { ...base, deactivated: HORIZON + 10 * WINDOW, active: false };
      expect(valueAt('9', far, HORIZON)).not.toBe(valueAt('9', base, HORIZON));
    });
  });
});

describe('the key of a receiver', () => {
  it.each(['1', '70211', '2147483647'])('is the id %s as a number', (id) => {
    expect([keyOf(id), idOf(keyOf(id))]).toEqual([Number(id), id]);
  });

  it.each(['0', '-1', '1.5', '007', ' 7', '1e3', '34359738368', '99999999999999999999', 'abc', ''])(
    'is a hash for the id "%s", and does not contain the id',
    (id) => {
      const key = keyOf(id);
      expect(Number.isInteger(key)).toBe(true);
      expect(key).toBeGreaterThanOrEqual(2 ** 35);
      expect(key).toBeLessThanOrEqual(MAX_KEY);
      expect(idOf(key)).toBeUndefined();
    },
  );

  it('differs between ids that are hashed', () => {
    const keys = ['abc', 'abd', '007', '7.0', 'ä'].map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
