/** What a receiver looks like after a write that was refused. */

import { afterRefusal } from '../../../../lib/upsert/execute/refusedWrite';
import {
  AuthorisationError,
  NotAcceptedError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  TemporaryError,
  UnexplainedError,
} from '../../../../lib/utils/errors';
import { receiver } from '../../../support/receiver';
import { thrownBy } from '../../../support/http';

const stored = receiver('1');
const io = (answer: () => Promise<typeof stored | undefined>) => {
  const asked = jest.fn(answer);
  return { asked, groupId: '9', api: { receiver: asked } };
};

describe('after a write that was refused', () => {
  it.each([new RejectedError('no', 400), new NotFoundError('no'), new UnexplainedError('no')])(
    'the receiver is looked up, because an earlier attempt may have been carried out: $name',
    async (error) => {
      const there = io(() => Promise.resolve(stored));
      expect(await afterRefusal(error, '1', there)).toBe(stored);
      expect(there.asked).toHaveBeenCalledWith('9', '1');
      expect(
        await afterRefusal(
          error,
          '1',
          io(() => Promise.resolve(undefined)),
        ),
      ).toBeUndefined();
      expect(
        await afterRefusal(
          error,
          '1',
          io(() => Promise.reject(new AuthorisationError('no', 403))),
        ),
      ).toBeUndefined();
      const busy = new TemporaryError('busy');
      expect(
        await thrownBy(
          afterRefusal(
            error,
            '1',
            io(() => Promise.reject(busy)),
          ),
        ),
      ).toBe(busy);
    },
  );

  it.each([
    new TemporaryError('busy'),
    new RateLimitedError('busy', 1),
    new AuthorisationError('no', 403),
    new NotAcceptedError('no'),
    new Error('a bug'),
  ])('is not looked up if the error is not about this write: $name', async (error) => {
    const there = io(() => Promise.resolve(stored));
    expect(await thrownBy(afterRefusal(error, '1', there))).toBe(error);
    expect(there.asked).not.toHaveBeenCalled();
  });
});
