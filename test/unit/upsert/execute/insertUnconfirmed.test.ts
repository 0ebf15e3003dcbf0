import type { InsertResult, Receiver, ReceiverWrite } from '../../../../lib/cleverreach/types';
import { CircuitBreaker } from '../../../../lib/upsert/circuitBreaker';
import { insertUnconfirmed } from '../../../../lib/upsert/execute/insertUnconfirmed';
import { CreateSupport } from '../../../../lib/upsert/plan/createSupport';
import type { BatchContext } from '../../../../lib/upsert/plan/writeContext';
import {
  AuthorisationError,
  NotAcceptedError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  TemporaryError,
  UnexplainedError,
} from '../../../../lib/utils/errors';
import { fakeClock } from '../../../support/http';
import { receiver } from '../../../support/receiver';

const NOW = 1_764_000_000;
const rows = (count: number): ReceiverWrite[] =>
  Array.from({ length: count }, (_, index) => ({ email: `r${index}@example.org`, tags: ['vip'] }));
const inserted = (rowsSent: readonly ReceiverWrite[]): InsertResult[] =>
  rowsSent.map(({ email }) => ({ ok: true, id: idOf(email) }));
const idOf = (email: string): string => email.slice(1, email.indexOf('@'));
const DUPLICATE: InsertResult = { ok: false, reason: 'CleverReach rejected the record: duplicate address.' };

type Answer = InsertResult[] | Error | undefined;

/** @param answer to the insert with this number, from 0; undefined for what CleverReach documents */
function account(answer: (index: number, sent: readonly ReceiverWrite[]) => Answer = () => undefined) {
  const clock = fakeClock(NOW * 1_000);
  const stored = new Map<string, Receiver>();
  const sizes: number[] = [];
  const lookedUp: number[] = [];
  const add = (email: string, members: Partial<Receiver> = {}): void => {
    const state = { registered: NOW, activated: 0, active: false };
    stored.set(email, receiver(idOf(email), { email, tags: [], ...state, ...members }));
  };
  const api = {
    insertReceivers: (_group: string, sent: readonly ReceiverWrite[]) => {
      sizes.push(sent.length);
      for (const { registered, activated } of sent) expect([registered, activated]).toEqual([clock.now() / 1_000, 0]);
      const given = answer(sizes.length - 1, sent);
      if (given instanceof Error) return Promise.reject(given);
      if (given) return Promise.resolve(given);
      const results = sent.map(({ email }) => {
        if (stored.has(email)) return DUPLICATE;
        add(email);
        return { ok: true as const, id: idOf(email) };
      });
      return Promise.resolve(results);
    },
    receiver: (_group: string, id: string) => Promise.resolve([...stored.values()].find((one) => one.id === id)),
    receiversByEmails: (_group: string, emails: readonly string[]) => {
      lookedUp.push(emails.length);
      return Promise.resolve(emails.flatMap((email) => stored.get(email) ?? []));
    },
  };
  const support = new CreateSupport(clock);
  const breaker = new CircuitBreaker(clock);
  const insert = async (count: number): Promise<string[]> => {
    const context = { api: api as unknown as BatchContext['api'], clock, breaker, createSupport: support };
    const results = await insertUnconfirmed(rows(count), '9', context);
    return results.map((one) => (one.kind === 'failed' ? one.error.message : one.kind));
  };
  return { clock, stored, add, api, sizes, lookedUp, support, insert };
}

const all = (count: number, kind: string): string[] => Array.from({ length: count }, () => kind);

describe('new receivers that must not become active', () => {
  it('are inserted in batches of 250, after a single one that is sent twice', async () => {
    const { insert, sizes, support } = account();
    expect(await insert(502)).toEqual(all(502, 'created'));
    expect(sizes).toEqual([1, 1, 250, 250, 1]);
    expect(support.state).toBe('proven');
  });

  it('are inserted in bulk immediately after the first batch of an account', async () => {
    const { insert, sizes, stored } = account();
    await insert(6);
    stored.clear();
    expect(await insert(8)).toEqual(all(8, 'created'));
    expect(sizes).toEqual([1, 1, 5, 8]);
  });

  it('are created one by one if there are fewer than five', async () => {
    const { insert, sizes } = account();
    expect(await insert(4)).toEqual(all(4, 'single'));
    expect(sizes).toEqual([]);
  });

  it.each([
    ['the first one is active', { active: true, activated: NOW }],
    ['the first one has unsubscribed', { deactivated: NOW }],
  ])('are created one by one for ten minutes if %s', async (_, members) => {
    const { insert, sizes, add, clock } = account((index) => {
      if (index > 0) return undefined;
      add('r0@example.org', members);
      return [{ ok: true, id: '0' }];
    });
    expect(await insert(6)).toEqual(['created', ...all(5, 'single')]);
    clock.advance(599_999);
    expect(await insert(6)).toEqual(all(6, 'single'));
    expect(sizes).toEqual([1]);
    clock.advance(1);
    await insert(6);
    expect(sizes.slice(0, 3)).toEqual([1, 1, 1]);
  });

  it.each<[string, InsertResult[] | Error]>([
    ['inserts it again', [{ ok: true, id: '0' }]],
    ['refuses it for another reason', [{ ok: false, reason: 'CleverReach rejected the record: invalid address.' }]],
    ['answers in another form', new UnexplainedError('no')],
    ['does not answer', new TemporaryError('no')],
  ])('are created one by one if CleverReach %s when the first one is sent again', async (_, answer) => {
    const { insert, support } = account((index) => (index === 1 ? answer : undefined));
    expect(await insert(6)).toEqual(['created', ...all(5, 'single')]);
    expect(support.state).toBe('unusable');
  });

  it('are inserted in bulk if the repetition is rejected with an error status', async () => {
    const { insert } = account((index) => (index === 1 ? new RejectedError('duplicate address', 409) : undefined));
    expect(await insert(6)).toEqual(all(6, 'created'));
  });

  it('are inserted in bulk if the second one is rejected as a duplicate, because the first one already exists', async () => {
    const { insert, sizes, add } = account();
    add('r0@example.org', { active: true });
    expect(await insert(6)).toEqual(['exists', ...all(5, 'created')]);
    expect(sizes).toEqual([1, 1, 1, 4]);
  });

  it('are created one by one for ten minutes if the first three are rejected for another reason', async () => {
    const { insert, sizes, support } = account(() => new RejectedError('blocked', 403));
    expect(await insert(6)).toEqual(all(6, 'single'));
    expect([sizes, support.state]).toEqual([[1, 1, 1], 'unusable']);
  });

  it('that already exist are looked up in one request and are not reported as new', async () => {
    const { insert, add, lookedUp } = account();
    for (const index of [2, 4]) add(`r${index}@example.org`, { active: true });
    expect(await insert(6)).toEqual(['created', 'created', 'exists', 'created', 'exists', 'created']);
    expect(lookedUp).toEqual([2]);
  });

  it('that are duplicates although the group does not have them are created alone', async () => {
    const { insert } = account((index, sent) => (index === 2 ? [DUPLICATE, ...inserted(sent.slice(1))] : undefined));
    expect(await insert(6)).toEqual(['created', 'single', ...all(4, 'created')]);
  });

  it('fail with the reason if CleverReach refuses their row', async () => {
    const refused: InsertResult = { ok: false, reason: 'invalid address' };
    const { insert } = account((index, sent) => (index === 2 ? [refused, ...inserted(sent.slice(1))] : undefined));
    expect(await insert(6)).toEqual(['created', 'invalid address', ...all(4, 'created')]);
  });

  it.each<[string, Error, string, 'proven' | 'unusable']>([
    ['a connection that broke', new TemporaryError('down'), 'down', 'unusable'],
    ['an answer in another form', new UnexplainedError('odd'), 'single', 'unusable'],
    ['a 405', new NotAcceptedError('405'), 'single', 'unusable'],
    ['a 404', new NotFoundError('404'), 'single', 'unusable'],
    ['a 400 or a 413', new RejectedError('400', 400), 'single', 'proven'],
    ['a 403', new AuthorisationError('403', 403), 'single', 'proven'],
    ['a 429', new RateLimitedError('429'), '429', 'proven'],
  ])('are settled after %s: created, if the look-up shows their trace', async (what, error, rest, state) => {
    const { insert, add, support } = account((index) => {
      if (index !== 2) return undefined;
      add('r1@example.org');
      add('r2@example.org', { active: true, activated: NOW });
      add('r3@example.org', { registered: NOW - 1 });
      return error;
    });
    const isLookedUp = error.message !== '429';
    expect([what, await insert(6)]).toEqual([what, ['created', isLookedUp ? 'created' : rest, ...all(4, rest)]]);
    expect(support.state).toBe(state);
  });

  it('are created alone if they cannot be looked up after an answer in another form', async () => {
    const { insert, api } = account((index) => (index === 2 ? new UnexplainedError('odd') : undefined));
    api.receiversByEmails = () => Promise.reject(new TemporaryError('down'));
    expect(await insert(6)).toEqual(['created', ...all(5, 'single')]);
  });

  it('are not inserted once the batch has lost too much time', async () => {
    const { insert, api, clock, sizes } = account();
    await insert(5);
    const other = new CircuitBreaker(clock);
    const failing = other.watch({
      fail: async () => {
        await clock.sleep(30_000);
        throw new TemporaryError('down');
      },
    });
    await failing.fail().catch(() => undefined);
    const support = new CreateSupport(clock);
    support.prove();
    const before = sizes.length;
    const context = { api: api as unknown as BatchContext['api'], clock, breaker: other, createSupport: support };
    const results = await insertUnconfirmed(rows(6), '9', context);
    expect(results.map(({ kind }) => kind)).toEqual(all(6, 'failed'));
    expect(sizes).toHaveLength(before);
  });
});
