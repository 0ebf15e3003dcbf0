import {
  changesAfter,
  changesAtFirst,
  changesNow,
  changesOfState,
  newestFirst,
  type ChangeList,
} from '../../../../lib/polling/changes/stateChanges';
import { stateOf } from '../../../../lib/polling/changes/receiverContent';
import type { Receiver } from '../../../../lib/cleverreach/types';
import { receiver } from '../../../support/receiver';

const HORIZON = 1_764_000_000;
const NOW = HORIZON + 600;
const old = { registered: HORIZON - 900, activated: HORIZON - 900 };

describe('the changes after a horizon', () => {
  it.each<[string, Partial<Receiver>, ChangeList]>([
    ['a receiver that signed up and is active at once', { registered: HORIZON + 1, activated: HORIZON + 1 }, ['new']],
    ['a receiver that waits for its confirmation', { registered: HORIZON + 1, activated: 0 }, ['new']],
    ['one that signed up and confirmed', { registered: HORIZON + 1, activated: HORIZON + 9 }, ['new', 'confirmed']],
    ['one that has confirmed since', { ...old, activated: HORIZON + 9 }, ['confirmed']],
    ['one that has unsubscribed since', { ...old, deactivated: HORIZON + 9 }, ['unsubscribed']],
    ['one that has bounced since', { ...old, bounced: HORIZON + 9 }, ['bounced']],
    [
      'one that signed up and unsubscribed',
      { registered: HORIZON + 1, activated: HORIZON + 1, deactivated: HORIZON + 9 },
      ['new', 'unsubscribed'],
    ],
    ['one whose state has not changed', { ...old, deactivated: HORIZON }, []],
    ['one that was imported with an old date', { ...old, imported: HORIZON + 9 }, []],
    ['one with a timestamp from a wrong clock', { ...old, deactivated: NOW + 8 * 86_400 }, []],
  ])('follow from the timestamps of the receiver: %s', (_, members, changes) => {
    expect(changesAfter(receiver('1', members), HORIZON, NOW)).toEqual(changes);
  });

  it('include changes during months in which the flow was stopped', () => {
    const months = 90 * 86_400;
    const row = receiver('1', { ...old, deactivated: HORIZON + months });
    expect(changesAfter(row, HORIZON, HORIZON + months + 60)).toEqual(['unsubscribed']);
  });
});

it.each<[string, Partial<Receiver>, string]>([
  ['active', { active: true, activated: 5 }, 'new'],
  ['pending', { active: false, activated: 0 }, 'new'],
  ['unsubscribed', { active: false, activated: 5, deactivated: 900_000 }, 'unsubscribed'],
  ['bounced', { active: false, activated: 5, bounced: 900_000 }, 'bounced'],
])(
  'a receiver that is read for the first time and is %s is sent with the reason of its state',
  (_, members, change) => {
    expect(changesAtFirst(receiver('1', { registered: 5, ...members }))).toEqual([change]);
  },
);

describe('the changes between two states', () => {
  const stateWith = (members: Partial<Receiver>): number =>
    stateOf(receiver('1', { registered: 1, activated: 0, active: false, ...members }));
  const pending = stateWith({});
  const active = stateWith({ activated: 5, active: true });
  const unsubscribed = stateWith({ activated: 5, deactivated: 9 });
  const bounced = stateWith({ activated: 5, bounced: 9 });
  const unsubscribedAndBounced = stateWith({ activated: 5, deactivated: 7, bounced: 9 });

  it.each<[string, number, number, ChangeList]>([
    ['none', active, active, []],
    ['a confirmation', pending, active, ['confirmed']],
    ['an unsubscription', active, unsubscribed, ['unsubscribed']],
    ['a bounce', active, bounced, ['bounced']],
    ['a confirmation and an unsubscription', pending, unsubscribed, ['confirmed', 'unsubscribed']],
    ['a subscription after an unsubscription', unsubscribed, active, ['confirmed']],
    ['a subscription after a bounce', bounced, active, ['confirmed']],
    ['a lifted bounce of a receiver that stays unsubscribed', unsubscribedAndBounced, unsubscribed, ['changed']],
    ['an activation that was taken back', active, pending, ['changed']],
    ['a change to inactive without a timestamp', active, stateWith({ activated: 5, active: false }), ['changed']],
  ])('are %s', (_, before, after, changes) => {
    expect(changesOfState(before, after)).toEqual(changes);
  });
});

describe('the reasons that were stored with a receiver', () => {
  const active = receiver('1', { activated: 5, deactivated: 0, bounced: 0 });
  const gone = receiver('1', { activated: 5, deactivated: 9 });

  it('are kept when its state allows them', () => {
    expect(changesNow(['new', 'unsubscribed'], gone)).toEqual(['new', 'unsubscribed']);
    expect(changesNow(['changed'], active)).toEqual(['changed']);
  });

  it('are replaced by the opposite change when its state has changed back', () => {
    expect(changesNow(['unsubscribed'], active)).toEqual(['confirmed', 'changed']);
    expect(changesNow(['bounced', 'new'], gone)).toEqual(['new', 'changed']);
  });

  it('are all changes that the state allows when the stored reasons are unknown', () => {
    expect(changesNow([], active)).toEqual(['new', 'changed', 'confirmed']);
    expect(changesNow([], gone)).toEqual(['new', 'changed', 'confirmed', 'unsubscribed']);
  });
});

it('reasons are listed once each, the newest first, and "changed" last because it has no timestamp', () => {
  const row = receiver('1', { registered: 10, activated: 30, deactivated: 20, bounced: 30 });
  expect(newestFirst(['changed', 'new', 'unsubscribed', 'confirmed', 'bounced', 'new'], row)).toEqual([
    'bounced',
    'confirmed',
    'unsubscribed',
    'new',
    'changed',
  ]);
});
