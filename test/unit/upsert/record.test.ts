import { about, isId, nameOf, ownId } from '../../../lib/upsert/record';
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
    ['CleverReach rejected the record.', 'Record no. 2 (oihUid "o4"): CleverReach rejected the record.'],
    ['Record no. 5 (oihUid "o4"): CleverReach rejected it.', 'Record no. 5 (oihUid "o4"): CleverReach rejected it.'],
    ['Nothing was written for record no. 5.', 'Nothing was written for record no. 5.'],
    ['The record with the recordUid "7" has no address.', 'The record with the recordUid "7" has no address.'],
  ])('names it once: %s', (message, named) => {
    expect(about('record no. 2 (oihUid "o4")', new RecordError(message)).message).toBe(named);
  });
});

describe('the id of the receiver of a record', () => {
  const linked = { idLinking: true };

  it.each([
    ['that the hub has linked', { recordUid: '7', oihUid: 'u' }, linked, '7'],
    ['that is a number', { recordUid: 7, oihUid: 'u' }, linked, '7'],
    ['with blanks around it', { recordUid: ' 7 ', oihUid: 'u' }, linked, '7'],
    ['that begins with digits', { recordUid: '7-a_B', oihUid: 'u' }, linked, undefined],
    ['that begins with a nought', { recordUid: '07', oihUid: 'u' }, linked, undefined],
    ['that is not a number', { recordUid: 'x7', oihUid: 'u' }, linked, undefined],
    ['that is not a whole number', { recordUid: 7.5, oihUid: 'u' }, linked, undefined],
    ['that is a number too large to be exact', { recordUid: 2 ** 53, oihUid: 'u' }, linked, undefined],
    ['that the hub does not know', { recordUid: '7' }, linked, undefined],
    ['whose hub id is blank', { recordUid: '7', oihUid: ' ' }, linked, undefined],
    ['whose hub id is not a string', { recordUid: '7', oihUid: 1 }, linked, undefined],
    ['where the hub does not link', { recordUid: '7', oihUid: 'u' }, { idLinking: false }, undefined],
    [
      'from our own application',
      { recordUid: '7', applicationUid: 'me' },
      { idLinking: false, applicationUid: 'me' },
      '7',
    ],
    ['from another', { recordUid: '7', applicationUid: 'you' }, { idLinking: false, applicationUid: 'me' }, undefined],
    ['from nowhere', { recordUid: '7' }, { idLinking: false }, undefined],
    ['that is a path', { recordUid: '7/8', oihUid: 'u' }, linked, undefined],
    ['that is an address', { recordUid: 'a@b.cd', oihUid: 'u' }, linked, undefined],
    ['that begins with another character', { recordUid: '.7', oihUid: 'u' }, linked, undefined],
    ['that ends with another character', { recordUid: '7?', oihUid: 'u' }, linked, undefined],
    ['that is blank', { recordUid: ' ', oihUid: 'u' }, linked, undefined],
    ['that is missing', { oihUid: 'u' }, linked, undefined],
  ])('%s: %j', (_, metadata, given, id) => {
    expect(ownId(metadata, given)).toBe(id);
  });
});
