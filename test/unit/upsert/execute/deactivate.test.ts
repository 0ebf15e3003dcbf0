/** An opt-out is carried out for each receiver of its address, whatever happens with another. */

import {
  AuthorisationError,
  NotFoundError,
  RejectedError,
  TemporaryError,
  UnexplainedError,
  type ComponentError,
} from '../../../../lib/utils/errors';
import { deactivate, despiteOptOut } from '../../../../lib/upsert/execute/deactivate';
import { receiver } from '../../../support/receiver';
import { thrownBy } from '../../../support/http';

/** A group that answers each deactivation with an error, or carries it out. */
function group(errors: Record<string, ComponentError>, shown: Record<string, boolean | ComponentError> = {}) {
  const deactivated: string[] = [];
  return {
    deactivated,
    io: {
      groupId: '9',
      breaker: { check: () => undefined },
      api: {
        deactivateReceiver: (_group: string, id: string): Promise<void> => {
          deactivated.push(id);
          return errors[id] ? Promise.reject(errors[id]) : Promise.resolve();
        },
        receiver: (_group: string, id: string) => {
          const active = shown[id];
          if (typeof active === 'object') return Promise.reject(active);
          return Promise.resolve(active === undefined ? undefined : receiver(id, { active }));
        },
      },
    },
  };
}

describe('a deactivation', () => {
  it('reaches each receiver, and the first failure is reported', async () => {
    const busy = new TemporaryError('busy');
    const { io, deactivated } = group({ 2: busy, 3: new TemporaryError('busy too') });
    expect(await thrownBy(deactivate(['1', '2', '3', '4'], io))).toBe(busy);
    expect(deactivated).toEqual(['1', '2', '3', '4']);
  });

  it.each([
    new RejectedError('Bad Request: already inactive', 400),
    new NotFoundError('nothing'),
    new UnexplainedError('false'),
  ])('is done if it is refused and the receiver is no longer active: $name', async (error) => {
    await expect(deactivate(['1'], group({ 1: error }, { 1: false }).io)).resolves.toBeUndefined();
  });

  it('fails with its refusal if the receiver is still active, or cannot be looked up', async () => {
    const error = new RejectedError('no', 400);
    for (const [shown, state] of [
      [true, 'is still'] as const,
      [new AuthorisationError('no', 403), 'may still be'] as const,
    ])
      expect(await thrownBy(deactivate(['1'], group({ 1: error }, { 1: shown }).io))).toMatchObject({
        name: 'RejectedError',
        status: 400,
        message: `Receiver 1 was not deactivated in group 9 and ${state} active, although it has opted out: deactivate it in CleverReach. no`,
      });
  });

  it('fails temporarily if it is refused and the look-up fails temporarily', async () => {
    const busy = new TemporaryError('busy');
    expect(await thrownBy(deactivate(['1'], group({ 1: new RejectedError('no', 400) }, { 1: busy }).io))).toBe(busy);
  });

  it('fails temporarily if the receiver is no longer in the group', async () => {
    const error = await thrownBy(deactivate(['1'], group({ 1: new NotFoundError('nothing') }).io));
    expect(error).toEqual(
      new TemporaryError(
        'Receiver 1 was to be deactivated in group 9, but is no longer there. Sending the record again reads the group again.',
      ),
    );
  });

  it('is named in the error of the rest of its record', () => {
    const texts = [['1'], ['1', '2']].map(
      (ids) => despiteOptOut(new RejectedError('No; nothing was written.', 400), ids, '9').message,
    );
    expect(texts).toEqual([
      'No. The opt-out of the record was carried out: receiver 1 of group 9 is deactivated.',
      'No. The opt-out of the record was carried out: receivers 1, 2 of group 9 are deactivated.',
    ]);
  });
});
