import {
  contentHash,
  formerValue,
  hasChangedAfter,
  hasChangedBetween,
  hasChangedTwiceAfter,
  hasContentOf,
  hasOtherState,
  idOf,
  isOfOneReceiver,
  isOneMore,
  isRegisteredAfter,
  isSameCount,
  keyOf,
  modifiedAt,
  stateIn,
  stateOf,
  valueAt,
  wasUnknown,
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
  const attributes = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`a${index}`, 'x']));
  const tooLarge = { ...full, attributes, global_attributes: {} };
  expect([contentHash(tooLarge), valueAt('9', tooLarge, 3)]).toEqual(['Zmis5QY0', 748127809]);
  expect(['abc', '34359738368', ''].map(keyOf)).toEqual([34741426907, 61537707655, 37652480960]);
});

describe('a receiver that has changed twice after a horizon', () => {
  const [before, after] = [HORIZON - 500, HORIZON + 5];

  it.each<[string, Partial<Receiver>, boolean]>([
    ['subscribed again and unsubscribed again', { activated: after, deactivated: after }, true],
    ['subscribed again and bounced', { activated: after, bounced: after }, true],
    ['unsubscribed only', { activated: before, deactivated: after }, false],
    ['subscribed again after an old unsubscription', { activated: after, deactivated: before }, false],
    ['subscribed again only', { activated: after }, false],
    ['registered in between, so that it had no state', { registered: after, activated: after, bounced: after }, false],
  ])('has left and was activated, and is not new: %s', (_, members, isTwice) => {
    expect(hasChangedTwiceAfter(receiver('1', { registered: before, ...members }), HORIZON)).toBe(isTwice);
  });

  it('is new only if it was registered after the horizon, and not in the far future', () => {
    const at = (time: number): boolean => isRegisteredAfter(receiver('1', { registered: time }), HORIZON);
    expect([HORIZON, HORIZON + 1, HORIZON + WINDOW, HORIZON + WINDOW + 1].map(at)).toEqual([false, true, true, false]);
  });
});

describe('the state of a receiver', () => {
  it.each<[string, Partial<Receiver>, number]>([
    ['pending', { active: false }, 1],
    ['active', { activated: 1 }, 3],
    ['unsubscribed', { active: false, activated: 1, deactivated: 1 }, 7],
    ['unsubscribed before it was ever active', { active: false, deactivated: 1 }, 5],
    ['bounced', { active: false, activated: 1, bounced: 1 }, 11],
    ['unsubscribed and bounced', { active: false, activated: 1, deactivated: 1, bounced: 1 }, 15],
    ['active without a timestamp', {}, 0],
    ['inactive without a timestamp', { active: false, activated: 1 }, 2],
    ['active in spite of an unsubscription', { activated: 1, deactivated: 1 }, 6],
    ['active in spite of a bounce', { activated: 1, bounced: 1 }, 10],
  ])('is a number from 0 to 15 that its value in a sketch contains: %s', (_, members, state) => {
    const row = receiver('1', members);
    expect([stateOf(row), stateIn(valueAt('9', row, HORIZON))]).toEqual([state, state]);
  });

  it('at a horizon is that without later changes', () => {
    const later = { active: false, activated: HORIZON + 1, deactivated: HORIZON + 2, bounced: HORIZON + 3 };
    const at = (horizon: number): number => stateIn(valueAt('9', receiver('1', later), horizon));
    expect([0, 1, 2, 3].map((seconds) => at(HORIZON + seconds))).toEqual([1, 3, 7, 15]);
  });
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
    ['the order of two tags', { tags: ['b', 'a'] }],
    ['a repeated tag in a sorted list', { tags: ['a', 'b', 'b'] }],
    ['the exact time of the activation', { activated: HORIZON - 399 }],
    ['statistics', { open_rate: 3, points: 7, last_ip: '198.51.100.7' }],
    ['the history', { events: [{ stamp: 1, type: 'mail_open' }] }],
  ])('does not depend on %s', (_, change) => {
    const changed = { ...base, ...change };
    expect(contentHash(changed)).toBe(contentHash(base));
    expect(valueAt('9', changed, HORIZON)).toBe(valueAt('9', base, HORIZON));
  });

  it.each<[string, Partial<Receiver>]>([
    ['two tags that become one', { tags: ['ab'] }],
    ['an attribute that moves to another name', { attributes: { store: 'a', plan: 'Hamburg' } }],
    ['an attribute that is missing', { attributes: { store: 'Hamburg' } }],
    ['an attribute of another name', { attributes: { store: 'Hamburg', plans: 'a' } }],
    ['an additional attribute without a value', { attributes: { store: 'Hamburg', plan: 'a', age: '' } }],
  ])('differs after a change of structure: %s', (_, change) => {
    const changed = { ...base, ...change };
    expect(contentHash(changed)).not.toBe(contentHash(base));
    expect(valueAt('9', changed, HORIZON)).not.toBe(valueAt('9', base, HORIZON));
  });

  it('does not depend on the receivers that were read before it', () => {
    const sets: Record<string, string>[] = [
      ...[{}, { vorname: 'Jo' }, { nachname: 'Muster' }, { vorname: 'Jo', nachname: 'Muster' }],
      { vorname: 'Jo', ort: 'Köln' },
      ...[
        { nachname: 'Muster', vorname: 'Jo' },
        { vorname: 'Jo', nachname: 'Muster', ort: 'Köln' },
      ],
    ];
    const rows = sets.flatMap((attributes) =>
      sets.map((global_attributes) => ({ ...base, attributes, global_attributes })),
    );
    // `full` has other names than all of them
    const valueAfter = (row: Receiver, ...others: Receiver[]): number =>
      [full, ...others, row].map((one) => valueAt('9', one, HORIZON)).at(-1) ?? 0;
    const alone = rows.map((row) => valueAfter(row));
    for (const before of rows) expect(rows.map((row) => valueAfter(row, before))).toEqual(alone);
    // 7 sets, of which two differ only in their order
    expect(new Set(alone).size).toBe(36);
  });

  it('is the same without tags and with an empty list of tags', () => {
    const untagged = { ...base, tags: [] };
    const bare: Receiver = { ...base };
    delete bare.tags;
    expect([contentHash(bare), valueAt('9', bare, HORIZON)]).toEqual([
      contentHash(untagged),
      valueAt('9', untagged, HORIZON),
    ]);
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

describe('what remains of a key in a sketch', () => {
  const active = receiver('1', { registered: 5, activated: 5, tags: ['a'] });
  const values = {
    active: valueAt('9', active, HORIZON),
    unsubscribed: valueAt('9', { ...active, active: false, deactivated: 9 }, HORIZON),
    edited: valueAt('9', { ...active, tags: ['b'] }, HORIZON),
    elsewhere: valueAt('8', active, HORIZON),
  };
  const RANGE = 2 ** 32;

  it.each<[string, number, number, number | undefined]>([
    ['the receiver has changed', values.active - values.edited, values.edited, values.active],
    ['the receiver has not changed', 0, values.active, values.active],
    ['the read has not found it', values.active, 0, values.active],
    ['a quick poll has moved the sketch', values.active - values.edited + RANGE, values.edited, values.active],
    [
      'a quick poll has moved it to the other side',
      values.active - values.edited - RANGE,
      values.edited,
      values.active,
    ],
    ['a quick poll has moved the sketch of a deleted one', values.active - RANGE, 0, values.active],
    ['it was in two groups', values.active + values.elsewhere, 0, undefined],
    ['it was in two groups and is in one', values.elsewhere, values.active, values.elsewhere],
    ['it is new', -values.active, values.active, undefined],
  ])('shows the former value if the key was of one receiver: %s', (_, residue, value, former) => {
    expect(formerValue(residue, value)).toBe(former);
  });

  it('shows whether the receiver was unknown', () => {
    expect(wasUnknown(-values.active, values.active)).toBe(true);
    expect(wasUnknown(-values.edited, values.active)).toBe(false);
    expect(wasUnknown(values.active, values.active)).toBe(false);
    expect(wasUnknown(-0, 0)).toBe(false);
  });

  it.each<[string, number, { isOneMore: boolean; isSameCount: boolean; isOfOneReceiver: boolean }]>([
    ['a new receiver', -values.active, { isOneMore: true, isSameCount: false, isOfOneReceiver: false }],
    ['a deleted one', values.active, { isOneMore: false, isSameCount: false, isOfOneReceiver: true }],
    [
      'one that was edited',
      values.active - values.edited,
      { isOneMore: false, isSameCount: true, isOfOneReceiver: false },
    ],
    ['nothing', 0, { isOneMore: false, isSameCount: true, isOfOneReceiver: false }],
    [
      'two that were deleted',
      values.active + values.elsewhere,
      { isOneMore: false, isSameCount: false, isOfOneReceiver: false },
    ],
    [
      'three that were deleted',
      values.active + values.elsewhere + values.edited,
      { isOneMore: true, isSameCount: false, isOfOneReceiver: false },
    ],
  ])('shows how many receivers there are more or fewer: %s', (_, residue, expected) => {
    expect({
      isOneMore: isOneMore(residue),
      isSameCount: isSameCount(residue),
      isOfOneReceiver: isOfOneReceiver(residue),
    }).toEqual(expected);
  });

  it('shows a change of state', () => {
    expect(hasOtherState(values.active - values.unsubscribed)).toBe(true);
    expect(hasOtherState(values.unsubscribed - values.active)).toBe(true);
    expect(hasOtherState(values.active - values.edited)).toBe(false);
    expect(hasOtherState(values.elsewhere - values.active)).toBe(false);
  });

  it('shows whether the content is the same, apart from the state', () => {
    expect(hasContentOf(values.active, '9', active)).toBe(true);
    expect(hasContentOf(values.unsubscribed, '9', active)).toBe(true);
    expect(hasContentOf(values.edited, '9', active)).toBe(false);
    expect(hasContentOf(values.active, '8', active)).toBe(false);
    expect(hasContentOf(0, '9', active)).toBe(false);
  });
});

describe('the key of a receiver', () => {
  it.each(['1', '90', '70211', '2147483647', '34359738367'])('is the id %s as a number', (id) => {
    expect([keyOf(id), idOf(keyOf(id))]).toEqual([Number(id), id]);
  });

  it.each(['0', '-1', '1.5', '1/2', '1:2', '007', ' 7', '1e3', '34359738368', '99999999999999999999', 'abc', ''])(
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

  it('is never both an id and a hash', () => {
    expect([idOf(2 ** 35 - 1), idOf(2 ** 35)]).toEqual(['34359738367', undefined]);
  });
});
