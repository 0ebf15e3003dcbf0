/** Reads the credentials that a platform would add to the fields of a step from the environment. */

/** @throws Error that names the required variables */
export function credentialsFrom(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const {
    CLEVERREACH_ACCESS_TOKEN: access_token,
    CLEVERREACH_REFRESH_TOKEN: refresh_token,
    CLEVERREACH_CLIENT_ID: client_id,
    CLEVERREACH_CLIENT_SECRET: client_secret,
  } = env;
  // without an `_account` that could store a new pair, the pair is used but never renewed; the environment cannot store
  // one
  if (access_token && refresh_token) return { oauth: { access_token, refresh_token } };
  if (access_token) return { key: access_token };
  if (client_id && client_secret) return { client_id, client_secret };
  throw new Error(
    'No CleverReach account in the environment: set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN.',
  );
}

/** Whether CleverReach has rejected the credentials. */
export function isRefusal({ name }: Error): boolean {
  return name === 'AuthorisationError';
}

/** The advice if CleverReach rejects the credentials; the steps refer to the credentials of a platform. */
export function adviceOnRefusal(env: NodeJS.ProcessEnv): string {
  if (!env['CLEVERREACH_ACCESS_TOKEN'])
    return 'The client comes from CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET.';
  const instead =
    env['CLEVERREACH_CLIENT_ID'] && env['CLEVERREACH_CLIENT_SECRET']
      ? 'so that the client id and secret are used'
      : 'and set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET';
  return `The token comes from CLEVERREACH_ACCESS_TOKEN: unset it ${instead}, or run "npm run authorize" again.`;
}
