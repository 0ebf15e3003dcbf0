import { emitRejection } from '../../../../lib/upsert/output/failedMessage';
import type { Message } from '../../../../lib/platform/messages';
import type { Step } from '../../../../lib/platform/step';
import {
  AuthorisationError,
  type ComponentError,
  ConfigurationError,
  NotAcceptedError,
  NotFoundError,
  RateLimitedError,
  RecordError,
  RejectedError,
  TemporaryError,
  UnexplainedError,
} from '../../../../lib/utils/errors';
import { thrownBy } from '../../../support/http';

const stepOf = (metadata: Message['metadata']): { step: Step; sent: Message[] } => {
  const sent: Message[] = [];
  const incoming = { metadata, data: {} };
  const emitData = (message: Message): Promise<void> => Promise.resolve(void sent.push(message));
  return { step: { incoming, emitData } as unknown as Step, sent };
};

describe('a rejected record', () => {
  it.each<[string, ComponentError]>([
    ['record', new RecordError('No address.')],
    ['rejected', new RejectedError('No address.', 400)],
  ])('is emitted with the type "%s" and the ids of its message', async (type, error) => {
    const { step, sent } = stepOf({ oihUid: 'u1', recordUid: 17, applicationUid: 'crm' });
    await emitRejection(step, error);
    const message = 'The record with the recordUid "17": No address.';
    expect(sent).toStrictEqual([
      { metadata: { oihUid: 'u1', recordUid: '17' }, data: { error: { type, message, recordUid: '17' } } },
    ]);
  });

  it.each([{}, { recordUid: ' ' }, { recordUid: null }])('has no id if its message has none: %j', async (metadata) => {
    const { step, sent } = stepOf(metadata);
    await emitRejection(step, new RecordError('No address.'));
    expect(sent).toStrictEqual([{ metadata: {}, data: { error: { type: 'record', message: 'No address.' } } }]);
  });
});

it.each([
  new TemporaryError('x'),
  new RateLimitedError('x'),
  new ConfigurationError('x'),
  new AuthorisationError('x'),
  new NotFoundError('x'),
  new NotAcceptedError('x'),
  new UnexplainedError('x'),
  new Error('x'),
])('any other error is thrown: %s', async (error) => {
  const { step, sent } = stepOf({});
  expect(await thrownBy(emitRejection(step, error))).toBe(error);
  expect(sent).toEqual([]);
});
