import type { ReceiverWrite } from '../../../../lib/cleverreach/types';
import {
  AuthorisationError,
  NotFoundError,
  RejectedError,
  TemporaryError,
  UnexplainedError,
} from '../../../../lib/utils/errors';
import { bulkUpsert } from '../../../../lib/upsert/execute/bulkUpsert';

const rows = (count: number): ReceiverWrite[] =>
  Array.from({ length: count }, (_, index) => ({ email: `r${index}@example.org` }));

/** Answers requests with what `refuse` throws, or takes all rows; and how many rows each request had. */
async function upsert(
  count: number,
  refuse: (sent: readonly ReceiverWrite[]) => Error | undefined,
): Promise<{ sizes: number[]; results: string[] }> {
  const sizes: number[] = [];
  const api: Parameters<typeof bulkUpsert>[2]['api'] = {
    upsertReceivers: (_group, sent) => {
      sizes.push(sent.length);
      const error = refuse(sent);
      if (error) return Promise.reject(error);
      return Promise.resolve(sent.map(({ email }) => ({ ok: true, id: email })));
    },
  };
  const results = await bulkUpsert(rows(count), '9', { api, breaker: { check: () => undefined } });
  return { sizes, results: results.map((one) => (one instanceof Error ? one.message : one.id)) };
}

const addresses = (count: number): string[] => rows(count).map(({ email }) => email);
const spoilt =
  (error: Error, spoiler = 'r2@example.org') =>
  (sent: readonly ReceiverWrite[]) =>
    sent.some(({ email }) => email === spoiler) ? error : undefined;

describe('rows that are upserted', () => {
  it('are sent by 250, in their order', async () => {
    expect(await upsert(501, () => undefined)).toEqual({ sizes: [250, 250, 1], results: addresses(501) });
    expect((await upsert(250, () => undefined)).sizes).toEqual([250]);
    expect(await upsert(0, () => undefined)).toEqual({ sizes: [], results: [] });
  });

  it.each<[string, Error]>([
    ['a 400', new RejectedError('no', 400)],
    ['a missing permission', new AuthorisationError('no')],
    ['a refusal without a reason', new UnexplainedError('no')],
  ])('are split to find the invalid one, after %s', async (_what, error) => {
    const { sizes, results } = await upsert(5, spoilt(error));
    expect(sizes).toEqual([5, 3, 2, 1, 2]);
    expect(results).toEqual(['r0@example.org', 'r1@example.org', 'no', 'r3@example.org', 'r4@example.org']);
  });

  it.each<[string, Error]>([
    ['CleverReach fails for now', new TemporaryError('later')],
    ['the group does not exist', new NotFoundError('later')],
  ])('are not split if %s', async (_what, error) => {
    expect(await upsert(4, () => error)).toEqual({ sizes: [4], results: ['later', 'later', 'later', 'later'] });
  });

  it('are split at most forty times if each part is refused', async () => {
    const { sizes, results } = await upsert(250, () => new RejectedError('no', 400));
    expect(results).toEqual(Array(250).fill('no'));
    // each division makes two requests of one
    expect(sizes).toHaveLength(1 + 2 * 40);
  });

  it('are split as often as necessary if they are too many', async () => {
    const { sizes, results } = await upsert(250, (sent) =>
      sent.length > 2 ? new RejectedError('too large', 413) : undefined,
    );
    expect(results).toEqual(addresses(250));
    expect(Math.max(...sizes.slice(-2))).toBeLessThanOrEqual(2);
    expect(sizes.length).toBeGreaterThan(1 + 2 * 40);
  });
});
