import {
  withPlaceholders,
  doiFormOf,
  isCreatedWith,
  isWaiting,
  stateOfNew,
  unconfirmedTimestamps,
  wasReactivated,
} from '../../../../lib/upsert/plan/consent';
import { receiver } from '../../../support/receiver';
import { record, settings } from '../../../support/upsert/records';

const NOW = 1_764_000_000;

describe('consent', () => {
  it.each([
    ['active', {}, 'active', undefined],
    ['active', { active: true }, 'active', undefined],
    ['active', { active: false }, 'unconfirmed', 'The record is not active (field "active").'],
    ['unconfirmed', { active: false }, 'unconfirmed', 'The record is not active (field "active").'],
    ['skip', { active: false }, 'skip', 'The record is not active (field "active").'],
    ['active', { active: 'false' }, 'unconfirmed', 'The record is not active (field "active").'],
    ['active', { active: true, status: 'unsubscribed' }, 'unconfirmed', 'The record is not active (field "status").'],
    ['active', { consentEndDate: '2020' }, 'unconfirmed', 'The record is not active (field "consentEndDate").'],
    [
      'active',
      { customers: { 'mia@example.org': 7, preferences: [{ Name: 'Newsletter', Value: 'nein' }] } },
      'unconfirmed',
      'The record is not active (field "customers.preferences.Newsletter").',
    ],
    [
      'active',
      { 'mia@example.org': { unsubscribed: true } },
      'unconfirmed',
      'The record is not active (field "<address>").',
    ],
    [
      'active',
      { marketing: { email: { optOutReason: 'spam' } } },
      'unconfirmed',
      'The record is not active (field "marketing.email").',
    ],
    [
      'active',
      { status: 'odd' },
      'unconfirmed',
      'The value of "status" in the record is not a known state, so the record counts as not active. ' +
        'To override this, return "active": true from a customMapping.',
    ],
  ] as const)('for new receivers set to %s, of a record with %j, is %s', (newReceivers, entry, state, heldBack) => {
    const expected = heldBack === undefined ? { newReceivers: state } : { newReceivers: state, heldBack };
    expect(stateOfNew(record({}, {}, entry), settings({ newReceivers }))).toEqual(expected);
    // what a mapping gives counts as well
    expect(stateOfNew(record(entry), settings({ newReceivers }))).toEqual(expected);
  });

  it('accepts an active receiver from a mapping only if the original state cannot be read', () => {
    const stateOf = (mapped: Record<string, unknown>, entry: Record<string, unknown>) =>
      stateOfNew(record(mapped, {}, entry), settings()).newReceivers;
    expect(stateOf({ active: true }, { status: 'customer' })).toBe('active');
    expect(stateOf({ active: true }, { status: 'unsubscribed' })).toBe('unconfirmed');
    expect(stateOf({ active: true, status: 'odd' }, { status: 'customer' })).toBe('unconfirmed');
    expect(stateOf({ deactivated: 0 }, { status: 'customer' })).toBe('unconfirmed');
  });

  it.each(['unsubscribed', 'bounced', 'deleted', ' Unsubscribed'])(
    'is missing if a trigger has sent the record because it is %s',
    (changeType) => {
      const held = { newReceivers: 'unconfirmed', heldBack: 'The record is not active ("metadata.changeType").' };
      expect(stateOfNew(record({}, { changeType }), settings())).toEqual(held);
      expect(stateOfNew(record({ active: true }, { changeType }), settings())).toEqual(held);
    },
  );

  it.each(['new', 'changed', 'confirmed', '', undefined, 7, ['unsubscribed']])(
    'is not missing because of the change %j, or of other metadata',
    (changeType) => {
      expect(stateOfNew(record({}, { changeType, status: 'unsubscribed' }), settings())).toEqual({
        newReceivers: 'active',
      });
    },
  );

  it('is requested with a form, from receivers that may be invited', () => {
    expect(doiFormOf({}, { doiFormId: '7' })).toBe('7');
    expect(doiFormOf({ heldBack: 'no' }, { doiFormId: '7' })).toBeUndefined();
    expect(doiFormOf({}, {})).toBeUndefined();
  });

  const waiting = receiver('1', { email: 'a@b.cd', active: false, registered: NOW });
  it.each([
    ['waiting', {}, true],
    ['active', { active: true }, false],
    ['activated once', { activated: 1 }, false],
    ['unsubscribed', { deactivated: 1 }, false],
    ['bounced', { bounced: 1 }, false],
  ])('is pending for a receiver that is %s: %j, %p', (_, members, is) => {
    expect(isWaiting({ ...waiting, ...members })).toBe(is);
  });

  it.each([
    [{}, true],
    [{ registered: NOW - 1 }, false],
    [{ activated: NOW }, false],
    [{ active: true }, false],
    [{ deactivated: NOW }, false],
    [{ bounced: NOW }, false],
  ])('was requested for a receiver with %j by a create whose response was lost: %p', (members, is) => {
    expect(isCreatedWith({ ...waiting, ...members }, unconfirmedTimestamps(NOW))).toBe(is);
    expect(unconfirmedTimestamps(NOW)).toEqual({ registered: NOW, activated: 0 });
  });

  it.each([
    [false, true, true],
    [true, true, false],
    [false, false, false],
    [true, false, false],
  ])('is missing if a write changed active from %p to %p: %p', (before, after, is) => {
    expect(wasReactivated({ ...waiting, active: before }, { ...waiting, active: after })).toBe(is);
  });

  it('has circumstances, with placeholders for unknown ones', () => {
    expect(withPlaceholders({ user_ip: '1.2.3.4' })).toEqual({
      user_ip: '1.2.3.4',
      referer: 'https://www.openintegrationhub.org/',
      user_agent: 'cleverreach-component',
    });
    expect(withPlaceholders({})).toMatchObject({ user_ip: '127.0.0.1' });
  });
});
