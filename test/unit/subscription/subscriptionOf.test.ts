import { statusIn, subscriptionOf } from '../../../lib/subscription/subscriptionOf';
import { signsIn } from '../../../lib/subscription/signs';
import { receiver } from '../../support/receiver';

const TIME = 1_763_000_000;
const SINCE = '2025-11-13T02:13:20Z';

describe('the subscription of a receiver', () => {
  const stamps = { registered: 5, activated: 0, deactivated: 0, bounced: 0, imported: 0 };
  it.each([
    [
      { active: true, activated: TIME },
      { status: 'subscribed', since: SINCE },
    ],
    [
      { active: false, registered: TIME },
      { status: 'pending', since: SINCE },
    ],
    [
      { active: false, activated: 1, deactivated: TIME },
      { status: 'unsubscribed', since: SINCE },
    ],
    [
      { active: false, activated: 1, bounced: TIME },
      { status: 'bounced', since: SINCE },
    ],
    [
      { active: false, activated: TIME, deactivated: TIME, bounced: TIME + 1 },
      { status: 'unsubscribed', since: SINCE },
    ],
    [{ active: false, activated: TIME }, { status: 'inactive' }],
  ])('with %j is %j', (members, expected) => {
    expect(subscriptionOf(receiver('1', { ...stamps, ...members }))).toEqual(expected);
  });

  it('has no "since" if the timestamp is not a plausible time', () => {
    expect(subscriptionOf({ active: false, deactivated: 1 })).toEqual({ status: 'unsubscribed' });
    expect(subscriptionOf({ active: true })).toEqual({ status: 'subscribed' });
  });

  it.each([
    [
      { active: '1', activated: String(TIME) },
      { status: 'subscribed', since: SINCE },
    ],
    [
      { active: 'true', activated: TIME * 1_000 },
      { status: 'subscribed', since: SINCE },
    ],
    [
      { active: 0, activated: 1, deactivated: SINCE },
      { status: 'unsubscribed', since: SINCE },
    ],
    [{ active: 'perhaps', activated: TIME }, { status: 'inactive' }],
    [
      { active: true, activated: TIME, deactivated: TIME },
      { status: 'unsubscribed', since: SINCE },
    ],
    [{ email: 'a@example.org' }, { status: 'inactive' }],
    [{}, { status: 'inactive' }],
    [null, { status: 'inactive' }],
    ['active', { status: 'inactive' }],
  ])('in another form, %j, is %j', (members, expected) => {
    expect(subscriptionOf(members)).toEqual(expected);
  });
});

it.each([
  [{ subscription: { status: 'Subscribed' } }, 'subscribed'],
  [{ subscription: { status: 'gold' } }, 'inactive'],
  [{ subscription: 'abgemeldet' }, 'unsubscribed'],
  [{ firstName: 'Ada' }, undefined],
])('a record %j expresses the status %j', (record, status) => {
  expect(statusIn(signsIn(record))).toBe(status);
});
