import { TemporaryError } from '../../../../lib/utils/errors';
import { readBack, type Written } from '../../../../lib/upsert/execute/readBack';
import { receiver } from '../../../support/receiver';
import { recordingLogger } from '../../../support/http';

describe('the result of a write', () => {
  const stored = receiver('1', { tags: ['t'] });
  const written = (members: Partial<Written> = {}): Written => ({ position: 4, kind: 'updated', id: '1', ...members });
  const api = (answer: () => Promise<(typeof stored)[]>): { receiversByIds: jest.Mock } => ({
    receiversByIds: jest.fn(answer),
  });

  it('is the receiver in the response, which is not read again if it is complete', async () => {
    const asked = api(() => Promise.resolve([]));
    const results = await readBack([written({ receiver: stored })], '9', { api: asked, logger: recordingLogger() });
    expect([...results]).toEqual([[4, { kind: 'updated', receiver: stored }]]);
    expect(asked.receiversByIds).not.toHaveBeenCalled();
  });

  it('is read again if the response omits the tags, and is the stored receiver', async () => {
    const asked = api(() => Promise.resolve([stored]));
    const rest = { ...stored };
    delete rest.tags;
    const results = await readBack([written({ receiver: rest })], '9', { api: asked, logger: recordingLogger() });
    expect(results.get(4)).toEqual({ kind: 'updated', receiver: stored });
    expect(asked.receiversByIds).toHaveBeenCalledWith('9', ['1']);
  });

  it('is a temporary error if the receiver no longer exists or cannot be read', async () => {
    const gone = await readBack([written()], '9', { api: api(() => Promise.resolve([])), logger: recordingLogger() });
    expect(gone.get(4)).toEqual({
      kind: 'failed',
      error: new TemporaryError('Receiver 1 was written and is no longer in group 9.'),
    });
    const error = new TemporaryError('later');
    const failing = await readBack([written()], '9', {
      api: api(() => Promise.reject(error)),
      logger: recordingLogger(),
    });
    expect(failing.get(4)).toEqual({ kind: 'failed', error });
  });

  it('is logged as an error if it has activated a receiver', async () => {
    const logger = recordingLogger();
    const before = { ...stored, active: false };
    await readBack([written({ before, receiver: stored })], '9', { api: api(() => Promise.resolve([])), logger });
    expect(logger.lines).toEqual(['Receiver 1 of group 9 was not active before it was written and is active now.']);
    await readBack([written({ before: stored, receiver: stored })], '9', {
      api: api(() => Promise.resolve([])),
      logger,
    });
    expect(logger.lines).toHaveLength(1);
  });

  it('of an opt-out is a temporary error while one of the deactivated receivers is shown as active', async () => {
    const [inactive, other] = [{ ...stored, active: false }, receiver('2', { email: 'R000001@example.org' })];
    const optOut = written({ kind: 'unsubscribed', left: ['1', '2'] });
    const resultWith = async (...shown: (typeof stored)[]) => {
      const asked = api(() => Promise.resolve(shown));
      const results = await readBack([optOut], '9', { api: asked, logger: recordingLogger() });
      expect(asked.receiversByIds).toHaveBeenCalledWith('9', ['1', '2']);
      return results.get(4);
    };
    expect(await resultWith(inactive, { ...other, active: false })).toEqual({
      kind: 'unsubscribed',
      receiver: inactive,
    });
    expect(await resultWith(inactive)).toMatchObject({ kind: 'unsubscribed' });
    for (const shown of [
      [inactive, other],
      [stored, { ...other, active: false }],
    ])
      expect(await resultWith(...shown)).toMatchObject({
        kind: 'failed',
        error: expect.any(TemporaryError) as unknown,
      });
  });
});
