/** The interface of all sources of access tokens. */

export interface TokenSource {
  /** A token that is valid as far as is known. If its expiry is known, it is renewed in advance. */
  current(): Promise<string>;
  /**
   * Returns another token after CleverReach refused one with 401: the stored one if it was renewed elsewhere in the
   * meantime, else a new one.
   * @throws AuthorisationError if there is no other token; TemporaryError if that could not be determined
   */
  renew(rejected: string): Promise<string>;
}
