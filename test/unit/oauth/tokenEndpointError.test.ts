import { AuthorisationError, RateLimitedError, TemporaryError } from '../../../lib/utils/errors';
import { failureOf, InvalidGrantError, unusableTokenResponse } from '../../../lib/oauth/tokenEndpointError';

const NOW = Date.UTC(2026, 0, 1);

/** As simple-oauth2 throws it when the answer was JSON. */
function answered(statusCode: number, payload?: unknown, headers: object = {}): unknown {
  return { data: { isResponseError: true, res: { statusCode }, payload, headers } };
}

it('a failure with an HTML page names a proxy or a gateway', () => {
  const page = { data: { res: { statusCode: 503 }, headers: { 'content-type': 'text/html; charset=utf-8' } } };
  expect(failureOf(page, [], NOW).error.message).toBe(
    'CleverReach could not process the request for a token (503), according to the page of a proxy or a gateway',
  );
});

describe('a token endpoint that cannot be reached', () => {
  it.each([
    ['ECONNREFUSED', ' (ECONNREFUSED)'],
    ['EAI_AGAIN', ' (EAI_AGAIN)'],
    ['EOF', ' (EOF)'],
    ['E'.repeat(40), ` (${'E'.repeat(40)})`],
    ['E'.repeat(41), ''],
    ['EO', ''],
    ['my-secret', ''],
    ['x EOF', ''],
    ['EOF x', ''],
    [undefined, ''],
    [7, ''],
    [['EOF'], ''],
  ])('is a temporary error that shows a code only if it looks like one: %j', (code, shown) => {
    expect(failureOf({ data: { code } }, [], NOW)).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError(`CleverReach could not be reached for the request for a token${shown}`),
    });
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [new Error('secret')],
    [{ data: null }],
    [{ data: ['x'] }],
    [{ data: { res: null } }],
  ])('is the meaning of an error without a response: %p', (error) => {
    const { message } = failureOf(error, [], NOW).error;
    expect(message).toBe('CleverReach could not be reached for the request for a token');
  });

  it.each([
    [{ code: 'ENOTFOUND', hostname: 'rest.cleverreach.com', data: null }, ' at rest.cleverreach.com', ' (ENOTFOUND)'],
    [{ code: 'ECONNREFUSED', address: '127.0.0.1', port: 443, data: null }, ' at 127.0.0.1:443', ' (ECONNREFUSED)'],
    [{ data: { code: 'ETIMEDOUT', address: '::1' } }, ' at ::1', ' (ETIMEDOUT)'],
    [{ code: 'ENOTFOUND', hostname: 'a:secret@host', data: null }, '', ' (ENOTFOUND)'],
    [{ code: 'ENOTFOUND', hostname: 'h'.repeat(101), data: null }, '', ' (ENOTFOUND)'],
  ])('is named if the network error names it: %j', (error, where, why) => {
    expect(failureOf(error, [], NOW).error.message).toBe(
      `CleverReach could not be reached${where} for the request for a token${why}`,
    );
  });

  it('is not the meaning of a response without its own code', () => {
    expect(failureOf({ data: { code: 'EOF', res: { statusCode: '500' } } }, [], NOW).error.message).toBe(
      'CleverReach could not be reached for the request for a token (EOF)',
    );
  });
});

describe('a token endpoint that fails', () => {
  it.each([
    [408, { error: 'slow' }, '(408): slow'],
    [500, { error: 'server_error', error_description: 'later' }, '(500): server_error: later'],
    [503, { error: 'server_error', message: 'later' }, '(503): server_error: later'],
    [502, {}, '(502)'],
    [502, { error: '', error_description: '', message: '' }, '(502)'],
    [502, { error: 7, error_description: ['y'] }, '(502)'],
    [502, { error_description: 'later', message: 'down' }, '(502): later'],
    [502, { message: 'down' }, '(502): down'],
    [400, undefined, '(400)'],
    [404, ['x'], '(404)'],
    [404, 'page', '(404)'],
    [302, undefined, '(302)'],
    [407, undefined, '(407)'],
    [407, { error: 'invalid_scope' }, '(407): invalid_scope'],
    [423, {}, '(423)'],
    [425, undefined, '(425)'],
    [499, { error: 'invalid_scope' }, '(499): invalid_scope'],
  ])('with %i and %j is a temporary error', (status, payload, reason) => {
    expect(failureOf(answered(status, payload), [], NOW)).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError(`CleverReach could not process the request for a token ${reason}`),
    });
  });

  it.each([200, 204])('with %i is a temporary error that says what came', (status) => {
    expect(failureOf(answered(status, false), [], NOW)).toMatchObject({
      again: true,
      error: new TemporaryError('CleverReach answered the request for a token with something that is not a token'),
    });
  });

  it.each([402, 405, 406, 410, 411, 415, 426, 431, 451])(
    'with %i requires a correction of the account or the network, like the API, and is not retried',
    (status) => {
      for (const payload of [undefined, {}, { message: 'no' }]) {
        expect(failureOf(answered(status, payload), [], NOW)).toMatchObject({
          again: false,
          error: { name: 'NotAcceptedError', correctable: true, temporary: false },
        });
      }
    },
  );

  it('with a response that is not JSON reports its status and nothing of the response', () => {
    const error = { data: { res: { statusCode: 401 }, payload: { error: 'secret' }, headers: {} } };
    expect(failureOf(error, [], NOW)).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError('CleverReach could not process the request for a token (401)'),
    });
  });

  it('with a response without a token is retried', () => {
    expect(unusableTokenResponse()).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError('CleverReach answered the request for a token with something that is not a token'),
    });
  });
});

describe('a token endpoint with a rate limit', () => {
  const text = 'CleverReach rejected the request for a token, because its rate limit is reached (429): slow_down';

  it.each([
    ['1.2', 2, 1_200],
    ['60', 60, 60_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30, 30_000],
  ])('is retried after the requested time: %s', (header, seconds, retryAfterMs) => {
    const failure = failureOf(answered(429, { error: 'slow_down' }, { 'retry-after': header }), [], NOW);
    const error = new RateLimitedError(`${text}; it asks to wait ${seconds} s`, seconds);
    expect(failure).toStrictEqual({ ok: false, again: true, retryAfterMs, error });
    expect(failure.error.message).toBe(error.message);
  });

  it('is retried after the requested time although the response is not JSON', () => {
    const error = { data: { res: { statusCode: 429 }, payload: undefined, headers: { 'retry-after': '60' } } };
    const failure = failureOf(error, [], NOW);
    expect(failure.retryAfterMs).toBe(60_000);
    expect(failure.error.message).toBe(
      'CleverReach rejected the request for a token, because its rate limit is reached (429); it asks to wait 60 s',
    );
  });

  it.each([[{}], [{ 'retry-after': 'soon' }], [{ 'retry-after': '' }], [{ 'retry-after': ['60'] }]])(
    'is also retried if it requests no time: %j',
    (headers) => {
      const failure = failureOf(answered(429, { error: 'slow_down' }, headers), [], NOW);
      expect(failure).toStrictEqual({ ok: false, again: true, error: new RateLimitedError(text) });
      expect(failure.error).toMatchObject({ retryAfterSeconds: undefined });
    },
  );
});

describe('a token endpoint that refuses', () => {
  const CLIENT =
    'CleverReach does not accept the client id and client secret (400): NAME. Waiting does not help: check both in the credential, or in ' +
    'CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET.';

  it.each([
    ['invalid_client', 400, CLIENT.replace('NAME', 'invalid_client')],
    ['unauthorized_client', 400, CLIENT.replace('NAME', 'unauthorized_client')],
    [
      'invalid_request',
      400,
      'CleverReach refused the request for a token (400): invalid_request. Waiting does not help: check the OAuth app in CleverReach, and the client id and secret.',
    ],
    [
      'invalid_scope',
      409,
      'CleverReach refused the request for a token (409): invalid_scope. Waiting does not help: check the OAuth app in CleverReach, and the client id and secret.',
    ],
    [
      'invalid_scope',
      402,
      'CleverReach refused the request for a token (402): invalid_scope. Waiting does not help: check the OAuth app in CleverReach, and the client id and secret.',
    ],
  ])('with %s (%i) is not retried', (name, status, text) => {
    const failure = failureOf(answered(status, { error: name }), [], NOW);
    expect(failure).toStrictEqual({ ok: false, again: false, error: new AuthorisationError(text) });
    expect(failure.error).not.toBeInstanceOf(InvalidGrantError);
  });

  it('with invalid_grant reports that the refresh token is invalid', () => {
    const { error, again } = failureOf(answered(400, { error: 'invalid_grant' }), [], NOW);
    expect(again).toBe(false);
    expect(error).toBeInstanceOf(InvalidGrantError);
    expect(error.message).toBe(
      'CleverReach does not renew the token (400): invalid_grant. Waiting does not help: reconnect the account in the credential.',
    );
  });

  it('without an error code is reported by its status', () => {
    expect(failureOf(answered(400, {}), [], NOW).error.message).toBe(
      'CleverReach refused the request for a token (400). Waiting does not help: check the OAuth app in CleverReach, and the client id and secret.',
    );
  });

  it('is quoted only in ordinary words, without secrets and addresses', () => {
    const payload = { error: 'invalid_request', error_description: 'bad sesame of ada@example.org' };
    expect(failureOf(answered(400, payload), ['sesame'], NOW).error.message).toBe(
      'CleverReach refused the request for a token (400): invalid_request: bad … of …. Waiting does not help: check the OAuth app in CleverReach, and the client id and secret.',
    );
  });

  it.each([
    'sesame street 1',
    Buffer.from('sesame street 1').toString('base64'),
    'sesame',
    'sesame&#32;street',
    'SESAME',
  ])('shows nothing of a client secret that comes back as %s', (form) => {
    const payload = { error: 'invalid_client', error_description: `Client secret ${form} is wrong` };
    const { message } = failureOf(answered(400, payload), ['sesame street 1'], NOW).error;
    expect(message).toMatch(
      /\(400\): invalid_client: (Client secret )?….* is wrong\. Waiting does not help: check both/,
    );
    expect(message.toLowerCase()).not.toContain('sesame');
  });

  it('shows no secret that consists of ordinary words', () => {
    const payload = { error: 'invalid_client', error_description: 'no such client: open gateway' };
    expect(failureOf(answered(400, payload), ['open gateway'], NOW).error.message).not.toContain('gateway');
  });
});
