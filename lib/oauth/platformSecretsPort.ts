/**
 * What tokens need from the platform that runs the step. A member is missing where the platform has no such thing. All reject
 * with typed errors; a service of the platform that fails is a TemporaryError which names it.
 */
export interface PlatformSecrets {
  /** elastic.io: the secret, `{data: {attributes: {type, credentials}}}`. */
  readSecret?(secretId: string): Promise<unknown>;
  /** elastic.io: lets the platform renew the secret's token. The answer is the secret as it is then, or nothing. */
  refreshSecret?(secretId: string): Promise<unknown>;
  /** elastic.io, the older credentials: stores the new pair; rejects when the platform did not take it. */
  storeKeys?(keys: { oauth: Record<string, unknown> }): Promise<void>;
  /** elastic.io, the older credentials: the step's config as stored now; somebody else may have renewed the token. */
  readConfig?(): Promise<Record<string, unknown>>;
  /** OIH: the secret's value as it is now. */
  readOihSecret?(): Promise<Record<string, unknown>>;
}
