import { elasticioSecret, secretRequest, type Grant } from '../../../../tools/authorize/results';

const grant: Grant = {
  account: 'Muster GmbH (1)',
  baseUrl: 'https://rest.cleverreach.com',
  client: { id: 'app', secret: 'client"secret-1' },
  redirectUri: 'http://127.0.0.1:8910/callback',
  pair: { accessToken: 'access-1', refreshToken: 'refresh-1', members: {} },
};

describe('an incomplete token response', () => {
  it('still becomes a secret of OIH, which the service renews immediately if no expiry is known', () => {
    const { data } = secretRequest({ ...grant, pair: { accessToken: 'a', members: { scope: ['x', 'y'] } } }, 'client');
    expect(data.value).toEqual({
      authClientId: 'client',
      accessToken: 'a',
      scope: 'x y',
      expires: '1970-01-01T00:00:00.000Z',
    });
  });

  it('becomes a secret of elastic.io without the unknown fields', () => {
    const text = JSON.stringify(elasticioSecret({ ...grant, pair: { accessToken: 'a', members: {} } }));
    expect(text).toContain('"credentials":{"access_token":"a"}');
  });
});
