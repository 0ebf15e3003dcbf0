import { randomBytes } from 'node:crypto';
import type { Clock, UnixSeconds } from './clock';
import type { Switches } from './switches';

/** A token response before it is serialised. */
export interface TokenPair {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/**
 * Scope names are invented, except for `forms` and `oa_flows`: each is the first part of the paths that it allows.
 * `oa_flows` is for the Flow API, unless a switch says that `forms` is.
 */
export const allScopes = [
  'groups',
  'receivers',
  'attributes',
  'tags',
  'blacklist',
  'bounces',
  'forms',
  'oa_flows',
] as const;

interface Access {
  expires: UnixSeconds;
  scopes: readonly string[];
  refreshToken: string;
}

interface Refresh {
  expires: UnixSeconds;
  scopes: readonly string[];
}

interface Code {
  redirectUri: string;
  expires: UnixSeconds;
}

const codeLife = 600;

/** All grants of the account. Token values are random and are never recorded. */
export class Tokens {
  private readonly access = new Map<string, Access>();
  private readonly refreshTokens = new Map<string, Refresh>();
  private readonly codes = new Map<string, Code>();

  constructor(
    private readonly clock: Clock,
    private readonly switches: Switches,
    /** The scopes of the OAuth app. */
    private readonly appScopes: readonly string[] = allScopes,
  ) {}

  issue(options: { expiresIn?: number; scopes?: readonly string[] } = {}): TokenPair {
    const refreshToken = randomBytes(20).toString('hex');
    const scopes = options.scopes ?? this.appScopes;
    const expiresIn = options.expiresIn ?? this.switches.expiresIn;
    const pair = this.store(refreshToken, scopes, expiresIn);
    this.refreshTokens.set(refreshToken, { scopes, expires: this.refreshEnd(expiresIn) });
    return pair;
  }

  /**
   * A new pair; undefined if the refresh token is invalid. If refresh tokens rotate, this one is invalid from now on.
   */
  refresh(refreshToken: string): TokenPair | undefined {
    const known = this.refreshTokens.get(refreshToken);
    if (!known || known.expires <= this.clock.now()) return undefined;
    if (this.switches.refreshTokenRotation) {
      this.refreshTokens.delete(refreshToken);
      return this.issue({ scopes: known.scopes });
    }
    known.expires = this.refreshEnd(this.switches.expiresIn);
    return this.store(refreshToken, known.scopes, this.switches.expiresIn);
  }

  code(redirectUri: string): string {
    const code = randomBytes(16).toString('hex');
    this.codes.set(code, { redirectUri, expires: this.clock.now() + codeLife });
    return code;
  }

  /** Consumes a code; false if it is unknown, already used, expired, or was requested with another redirect_uri. */
  redeem(code: string, redirectUri: string): boolean {
    const known = this.codes.get(code);
    this.codes.delete(code);
    return known !== undefined && known.redirectUri === redirectUri && known.expires > this.clock.now();
  }

  /** The scopes of a valid token, else undefined. */
  scopes(token: string): readonly string[] | undefined {
    const known = this.access.get(token);
    return known && known.expires > this.clock.now() ? known.scopes : undefined;
  }

  /** Whether the token was once valid. */
  isExpired(token: string): boolean {
    const known = this.access.get(token);
    return known !== undefined && known.expires <= this.clock.now();
  }

  expires(token: string): UnixSeconds | undefined {
    return this.access.get(token)?.expires;
  }

  /** Revokes an access token and its refresh token, or only a refresh token. */
  revoke(token: string): void {
    const known = this.access.get(token);
    if (known) this.refreshTokens.delete(known.refreshToken);
    this.access.delete(token);
    this.refreshTokens.delete(token);
  }

  /** Expires an access token immediately; its refresh token stays valid. */
  expire(token: string): void {
    const known = this.access.get(token);
    if (known) known.expires = this.clock.now();
  }

  private store(refreshToken: string, scopes: readonly string[], expiresIn: number): TokenPair {
    const accessToken = `eyJ0.${randomBytes(24).toString('hex')}`;
    this.access.set(accessToken, { expires: this.clock.now() + expiresIn, scopes, refreshToken });
    return { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn };
  }

  private refreshEnd(expiresIn: number): UnixSeconds {
    return this.clock.now() + expiresIn + this.switches.refreshTokenGrace;
  }
}
