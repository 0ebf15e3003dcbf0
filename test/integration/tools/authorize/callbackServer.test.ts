import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openCallbackServer, takeAnswer, type Taking } from '../../../../tools/authorize/callbackServer';

describe('the callback server', () => {
  const taking = (more: Partial<Taking<string>>): Taking<string> => ({
    judge: () => ({ kind: 'allowed', code: 'code' }),
    exchange: (code) => Promise.resolve(code),
    describe: (result) => `<${result}> is there.`,
    onForeign: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });

  it('accepts one answer, refuses others during its exchange, and stops afterwards', async () => {
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

  it('does not reveal the URL, which contains the code', async () => {
    const { server, redirectUri } = await openCallbackServer(0);
    const [answer] = await Promise.all([fetch(redirectUri), takeAnswer(server, taking({}))]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    });
  });

  it('does not interrupt the exchange when the time is over in the meantime', async () => {
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

  it('reports that its port is in use, and what to do', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const opened = openCallbackServer(port).finally(() => holder.close());
    await expect(opened).rejects.toThrow(/cannot be used \(EADDRINUSE\).*--port/);
  });
});
