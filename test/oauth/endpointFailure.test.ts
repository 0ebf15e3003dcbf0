import { AuthorisationError, RateLimitedError, TemporaryError } from '../../lib/utils/errors';
import { failureOf, InvalidGrantError, unusableAnswer } from '../../lib/utils/oauth/endpointFailure';

const NOW = Date.UTC(2026, 0, 1);

/** As simple-oauth2 throws it when the answer was JSON. */
function answered(statusCode: number, payload?: unknown, headers: object = {}): unknown {
  return { data: { isResponseError: true, res: { statusCode }, payload, headers } };
}

describe('a token endpoint that is not reached', () => {
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
  ])('is a temporary matter, named by a code only where it looks like one: %j', (code, shown) => {
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
  ])('is what an error without an answer means: %p', (error) => {
    const { message } = failureOf(error, [], NOW).error;
    expect(message).toBe('CleverReach could not be reached for the request for a token');
  });

  it('is not what an answer without a code of its own means', () => {
    expect(failureOf({ data: { code: 'EOF', res: { statusCode: '500' } } }, [], NOW).error.message).toBe(
      'CleverReach could not be reached for the request for a token (EOF)',
    );
  });
});

describe('a token endpoint that fails', () => {
  it.each([
    [408, { error: 'slow' }, '(408): slow'],
    [500, { error: 'x', error_description: 'y' }, '(500): x: y'],
    [503, { error: 'x', message: 'y' }, '(503): x: y'],
    [502, {}, '(502)'],
    [502, { error: '', error_description: '', message: '' }, '(502)'],
    [502, { error: 7, error_description: ['y'] }, '(502)'],
    [502, { error_description: 'y', message: 'z' }, '(502): y'],
    [502, { message: 'z' }, '(502): z'],
    [400, undefined, '(400)'],
    [404, ['x'], '(404)'],
    [404, 'page', '(404)'],
  ])('with %i and %j is a temporary matter', (status, payload, reason) => {
    expect(failureOf(answered(status, payload), [], NOW)).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError(`CleverReach failed at the request for a token ${reason}`),
    });
  });

  it('with an answer that is no JSON tells its status and nothing of the answer', () => {
    const error = { data: { res: { statusCode: 401 }, payload: { error: 'secret' }, headers: {} } };
    expect(failureOf(error, [], NOW)).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError('CleverReach failed at the request for a token (401)'),
    });
  });

  it('by an answer without a token is asked again', () => {
    expect(unusableAnswer()).toStrictEqual({
      ok: false,
      again: true,
      error: new TemporaryError('CleverReach answered the request for a token with something that is no token'),
    });
  });
});

describe('a token endpoint that takes no more requests', () => {
  const text = 'CleverReach takes no more requests for now, it answered the request for a token (429): slow_down';

  it.each([
    ['1.2', 2, 1_200],
    ['60', 60, 60_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30, 30_000],
  ])('is asked again after the time that it says: %s', (header, seconds, retryAfterMs) => {
    const failure = failureOf(answered(429, { error: 'slow_down' }, { 'retry-after': header }), [], NOW);
    expect(failure).toStrictEqual({ ok: false, again: true, retryAfterMs, error: new RateLimitedError(text, seconds) });
  });

  it.each([[{}], [{ 'retry-after': 'soon' }], [{ 'retry-after': '' }], [{ 'retry-after': ['60'] }]])(
    'is asked again also where it says no time: %j',
    (headers) => {
      const failure = failureOf(answered(429, { error: 'slow_down' }, headers), [], NOW);
      expect(failure).toStrictEqual({ ok: false, again: true, error: new RateLimitedError(text) });
      expect(failure.error).toMatchObject({ retryAfterSeconds: undefined });
    },
  );
});

describe('a token endpoint that refuses', () => {
  const CLIENT =
    'CleverReach does not accept the client id and client secret (400): NAME. Check both in the credential, or in ' +
    'CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET.';

  it.each([
    ['invalid_client', 400, CLIENT.replace('NAME', 'invalid_client')],
    ['unauthorized_client', 400, CLIENT.replace('NAME', 'unauthorized_client')],
    ['invalid_request', 400, 'CleverReach refused the request for a token (400): invalid_request'],
    ['invalid_scope', 407, 'CleverReach refused the request for a token (407): invalid_scope'],
    ['invalid_scope', 409, 'CleverReach refused the request for a token (409): invalid_scope'],
    ['invalid_scope', 499, 'CleverReach refused the request for a token (499): invalid_scope'],
  ])('with %s (%i) is not asked again', (name, status, text) => {
    const failure = failureOf(answered(status, { error: name }), [], NOW);
    expect(failure).toStrictEqual({ ok: false, again: false, error: new AuthorisationError(text) });
    expect(failure.error).not.toBeInstanceOf(InvalidGrantError);
  });

  it('with invalid_grant says that the refresh token is dead', () => {
    const { error, again } = failureOf(answered(400, { error: 'invalid_grant' }), [], NOW);
    expect(again).toBe(false);
    expect(error).toBeInstanceOf(InvalidGrantError);
    expect(error.message).toBe('CleverReach does not renew the token (400): invalid_grant');
  });

  it('without a name is told by its status', () => {
    expect(failureOf(answered(400, {}), [], NOW).error.message).toBe(
      'CleverReach refused the request for a token (400)',
    );
  });

  it('is repeated without secrets and addresses', () => {
    const payload = { error: 'x', error_description: 'bad sesame of ada@example.org' };
    expect(failureOf(answered(400, payload), ['sesame'], NOW).error.message).toBe(
      'CleverReach refused the request for a token (400): x: bad *** of <address>',
    );
  });
});
