import { adviceOnUnreachable, unreachableHint } from '../../../tools/lib/unreachable';

const REFUSED = new Error(
  'CleverReach could not be reached at 127.0.0.1:8080 for the request for a token (ECONNREFUSED).',
);

describe('the advice if CleverReach cannot be reached', () => {
  it.each<[string, NodeJS.ProcessEnv, string]>([
    [
      'the real address',
      {},
      'Requests go to https://rest.cleverreach.com: check the address and the network of this machine. For a sandbox, set CLEVERREACH_URL.',
    ],
    [
      'a sandbox',
      { CLEVERREACH_URL: 'http://127.0.0.1:8080/' },
      'Requests go to http://127.0.0.1:8080 (CLEVERREACH_URL): is the sandbox running there? "npm run sandbox" prints its address.',
    ],
    [
      'another address',
      { CLEVERREACH_URL: 'https://cr.example' },
      'Requests go to https://cr.example (CLEVERREACH_URL): check the address and the network of this machine.',
    ],
    [
      'a sandbox behind a proxy',
      { CLEVERREACH_URL: 'http://localhost:8080', http_proxy: 'http://jo:secret@proxy:3128' },
      'Requests go to http://localhost:8080 (CLEVERREACH_URL): is the sandbox running there? "npm run sandbox" prints its address. The proxy of http_proxy is used, unless NO_PROXY has localhost.',
    ],
    [
      'a proxy',
      { HTTPS_PROXY: 'http://jo:secret@proxy:3128', HTTP_PROXY: 'http://other:1' },
      'Requests go to https://rest.cleverreach.com: check the address and the network of this machine. For a sandbox, set CLEVERREACH_URL. The proxy of HTTPS_PROXY is used; check the proxy, too.',
    ],
  ])('names %s', (_, env, text) => {
    expect(adviceOnUnreachable(env)).toBe(text);
  });

  it('is given once, and only for such an error', () => {
    const lines: string[] = [];
    const hint = unreachableHint({}, (line) => lines.push(line));
    hint(new Error('CleverReach could not process GET /v3/groups (503).'));
    expect(lines).toEqual([]);
    hint(REFUSED);
    hint(REFUSED);
    expect(lines).toEqual([adviceOnUnreachable({})]);
  });
});
