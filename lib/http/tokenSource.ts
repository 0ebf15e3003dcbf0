/** What a source of access tokens can do, wherever they come from. */

export interface TokenSource {
  /** A token that is good as far as is known; renewed ahead of its expiry where that is known. */
  current(): Promise<string>;
  /**
   * Another token, after CleverReach refused one with 401. When somebody has renewed it meanwhile, that one.
   * @throws AuthorisationError when there is no other, TemporaryError when it could not be found out
   */
  renew(rejected: string): Promise<string>;
}
