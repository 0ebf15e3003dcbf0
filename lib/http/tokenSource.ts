/** The interface of all sources of access tokens. */

export interface TokenSource {
  /** A token that is valid as far as is known. If its expiry is known, it is renewed in advance. */
  current(): Promise<string>;
  /**
   * Another token, after CleverReach refused one with 401. If the token was renewed elsewhere in the meantime, that
   * one.
   * @throws AuthorisationError if there is no other token; TemporaryError if that could not be determined
   */
  renew(rejected: string): Promise<string>;
}
