/** The credentials that a platform would add to the fields of a step, taken from the environment. */

/** @throws Error that says which variables are needed */
export function credentialsFrom(env: NodeJS.ProcessEnv): Record<string, string> {
  const {
    CLEVERREACH_ACCESS_TOKEN: key,
    CLEVERREACH_CLIENT_ID: client_id,
    CLEVERREACH_CLIENT_SECRET: client_secret,
  } = env;
  if (key) return { key };
  if (client_id && client_secret) return { client_id, client_secret };
  throw new Error(
    'No CleverReach account in the environment: set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or CLEVERREACH_ACCESS_TOKEN.',
  );
}
