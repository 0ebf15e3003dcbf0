import { advice, permissionAdvice } from '../../../lib/http/errorAdvice';
import { classifyResponse, type RawResponse } from '../../../lib/http/classifyResponse';
import { retryPolicy } from '../../../lib/http/retryPolicy';

const TOKEN = 'a-token-of-somebody';
const NOW = Date.UTC(2026, 0, 1);

const judged = (answer: Partial<RawResponse>, repeatable = true, reads = false) =>
  classifyResponse(
    { status: 200, text: '', ...answer },
    { what: 'GET /groups', repeatable, reads, within: 180_000, token: TOKEN, now: () => NOW },
  );

const failure = (answer: Partial<RawResponse>, repeatable = true, reads = false) => {
  const outcome = judged(answer, repeatable, reads);
  if (outcome.ok) throw new Error('It was taken for a success.');
  const { error, ok, ...rest } = outcome;
  expect(ok).toBe(false);
  return { kind: error.name, message: error.message, ...rest };
};

describe('a response of CleverReach', () => {
  it.each([
    ['[]', []],
    ['{"id":1}', { id: 1 }],
    ['true', true],
    ['0', 0],
    ['""', ''],
    ['{"error":""}', { error: '' }],
  ])('with the body %j is returned as it is', (text, body) => {
    expect(judged({ text })).toEqual({ ok: true, value: { body, status: 200 } });
  });

  it.each(['', ' \n'])(
    'to a read with the body %j is inconclusive, unless its status means "nothing there"',
    (text) => {
      expect(failure({ text }, true, true)).toEqual({
        kind: 'TemporaryError',
        message: 'CleverReach could not process GET /groups: its response is empty (200)',
        again: true,
      });
      expect(judged({ status: 204, text }, true, true)).toEqual({ ok: true, value: { body: undefined, status: 204 } });
      expect(judged({ text }, false, false)).toEqual({ ok: true, value: { body: undefined, status: 200 } });
    },
  );

  it('includes the time of the server in Unix seconds', () => {
    expect(judged({ date: 'Thu, 01 Jan 2026 00:00:01 GMT' })).toMatchObject({ value: { serverTime: NOW / 1000 + 1 } });
    expect(judged({ date: 'soon' })).toEqual({ ok: true, value: { body: undefined, status: 200 } });
  });

  it.each([
    [200, true],
    [201, true],
    [299, true],
    [199, false],
    [300, false],
  ])('with the status %i is a success: %s', (status, ok) => {
    expect(judged({ status, text: '{}' }).ok).toBe(ok);
  });

  it.each([
    ['false', 'CleverReach refused GET /groups: it answered "false" (200), without a reason'],
    ['null', 'CleverReach refused GET /groups: it answered "null" (200), without a reason'],
  ])('to a write that is %s is a refusal', (text, message) => {
    expect(failure({ text })).toMatchObject({
      kind: 'UnexplainedError',
      message: `${message}. ${advice.unexplained}`,
      again: false,
    });
  });

  it.each([
    ['false', 'CleverReach could not process GET /groups: it answered "false" (200), without a reason'],
    ['null', 'CleverReach could not process GET /groups: it answered "null" (200), without a reason'],
    ['{"error":"no"}', 'CleverReach could not process GET /groups: it returned an error without a code (200): no'],
    [
      '{"error":{"message":"no"}}',
      'CleverReach could not process GET /groups: it returned an error without a code (200): no',
    ],
  ])('to a list or a look-up that is %s is not about a record, so it is retried', (text, message) => {
    expect(failure({ text }, true, true)).toMatchObject({ kind: 'TemporaryError', message, again: true });
  });

  it.each([
    ['no', 'UnexplainedError'],
    ['', 'UnexplainedError'],
    ['invalid_token', 'UnexplainedError'],
    ['the IP address is blocked', 'UnexplainedError'],
    ['receiver limit reached', 'UnexplainedError'],
    ['duplicate', 'RejectedError'],
    ['invalid email', 'RejectedError'],
    ['blacklisted', 'RejectedError'],
    ['invalid group', 'NotFoundError'],
  ])('to a write with an error without a code, %j, is a %s', (message, kind) => {
    expect(failure({ text: JSON.stringify({ error: { message } }) })).toMatchObject({ kind, again: false });
  });

  it('to a write with an error with a code is about the record if the code is', () => {
    const text = '{"error":{"code":400,"message":"no"}}';
    expect(failure({ text })).toMatchObject({
      kind: 'RejectedError',
      message: `CleverReach refused GET /groups (400): no. ${advice.record}`,
    });
  });

  it.each([
    [
      200,
      '<html>Bad gateway',
      'CleverReach answered GET /groups (200) with content that is not JSON, such as the page of a proxy or a gateway: "Bad gateway"',
    ],
    [
      404,
      '<html>Bad gateway',
      'CleverReach answered GET /groups (404) with content that is not JSON, such as the page of a proxy or a gateway: "Bad gateway"',
    ],
    [200, '[{"email":"jo@', 'CleverReach answered GET /groups (200) with JSON that breaks off after 14 characters'],
    [
      200,
      `<p>${TOKEN} is odd`,
      'CleverReach answered GET /groups (200) with content that is not JSON, such as the page of a proxy or a gateway: "… is odd"',
    ],
    [200, '  {"email', 'CleverReach answered GET /groups (200) with JSON that breaks off after 9 characters'],
  ])('with the status %i and the text %j comes from a gateway and may be temporary', (status, text, message) => {
    const error = failure({ status, text });
    expect(error).toMatchObject({ kind: 'TemporaryError', again: true });
    expect(error.message).toContain(message);
    expect(failure({ status, text }, false)).toMatchObject({ again: false });
  });
});

it('a failure with an HTML page names a proxy or a gateway, with or without its words', () => {
  const what = 'CleverReach could not process GET /groups (503), according to the page of a proxy or a gateway';
  expect(failure({ status: 503, text: '<html>Service unavailable' }).message).toBe(`${what}: Service unavailable`);
  expect(failure({ status: 503, text: '<html></html>' }).message).toBe(what);
});

describe('an error of CleverReach', () => {
  it.each([
    [401, 'AuthorisationError', 'CleverReach rejected the access token for GET /groups (401): no'],
    [403, 'AuthorisationError', `CleverReach does not allow GET /groups (403): no. ${permissionAdvice('GET /groups')}`],
    [404, 'NotFoundError', `CleverReach found nothing for GET /groups (404): no. ${advice.notFound}`],
    [400, 'RejectedError', `CleverReach refused GET /groups (400): no. ${advice.record}`],
    [409, 'RejectedError', `CleverReach refused GET /groups (409): no. ${advice.conflict}`],
    [408, 'TemporaryError', 'CleverReach could not process GET /groups (408): no'],
    [422, 'RejectedError', `CleverReach refused GET /groups (422): no. ${advice.record}`],
    [413, 'RejectedError', `CleverReach refused GET /groups (413): no. ${advice.tooLarge}`],
    [407, 'TemporaryError', 'A proxy on the way to CleverReach requires credentials for GET /groups (407): no'],
    [499, 'TemporaryError', 'CleverReach could not process GET /groups (499): no'],
    [500, 'TemporaryError', 'CleverReach could not process GET /groups (500): no'],
    [503, 'TemporaryError', 'CleverReach could not process GET /groups (503): no'],
    [429, 'RateLimitedError', 'CleverReach rejected GET /groups, because its rate limit is reached (429): no'],
  ])('%i is a %s that states what happened', (status, kind, message) => {
    const error = failure({ status, text: '{"error":{"message":"no"}}' });
    expect(error.kind).toBe(kind);
    expect(error.message.slice(-message.length)).toBe(message);
  });

  it.each([300, 301, 302, 303, 304, 307, 308, 399])('%i is a redirect of a gateway, and waiting helps', (status) => {
    expect(failure({ status, text: '' })).toStrictEqual({
      kind: 'TemporaryError',
      message: `A redirect, for example from a proxy or a login page, was received instead of a response to GET /groups (${status})`,
      again: false,
    });
  });

  it.each([418, 424, 444])('%i is temporary and is not retried immediately', (status) => {
    expect(failure({ status, text: '' })).toMatchObject({ kind: 'TemporaryError', again: false });
  });

  it.each([402, 405, 406, 410, 411, 412, 414, 415, 416, 417, 426, 428, 431, 451, 460])(
    '%i is a problem of the account or the network, not of the record',
    (status) => {
      expect(failure({ status, text: '{"error":{"message":"no"}}' })).toStrictEqual({
        kind: 'NotAcceptedError',
        message:
          `CleverReach, or a proxy on the way to it, does not accept GET /groups (${status}): no. ` +
          'Waiting does not help, and the record is not the cause: check the account in CleverReach and the network of the step (proxy, firewall).',
        again: false,
      });
    },
  );

  it('413 to a list or a look-up is not a problem of a record', () => {
    expect(failure({ status: 413, text: '' }, true, true)).toMatchObject({ kind: 'NotAcceptedError', again: false });
  });

  it.each([
    ['Forbidden: address is blocked', true],
    ['Forbidden: blocked address', true],
    ['the e-mail is on the blacklist of this account', true],
    ['Forbidden: spam', true],
    ['recipient is blacklisted', true],
    ['Forbidden', false],
    ['Forbidden: missing scope', false],
    ['Forbidden: account is blocked', false],
    ['Forbidden: IP address blocked', false],
    ['Forbidden: account not veryfied yet', false],
    ['Forbidden: licence exhausted', false],
  ])('403 with "%s" is about the address of a record: %s', (message, is) => {
    const error = failure({ status: 403, text: JSON.stringify({ error: { code: 403, message } }) });
    expect(error.kind).toBe(is ? 'RejectedError' : 'AuthorisationError');
    expect(error.message).toContain(is ? 'refuses the e-mail address of the record' : 'does not allow');
  });

  it.each([
    ['{"error":{"code":404,"message":"gone"}}', 'NotFoundError', `(404): gone. ${advice.notFound}`],
    ['{"error":{"code":"503","message":"later"}}', 'TemporaryError', '(503): later'],
    ['{"error":{"code":399,"message":"odd"}}', 'RejectedError', `(400): odd. ${advice.record}`],
    ['{"error":{"code":400,"message":"edge"}}', 'RejectedError', `(400): edge. ${advice.record}`],
    ['{"error":{"code":599,"message":"edge"}}', 'TemporaryError', '(599): edge'],
    ['{"error":{"code":600,"message":"odd"}}', 'RejectedError', `(400): odd. ${advice.record}`],
    ['{"error":{"reason":"invalid"}}', 'RejectedError', `CleverReach refused GET /groups (400). ${advice.record}`],
    ['{"error":"invalid_grant"}', 'RejectedError', `(400): invalid_grant. ${advice.record}`],
    [
      '{"error":"invalid_grant","error_description":"it has expired"}',
      'RejectedError',
      `(400): invalid_grant: it has expired. ${advice.record}`,
    ],
    ['{"error":"invalid_grant","error_description":5}', 'RejectedError', `(400): invalid_grant. ${advice.record}`],
    ['{"error":["invalid"]}', 'RejectedError', `CleverReach refused GET /groups (400). ${advice.record}`],
    ['{"errors":["invalid address"]}', 'RejectedError', `(400): {"errors":["invalid address"]}. ${advice.record}`],
    ['{"message":"at the top"}', 'RejectedError', `(400): at the top. ${advice.record}`],
    ['{"error":{"message":"Invalid Group"}}', 'NotFoundError', `(400): Invalid Group. ${advice.notFound}`],
    ['{"message":5}', 'RejectedError', `CleverReach refused GET /groups (400). ${advice.record}`],
    ['', 'RejectedError', `CleverReach refused GET /groups (400). ${advice.record}`],
  ])('whose text is %j is a %s, by its own code where it has one', (text, kind, message) => {
    const error = failure({ status: 400, text });
    expect(error.kind).toBe(kind);
    expect(error.message.slice(-message.length)).toBe(message);
  });

  it('that is a page shows only words of the vocabulary, whoever wrote it', () => {
    const text = `<html><h1>Sorry</h1>${TOKEN}, we are away`;
    expect(failure({ status: 503, text }).message).toBe(
      'CleverReach could not process GET /groups (503), according to the page of a proxy or a gateway: Sorry … we are away',
    );
  });

  it('shows no half of a token if the page is truncated', () => {
    const text = `${'x'.repeat(190)} ${TOKEN} and more`;
    expect(failure({ status: 400, text }).message).not.toContain(TOKEN.slice(0, 4));
  });

  it('is classified by its code 400 even if its status differs', () => {
    expect(failure({ status: 500, text: '{"error":{"code":400,"message":"no"}}' })).toMatchObject({
      kind: 'RejectedError',
    });
  });

  it('that mentions an invalid group is not a missing group if it is a server failure', () => {
    const text = '{"error":{"message":"Invalid group"}}';
    expect(failure({ status: 500, text })).toMatchObject({ kind: 'TemporaryError' });
  });

  it('is an error on a success status too', () => {
    expect(failure({ text: '{"error":{"code":403,"message":"no"}}' })).toMatchObject({ kind: 'AuthorisationError' });
  });

  it.each([
    [400, 'query'],
    [409, 'query'],
    [404, 'notFound'],
  ] as const)('%i to a list or a look-up states how to change the step: %s', (status, help) => {
    const { message } = failure({ status, text: '{}' }, true, true);
    expect(message.endsWith(`(${status}). ${advice[help]}`)).toBe(true);
  });

  it.each([
    ['duplicate address', 400, 'conflict'],
    ['attribute already exists', 422, 'conflict'],
    ['invalid address', 400, 'record'],
    ['address is blocked', 403, 'address'],
  ] as const)('to a write with the reason "%s" (%i) states what to do: %s', (message, status, help) => {
    const error = failure({ status, text: JSON.stringify({ error: { message } }) });
    expect(error.message.endsWith(`(${status}): ${message}. ${advice[help]}`)).toBe(true);
  });

  it('gives advice without the words by which callers distinguish refusals', () => {
    for (const text of Object.values(advice))
      expect(text).not.toMatch(/duplicate|already exists|already active|invalid group|order/i);
  });

  it('without a reason does not end in a colon', () => {
    expect(failure({ status: 404 }).message).toMatch(/GET \/groups \(404\)(?!:)/);
  });

  it.each([
    [401, true, { again: false, unauthorised: true }],
    [403, true, { again: false }],
    [429, true, { again: true }],
    [429, false, { again: true }],
    [503, true, { again: true }],
    [503, false, { again: false }],
    [400, true, { again: false }],
  ])('%i, repeatable %s, states whether a retry can help', (status, repeatable, hints) => {
    const { kind, message, ...rest } = failure({ status, text: '{}' }, repeatable);
    expect([kind, message]).toEqual([expect.any(String), expect.any(String)]);
    expect(rest).toEqual(hints);
  });

  it.each([...retryPolicy.doubtfulStatuses])('%i, which is retried, states that waiting helps', (status) => {
    expect(failure({ status, text: '{}' })).toMatchObject({ kind: 'TemporaryError', again: true });
  });

  it('includes the requested wait, counted from the time of the server', () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    expect(failure({ status: 429, text: '{}', retryAfter: '7' })).toMatchObject({ retryAfterMs: 7000 });
    expect(failure({ status: 429, text: '{}', retryAfter: '7' }).message).toContain('; it asks to wait 7 s');
    const retryAfter = 'Thu, 01 Jan 2026 00:00:05 GMT';
    expect(failure({ status: 429, text: '{}', date, retryAfter })).toMatchObject({ retryAfterMs: 5000 });
    expect(failure({ status: 429, text: '{}' }).message).not.toContain('asks to wait');
  });

  it.each(['{"error":{"message":"TOKEN is bad"}}', 'TOKEN is bad', '{"message":"TOKEN"}'])(
    'never repeats the token: %s',
    (text) => {
      expect(failure({ status: 400, text: text.replace('TOKEN', TOKEN) }).message).not.toContain(TOKEN);
    },
  );
});
