import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { TemporaryError } from '../../../lib/utils/errors';
import { systemClock } from '../../../lib/utils/clock';
import { createHttpClient } from '../../../lib/http/httpClient';
import { ConcurrencyLimit, accountLimit } from '../../../lib/http/concurrencyLimit';
import { bench, fakeClock, onTheWire, origin, recordingLogger, thrownBy, tokensInTurn } from '../../support/http';

onTheWire();

const get = { method: 'GET', path: '/groups' } as const;

describe('slots', () => {
  it('limit how many calls run at once, and let the others run in order of arrival', async () => {
    const slots = new ConcurrencyLimit(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((one) =>
      slots.run(() => {
        begun.push(one);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await settle();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[3]?.();
    await Promise.all(all);
  });

  it('are released when the work fails', async () => {
    const slots = new ConcurrencyLimit(1);
    await expect(slots.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(slots.run(() => Promise.resolve(5))).resolves.toBe(5);
  });
});

it('unanswered requests of an account do not block other accounts', async () => {
  nock.restore();
  const held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.headers.authorization === 'Bearer other') response.end('[]');
    else held.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open = (name: string) =>
    createHttpClient({
      baseUrl,
      tokens: tokensInTurn(name),
      clock: systemClock,
      logger: recordingLogger(),
      budgetSeconds: 0,
      slots: accountLimit(),
    });
  const hanging = open('hanging');
  const waiting = Array.from({ length: 30 }, () => hanging.request(get).catch(() => undefined));
  await expect(open('other').request(get)).resolves.toMatchObject({ body: [] });
  expect(hanging.requests).toBe(10);
  server.on('request', (_, response) => response.end('[]'));
  for (const response of held) response.end('[]');
  await Promise.all(waiting);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  nock.activate();
});

describe('the time in which a request waits for a slot', () => {
  it('does not count against the budget of its retries', async () => {
    const clock = fakeClock(0, 0);
    const slots = new ConcurrencyLimit(1);
    let release = (): void => undefined;
    const other = slots.run(() => new Promise<void>((resolve) => (release = resolve)));
    nock(origin).get('/v3/groups').reply(503, {}).get('/v3/groups').reply(200, '[]');
    const { http } = bench({ clock, slots, budgetSeconds: 30 });
    const answer = http.request(get);
    await new Promise((resolve) => setImmediate(resolve));
    await clock.sleep(100_000);
    release();
    await other;
    await expect(answer).resolves.toMatchObject({ body: [] });
  });
});

describe('a request of a run with an end time', () => {
  it('is retried before the end, and not after it', async () => {
    const clock = fakeClock(0, 0.5);
    nock(origin).persist().get('/v3/groups').reply(503, {});
    const { http } = bench({ clock, budgetSeconds: 300, endAt: clock.elapsed() + 2_000 });
    const error = await thrownBy(http.request(get));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(http.requests).toBe(3);
    expect(clock.sleeps).toEqual([500, 1_000]);
  });

  it('does not wait for a pause that ends after it', async () => {
    const clock = fakeClock(0, 0);
    const { http } = bench({ clock, pause: { until: 90_000 }, budgetSeconds: 300, endAt: 60_000 });
    await expect(http.request(get)).rejects.toThrow('GET /v3/groups was not sent');
    expect(http.requests).toBe(0);
  });

  it('has the silence limit of CleverReach after the end, even for a response that arrives slowly', async () => {
    nock.restore();
    const server = createServer((_, response) => {
      response.write('[');
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { http } = bench({ baseUrl, clock: fakeClock(100_000, 0), endAt: 41_000 });
    // without an end, it has longer than this test
    const error = await thrownBy(http.request(get));
    expect(error.message).toContain('the response was not complete in time');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    nock.activate();
  });
});
