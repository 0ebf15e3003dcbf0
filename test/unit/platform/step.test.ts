import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import type { RuntimeContext } from '../../../lib/platform/runtimeContext';
import { openStep } from '../../../lib/platform/step';
import { recordingLogger } from '../../support/http';

interface Emitted {
  event: string;
  payload: Record<string, unknown>;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function runtime(onEmit: (context: RuntimeContext) => void = () => undefined): {
  context: RuntimeContext;
  emitted: Emitted[];
} {
  const emitted: Emitted[] = [];
  const context: RuntimeContext = {
    errorCount: 0,
    logger: quiet,
    emit: (event, payload) => {
      emitted.push({ event, payload: payload as Record<string, unknown> });
      onEmit(context);
      return Promise.resolve(true);
    },
  };
  return { context, emitted };
}

const message = { metadata: { recordUid: '7' }, data: { firstName: 'Jo' } };

describe('an outgoing message', () => {
  it('is {metadata, data} on OIH', async () => {
    const { context, emitted } = runtime();
    await openStep({ context, message: {}, cfg: {}, tokenData: {} }).emitData(message);
    expect(emitted).toEqual([{ event: 'data', payload: { id: expect.any(String) as string, ...message } }]);
  });

  it('has {metadata, data} as its body on elastic.io', async () => {
    const { context, emitted } = runtime();
    await openStep({ context, message: {}, cfg: {} }).emitData(message);
    expect(emitted[0]?.payload).toMatchObject({ body: message, headers: {}, attachments: {} });
  });

  it.each([undefined, {}])('has its own id (%p)', async (tokenData) => {
    const { context, emitted } = runtime();
    const step = openStep({ context, message: {}, cfg: {}, tokenData });
    await step.emitData(message);
    await step.emitData(message);
    const ids = emitted.map(({ payload }) => payload['id']);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  it('is an object that the runtime may modify without affecting the next one', async () => {
    const { context, emitted } = runtime();
    const step = openStep({ context, message: {}, cfg: {}, tokenData: {} });
    await step.emitData(message);
    Object.assign(emitted[0]?.payload['metadata'] as object, { oihUid: 'x' });
    expect(message.metadata).toEqual({ recordUid: '7' });
  });

  it('has its own parts on elastic.io, which the runtime may modify too', async () => {
    const { context, emitted } = runtime();
    const step = openStep({ context, message: {}, cfg: {} });
    const parts = ['attachments', 'headers', 'metadata'];
    await step.emitData(message);
    for (const part of parts) Object.assign(emitted[0]?.payload[part] as object, { written: true });
    await step.emitData(message);
    expect(parts.map((part) => emitted[1]?.payload[part])).toEqual([{}, {}, {}]);
  });

  it('that the runtime could not send is an error, although emit resolves', async () => {
    const { context } = runtime((self) => {
      self.errorCount = (self.errorCount ?? 0) + 1;
    });
    const step = openStep({ context, message: {}, cfg: {} });
    const says = (event: string): TemporaryError =>
      new TemporaryError(
        `The runtime could not send a ${event} message; its error in the log gives the reason. Waiting helps, unless that error is about the message itself, such as its size.`,
      );
    await expect(step.emitData(message)).rejects.toThrow(says('data'));
    await expect(step.emitData(message)).rejects.toBeInstanceOf(TemporaryError);
    await expect(step.emitSnapshot({ lastUpdated: 1 })).rejects.toThrow(says('snapshot'));
  });

  it.each([
    ['elastic.io', undefined, 7_400_000],
    ['OIH', {}, 10_000_000],
  ])('that is too large for %s is refused before it is sent', async (_, tokenData, size) => {
    const { context, emitted } = runtime();
    const step = openStep({ context, message: {}, cfg: {}, tokenData });
    const large = { metadata: {}, data: { notes: 'x'.repeat(size) } };
    await expect(step.emitData(large)).rejects.toBeInstanceOf(RecordError);
    await expect(step.emitData(large)).rejects.toThrow(/too large/);
    expect(emitted).toEqual([]);
  });

  it('follows the configured limit of the runtime', async () => {
    const { context } = runtime();
    const step = openStep({ context, message: {}, cfg: {} }, { ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT: '100' });
    await expect(step.emitData(message)).resolves.toBeUndefined();
    await expect(step.emitData({ metadata: {}, data: { a: 'x'.repeat(100) } })).rejects.toThrow(/too large/);
  });
});

describe('an outgoing snapshot', () => {
  it('is a separate object, since the runtime keeps it by reference', async () => {
    const { context, emitted } = runtime();
    const snapshot = { seen: { 9: '1' } };
    await openStep({ context, message: {}, cfg: {} }).emitSnapshot(snapshot);
    expect(emitted[0]).toEqual({ event: 'snapshot', payload: snapshot });
    expect(emitted[0]?.payload['seen']).not.toBe(snapshot.seen);
  });
});

describe('a raw record', () => {
  it('is sent on OIH and nowhere else', async () => {
    const { context, emitted } = runtime();
    await openStep({ context, message: {}, cfg: {} }).emitRawRecord('1', message.data);
    expect(emitted).toEqual([]);
    await openStep({ context, message: {}, cfg: {}, tokenData: {} }).emitRawRecord('1', message.data);
    expect(emitted).toEqual([{ event: 'raw-record', payload: { rawRecordId: '1', payload: message.data } }]);
  });
});

describe('an incoming message', () => {
  const incoming = (value: unknown, tokenData?: unknown): unknown =>
    openStep({ context: runtime().context, message: value, cfg: {}, tokenData }).incoming;

  it('is {metadata, data} on OIH, either of which may be missing', () => {
    expect(incoming({ metadata: { oihUid: 'u' }, data: { a: 1 } }, {})).toEqual({
      metadata: { oihUid: 'u' },
      data: { a: 1 },
    });
    expect(incoming({}, {})).toEqual({ metadata: {}, data: {} });
    expect(incoming({ body: { a: 1 } }, {})).toEqual({ metadata: {}, data: {} });
  });

  it('is the body on elastic.io if that contains {metadata, data}', () => {
    expect(incoming({ body: { metadata: { oihUid: 'u' }, data: { a: 1 } } })).toEqual({
      metadata: { oihUid: 'u' },
      data: { a: 1 },
    });
  });

  it.each([[{ email: 'jo@example.org' }], [{ data: 'a text', email: 'jo@example.org' }]])(
    'is the record itself on elastic.io if the body has no object "data": %j',
    (body) => {
      expect(incoming({ body, metadata: { x: 1 } })).toEqual({ metadata: { x: 1 }, data: body });
    },
  );

  it.each([undefined, null, 5, 'text', [], { body: null }, { body: [] }])('of %p is empty', (value) => {
    expect(incoming(value)).toEqual({ metadata: {}, data: {} });
  });
});

describe('the runtime', () => {
  it('is OIH if it passes a token', () => {
    expect(openStep({ context: runtime().context, message: {}, cfg: {}, tokenData: {} }).kind).toBe('oih');
  });

  it('is elastic.io if it has an API client', () => {
    const context = { ...runtime().context, getApiClient: () => ({}) };
    expect(openStep({ context, message: {}, cfg: {} }, { ELASTICIO_NODE_EXCHANGE: 'x' }).kind).toBe('elastic.io');
  });

  it('is determined by its environment otherwise', () => {
    expect(openStep({ context: runtime().context, message: {}, cfg: {} }, { ELASTICIO_NODE_EXCHANGE: 'x' }).kind).toBe(
      'oih',
    );
    expect(openStep({ context: runtime().context, message: {}, cfg: {} }, {}).kind).toBe('elastic.io');
  });
});

it.each([
  ['3', 3],
  ['-1', 0],
  ['9'.repeat(400), 20],
  ['no', 20],
])('a limit of rebounds of %s allows %i', (limit, left) => {
  const env = { ELASTICIO_REBOUND_LIMIT: limit };
  expect(openStep({ context: runtime().context, message: {}, cfg: {}, tokenData: {} }, env).reboundsLeft).toBe(left);
});

it('an error that emit of the runtime throws is truncated and repeats only ordinary words', async () => {
  const message = { email: 'jo@example.org', oauth: { access_token: '5e0d77aa5e0d77aa' } };
  const thrown = new Error(
    `Request failed for Bearer abcdefghijklmnop ${JSON.stringify(message)} ${'x '.repeat(5_000)}`,
  );
  const context = { emit: () => Promise.reject(thrown), logger: recordingLogger() };
  const step = openStep({ context, message: {}, cfg: {}, tokenData: {} }, {});
  const errors = await Promise.all(
    [step.emitSnapshot({}), step.rebound(new Error('x'))].map((emit) => emit.catch((error: unknown) => error as Error)),
  );
  for (const error of errors) {
    expect(error?.message).toMatch(
      /^The (runtime could not send a snapshot message|platform could not take the message back): Request failed for …/,
    );
    expect(error?.message).not.toMatch(/jo|example|abcdef|5e0d/);
    expect(error?.message.length).toBeLessThanOrEqual(2_000);
  }
});

it('a message that the platform does not take back is an error that names its record and says what to do', async () => {
  const { context } = runtime();
  Object.assign(context, { emit: () => Promise.reject(new Error('channel closed')) });
  const step = openStep({ context, message: {}, cfg: {}, tokenData: {} }, {});
  const error = await step.rebound(new Error('The record with the recordUid "17": busy')).catch((one: unknown) => one);
  expect(error).toMatchObject({
    name: 'NotTakenBackError',
    temporary: false,
    message:
      'The platform could not take the message back: channel closed. So it counts as failed and is not sent again: the operator of the platform must check its message broker and the connection of the container to it; then send the record again. ' +
      'It was to be taken back because of this error: The record with the recordUid "17": busy',
  });
});
