/** The grants of simple-oauth2 without its own HTTP client, which does not support a proxy. */

interface GrantConfig {
  auth: { tokenPath: string; refreshPath: string };
  options: object;
}

/** Sends a form and returns the response. */
interface GrantClient {
  request(path: string, form: Record<string, string>): Promise<object>;
}

interface GrantToken {
  token: Record<string, unknown>;
  refresh(): Promise<GrantToken>;
}

declare class Grant {
  constructor(config: GrantConfig, client: GrantClient);
  getToken(params: object): Promise<GrantToken>;
  createToken(token: object): GrantToken;
}

declare module 'simple-oauth2/lib/authorization-code-grant-type.js' {
  export default class AuthorizationCode extends Grant {}
}

declare module 'simple-oauth2/lib/client-credentials-grant-type.js' {
  export default class ClientCredentials extends Grant {}
}
