import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { emitError } from '../../../lib/platform/emitError';

const ADVICE =
  'This is temporary: the message is sent again later. If the error persists, the operator of the platform must check its message broker and the connection of the container to it.';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const coded = (code: unknown, message: string): Error => Object.assign(new Error(message), { code });

describe('an error that emit of the runtime throws', () => {
  it.each<[unknown, string]>([
    [new Error('channel closed'), ': channel closed'],
    [new Error('message nacked'), ': message nacked'],
    [named('IllegalOperationError', 'Channel closed'), ' (IllegalOperationError): Channel closed'],
    [coded('ECONNRESET', 'read ECONNRESET'), ' (ECONNRESET): read …'],
    [coded(320, 'Connection closed: 320 (CONNECTION-FORCED)'), ' (320): Connection closed: …'],
    [
      new TypeError("Cannot read properties of undefined (reading 'publish')"),
      " (TypeError): Cannot read properties of undefined (reading 'publish')",
    ],
    [new Error('queue size exceeded'), ': queue size exceeded'],
    ['channel closed.', ': channel closed'],
    [new Error('Zacharias'), ''],
    [new Error(''), ''],
    [undefined, ': undefined'],
    [{ name: 'ReplyError', code: 'EPIPE', message: 'lost' }, ' (ReplyError, EPIPE): lost'],
    [{}, ': [object Object]'],
  ])('is temporary, with its kind, the words of it that cannot be data, and advice: %p', (thrown, why) => {
    const error = emitError('data', thrown);
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message.replace(ADVICE, 'ADVICE')).toBe(`The runtime could not send a data message${why}. ADVICE`);
  });

  it.each([
    new Error('PRECONDITION_FAILED - message size 200000000 is larger than configured max size 134217728'),
    new Error('Frame size exceeds frame max'),
    new RangeError('Invalid string length'),
    new Error('message too large'),
  ])('about the size of a message is about its record: %p', (thrown) => {
    const error = emitError('data', thrown);
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(/^the message is too large to be sent: the runtime refused it/);
    expect(error.message).toMatch(/Waiting does not help: shorten the values of the record\.$/);
    expect(emitError('snapshot', thrown)).toBeInstanceOf(TemporaryError);
  });

  it.each([
    named('jo@example.org', 'Channel closed'),
    named('Öttinger', 'Channel closed'),
    coded('5e0d77aa5e0d77aa', 'Channel closed'),
    coded({ email: 'jo@example.org' }, 'Channel closed'),
  ])('does not show a name or a code that may be data: %p', (thrown) => {
    expect(emitError('data', thrown).message).toMatch(/^The runtime could not send a data message: Channel closed\. /);
  });

  it('of the component itself is not changed', () => {
    const own = new RecordError('too large');
    expect(emitError('data', own)).toBe(own);
  });
});
