import { about, isId, nameOf } from '../../../lib/upsert/types';
import { RecordError } from '../../../lib/utils/errors';
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

describe('the error of a record', () => {
  it.each([
    ['CleverReach rejected the row.', 'Record no. 2 (oihUid "o4"): CleverReach rejected the row.'],
    ['Record no. 5 (oihUid "o4"): CleverReach rejected it.', 'Record no. 5 (oihUid "o4"): CleverReach rejected it.'],
    ['Nothing was written for record no. 5.', 'Nothing was written for record no. 5.'],
    ['The record with the recordUid "7" has no address.', 'The record with the recordUid "7" has no address.'],
  ])('names it once: %s', (message, named) => {
    expect(about('record no. 2 (oihUid "o4")', new RecordError(message)).message).toBe(named);
  });
});
