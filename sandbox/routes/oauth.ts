import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tokenOf } from '../authorisation';
import { refuseForeignPage } from '../guard';
import { recordOf, textOf } from '../input';
import { oauthProblem, Problem } from '../problems';
import type { TokenPair } from '../tokens';
import type { World } from '../world';
import { consentPage, refusalPage, type AuthorisationRequest } from './consentPage';
import { send } from './support';

/**
 * Frames are forbidden to prevent clickjacking. `form-action` is not set, because browsers apply it to the redirect as
 * well.
 */
const consentHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

/** `/oauth/*`: the consent page, the token endpoint, revocation. */
export function oauthRoutes(app: FastifyInstance, world: World): void {
  app.get('/oauth/authorize.php', (request, reply) => {
    const asked = readAuthorisation(world, request.query);
    return hasHttpRedirect(asked) ? sendPage(reply, consentPage(asked)) : sendPage(reply.code(400), refusalPage(asked));
  });
  app.post('/oauth/authorize.php', (request, reply) => {
    // otherwise any page in the browser could authorise its own app
    refuseForeignPage(request);
    const body = recordOf(request.body);
    const asked = readAuthorisation(world, { ...recordOf(request.query), ...body });
    if (!hasHttpRedirect(asked)) return sendPage(reply.code(400), refusalPage(asked));
    const target = new URL(asked.redirectUri);
    if (body['decision'] === 'deny') target.searchParams.set('error', 'access_denied');
    else target.searchParams.set('code', world.tokens.code(asked.redirectUri));
    if (asked.state !== undefined && world.switches.stateEchoed) target.searchParams.set('state', asked.state);
    return reply.redirect(target.href, 302);
  });
  app.post('/oauth/token.php', (request, reply) => grant(world, request, reply));
  for (const path of ['/oauth/token', '/v3/oauth/token']) {
    app.delete(path, (request, reply) => {
      const token = tokenOf(request) ?? '';
      if (!world.tokens.scopes(token)) throw new Problem(401, 'Unauthorized');
      world.tokens.revoke(token);
      return send(world, reply, true);
    });
  }
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').headers(consentHeaders).send(html);
}

function hasHttpRedirect({ redirectUri }: AuthorisationRequest): boolean {
  return ['http:', 'https:'].includes(new URL(redirectUri).protocol);
}

function readAuthorisation(world: World, sent: unknown): AuthorisationRequest {
  const fields = recordOf(sent);
  const redirectUri = textOf(fields['redirect_uri']) ?? '';
  if (fields['client_id'] !== world.client.id)
    throw oauthProblem('invalid_client', 'The client id supplied is invalid');
  if (fields['response_type'] !== 'code') throw oauthProblem('unsupported_response_type', 'response_type must be code');
  if (fields['grant'] !== 'basic') throw oauthProblem('invalid_request', 'grant must be basic');
  if (!URL.canParse(redirectUri)) throw oauthProblem('invalid_uri', 'redirect_uri is missing or not a valid URI');
  return { clientId: world.client.id, redirectUri, state: textOf(fields['state']) };
}

/** Parameters may be in the query and in the body: JSON, `x-www-form-urlencoded` or `multipart/form-data`. */
function grant(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = { ...recordOf(request.query), ...recordOf(request.body) };
  checkClient(world, request.headers.authorization, body);
  const field = (name: string) => textOf(body[name]) ?? '';
  switch (field('grant_type')) {
    case 'authorization_code':
      if (!world.tokens.redeem(field('code'), field('redirect_uri'))) {
        throw oauthProblem('invalid_grant', "Authorization code doesn't exist or is invalid for the client");
      }
      return send(world, reply, tokenResponse(world, world.tokens.issue(), true));
    case 'refresh_token': {
      const pair = world.tokens.refresh(field('refresh_token'));
      if (!pair) throw oauthProblem('invalid_grant', 'Invalid refresh token');
      return send(world, reply, tokenResponse(world, pair, world.switches.refreshTokenRotation));
    }
    case 'client_credentials':
      return send(
        world,
        reply,
        tokenResponse(world, world.tokens.issue(), world.switches.refreshTokenForClientCredentials),
      );
    default:
      throw oauthProblem('unsupported_grant_type', 'Grant type not supported');
  }
}

/** Client id and secret may be in the body or in HTTP Basic. */
function checkClient(world: World, header: string | undefined, body: Record<string, unknown>): void {
  const basic = /^Basic\s+(.+)$/i.exec(header ?? '')?.[1];
  const [id, secret] = basic === undefined ? [body['client_id'], body['client_secret']] : readBasic(basic);
  if (id !== world.client.id || secret !== world.client.secret) {
    throw oauthProblem('invalid_client', 'The client credentials are invalid');
  }
}

/** In RFC 6749 both parts are form-encoded before they are joined; plain ones are accepted too. */
function readBasic(encoded: string): [string, string] {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const cut = text.indexOf(':');
  const decode = (part: string) => (/%[0-9a-f]{2}/i.test(part) ? decoded(part.replaceAll('+', ' ')) : part);
  return [decode(text.slice(0, cut)), decode(text.slice(cut + 1))];
}

/** Returns the string unchanged if it was not encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function tokenResponse(world: World, pair: TokenPair, withRefreshToken: boolean): Record<string, unknown> {
  const scopes = ['oauth', ...(world.tokens.scopes(pair.access_token) ?? [])];
  return {
    access_token: pair.access_token,
    expires_in: world.switches.expiresInAs === 'number' ? pair.expires_in : String(pair.expires_in),
    token_type: 'bearer',
    scope: world.switches.scopeAs === 'string' ? scopes.join(' ') : scopes,
    ...(withRefreshToken ? { refresh_token: pair.refresh_token } : {}),
  };
}
