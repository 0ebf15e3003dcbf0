import {
  changesAfter,
  changesAtFirst,
  changesNow,
  changesOfState,
  newestFirst,
  possibleChanges,
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

  it.each<[string, number, number]>([
    ['the present', HORIZON, NOW],
    ['the horizon, if the clock was set back', NOW, HORIZON],
  ])('may lie up to a week after %s', (_, horizon, now) => {
    const week = 7 * 86_400;
    const at = (time: number): ChangeList => changesAfter(receiver('1', { ...old, bounced: time }), horizon, now);
    expect([at(NOW + week), at(NOW + week + 1)]).toEqual([['bounced'], []]);
    expect([at(horizon), at(horizon + 1)]).toEqual([[], ['bounced']]);
  });

  it('include no registration and no activation at the horizon itself', () => {
    const at = (time: number): ChangeList =>
      changesAfter(receiver('1', { registered: time, activated: time + 1 }), HORIZON, NOW);
    expect([at(HORIZON - 1), at(HORIZON), at(HORIZON + 1)]).toEqual([[], ['confirmed'], ['new', 'confirmed']]);
  });
});

it.each<[string, Partial<Receiver>, string]>([
  ['active', { active: true, activated: 5 }, 'new'],
  ['pending', { active: false, activated: 0 }, 'new'],
  ['unsubscribed', { active: false, activated: 5, deactivated: 900_000 }, 'unsubscribed'],
  ['bounced', { active: false, activated: 5, bounced: 900_000 }, 'bounced'],
  ['both unsubscribed and bounced', { active: false, deactivated: 900_000, bounced: 950_000 }, 'unsubscribed'],
])(
  'a receiver that is read for the first time and is %s is sent with the reason of its state',
  (_, members, change) => {
    expect(changesAtFirst(receiver('1', { registered: 5, ...members }))).toEqual([change]);
  },
);

it.each<[string, Partial<Receiver>, ChangeList]>([
  ['a subscription of a receiver that is active', { activated: 5 }, ['confirmed']],
  ['none of a receiver that waits for its confirmation', {}, []],
  ['an unsubscription', { activated: 5, deactivated: 1 }, ['unsubscribed']],
  ['a bounce', { activated: 5, bounced: 1 }, ['bounced']],
  ['an unsubscription and a bounce', { deactivated: 9, bounced: 7 }, ['unsubscribed', 'bounced']],
])('the state of a receiver shows which change it may have had last: %s', (_, members, changes) => {
  expect(possibleChanges(receiver('1', members))).toEqual(changes);
});

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
    ['a lifted unsubscription of a receiver that stays bounced', unsubscribedAndBounced, bounced, ['changed']],
    ['an unsubscription of a receiver that has bounced', bounced, unsubscribedAndBounced, ['unsubscribed']],
    ['a bounce in place of an unsubscription', unsubscribed, bounced, ['bounced']],
    ['both taken back', unsubscribedAndBounced, active, ['confirmed']],
    ['a lifted unsubscription of a receiver that never confirmed', stateWith({ deactivated: 9 }), pending, ['changed']],
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
    expect(changesNow(['bounced'], active)).toEqual(['confirmed', 'changed']);
    const [pending, bounced] = [receiver('1'), receiver('1', { activated: 5, bounced: 9 })];
    expect(changesNow(['confirmed', 'new'], pending)).toEqual(['new', 'changed']);
    expect(changesNow(['unsubscribed'], bounced)).toEqual(['changed']);
    expect(changesNow(['unsubscribed'], pending)).toEqual(['changed']);
  });

  it('are all changes that the state allows when the stored reasons are unknown', () => {
    expect(changesNow([], active)).toEqual(['new', 'changed', 'confirmed']);
    expect(changesNow([], gone)).toEqual(['new', 'changed', 'confirmed', 'unsubscribed']);
    expect(changesNow([], receiver('1', { bounced: 1 }))).toEqual(['new', 'changed', 'bounced']);
  });
});

it('reasons of the same second come in the reverse order of a subscription, and the one without a timestamp last', () => {
  const all: ChangeList = ['changed', 'new', 'confirmed', 'unsubscribed', 'bounced'];
  const order = ['bounced', 'unsubscribed', 'confirmed', 'new', 'changed'];
  for (const time of [0, 30]) {
    const row = receiver('1', { registered: time, activated: time, deactivated: time, bounced: time });
    expect(newestFirst(all, row)).toEqual(order);
    expect(newestFirst([...all].reverse(), row)).toEqual(order);
  }
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
