import { contentFingerprint, contentHash, modifiedAt } from '../../../../lib/polling/changes/receiverHash';
import { receiver } from '../../../support/receiver';

describe('the time of the last change', () => {
  it.each(['registered', 'activated', 'deactivated', 'bounced', 'imported', 'last_changed'] as const)(
    'is the stamp "%s" where it is the largest',
    (stamp) => {
      const others = { registered: 10, activated: 20, deactivated: 5, bounced: 7, imported: 9 };
      expect(modifiedAt(receiver('1', { ...others, [stamp]: 100 }))).toBe(100);
    },
  );

  it.each(['api', 'log', 'user_unsubscribe', 'mail_bounce', 'an unheard-of type'])(
    'counts an event of type %s',
    (type) => {
      expect(modifiedAt(receiver('1', { registered: 10, events: [{ stamp: 50, type }] }))).toBe(50);
    },
  );

  it.each(['mail_send', 'mail_open', 'mail_click'])('does not count the mere statistic %s', (type) => {
    expect(modifiedAt(receiver('1', { registered: 10, events: [{ stamp: 50, type }] }))).toBe(10);
  });

  it('finds the largest event wherever it stands', () => {
    const events = [20, 90, 40].map((stamp) => ({ stamp, type: 'api' }));
    expect(modifiedAt(receiver('1', { events }))).toBe(90);
  });

  it('is 0 where nothing is known', () => {
    const bare = receiver('1');
    delete bare.events;
    expect(modifiedAt(bare)).toBe(0);
  });
});

it('snapshots hold hashes, so that a hash stays what it is from release to release', () => {
  const full = receiver('1', {
    email: 'Jo@example.org',
    activated: 5,
    bounced: 7,
    attributes: { store: 'Hamburg', plan: 'a', age: '5' },
    global_attributes: { lastname: 'Muster', firstname: 'Jo' },
    tags: ['b', 'a', 'b'],
  });
  expect([contentHash(full), contentFingerprint(full)]).toEqual(['aVklXS3a', 452467186989]);
  expect([contentHash(receiver('1')), contentFingerprint(receiver('1'))]).toEqual(['EQZ97Uh9', 73123360072]);
});

describe('the content hash', () => {
  const base = receiver('1', {
    activated: 5,
    attributes: { store: 'Hamburg', plan: 'a' },
    global_attributes: { firstname: 'Jo' },
    tags: ['a', 'b'],
  });

  it.each([
    ['the address', { email: 'else@example.org' }],
    ['the state', { active: false }],
    ['an activation', { activated: 0 }],
    ['an unsubscribe', { deactivated: 9 }],
    ['a bounce', { bounced: 9 }],
    ['an attribute of the group', { attributes: { store: 'Bremen', plan: 'a' } }],
    ['an attribute of the account', { global_attributes: { firstname: 'Bo' } }],
    [
      'a value that moves from the group to the account',
      { attributes: {}, global_attributes: { firstname: 'Jo', store: 'Hamburg', plan: 'a' } },
    ],
    ['the tags', { tags: ['a'] }],
  ])('differs after a change of %s', (_, change) => {
    expect(contentHash({ ...base, ...change })).not.toBe(contentHash(base));
  });

  it.each([
    ['the case of the address', { email: base.email.toUpperCase() }],
    ['the order of attributes', { attributes: { plan: 'a', store: 'Hamburg' } }],
    ['the order and number of equal tags', { tags: ['b', 'a', 'b'] }],
    ['when exactly it was activated', { activated: 6 }],
    ['statistics', { open_rate: 3, points: 7, last_ip: '198.51.100.7' }],
    ['the history', { events: [{ stamp: 1, type: 'mail_open' }] }],
  ])('does not depend on %s', (_, change) => {
    expect(contentHash({ ...base, ...change })).toBe(contentHash(base));
  });
});
