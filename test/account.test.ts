import nock from 'nock';
import { openAccount } from '../lib/utils/account';
import { onTheWire, origin, recordingLogger } from './support/http';

onTheWire();

describe('the account of a step', () => {
  it.each([undefined, '', ' '])(
    'is one of CleverReach itself where the environment names no address but %j',
    async (url) => {
      nock(`${origin}/v3`)
        .get('/groups')
        .reply(200, [{ id: '1', name: 'News' }]);
      const context = { emit: () => Promise.resolve(), logger: recordingLogger() };
      const env = url === undefined ? {} : { CLEVERREACH_URL: url };
      const { api } = openAccount({ context, cfg: { key: 'token-of-this-test' } }, 1, env);
      await expect(api.groups()).resolves.toEqual([{ id: '1', name: 'News' }]);
    },
  );
});
