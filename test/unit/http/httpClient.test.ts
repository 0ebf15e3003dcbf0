import nock from 'nock';
import { AuthorisationError, NotFoundError, TemporaryError } from '../../../lib/utils/errors';
import { addressOf } from '../../../lib/http/httpClient';
import { bench, fakeClock, onTheWire, origin, thrownBy, token, tokensInTurn, visibleIn } from '../../support/http';
import { withDetail } from '../../../lib/utils/logger';

onTheWire();

describe('a request', () => {
  it('goes to /v3 with the token only in the header, and accepts JSON', async () => {
    const seen: { path: string; headers: Record<string, string | string[]> }[] = [];
    nock(origin)
      .get(/.*/)
      .reply(function (path) {
        seen.push({ path, headers: this.req.headers });
        return [200, '[{"id":"1"}]', { 'Content-Type': 'application/json' }];
      });
    const answer = await bench().http.request({
      method: 'GET',
      path: '/groups/1046/receivers',
      query: { page: 0, order_by: 'email asc', email_list: 'a+b@example.org,c@example.org' },
    });
    expect(answer).toEqual({ body: [{ id: '1' }], status: 200, bytes: 12, milliseconds: 0 });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.path).toBe(
      '/v3/groups/1046/receivers?page=0&order_by=email%20asc&email_list=a%2Bb%40example.org,c%40example.org',
    );
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, accept: 'application/json' });
    expect(seen[0]?.headers).not.toHaveProperty('content-type');
  });

  it('has no question mark without a query', () => {
    expect(addressOf('/groups')).toBe('/groups');
    expect(addressOf('/groups', { page: 1 })).toBe('/groups?page=1');
  });

  it('sends a body as JSON with its charset', async () => {
    nock(origin, { reqheaders: { 'content-type': 'application/json; charset=utf-8' } })
      .post('/v3/groups/1/receivers', [{ email: 'jö@example.org' }])
      .reply(200, 'true');
    const answer = await bench().http.request({
      method: 'POST',
      path: '/groups/1/receivers',
      body: [{ email: 'jö@example.org' }],
    });
    expect(answer.body).toBe(true);
  });

  it('has no content type without a body', async () => {
    nock(origin, { badheaders: ['content-type'] })
      .put('/v3/groups/1/receivers/2/activate', '')
      .reply(200, 'true');
    await expect(
      bench().http.request({ method: 'PUT', path: '/groups/1/receivers/2/activate' }),
    ).resolves.toMatchObject({
      body: true,
    });
  });

  it("returns CleverReach's time in Unix seconds", async () => {
    nock(origin).get('/v3/groups').reply(200, '[]', { Date: 'Thu, 01 Jan 2026 00:00:07 GMT' });
    const answer = await bench().http.request({ method: 'GET', path: '/groups' });
    expect(answer.serverTime).toBe(Date.UTC(2026, 0, 1, 0, 0, 7) / 1000);
  });

  it.each([
    ['GET', 204, ''],
    ['PUT', 200, ''],
    ['DELETE', 200, ' \n'],
  ] as const)('has no body when the answer to a %s is %i with "%s"', async (method, status, text) => {
    nock(origin).intercept('/v3/groups', method).reply(status, text);
    const answer = await bench().http.request({ method, path: '/groups' });
    expect(answer).toEqual({ body: undefined, status, bytes: text.length, milliseconds: 0 });
  });

  it('that reads is retried after a 200 without a body, and finally fails with a temporary error', async () => {
    nock(origin).get('/v3/groups').reply(200, '').get('/v3/groups').reply(200, '[]');
    await expect(bench().http.request({ method: 'GET', path: '/groups' })).resolves.toMatchObject({ body: [] });
    nock(origin).persist().get('/v3/groups').reply(200, '');
    const error = await thrownBy(bench().http.request({ method: 'GET', path: '/groups' }));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/its response is empty \(200\) \(tried 6 times/);
  });

  it.each(['true', '17', '"a text"'])('accepts %s as a complete response', async (text) => {
    nock(origin).get('/v3/debug/validate').reply(200, text);
    const answer = await bench().http.request({ method: 'GET', path: '/debug/validate' });
    expect(answer.body).toEqual(JSON.parse(text));
  });

  it('never follows a redirect', async () => {
    nock(origin).get('/v3/groups').reply(302, '', { Location: 'https://elsewhere.example/' });
    const elsewhere = nock('https://elsewhere.example').get('/').reply(200, '[]');
    const error = await thrownBy(bench().http.request({ method: 'GET', path: '/groups' }));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(elsewhere.isDone()).toBe(false);
  });

  it('is never sent to an absolute URL', async () => {
    const elsewhere = nock('https://elsewhere.example').get(/.*/).reply(200, '[]');
    nock(origin).get(/.*/).reply(404, '{"error":{"code":404,"message":"Not Found"}}');
    await thrownBy(bench().http.request({ method: 'GET', path: 'https://elsewhere.example/groups' }));
    expect(elsewhere.isDone()).toBe(false);
  });

  it('counts the requests that were sent, including retries', async () => {
    nock(origin).get('/v3/groups').times(2).reply(502, '<html>').get('/v3/groups').reply(200, '[]');
    const { http } = bench();
    await http.request({ method: 'GET', path: '/groups' });
    expect(http.requests).toBe(3);
    expect(http.bytes).toBe(2 * '<html>'.length + '[]'.length);
  });

  it('reports the size and duration of its response, without earlier attempts', async () => {
    const clock = fakeClock();
    const after = (milliseconds: number, text: string) => (): string => {
      clock.advance(milliseconds);
      return text;
    };
    nock(origin).get('/v3/groups').reply(502, after(700, '<html>'));
    nock(origin).get('/v3/groups').reply(200, after(300, '["ö"]'));
    const { http } = bench({ clock });
    await expect(http.request({ method: 'GET', path: '/groups' })).resolves.toMatchObject({
      bytes: 6,
      milliseconds: 300,
    });
  });

  it('is not sent with a token that would break the header', async () => {
    const { http } = bench({ tokens: tokensInTurn('two words') });
    const error = await thrownBy(http.request({ method: 'GET', path: '/groups' }));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toBe(
      'The access token for CleverReach is empty or contains whitespace or non-ASCII characters. Waiting does not help: enter the token in the credential or the secret again.',
    );
    expect(http.requests).toBe(0);
  });
});

describe('an error response', () => {
  it('is NotFoundError for a 404', async () => {
    nock(origin)
      .get('/v3/receivers/9')
      .reply(404, { error: { code: 404, message: 'Not Found: invalid receiver' } });
    const error = await thrownBy(bench().http.request({ method: 'GET', path: '/receivers/9' }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toContain('Not Found: invalid receiver');
  });

  it('is NotFoundError for a 400 that mentions an invalid group', async () => {
    nock(origin)
      .get('/v3/groups/9')
      .reply(400, { error: { code: 400, message: 'Bad Request: invalid group' } });
    expect(await thrownBy(bench().http.request({ method: 'GET', path: '/groups/9' }))).toBeInstanceOf(NotFoundError);
  });

  it("includes CleverReach's message of a 403", async () => {
    nock(origin)
      .get('/v3/groups')
      .reply(403, { error: { code: 403, message: 'Forbidden: account not veryfied yet' } });
    const error = await thrownBy(bench().http.request({ method: 'GET', path: '/groups' }));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toContain('Forbidden: account not veryfied yet');
  });

  it('is RejectedError with its status for other refusals, and recognises a duplicate', async () => {
    nock(origin)
      .post('/v3/groups/1/receivers')
      .reply(409, { error: { code: 409, message: 'Conflict: duplicate address' } });
    const error = await thrownBy(bench().http.request({ method: 'POST', path: '/groups/1/receivers', body: {} }));
    expect(error).toMatchObject({ name: 'RejectedError', status: 409, duplicate: true });
  });

  it('is classified by the code in its body, which is more specific than the status', async () => {
    nock(origin)
      .get('/v3/groups')
      .reply(400, { error: { code: 403, message: 'Forbidden' } });
    expect(await thrownBy(bench().http.request({ method: 'GET', path: '/groups' }))).toBeInstanceOf(AuthorisationError);
  });

  it('is also recognised in a 2xx', async () => {
    nock(origin)
      .get('/v3/groups')
      .reply(200, { error: { code: 404, message: 'Not Found' } });
    nock(origin)
      .post('/v3/groups')
      .reply(200, { error: { message: 'something' } });
    const { http } = bench();
    expect(await thrownBy(http.request({ method: 'GET', path: '/groups' }))).toBeInstanceOf(NotFoundError);
    expect(await thrownBy(http.request({ method: 'POST', path: '/groups' }))).toMatchObject({
      name: 'UnexplainedError',
    });
  });

  it.each(['false', 'null'])('includes a 2xx with %s', async (body) => {
    nock(origin).post('/v3/groups/1/receivers/upsertplus').reply(200, body);
    const error = await thrownBy(
      bench().http.request({ method: 'POST', path: '/groups/1/receivers/upsertplus', body: [] }),
    );
    expect(error).toMatchObject({ name: 'UnexplainedError' });
    expect(error.message).toContain(`"${body}"`);
  });

  it('shows the ordinary words of a page, without tags, if the response is not JSON', async () => {
    const page = `<html><style>p{}</style><h1>Maintenance</h1><p>${'x'.repeat(300)}</p>`;
    nock(origin).post('/v3/groups').reply(200, page);
    const error = await thrownBy(bench().http.request({ method: 'POST', path: '/groups', body: {} }));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain('"Maintenance …"');
  });

  it('is not treated as a missing receiver when a gateway returns 404 with a page', async () => {
    nock(origin).delete('/v3/receivers/9').times(6).reply(404, '<html>no such host</html>');
    expect(await thrownBy(bench().http.request({ method: 'DELETE', path: '/receivers/9' }))).toBeInstanceOf(
      TemporaryError,
    );
  });

  it('shows nothing of the receivers in truncated JSON', async () => {
    nock(origin)
      .post('/v3/x')
      .reply(200, '[{"id":"1","email":"jo@example.org","global_attributes":{"lastname":"Muster"');
    const error = await thrownBy(bench().http.request({ method: 'POST', path: '/x', body: {} }));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).not.toMatch(/Muster|jo@/);
  });
});

describe('a token that is refused', () => {
  const refusal = { error: { code: 401, message: 'Unauthorized' } };

  it('is renewed once, and the request is repeated once with the new one', async () => {
    const tokens = tokensInTurn('first-token', 'second-token');
    nock(origin, { reqheaders: { authorization: 'Bearer first-token' } })
      .get('/v3/groups')
      .reply(401, refusal);
    nock(origin, { reqheaders: { authorization: 'Bearer second-token' } })
      .get('/v3/groups')
      .reply(200, '[]');
    const { http } = bench({ tokens });
    await expect(http.request({ method: 'GET', path: '/groups' })).resolves.toMatchObject({ body: [] });
    expect(tokens.renewed).toEqual(['first-token']);
  });

  it('is renewed for a POST as well, since nothing was done', async () => {
    nock(origin).post('/v3/x').reply(401, refusal).post('/v3/x').reply(200, 'true');
    const { http } = bench({ tokens: tokensInTurn('first-token', 'second-token') });
    await expect(http.request({ method: 'POST', path: '/x', body: {} })).resolves.toMatchObject({ body: true });
  });

  it('is a permission problem when the new one is refused too', async () => {
    const tokens = tokensInTurn('first-token', 'second-token', 'third-token');
    nock(origin).get('/v3/groups').times(5).reply(401, refusal);
    const { http } = bench({ tokens });
    const error = await thrownBy(http.request({ method: 'GET', path: '/groups' }));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toMatch(
      /Waiting does not help: check the scopes of the OAuth app \(needed here: receivers and groups\), or connect the account again\.$/,
    );
    expect(http.requests).toBe(2);
    expect(tokens.renewed).toHaveLength(1);
  });

  it('is renewed once per request, even when the request is retried for another reason', async () => {
    const tokens = tokensInTurn('first-token', 'second-token', 'third-token');
    nock(origin).get('/v3/groups').reply(401, refusal).get('/v3/groups').reply(503, '');
    nock(origin).get('/v3/groups').reply(401, refusal).get('/v3/groups').reply(200, '[]');
    const error = await thrownBy(bench({ tokens }).http.request({ method: 'GET', path: '/groups' }));
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(tokens.renewed).toEqual(['first-token']);
  });
});

describe('secrets', () => {
  it.each([
    ['an answer that echoes the token', 400, { error: { code: 400, message: `Bad token ${token} (Bearer ${token})` } }],
    ['a page that echoes the token', 200, `<p>Authorization: Bearer ${token}</p>`],
    [
      'an answer that echoes a token in an address',
      403,
      { error: { code: 403, message: 'see ?token=abcdefghij1234' } },
    ],
  ])('are not in the error for %s', async (_case, status, body) => {
    nock(origin).post('/v3/x').reply(status, body);
    const { http, logger } = bench();
    const error = await thrownBy(http.request({ method: 'POST', path: '/x', body: {} }));
    expect(visibleIn(error, logger.lines)).not.toMatch(/tokenAAAA|abcdefghij1234/);
  });
});

describe('the details in the log', () => {
  it('show the method, path, status, size and time of each request, and no address', async () => {
    nock(origin).get(/./).delay(5).reply(200, '{"id":1}');
    nock(origin).get(/./).reply(404, '{}');
    const { http, logger } = bench();
    await http.request({ method: 'GET', path: `/groups/512/receivers/${encodeURIComponent("o'mia@example.org")}` });
    await expect(http.request({ method: 'GET', path: '/groups/7' })).rejects.toThrow();
    expect(logger.details).toEqual([
      expect.stringMatching(/^GET \/v3\/groups\/512\/receivers\/<address>: 200, 8 bytes, \d+ ms\.$/),
      expect.stringMatching(/^GET \/v3\/groups\/7: 404, 2 bytes, \d+ ms\.$/),
    ]);
    expect(logger.lines).toEqual([]);
  });

  it('show why a connection broke', async () => {
    nock(origin)
      .post(/./)
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    const { http, logger } = bench();
    await expect(http.request({ method: 'POST', path: '/groups', body: {} })).rejects.toThrow();
    expect(logger.details).toEqual([expect.stringMatching(/^POST \/v3\/groups: ECONNRESET, 0 bytes, \d+ ms\.$/)]);
  });

  it('are logged as reports if the step enables them', () => {
    const said: string[] = [];
    const at = (level: string) => (text: string) => void said.push(`${level} ${text}`);
    const logger = withDetail({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    expect(said).toEqual(['info a', 'info b', 'warn c', 'error d']);
  });
});

it.each(['POST', 'PUT', 'DELETE'] as const)('a read-only client sends only GET requests: %s', async (method) => {
  nock(origin).get('/v3/groups').reply(200, '[]');
  const { http } = bench();
  const reading = http.readOnly;
  await expect(reading.request({ method, path: '/receivers/jo@example.org' })).rejects.toThrow(
    `${method} /v3/receivers/<address> was not sent, because this client is read-only.`,
  );
  expect([http.requests, http.bytes]).toEqual([0, 0]);
  await expect(reading.request({ method: 'GET', path: '/groups' })).resolves.toMatchObject({ body: [] });
  expect([http.requests, http.bytes]).toEqual([1, 2]);
});
