import { allScopes } from '../../../sandbox';
import { ask, closeAll, connect, start, type Answer, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

const redirect = 'https://app.example.org/callback?flow=7';

function basic({ sandbox }: Client): string {
  return `Basic ${Buffer.from(`${sandbox.client.id}:${sandbox.client.secret}`).toString('base64')}`;
}

async function form(
  client: Client,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${client.sandbox.url}/oauth/token.php`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

function refresh(client: Client, refreshToken: string): Promise<Answer> {
  return form(client, { grant_type: 'refresh_token', refresh_token: refreshToken }, { authorization: basic(client) });
}

function consent(client: Client, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(`${client.sandbox.url}/oauth/authorize.php`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      client_id: client.sandbox.client.id,
      redirect_uri: redirect,
      response_type: 'code',
      grant: 'basic',
      state: 'xyz',
      ...fields,
    }),
  });
}

function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? '');
}

function field(answer: Answer, name: string): string {
  return String(Object.entries(answer.body ?? {}).find(([one]) => one === name)?.[1]);
}

const credentials = (client: Client) => ({
  client_id: client.sandbox.client.id,
  client_secret: client.sandbox.client.secret,
});

describe('the token endpoint', () => {
  test('accepts the client in the body or by Basic authentication, as a form or as JSON', async () => {
    const client = await connect();
    const url = `${client.sandbox.url}/oauth/token.php`;
    const grant = { grant_type: 'client_credentials' };
    const answers = [
      await form(client, { ...grant, ...credentials(client) }),
      await form(client, grant, { authorization: basic(client) }),
      await ask(url, 'POST', {}, { ...grant, ...credentials(client) }),
      await ask(url, 'POST', { authorization: basic(client) }, grant),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 2_592_000 } });
      expect(answer.body).not.toHaveProperty('refresh_token');
    }
  });

  test('refuses a wrong secret and an unknown grant with the OAuth error shape', async () => {
    const client = await connect();
    expect(
      await form(client, { grant_type: 'client_credentials', ...credentials(client), client_secret: 'no' }),
    ).toMatchObject({
      status: 400,
      body: { error: 'invalid_client' },
    });
    expect(await form(client, { grant_type: 'password', ...credentials(client) })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
  });

  test('invalidates a refresh token when it is used, and only then', async () => {
    const client = await connect();
    const first = client.sandbox.issueToken();
    const second = await refresh(client, first.refresh_token);
    expect(second.status).toBe(200);
    expect(await refresh(client, first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(client, field(second, 'refresh_token'))).status).toBe(200);
  });

  test('keeps the refresh token and does not repeat it if tokens do not rotate', async () => {
    const client = await connect({ refreshTokenRotation: false });
    const { refresh_token: token } = client.sandbox.issueToken();
    const answer = await refresh(client, token);
    expect(answer.body).not.toHaveProperty('refresh_token');
    expect((await refresh(client, token)).status).toBe(200);
  });

  test('expires a refresh token some time after its access token', async () => {
    const client = await connect({ refreshTokenGrace: 100 });
    const early = client.sandbox.issueToken({ expiresIn: 50 });
    const late = client.sandbox.issueToken({ expiresIn: 50 });
    client.sandbox.clock.advance(149);
    expect((await refresh(client, early.refresh_token)).status).toBe(200);
    client.sandbox.clock.advance(1);
    expect((await refresh(client, late.refresh_token)).status).toBe(400);
  });

  test('answers in the other shapes that clients report', async () => {
    const client = await connect({
      refreshTokenForClientCredentials: true,
      expiresIn: 60,
      expiresInAs: 'string',
      scopeAs: 'array',
    });
    const answer = await form(client, { grant_type: 'client_credentials', ...credentials(client) });
    expect(answer.body).toMatchObject({ expires_in: '60', scope: ['oauth', ...allScopes] });
    expect(answer.body).toHaveProperty('refresh_token');
  });
});

describe('the consent page', () => {
  test('shows the app and escapes its parameters', async () => {
    const client = await connect();
    const query = new URLSearchParams({
      client_id: client.sandbox.client.id,
      redirect_uri: 'https://app.example.org/?a=<script>',
      response_type: 'code',
      grant: 'basic',
    });
    const response = await fetch(`${client.sandbox.url}/oauth/authorize.php?${query.toString()}`);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('<form method="post"');
    expect(html).not.toContain('<script>');
  });

  test('redirects the browser with a code that is valid for one token', async () => {
    const client = await connect();
    const location = locationOf(await consent(client));
    expect(location.href).toMatch(/^https:\/\/app\.example\.org\/callback\?flow=7&code=/);
    expect(location.searchParams.get('state')).toBe('xyz');
    const fields = {
      grant_type: 'authorization_code',
      code: location.searchParams.get('code') ?? '',
      redirect_uri: redirect,
      ...credentials(client),
    };
    const answer = await form(client, fields);
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveProperty('refresh_token');
    const whoami = await ask(`${client.sandbox.url}/v3/debug/whoami`, 'GET', {
      authorization: `Bearer ${field(answer, 'access_token')}`,
    });
    expect(whoami).toMatchObject({ status: 200, body: { id: '300417' } });
    expect(await form(client, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('refuses a code that was requested with another redirect_uri', async () => {
    const client = await connect();
    const code = locationOf(await consent(client)).searchParams.get('code') ?? '';
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://evil.example.org/',
      ...credentials(client),
    };
    expect((await form(client, fields)).body).toMatchObject({ error: 'invalid_grant' });
  });

  test('redirects with an error when the user declines, and without state if the switch says so', async () => {
    const client = await connect({ stateEchoed: false });
    const location = locationOf(await consent(client, { decision: 'deny' }));
    expect(location.searchParams.get('error')).toBe('access_denied');
    expect(location.searchParams.has('state')).toBe(false);
  });

  test.each([{ client_id: 'other' }, { grant: '' }, { response_type: 'token' }, { redirect_uri: 'nowhere' }])(
    'refuses %j without a redirect',
    async (wrong) => {
      expect((await consent(await connect(), wrong)).status).toBe(400);
    },
  );
});

describe('a redirect_uri that is not an http or https URL', () => {
  test.each([
    'javascript:alert(1)//<b>',
    'data:text/html,<b>',
    'myapp://callback?<b>',
    'JAVASCRIPT:x',
    'file:///etc/passwd',
  ])('is refused on the page, before and after a decision: %s', async (redirect_uri) => {
    const client = await connect();
    const fields = { client_id: client.sandbox.client.id, redirect_uri, response_type: 'code', grant: 'basic' };
    const url = `${client.sandbox.url}/oauth/authorize.php?${new URLSearchParams(fields).toString()}`;
    const decided = await consent(client, { redirect_uri, decision: 'allow' });
    for (const response of [await fetch(url), decided]) {
      const html = await response.text();
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(html).toContain('must begin with http:// or https://');
      expect(html).not.toContain('<form');
      expect(html).not.toContain('<b>');
    }
  });
});

describe('access', () => {
  test.each(['/oauth/token', '/v3/oauth/token.json'])(
    'DELETE %s revokes the token and its refresh token',
    async (path) => {
      const client = await connect();
      const pair = client.sandbox.issueToken();
      const headers = { authorization: `Bearer ${pair.access_token}` };
      expect(await ask(`${client.sandbox.url}${path}`, 'DELETE', headers)).toMatchObject({ status: 200, body: true });
      expect((await ask(`${client.sandbox.url}/v3/groups`, 'GET', headers)).status).toBe(401);
      expect((await refresh(client, pair.refresh_token)).status).toBe(400);
    },
  );

  test('is refused without a token, with an unknown, an expired and a revoked one', async () => {
    const client = await connect();
    const { url } = client.sandbox;
    const unauthorised = { status: 401, body: { error: { code: 401, message: 'Unauthorized' } } };
    expect(await ask(`${url}/v3/groups`, 'GET', {})).toMatchObject(unauthorised);
    expect(await ask(`${url}/v3/groups`, 'GET', { authorization: 'Bearer no' })).toMatchObject(unauthorised);
    client.sandbox.expireToken(client.token);
    expect(await client.get('/groups')).toMatchObject({
      status: 401,
      body: { error: { message: 'Unauthorized: token expired' } },
    });
    client.sandbox.revokeToken(client.token);
    expect(await client.get('/groups')).toMatchObject(unauthorised);
  });

  test('expires by the clock of the sandbox', async () => {
    const client = await connect({ expiresIn: 60 });
    client.sandbox.clock.advance(59);
    expect((await client.get('/debug/ttl')).body).toEqual({ ttl: 1, date: start + 60 });
    client.sandbox.clock.advance(1);
    expect((await client.get('/debug/ttl')).status).toBe(401);
  });

  test('works with the token in the URL, which is a hazard', async () => {
    const client = await connect();
    expect((await ask(`${client.sandbox.url}/v3/groups?token=${client.token}`, 'GET', {})).status).toBe(200);
    expect(client.sandbox.hazards).toMatchObject([{ kind: 'token-in-url' }]);
    expect(JSON.stringify(client.sandbox.requests)).not.toContain(client.token);
  });

  test.each([401, 403] as const)('answers %d if a scope is missing', async (missingScope) => {
    const { sandbox } = await connect({ missingScope });
    const group = sandbox.account.addGroup('A');
    const headers = { authorization: `Bearer ${sandbox.issueToken({ scopes: ['groups'] }).access_token}` };
    expect((await ask(`${sandbox.url}/v3/groups/${group}`, 'GET', headers)).status).toBe(200);
    expect(await ask(`${sandbox.url}/v3/groups/${group}/receivers`, 'GET', headers)).toMatchObject({
      status: missingScope,
      body: { error: { code: missingScope } },
    });
  });

  test('the debug calls answer with bare values; ping needs no token', async () => {
    const client = await connect({ ttlDate: 'iso' });
    expect((await client.get('/debug/validate')).body).toBe(true);
    expect((await client.get('/debug/ttl.json')).body).toMatchObject({ date: '2025-12-24T16:00:00.000Z' });
    expect((await ask(`${client.sandbox.url}/v3/debug/ping`, 'GET', {})).status).toBe(200);
    expect((await client.get('/debug/whoami')).headers.get('date')).toBe('Mon, 24 Nov 2025 16:00:00 GMT');
  });
});
