import { ConfigurationError, TemporaryError } from '../../../lib/utils/errors';
import { parseSecret } from '../../../lib/oauth/parseSecret';

const secretOf = (type: unknown, credentials: unknown): unknown => ({ data: { attributes: { type, credentials } } });

describe('a secret', () => {
  it.each([
    ['oauth2', { access_token: ' a ' }, { kind: 'token', token: 'a', isRenewable: true }],
    ['basic', { username: ' id', password: 's ' }, { kind: 'client', client: { id: 'id', secret: 's' } }],
    ['api_key', { headerValue: 'bearer  a ' }, { kind: 'token', token: 'a', isRenewable: false }],
    ['api_key', { headerValue: 'a' }, { kind: 'token', token: 'a', isRenewable: false }],
  ])('of the type %s is read from %j', (type, credentials, secret) => {
    expect(parseSecret(secretOf(type, credentials))).toStrictEqual(secret);
  });

  it.each([
    ['oauth2', {}, 'The secret of the step holds no access token: authorise it in elastic.io.'],
    ['oauth2', null, 'The secret of the step holds no access token: authorise it in elastic.io.'],
    [
      'basic',
      { username: 'x' },
      'The secret of the step lacks the client id (as its username) or the client secret (as its password).',
    ],
    [
      'basic',
      { password: 'x' },
      'The secret of the step lacks the client id (as its username) or the client secret (as its password).',
    ],
    ['api_key', {}, 'The secret of the step holds no token (its header value is empty).'],
    [
      'noauth',
      {},
      'The secret of the step is of the type "noauth"; CleverReach needs oauth2, basic (client id and secret) or api_key (a token).',
    ],
  ])('of the type %s with unusable content gives an error that states what it needs: %j', (type, credentials, text) => {
    const parse = (): unknown => parseSecret(secretOf(type, credentials));
    expect(parse).toThrow(ConfigurationError);
    expect(parse).toThrow(new ConfigurationError(text));
  });

  it.each([[undefined], [null], ['text'], [{}], [{ data: [] }], [{ data: { attributes: null } }], [secretOf(' ', {})]])(
    'that cannot be read is a temporary error: %j',
    (answer) => {
      const parse = (): unknown => parseSecret(answer);
      expect(parse).toThrow(TemporaryError);
      expect(parse).toThrow(
        new TemporaryError('The secret of the step could not be read: the response of elastic.io is not a secret.'),
      );
    },
  );
});
