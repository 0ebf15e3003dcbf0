import { ownId } from '../../../../lib/upsert/resolve/receiverId';

describe('the id of a record', () => {
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
