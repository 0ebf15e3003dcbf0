import { type Grant } from '../../../../tools/authorize/results';
import { register, summaryOf } from '../../../../tools/authorize/secretService';
import { startSecretService, type RecordingService } from '../../../support/secretService';

const grant: Grant = {
  account: 'Muster GmbH (1)',
  baseUrl: 'https://rest.cleverreach.com',
  client: { id: 'app', secret: 'client"secret-1' },
  redirectUri: 'http://127.0.0.1:8910/callback',
  pair: { accessToken: 'access-1', refreshToken: 'refresh-1', members: {} },
};

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
  ])('that responds with only %d gets no further requests, and the reason is reported', async (status, text) => {
    service.refusals.set('/auth-clients', () => ({ status, body: '' }));
    expect(summaryOf(await registration())).toMatch(text);
    expect(service.posted).toHaveLength(1);
  });

  it.each(['/auth-clients', '/secrets'])(
    'whose response to %s repeats the request is quoted without the secrets',
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

  it('that cannot be reached is reported', async () => {
    await service.close();
    expect((await registration()).problem).toBe('The secret service could not be reached (ECONNREFUSED).');
  });
});
