import { isId, nameOf } from '../../../lib/upsert/types';
import { record } from '../../support/upsert/records';

describe('the id of a record', () => {
  it.each([
    [{ recordUid: 'x-12' }, 'the record with the recordUid "x-12"'],
    [{ recordUid: 0 }, 'the record with the recordUid "0"'],
    [{ recordUid: 'crm:1017' }, 'the record with the recordUid "crm:1017"'],
    [{ recordUid: '491701234567' }, 'the record with the recordUid "491701234567"'],
    [{ recordUid: '507f1f77bcf86cd799439011' }, 'the record with the recordUid "507f1f77bcf86cd799439011"'],
    [{ recordUid: 'max-mustermann', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: '12345'.repeat(13), oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'jo@example.org', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'jo%40example.org', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'x\ny', oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'x-12', oihUid: 'u-12' }, 'the record with the recordUid "x-12"'],
    [{ oihUid: 'u-12' }, 'record no. 3 (oihUid "u-12")'],
    [{ recordUid: 'jo@example.org' }, 'record no. 3 (SHA-256 of its recordUid: b6be3cb544f7…)'],
    [
      { recordUid: 'jo@example.org', oihUid: 'jo@example.org' },
      'record no. 3 (SHA-256 of its recordUid: b6be3cb544f7…)',
    ],
    [{ recordUid: ' ' }, 'record no. 3'],
    [{ recordUid: true }, 'record no. 3'],
    [{}, 'record no. 3'],
  ])('is shown only if it reveals nothing about a person: %j', (metadata, name) => {
    expect(nameOf(record({}, metadata), 2)).toBe(name);
  });

  it.each([
    [0, true],
    ['a', true],
    [' ', false],
    [undefined, false],
    [{}, false],
  ])('may be %j: %p', (value, is) => {
    expect(isId(value)).toBe(is);
  });
});
