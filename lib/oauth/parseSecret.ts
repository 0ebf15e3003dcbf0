/** Parses a secret as returned by elastic.io. */

import { ConfigurationError, TemporaryError } from '../utils/errors';
import { clientOf, filledString, withoutBearer, type OAuthClient } from './credentials';

export type Secret =
  /** `isRenewable`: the platform can renew it. */
  { kind: 'token'; token: string; isRenewable: boolean } | { kind: 'client'; client: OAuthClient };

/**
 * @param response `{data: {attributes: {type, credentials}}}`; `data` may also be a list with one item
 * @throws TemporaryError if it is not a secret; ConfigurationError if CleverReach cannot use this secret
 */
export function parseSecret(response: unknown): Secret {
  const data = member(response, 'data');
  const attributes = member(Array.isArray(data) ? (data as unknown[])[0] : data, 'attributes');
  const type = filledString(member(attributes, 'type'));
  const credentials = member(attributes, 'credentials');
  if (type === undefined) {
    throw new TemporaryError('The secret of the step could not be read: the response of elastic.io is not a secret.');
  }
  switch (type) {
    case 'oauth2': {
      const token = filledString(member(credentials, 'access_token'));
      if (token !== undefined) return { kind: 'token', token, isRenewable: true };
      throw new ConfigurationError('The secret of the step holds no access token: authorise it in elastic.io.');
    }
    case 'basic': {
      const client = clientOf(member(credentials, 'username'), member(credentials, 'password'));
      if (client) return { kind: 'client', client };
      throw new ConfigurationError(
        'The secret of the step lacks the client id (as its username) or the client secret (as its password).',
      );
    }
    case 'api_key': {
      const token = withoutBearer(filledString(member(credentials, 'headerValue')));
      if (token !== undefined) return { kind: 'token', token, isRenewable: false };
      throw new ConfigurationError('The secret of the step holds no token (its header value is empty).');
    }
    default:
      throw new ConfigurationError(
        `The secret of the step is of the type "${type}"; CleverReach needs oauth2, basic (client id and secret) or api_key (a token).`,
      );
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
