import nock from 'nock';
import { RateLimitedError, TemporaryError } from '../../../lib/utils/errors';
import { advice } from '../../../lib/http/errorAdvice';
import { createHttpClient, noPause } from '../../../lib/http/httpClient';
import { bench, fakeClock, onTheWire, origin, recordingLogger, thrownBy, tokensInTurn } from '../../support/http';

onTheWire();

const get = { method: 'GET', path: '/groups' } as const;
const post = { method: 'POST', path: '/groups/1/receivers', body: {} } as const;
const tooMany = { error: { code: 429, message: 'Too Many Requests' } };

describe('a temporary failure', () => {
  it.each([408, 500, 502, 503, 504])('is retried after %i', async (status) => {
    nock(origin).get('/v3/groups').reply(status, '<html>').get('/v3/groups').reply(200, '[]');
    const { http, clock, logger } = bench();
    await expect(http.request(get)).resolves.toMatchObject({ status: 200 });
    expect(clock.sleeps).toEqual([500]);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toContain(`GET /v3/groups (${status})`);
  });

  it.each(['[{"id":"1"', '<html>welcome</html>'])('is retried after a 200 with %s', async (text) => {
    nock(origin).get('/v3/groups').reply(200, text).get('/v3/groups').reply(200, '[]');
    await expect(bench().http.request(get)).resolves.toMatchObject({ body: [] });
  });

  it('is not retried for a POST, which may have been carried out', async () => {
    for (const reply of [502, 500, 504]) nock(origin).post('/v3/groups/1/receivers').reply(reply, '');
    const { http } = bench();
    for (let sent = 1; sent <= 3; sent += 1) {
      const error = await thrownBy(http.request(post));
      expect(error).toBeInstanceOf(TemporaryError);
      expect(error.message).toContain('tried once');
      expect(http.requests).toBe(sent);
    }
  });

  it('is retried for a POST that may be carried out twice', async () => {
    nock(origin).post('/v3/groups/1/receivers').reply(502, '').post('/v3/groups/1/receivers').reply(200, '[]');
    await expect(bench().http.request({ ...post, repeatable: true })).resolves.toMatchObject({ status: 200 });
  });

  it('is not retried after six attempts, and the message says so', async () => {
    nock(origin).get('/v3/groups').times(6).reply(503, '');
    const { http, clock } = bench();
    const error = await thrownBy(http.request(get));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/503.*tried 6 times in 16 s.*later/);
    expect(clock.sleeps).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  it('is retried after a random part of a wait of at most 30 seconds', async () => {
    nock(origin).get('/v3/groups').times(6).reply(503, '');
    const clock = fakeClock(0, 0.999_999);
    await thrownBy(bench({ clock, budgetSeconds: 1_000 }).http.request(get));
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(30_000);
    nock(origin).get('/v3/groups').times(6).reply(503, '');
    const eager = fakeClock(0, 0);
    await thrownBy(bench({ clock: eager }).http.request(get));
    expect(eager.sleeps).toEqual([0, 0, 0, 0, 0]);
  });

  it('is reported with the number of the next attempt', async () => {
    nock(origin).get('/v3/groups').times(2).reply(503, '').get('/v3/groups').reply(200, '[]');
    const { http, logger } = bench();
    await http.request(get);
    expect(logger.lines).toEqual([
      'CleverReach could not process GET /v3/groups (503). Retry 1 in 0.5 s.',
      'CleverReach could not process GET /v3/groups (503). Retry 2 in 1 s.',
    ]);
  });

  it('is reported with the reason of CleverReach', async () => {
    const error = { error: { code: 500, message: 'Internal Server Error for jo@example.org' } };
    nock(origin).get('/v3/groups').reply(500, error).get('/v3/groups').reply(200, '<p>Maintenance</p>');
    nock(origin).get('/v3/groups').reply(200, '[]');
    const { http, logger } = bench();
    await http.request(get);
    expect(logger.lines).toEqual([
      'CleverReach could not process GET /v3/groups (500): Internal Server Error for …. Retry 1 in 0.5 s.',
      'CleverReach answered GET /v3/groups (200) with content that is not JSON, such as the page of a proxy or a gateway: "Maintenance". Retry 2 in 1 s.',
    ]);
  });

  it('delays only the call that failed', async () => {
    nock(origin).get('/v3/groups').reply(503, '').get('/v3/groups').reply(200, '[]');
    const pause = noPause();
    await bench({ pause }).http.request(get);
    expect(pause.until).toBe(0);
  });

  it('is retried if the wait ends exactly with the budget', async () => {
    nock(origin).get('/v3/groups').reply(503, '', { 'Retry-After': '30' }).get('/v3/groups').reply(200, '[]');
    const { http, clock } = bench({ budgetSeconds: 30, clock: fakeClock(0, 0) });
    await http.request(get);
    expect(clock.sleeps).toEqual([30_000]);
  });

  it('is reported with its duration if the last attempt must not be repeated', async () => {
    nock(origin).post('/v3/groups/1/receivers').reply(429, tooMany).post('/v3/groups/1/receivers').reply(502, '');
    const error = await thrownBy(bench({ clock: fakeClock(Date.UTC(2026, 0, 1), 0) }).http.request(post));
    expect(error.message).toContain('(502) (tried 2 times in 60 s)');
  });

  it('is reported without advice to wait if the last attempt is refused', async () => {
    nock(origin).get('/v3/groups').times(2).reply(503, '').get('/v3/groups').reply(400, '{}');
    expect((await thrownBy(bench().http.request(get))).message).toBe(
      `CleverReach refused GET /v3/groups (400). ${advice.query}`,
    );
  });

  it('fails immediately when the wait would exceed the budget', async () => {
    nock(origin).get('/v3/groups').times(6).reply(503, '', { 'Retry-After': '45' });
    const { http, clock } = bench({ budgetSeconds: 30 });
    const error = await thrownBy(http.request(get));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(clock.sleeps).toEqual([]);
  });

  it.each([400, 403, 404, 409, 413, 422])('is not the meaning of %i', async (status) => {
    nock(origin)
      .get('/v3/groups')
      .reply(status, { error: { code: status, message: 'no' } });
    const { http } = bench();
    await thrownBy(http.request(get));
    expect(http.requests).toBe(1);
  });
});

describe('a 429', () => {
  it.each([
    ['seconds', { 'Retry-After': '7' }, 7_000],
    [
      'a date, by the clock of the answer',
      { 'Retry-After': 'Fri, 02 Jan 2026 00:00:20 GMT', Date: 'Fri, 02 Jan 2026 00:00:08 GMT' },
      12_000,
    ],
    ['a date, by our clock where the answer has none', { 'Retry-After': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9_000],
    ['nothing', {}, 60_000],
    ['something unreadable', { 'Retry-After': 'soon' }, 60_000],
    ['a date in the past', { 'Retry-After': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  ])('causes the requested wait: %s', async (_form, headers: Record<string, string>, wait) => {
    nock(origin)
      .post('/v3/groups/1/receivers')
      .reply(429, tooMany, headers)
      .post('/v3/groups/1/receivers')
      .reply(200, '{}');
    const { http, clock } = bench({ clock: fakeClock(Date.UTC(2026, 0, 1), 0) });
    await http.request(post);
    expect(clock.sleeps).toEqual([wait]);
  });

  it('with a date causes a wait from the time of the response, however long the request took', async () => {
    const clock = fakeClock(Date.UTC(2026, 0, 1), 0);
    nock(origin)
      .get('/v3/groups')
      .reply(() => {
        clock.advance(4_000);
        return [429, tooMany, { 'Retry-After': 'Thu, 01 Jan 2026 00:00:09 GMT' }];
      })
      .get('/v3/groups')
      .reply(200, '[]');
    await bench({ clock }).http.request(get);
    expect(clock.sleeps).toEqual([5_000]);
  });

  it('without Retry-After causes a wait that is twice as long the second time', async () => {
    nock(origin).get('/v3/groups').times(2).reply(429, tooMany).get('/v3/groups').reply(200, '[]');
    const { http, clock } = bench({ clock: fakeClock(0, 0) });
    await http.request(get);
    expect(clock.sleeps).toEqual([60_000, 120_000]);
  });

  it('inside a 200 has the same effect', async () => {
    nock(origin).post('/v3/groups/1/receivers').reply(200, tooMany).post('/v3/groups/1/receivers').reply(200, '{}');
    await expect(bench().http.request(post)).resolves.toMatchObject({ body: {} });
  });

  it('with a wait beyond the budget is thrown immediately with the requested wait', async () => {
    nock(origin).get('/v3/groups').reply(429, tooMany, { 'Retry-After': '3600' });
    const { http, clock } = bench({ budgetSeconds: 300 });
    const error = await thrownBy(http.request(get));
    expect(error).toMatchObject({ name: 'RateLimitedError', retryAfterSeconds: 3600 });
    expect(error.message).toMatch(/asks to wait 3600 s.*tried once.*later/);
    expect(clock.sleeps).toEqual([]);
  });

  it('stops an account for a quarter of an hour at most', async () => {
    nock(origin).get('/v3/groups').reply(429, tooMany, { 'Retry-After': '99999999' });
    const pause = noPause();
    const clock = fakeClock(0, 0);
    await thrownBy(bench({ clock, pause }).http.request(get));
    expect(pause.until).toBe(900_000);
  });

  it('pauses all calls of the account, including those of another client', async () => {
    const clock = fakeClock(0, 0);
    const shared = {
      baseUrl: origin,
      tokens: tokensInTurn('token'),
      clock,
      logger: recordingLogger(),
      budgetSeconds: 300,
      pause: noPause(),
    };
    const [one, two] = [createHttpClient(shared), createHttpClient(shared)];
    const times: Record<string, number> = {};
    nock(origin).get('/v3/a').reply(429, tooMany, { 'Retry-After': '20' }).get('/v3/a').reply(200, '1');
    nock(origin)
      .get('/v3/b')
      .reply(() => {
        times['b'] = clock.now();
        return [200, '2'];
      });
    const first = one.request({ method: 'GET', path: '/a' });
    while (shared.pause.until === 0) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, two.request({ method: 'GET', path: '/b' })]);
    expect(times['b']).toBeGreaterThanOrEqual(20_000);
  });

  it('does not affect other accounts', async () => {
    const clock = fakeClock(0, 0);
    nock(origin).get('/v3/groups').reply(429, tooMany, { 'Retry-After': '3600' }).get('/v3/groups').reply(200, '[]');
    await thrownBy(bench({ clock, pause: noPause() }).http.request(get));
    await expect(bench({ clock, pause: noPause() }).http.request(get)).resolves.toMatchObject({ body: [] });
    expect(clock.sleeps).toEqual([]);
  });

  it('makes a call whose budget ends before the pause fail immediately, without a request', async () => {
    const pause = { until: 90_000 };
    const { http, clock } = bench({ clock: fakeClock(0, 0), pause, budgetSeconds: 30 });
    const error = await thrownBy(http.request(get));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterSeconds: 90 });
    expect(error.message).toBe(
      "CleverReach's rate limit is reached: requests of this account are paused for another 90 s, so GET /v3/groups was not sent. " +
        'This is temporary: a later attempt will work.',
    );
    expect(http.requests).toBe(0);
    expect(clock.sleeps).toEqual([]);
  });

  it('lets the waiting calls resume one after the other', async () => {
    nock(origin).get('/v3/groups').reply(200, '[]');
    const { http, clock } = bench({ clock: fakeClock(0, 0.5), pause: { until: 30_000 }, budgetSeconds: 30 });
    await http.request(get);
    expect(clock.sleeps).toEqual([30_500]);
  });
});
