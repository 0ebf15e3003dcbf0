import nock from 'nock';
import { openAccount, type Account } from '../../lib/account';
import { onTheWire, origin, recordingLogger } from '../support/http';

onTheWire();

function open(key: string, env = {}): Account {
  const logger = recordingLogger();
  const context = { emit: () => Promise.resolve(), logger };
  return openAccount({ context, cfg: { key } }, { logger, budgetSeconds: 1 }, env);
}

describe('the account of a step', () => {
  it.each([undefined, '', ' '])('uses the URL of CleverReach if the environment variable is %j', async (url) => {
    nock(`${origin}/v3`)
      .get('/groups')
      .reply(200, [{ id: '1', name: 'News' }]);
    const env = url === undefined ? {} : { CLEVERREACH_URL: url };
    const { api } = open('token-of-this-test', env);
    await expect(api.groups()).resolves.toEqual([{ id: '1', name: 'News' }]);
  });

  it('counts the requests and the bytes of each run by itself', async () => {
    const body = JSON.stringify([{ id: '1', name: 'News' }]);
    nock(`${origin}/v3`).get('/groups').times(3).reply(200, body, { 'Content-Type': 'application/json' });
    const first = open('token-that-counts');
    expect(first.traffic()).toEqual({ requests: 0, bytes: 0 });
    await first.api.groups();
    await first.readOnlyApi.groups();
    expect(first.traffic()).toEqual({ requests: 2, bytes: 2 * body.length });
    const second = open('token-that-counts');
    await second.api.groups();
    expect(second.traffic()).toEqual({ requests: 1, bytes: body.length });
  });

  it('keeps a pause that CleverReach requested, however many other accounts are opened in the meantime', async () => {
    nock(`${origin}/v3`).get('/groups').once().reply(429, '', { 'Retry-After': '600' });
    await expect(open('token-that-is-paused').api.groups()).rejects.toThrow('600 s');
    for (let other = 0; other < 600; other += 1) open(`token-of-another-${other}`);
    await expect(open('token-that-is-paused').api.groups()).rejects.toThrow(/requests of this account are paused/);
  });
});
