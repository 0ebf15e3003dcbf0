import { ConfigurationError } from '../../lib/utils/errors';
import { safeLogger } from '../../lib/utils/logger';
import { parseUpsertFields } from '../../lib/config/stepConfig';
import { clientOf } from '../../lib/oauth/credentials';
import { openStep } from '../../lib/platform/step';
import { recordingLogger } from '../support/http';

it('an error that the runtime’s emit throws is bounded and repeats ordinary words only', async () => {
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
    expect(error?.message).toMatch(/^Request failed for …/);
    expect(error?.message).not.toMatch(/jo|example|abcdef|5e0d/);
    expect(error?.message.length).toBeLessThanOrEqual(2_000);
  }
});

it('a logger whose promise is rejected leaves no unhandled rejection', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const fails = (): Promise<never> => Promise.reject(new Error('full'));
  safeLogger({ debug: fails, info: fails, warn: fails, error: fails }).info('x');
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

it('a client or a group id that is too long is refused without being repeated', () => {
  const long = 'k'.repeat(1_001);
  expect(() => clientOf(long, 's')).toThrow(ConfigurationError);
  expect(() => clientOf('i', long)).toThrow('The client secret for CleverReach has more than 1000 characters.');
  expect(clientOf('i', long.slice(1))).toBeDefined();
  expect(() => parseUpsertFields({ groupId: '1'.repeat(101) })).toThrow(
    /"groupId" must be an id \(a string of at most 100/,
  );
  expect(parseUpsertFields({ groupId: '1'.repeat(100) }).groupId).toHaveLength(100);
});
