/**
 * What token sources require from the platform that runs the step. A member is missing if the platform does not support
 * it. All methods reject with typed errors; a failure of a platform service is a TemporaryError that names the service.
 */
export interface PlatformSecretsPort {
  /** elastic.io: the secret, `{data: {attributes: {type, credentials}}}`. */
  readSecret?(secretId: string): Promise<unknown>;
  /** elastic.io: makes the platform renew the token of the secret. Returns the new secret or nothing. */
  refreshSecret?(secretId: string): Promise<unknown>;
  /** elastic.io, classic credentials: stores the new pair; rejects if the platform did not store it. */
  storeKeys?(keys: { oauth: Record<string, unknown> }): Promise<void>;
  /** elastic.io, classic credentials: the stored config of the step; another process may have renewed the token. */
  readConfig?(): Promise<Record<string, unknown>>;
  /** OIH: the current access token of the secret; undefined if it has none. */
  readOihToken?(): Promise<string | undefined>;
}
