import { closeAll, connect, start, type Client } from '../../support/sandbox/client';
import { sendRaw, statusOf } from '../../support/sandbox/rawHttp';

afterEach(closeAll);

interface Victim extends Client {
  host: string;
  group: string;
  id: string;
}

/** An account with one receiver, which must still be there and subscribed in the end. */
async function victim(): Promise<Victim> {
  const client = await connect();
  const { account } = client.sandbox;
  const group = account.addGroup('Newsletter');
  const id = account.addReceiver(group, { email: 'anna@example.org', registered: start - 1000 });
  return { ...client, group, id, host: new URL(client.sandbox.url).host };
}

function expectUntouched({ sandbox, group }: Victim): void {
  expect(sandbox.account.receivers(group)).toMatchObject([{ email: 'anna@example.org', active: true }]);
}

const foreignPages = [
  ['another origin', 'Origin: http://evil.example.org'],
  ['another port', 'Origin: http://127.0.0.1:1'],
  ['a hidden origin', 'Origin: null'],
  ['an empty origin', 'Origin:'],
  ['another site', 'Sec-Fetch-Site: cross-site'],
  ['the same machine', 'Sec-Fetch-Site: same-site'],
  ['a site in upper case', 'Sec-Fetch-Site: CROSS-SITE'],
] as const;

test.each([
  '/v3/%E0%A4%A',
  '/v3/groups/%E0%A4%A/receivers',
  '/%',
  '/sandbox/%ff',
  '/oauth/%c0?token=%',
  `/v3/groups/${'9'.repeat(3000)}`,
])('a URL that cannot be parsed is refused without being repeated: %s', async (target) => {
  const client = await connect();
  const answer = await sendRaw(client.sandbox.url, [
    `GET ${target} HTTP/1.1`,
    `Host: ${new URL(client.sandbox.url).host}`,
  ]);
  expect(statusOf(answer)).toBe(400);
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({
    error: { code: 400, message: 'Bad Request: invalid URL' },
  });
});

describe('a page of another site', () => {
  const spellings = (group: string, id: string): string[] => {
    const end = `groups/${group}/receivers/${id}`;
    return [
      `/sandbox/${end}`,
      `/%73andbox/${end}`,
      `/%73%61%6e%64%62%6f%78/${end}`,
      `//sandbox/${end}`,
      `/sandbox//${end}`,
      `///%73andbox/${end}`,
      `/sandbox.json/${end}`,
      `/%73andbox.json/${end}`,
      `/sandbox/${end}/`,
      `/sandbox/${end}?x=/v3/`,
      `/sandbox/${end.replace('groups', '%67roups')}`,
      `/./sandbox/${end}`,
      `/v3/../sandbox/${end}`,
      `/v3/%2e%2e/sandbox/${end}`,
      `/sandbox%2F${end.replaceAll('/', '%2F')}`,
      `/%2fsandbox/${end}`,
      `/SANDBOX/${end}`,
      `/sandbox;x/${end}`,
      `/%2573andbox/${end}`,
    ];
  };

  test.each(foreignPages)('changes nothing, in whatever spelling of the URL: %s', async (_, header) => {
    const page = await victim();
    for (const target of spellings(page.group, page.id)) {
      for (const action of [`DELETE ${target}`, `POST ${target.replace(/(\?|$)/, '/unsubscribe$1')}`]) {
        const answer = await sendRaw(page.sandbox.url, [
          `${action} HTTP/1.1`,
          `Host: ${page.host}`,
          'Content-Length: 0',
          header,
        ]);
        expect([action, statusOf(answer)]).toEqual([action, expect.any(Number)]);
        expect([action, statusOf(answer) >= 400]).toEqual([action, true]);
      }
    }
    expectUntouched(page);
  });

  test.each(foreignPages)('reads nothing of the account: %s', async (_, header) => {
    const page = await victim();
    for (const target of [`/sandbox/groups/${page.group}/receivers`, `/%73andbox/groups/${page.group}/receivers`]) {
      const answer = await sendRaw(page.sandbox.url, [`GET ${target} HTTP/1.1`, `Host: ${page.host}`, header]);
      expect(statusOf(answer)).toBe(403);
      expect(answer).not.toContain('anna@example.org');
    }
  });

  test.each(foreignPages)('gets no code by posting the consent form: %s', async (_, header) => {
    const page = await victim();
    const body = new URLSearchParams({
      client_id: page.sandbox.client.id,
      redirect_uri: 'https://evil.example.org/',
      response_type: 'code',
      grant: 'basic',
      decision: 'allow',
    }).toString();
    for (const target of ['/oauth/authorize.php', '/%6fauth/authorize.php', '//oauth/authorize.php']) {
      const head = [
        `POST ${target} HTTP/1.1`,
        `Host: ${page.host}`,
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${body.length}`,
        header,
      ];
      const answer = await sendRaw(page.sandbox.url, head, body);
      expect(statusOf(answer)).toBe(403);
      expect(answer).not.toContain('code=');
    }
  });

  test('cannot put the consent page into a frame', async () => {
    const { sandbox } = await victim();
    const query = new URLSearchParams({
      client_id: sandbox.client.id,
      redirect_uri: 'https://app.example.org/',
      response_type: 'code',
      grant: 'basic',
    });
    const { headers } = await fetch(`${sandbox.url}/oauth/authorize.php?${query.toString()}`);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('may link to the page of the sandbox, which contains no data', async () => {
    const page = await victim();
    const answer = await sendRaw(page.sandbox.url, [
      'GET / HTTP/1.1',
      `Host: ${page.host}`,
      'Sec-Fetch-Site: cross-site',
    ]);
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain('anna@example.org');
  });
});

describe('a DNS name that points to this machine', () => {
  const targets = (page: Victim) => [
    ['GET', '/'],
    ['GET', `/sandbox/groups/${page.group}/receivers`],
    ['GET', '/sandbox/live'],
    ['GET', '/sandbox/page.js'],
    ['GET', `/v3/groups/${page.group}/receivers?token=${page.token}`],
    ['DELETE', `/v3/receivers/${page.id}?token=${page.token}`],
    ['GET', '/v3/debug/ping'],
    [
      'GET',
      '/oauth/authorize.php?client_id=sandbox&redirect_uri=http://evil.example.org&response_type=code&grant=basic',
    ],
    ['POST', '/oauth/authorize.php'],
    ['POST', '/oauth/token.php?grant_type=client_credentials&client_id=sandbox&client_secret=sandbox-secret'],
    ['DELETE', '/oauth/token'],
    ['GET', '/nowhere'],
  ];

  test.each([
    'evil.example.org',
    'evil.example.org:80',
    '127.0.0.1.example.org',
    'localhost.example.org',
    'localhost.',
    '127.0.0.1.',
    'x@127.0.0.1',
    '127.0.0.1@evil.example.org',
    '127.0.0.1:80:80',
    '127.0.0.1/',
    '0.0.0.0',
    '[::1].example.org',
    '[::2]',
    '',
  ])('reaches nothing as "%s"', async (host) => {
    const page = await victim();
    for (const [method, target] of targets(page)) {
      const answer = await sendRaw(page.sandbox.url, [
        `${method} ${target} HTTP/1.1`,
        `Host: ${host}`,
        'Content-Length: 0',
      ]);
      expect([method, target, statusOf(answer)]).toEqual([method, target, 403]);
      expect(answer).not.toMatch(/anna@example\.org|access_token|location:/i);
    }
    expectUntouched(page);
    expect(page.sandbox.requests.every(({ status }) => status === 403)).toBe(true);
  });

  test.each(['GET %s HTTP/1.1', 'GET %s HTTP/1.0'])('reaches nothing without a Host: %s', async (line) => {
    const page = await victim();
    const target = `/v3/groups/${page.group}/receivers?token=${page.token}`;
    const answer = await sendRaw(page.sandbox.url, [line.replace('%s', target)]);
    expect([400, 403]).toContain(statusOf(answer));
    expect(answer).not.toContain('anna@example.org');
  });

  test('reaches nothing by an absolute URL in the request line, or by a second Host', async () => {
    const page = await victim();
    const target = `/sandbox/groups/${page.group}/receivers`;
    const tries = [
      [`GET http://evil.example.org${target} HTTP/1.1`, 'Host: evil.example.org'],
      [`GET http://${page.host}${target} HTTP/1.1`, 'Host: evil.example.org'],
      [`GET http://evil.example.org${target} HTTP/1.1`, `Host: ${page.host}`],
      [`GET ${target} HTTP/1.1`, 'Host: evil.example.org', `Host: ${page.host}`],
    ];
    for (const head of tries) {
      const answer = await sendRaw(page.sandbox.url, head);
      expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
      expect(answer).not.toContain('anna@example.org');
    }
  });
});

test.each(['127.0.0.1', 'localhost', 'LocalHost:8080', '[::1]', '[::1]:8080', '127.0.0.1:1'])(
  'a program can access page and API under the name %s of this machine',
  async (host) => {
    const page = await victim();
    for (const target of ['/', `/sandbox/groups/${page.group}/receivers`, `/v3/groups?token=${page.token}`]) {
      expect(statusOf(await sendRaw(page.sandbox.url, [`GET ${target} HTTP/1.1`, `Host: ${host}`]))).toBe(200);
    }
  },
);

test('a token without a scope does not get it by another spelling of the URL', async () => {
  const page = await victim();
  const { access_token: token } = page.sandbox.issueToken({ scopes: ['groups'] });
  for (const name of ['receivers', '%72eceivers', '%72%65ceivers.json', '/receivers']) {
    const answer = await sendRaw(page.sandbox.url, [
      `GET /v3/groups/${page.group}/${name} HTTP/1.1`,
      `Host: ${page.host}`,
      `Authorization: Bearer ${token}`,
    ]);
    expect([name, statusOf(answer)]).toEqual([name, 403]);
  }
});
