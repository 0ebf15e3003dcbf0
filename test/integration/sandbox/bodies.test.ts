import { closeAll, connect, type Client } from '../../support/sandbox/client';
import { sendRaw, statusOf } from '../../support/sandbox/rawHttp';

afterEach(closeAll);

/** A body exactly as a client puts it on the wire. */
async function post(
  { sandbox, token }: Client,
  target: string,
  contentType: string | undefined,
  body: string,
  headers: readonly string[] = [`Authorization: Bearer ${token}`],
): Promise<{ status: number; body: unknown }> {
  const head = [
    `POST ${target} HTTP/1.1`,
    `Host: ${new URL(sandbox.url).host}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  const answer = await sendRaw(sandbox.url, head, body);
  return { status: statusOf(answer), body: JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as unknown };
}

/** As PHP's curl writes an array. */
function multipart(fields: Record<string, string> | [string, string][], boundary: string): string {
  const parts = (Array.isArray(fields) ? fields : Object.entries(fields)).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}--${boundary}--\r\n`;
}

const curl = '------------------------d74496d66958873e';
const grant = { grant_type: 'client_credentials' };
const app = { client_id: 'sandbox', client_secret: 'sandbox-secret' };
const basic = [`Authorization: Basic ${Buffer.from('sandbox:sandbox-secret').toString('base64')}`];
const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

/** What PHP reads like the form of curl. */
const spellings: Record<string, (body: string) => string> = {
  'with names without quotes': (body) => body.replace(/name="(\w+)"/g, 'name=$1'),
  'with names in single quotes': (body) => body.replace(/name="(\w+)"/g, "name='$1'"),
  'with another parameter before the name': (body) => body.replaceAll('; name', '; filename="a; name=b"; name'),
  'with a preamble and an epilogue': (body) => `This is a form.\r\n--other\r\n${body}And that was it.\r\n`,
  'without a line end behind its end': (body) => body.trimEnd(),
  'with the content type before the name': (body) =>
    body.replaceAll('Content-D', 'Content-Type: text/plain\r\nContent-D'),
  'with headers in another case': (body) => body.replaceAll('Content-Disposition', 'CONTENT-DISPOSITION'),
  'with folded headers': (body) => body.replaceAll('; name', ';\r\n\tname'),
  'with LF at the ends of its lines': (body) => body.replaceAll('\r\n', '\n'),
  'with LF in its headers': (body) => body.replaceAll('\r\n\r\n', '\n\n'),
  'with a part that has no name': (body) => `--${curl}\r\nContent-Type: text/plain\r\n\r\nx\r\n${body}`,
};

describe('a token request', () => {
  test.each<[string, string | undefined, string, string, readonly string[]]>([
    [
      'curl of PHP with an array',
      `multipart/form-data; boundary=${curl}`,
      multipart({ ...grant, ...app }, curl),
      '',
      [],
    ],
    ['curl of PHP with an array and Basic', `multipart/form-data; boundary=${curl}`, multipart(grant, curl), '', basic],
    ['requests of Python', 'multipart/form-data; boundary=0a1b', multipart({ ...grant, ...app }, '0a1b'), '', []],
    ['a quoted boundary', 'Multipart/Form-Data; boundary="0a 1b"', multipart({ ...grant, ...app }, '0a 1b'), '', []],
    ...Object.entries(spellings).map(([name, write]): [string, string, string, string, string[]] => [
      `a multipart form ${name}`,
      `multipart/form-data; boundary=${curl}`,
      write(multipart({ ...grant, ...app }, curl)),
      '',
      [],
    ]),
    ['a form', 'application/x-www-form-urlencoded', form({ ...grant, ...app }), '', []],
    ['a form with Basic', 'application/x-www-form-urlencoded;charset=UTF-8', form(grant), '', basic],
    ['a form without a content type', undefined, form({ ...grant, ...app }), '', []],
    ['JSON', 'application/json', JSON.stringify({ ...grant, ...app }), '', []],
    ['JSON with Basic', 'application/json; charset=utf-8', JSON.stringify(grant), '', basic],
    ['JSON without a content type', undefined, JSON.stringify({ ...grant, ...app }), '', []],
    ['JSON that curl names a form', 'application/x-www-form-urlencoded', JSON.stringify({ ...grant, ...app }), '', []],
    ['the query', undefined, '', `?${form({ ...grant, ...app })}`, []],
    ['the query with Basic', undefined, '', `?${form(grant)}`, basic],
    ['a query and a form', 'application/x-www-form-urlencoded', form(app), `?${form(grant)}`, []],
  ])('is understood from %s', async (_, contentType, body, query, headers) => {
    const client = await connect();
    const answer = await post(client, `/oauth/token.php${query}`, contentType, body, headers);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'bearer' } });
    expect(JSON.stringify(client.sandbox.requests)).not.toContain('sandbox-secret');
  });

  test.each([
    ['without its end', multipart({ ...grant, ...app }, curl).slice(0, -10)],
    ['of another boundary', multipart({ ...grant, ...app }, 'other')],
    ['that is empty', ''],
  ])('is refused as a multipart form %s', async (_, body) => {
    const answer = await post(await connect(), '/oauth/token.php', `multipart/form-data; boundary=${curl}`, body, []);
    expect(answer.status).toBe(400);
  });

  test('is refused with a broken encoding in Basic as with any wrong client', async () => {
    const headers = [`Authorization: Basic ${Buffer.from('a%E0%A4:b%ff').toString('base64')}`];
    const answer = await post(await connect(), '/oauth/token.php', 'application/json', JSON.stringify(grant), headers);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
  });

  test('renews with a refresh token from a multipart form, with unchanged values', async () => {
    const client = await connect();
    const { refresh_token } = client.sandbox.issueToken();
    const body = multipart({ grant_type: 'refresh_token', refresh_token, ...app }, curl);
    const answer = await post(client, '/oauth/token.php', `multipart/form-data; boundary=${curl}`, body, []);
    expect(answer).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) as string } });
  });
});

describe('a call of the API', () => {
  test.each([
    undefined,
    '',
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=UTF-8',
    'application/vnd.api+json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/plain;charset=UTF-8',
    'text/json',
    'application/octet-stream',
    'json',
    '*/*',
  ])('is read as JSON with the content type %s', async (contentType) => {
    const client = await connect();
    const group = client.sandbox.account.addGroup('A');
    client.sandbox.account.addAttribute({ name: 'city' });
    const rows = [
      { email: 'jo@example.org', global_attributes: { city: 'Köln & Bonn = 100%+' }, tags: ['a'] },
      { email: 'mia@example.org' },
    ];
    const answer = await post(client, `/v3/groups/${group}/receivers/upsertplus`, contentType, JSON.stringify(rows));
    expect(answer).toMatchObject({
      status: 200,
      body: [{ email: 'jo@example.org', global_attributes: { city: 'Köln & Bonn = 100%+' } }, {}],
    });
    const object = await post(client, `/v3/groups/${group}/receivers`, contentType, '{"email":"nele@example.org"}');
    expect(object).toMatchObject({ status: 200, body: { email: 'nele@example.org' } });
  });

  test('accepts the fields of either kind of form', async () => {
    const client = await connect();
    const group = client.sandbox.account.addGroup('A');
    const target = `/v3/groups/${group}/receivers`;
    const typed = `multipart/form-data; boundary=${curl}`;
    await post(client, target, 'application/x-www-form-urlencoded', form({ email: 'jo+x@example.org' }));
    await post(client, target, typed, multipart({ email: 'mia+x@example.org' }, curl));
    expect(client.sandbox.account.receivers(group)).toMatchObject([
      { email: 'jo+x@example.org' },
      { email: 'mia+x@example.org' },
    ]);
  });

  test.each([undefined, 'application/json', 'text/plain'])(
    'is refused when its body is not JSON: %s',
    async (contentType) => {
      const client = await connect();
      expect(await post(client, '/v3/groups', contentType, '{"name": ')).toMatchObject({
        status: 400,
        body: { error: { message: 'Bad Request: invalid JSON' } },
      });
    },
  );

  test('works without a body, also as a DELETE with the content type of JSON', async () => {
    const client = await connect();
    const group = client.sandbox.account.addGroup('A');
    for (const type of [[], ['Content-Type: application/json'], ['Content-Type: text/plain']]) {
      const receiver = client.sandbox.account.addReceiver(group, { email: 'jo@example.org' });
      const answer = await sendRaw(client.sandbox.url, [
        `DELETE /v3/groups/${group}/receivers/${receiver} HTTP/1.1`,
        `Host: ${new URL(client.sandbox.url).host}`,
        `Authorization: Bearer ${client.token}`,
        ...type,
      ]);
      expect(statusOf(answer)).toBe(200);
    }
  });
});

test('the value of a multipart form keeps its line ends and all other content', async () => {
  const client = await connect();
  const value = '\n a\r\nb\n\n--c "d"; name=e\r\n';
  const body = multipart([['a"b', value]], curl).replace('a"b', 'a\\"b');
  await post(client, '/v3/groups/1/receivers', `multipart/form-data; boundary=${curl}`, body);
  expect(client.sandbox.requests.at(-1)?.body).toEqual({ 'a"b': value });
});

describe('the fields of a form', () => {
  const kinds = [
    ['application/x-www-form-urlencoded', (fields: [string, string][]) => new URLSearchParams(fields).toString()],
    [`multipart/form-data; boundary=${curl}`, (fields: [string, string][]) => multipart(fields, curl)],
  ] as const;

  /** What the sandbox understands, seen in its record of requests. */
  async function read(contentType: string, body: string): Promise<unknown> {
    const client = await connect();
    await post(client, '/v3/groups/1/receivers', contentType, body);
    return client.sandbox.requests.at(-1)?.body;
  }

  describe.each(kinds)('as %s', (contentType, write) => {
    test.each<[string, [string, string][], unknown]>([
      [
        'an object',
        [
          ['a[firstname]', 'Mia'],
          ['a[city]', 'Kiel'],
        ],
        { a: { firstname: 'Mia', city: 'Kiel' } },
      ],
      [
        'a list',
        [
          ['tags[]', 'a'],
          ['tags[]', 'b'],
        ],
        { tags: ['a', 'b'] },
      ],
      [
        'a list with numbers',
        [
          ['tags[0]', 'a'],
          ['tags[3]', 'b'],
          ['tags[]', 'c'],
        ],
        { tags: ['a', 'b', 'c'] },
      ],
      [
        'objects of a list',
        [
          ['o[0][p]', 'x'],
          ['o[0][q]', '1'],
          ['o[1][p]', 'y'],
        ],
        { o: [{ p: 'x', q: '1' }, { p: 'y' }] },
      ],
      [
        'objects of a list without numbers',
        [
          ['o[][p]', 'x'],
          ['o[][p]', 'y'],
        ],
        { o: [{ p: 'x' }, { p: 'y' }] },
      ],
      [
        'an object of numbers and names',
        [
          ['a[0]', 'x'],
          ['a[b]', 'y'],
        ],
        { a: { 0: 'x', b: 'y' } },
      ],
      [
        'the last value of a name',
        [
          ['a', '1'],
          ['a', '2'],
        ],
        { a: '2' },
      ],
      [
        'an object in the place of a value',
        [
          ['a', '1'],
          ['a[b]', '2'],
        ],
        { a: { b: '2' } },
      ],
      [
        'a value in the place of an object',
        [
          ['a[b]', '2'],
          ['a', '1'],
        ],
        { a: '1' },
      ],
      [
        'brackets that do not fit',
        [
          ['a[b', '1'],
          ['[c]', '2'],
          ['d]', '3'],
        ],
        { 'a[b': '1', '[c]': '2', 'd]': '3' },
      ],
    ])('are read as PHP reads them: %s', async (_, fields, expected) => {
      expect(await read(contentType, write(fields))).toEqual(expected);
    });

    test('write a receiver with attributes and tags', async () => {
      const client = await connect();
      const group = client.sandbox.account.addGroup('A');
      client.sandbox.account.addAttribute({ name: 'firstname' });
      const body = write([
        ['email', 'mia@example.org'],
        ['global_attributes[firstname]', 'Mia'],
        ['tags[]', 'a'],
        ['tags[]', 'b'],
      ]);
      expect(await post(client, `/v3/groups/${group}/receivers`, contentType, body)).toMatchObject({ status: 200 });
      expect(client.sandbox.account.receivers(group)).toMatchObject([
        { email: 'mia@example.org', global_attributes: { firstname: 'Mia' }, tags: ['a', 'b'] },
      ]);
    });

    test.each<[string, [string, string][]]>([
      [
        '__proto__',
        [
          ['__proto__[polluted]', 'x'],
          ['a[__proto__][polluted]', 'x'],
        ],
      ],
      [
        'constructor',
        [
          ['constructor[prototype][polluted]', 'x'],
          ['a[constructor][prototype][polluted]', 'x'],
        ],
      ],
    ])('may be named %s, and change only the body', async (_, fields) => {
      const body = (await read(contentType, write(fields))) as object;
      expect(Object.keys(body)).toHaveLength(2);
      expect({}).not.toHaveProperty('polluted');
      expect(body).not.toHaveProperty('polluted');
    });

    test.each<[string, [string, string][], string]>([
      ['more than 1,000 of them', Array.from({ length: 1001 }, () => ['tags[]', 'x']), 'more than 1000 fields'],
      ['more than 64 levels', [[`a${'[b]'.repeat(64)}`, 'x']], 'a field of more than 64 levels'],
    ])('are refused with %s', async (_, fields, text) => {
      expect(await post(await connect(), '/v3/groups/1/receivers', contentType, write(fields))).toEqual({
        status: 400,
        body: { error: { code: 400, message: `Bad Request: ${text}` } },
      });
    });

    test('may be 1,000 in number, with 64 levels', async () => {
      const fields = Array.from({ length: 999 }, (): [string, string] => ['tags[]', 'x']);
      const body = await read(contentType, write([...fields, [`a${'[b]'.repeat(63)}`, 'x']]));
      expect(body).toMatchObject({ tags: fields.map(() => 'x') });
      expect(JSON.stringify(body).match(/"b":/g)).toHaveLength(63);
    });
  });
});
