/** Parts of `npm run authorize` that need no process of their own. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { ConfigurationError } from '../../lib/utils/errors';
import { askClient } from '../../tools/authorize/askClient';
import { openCallbackServer, takeAnswer, type Taking } from '../../tools/authorize/callbackServer';
import { readOptions } from '../../tools/authorize/options';
import { elasticioSecret, secretRequest, type Grant } from '../../tools/authorize/results';
import { register, summaryOf } from '../../tools/authorize/secretService';
import { UsageError } from '../../tools/lib/args';
import { startSecretService, type RecordingService } from '../support/secretService';

const grant: Grant = {
  account: 'Muster GmbH (1)',
  baseUrl: 'https://rest.cleverreach.com',
  client: { id: 'app', secret: 'client"secret-1' },
  redirectUri: 'http://127.0.0.1:8910/callback',
  pair: { accessToken: 'access-1', refreshToken: 'refresh-1', members: {} },
};

describe('the server for the answer', () => {
  const taking = (more: Partial<Taking<string>>): Taking<string> => ({
    judge: () => ({ kind: 'allowed', code: 'code' }),
    exchange: (code) => Promise.resolve(code),
    describe: (result) => `<${result}> is there.`,
    onForeign: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });

  it('takes one answer, refuses another while that one is looked into, and is gone afterwards', async () => {
    const { server, redirectUri } = await openCallbackServer(0);
    let allow: (result: string) => void = () => undefined;
    const asked = new Promise<void>((begun) => {
      void takeAnswer(
        server,
        taking({
          exchange: () =>
            new Promise((resolve) => {
              allow = resolve;
              begun();
            }),
        }),
      );
    });
    const first = fetch(redirectUri);
    await asked;
    expect((await fetch(redirectUri)).status).toBe(409);
    allow('grant');
    const answer = await first;
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('&lt;grant&gt; is there.');
    await expect(fetch(redirectUri)).rejects.toThrow('fetch failed');
  });

  it('tells nobody the address, which holds the code', async () => {
    const { server, redirectUri } = await openCallbackServer(0);
    const [answer] = await Promise.all([fetch(redirectUri), takeAnswer(server, taking({}))]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    });
  });

  it('does not end the exchange when the time is over meanwhile', async () => {
    const { server, redirectUri } = await openCallbackServer(0);
    const end = new AbortController();
    const exchange = (): Promise<string> => {
      end.abort();
      return Promise.resolve('grant');
    };
    const taken = takeAnswer(server, taking({ exchange, signal: end.signal }));
    expect((await fetch(redirectUri)).status).toBe(200);
    await expect(taken).resolves.toBe('grant');
  });

  it('says that its port is taken, and what to do', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const opened = openCallbackServer(port).finally(() => holder.close());
    await expect(opened).rejects.toThrow(/cannot be used \(EADDRINUSE\).*--port/);
  });
});

describe('the question for the OAuth app', () => {
  const terminal = (): { input: PassThrough & { isTTY: boolean }; output: PassThrough; shown: () => string } => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { input, output, shown: () => text };
  };
  /** Types what is asked for, each when its question is there. */
  const type = (seat: ReturnType<typeof terminal>, answers: Record<string, string>): void => {
    seat.output.on('data', (chunk: Buffer) => {
      const question = Object.keys(answers).find((one) => chunk.toString().includes(one));
      if (question !== undefined) setImmediate(() => seat.input.write(`${answers[question] ?? ''}\r`));
    });
  };

  it('shows the id as it is typed, and nothing of the secret', async () => {
    const seat = terminal();
    type(seat, { 'Client id': ' app-7 ', 'Client secret': 'hush-hush' });
    await expect(askClient({}, seat)).resolves.toEqual({ id: 'app-7', secret: 'hush-hush' });
    expect(seat.shown()).toContain('app-7');
    expect(seat.shown()).not.toMatch(/hush|\*/);
  });

  it('is asked only for what the environment does not have', async () => {
    const seat = terminal();
    type(seat, { 'Client secret': 'hush-hush' });
    await expect(askClient({ CLEVERREACH_CLIENT_ID: 'env' }, seat)).resolves.toEqual({
      id: 'env',
      secret: 'hush-hush',
    });
    expect(seat.shown()).not.toContain('Client id');
    const all = { CLEVERREACH_CLIENT_ID: 'env', CLEVERREACH_CLIENT_SECRET: 's' };
    await expect(askClient(all, { ...terminal(), input: new PassThrough() })).resolves.toEqual({
      id: 'env',
      secret: 's',
    });
  });

  it.each([
    ['an empty line', (input: PassThrough) => input.write('\r')],
    ['the end of the input', (input: PassThrough) => input.end()],
    ['Ctrl-C', (input: PassThrough) => input.write('\u0003')],
  ])('ends with an error at %s', async (_, answer) => {
    const seat = terminal();
    seat.output.once('data', () => setImmediate(() => answer(seat.input)));
    await expect(askClient({}, seat)).rejects.toThrow('Nothing was entered.');
  });
});

describe('the options', () => {
  const env = { OIH_TOKEN: 'token' };

  it('are few by default', () => {
    expect(readOptions([], {})).toEqual({
      help: false,
      json: false,
      open: true,
      port: 8910,
      timeLimitSeconds: 600,
      stateIsOptional: false,
      baseUrl: 'https://rest.cleverreach.com',
    });
  });

  it('may name another redirect URI and a secret service, privately reached', () => {
    const args = [
      '--redirect-uri',
      'https://tunnel.example.org/callback',
      '--secret-service',
      'http://127.0.0.1:3/api/v1/',
    ];
    expect(readOptions(args, env)).toMatchObject({
      redirectUri: 'https://tunnel.example.org/callback',
      secretService: { url: 'http://127.0.0.1:3/api/v1', token: 'token' },
    });
  });

  it.each([
    [['--port', '70000'], '--port'],
    [['--port', ''], '--port has an empty value'],
    [['--auth-client', ''], '--auth-client has an empty value'],
    [['--redirect-uri', ' '], '--redirect-uri has an empty value'],
    [['--secret-service='], '--secret-service has an empty value'],
    [['--time-limit', '0'], '--time-limit'],
    [['--colour'], '--colour'],
    [['now'], 'now'],
    [['--redirect-uri', 'http://example.org/callback'], '--redirect-uri'],
    [['--redirect-uri', 'https://example.org/elsewhere'], '--redirect-uri'],
    [['--secret-service', 'http://secrets.example.org/api/v1'], 'kubectl port-forward'],
    [['--secret-service', 'https://me:hunter2@example.org'], '--secret-service'],
  ])('%j are refused', (args, text) => {
    const read = (): unknown => readOptions(args, env);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(text);
    expect(read).not.toThrow('hunter2');
  });

  it('of a secret service need a token of OIH', () => {
    expect(() => readOptions(['--secret-service', 'https://example.org'], {})).toThrow(/needs OIH_TOKEN/);
  });

  it('go with an address of CleverReach that is safe', () => {
    expect(() => readOptions([], { CLEVERREACH_URL: 'http://example.org' })).toThrow(ConfigurationError);
  });
});

describe('a token answer that lacks something', () => {
  it('gives a secret of OIH all the same, which the service renews at once where no expiry is known', () => {
    const { data } = secretRequest({ ...grant, pair: { accessToken: 'a', members: { scope: ['x', 'y'] } } }, 'client');
    expect(data.value).toEqual({
      authClientId: 'client',
      accessToken: 'a',
      scope: 'x y',
      expires: '1970-01-01T00:00:00.000Z',
    });
  });

  it('gives a secret of elastic.io without the members that are unknown', () => {
    const text = JSON.stringify(elasticioSecret({ ...grant, pair: { accessToken: 'a', members: {} } }));
    expect(text).toContain('"credentials":{"access_token":"a"}');
  });
});

describe('a secret service', () => {
  let service: RecordingService;
  const registration = () => register({ url: service.url, token: 'oih-token' }, grant, undefined);

  beforeEach(async () => {
    service = await startSecretService();
  });

  afterEach(async () => {
    await service.close();
  });

  it.each([
    [401, 'does not accept OIH_TOKEN'],
    [403, 'does not accept OIH_TOKEN'],
    [404, 'usually ends in /api/v1'],
    [307, 'status 307'],
    [200, 'a response without an id'],
  ])('that answers with %d and nothing else gets nothing more, and the reason is said', async (status, text) => {
    service.refusals.set('/auth-clients', () => ({ status, body: '' }));
    expect(summaryOf(await registration())).toMatch(text);
    expect(service.posted).toHaveLength(1);
  });

  it.each(['/auth-clients', '/secrets'])(
    'whose answer to %s repeats what was sent is quoted without the secrets',
    async (path) => {
      service.refusals.set(path, (body) => ({ status: 400, body: `no good: ${body.slice(60)} oih-token` }));
      const { authClientId, secretId, problem } = await registration();
      expect([authClientId, secretId]).toEqual([
        path === '/secrets' ? '64f0000000000000000000c1' : undefined,
        undefined,
      ]);
      expect(problem).toMatch(/status 400, no good: …/);
      expect(problem).not.toMatch(/secret-1|access-1|refresh-1|oih-token/);
    },
  );

  it('that is not there is said', async () => {
    await service.close();
    expect((await registration()).problem).toBe('The secret service could not be reached (ECONNREFUSED).');
  });
});
