import type { FastifyRequest } from 'fastify';
import { recordOf, textOf } from './input';
import { pathOf } from './paths';
import { Problem } from './problems';
import { allScopes } from './tokens';
import type { World } from './world';

/** The access token of a request: from the Bearer header, or else from `?token=`. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? textOf(recordOf(request.query)['token']);
}

const open = new Set(['/v3/debug/ping']);

/**
 * Throws 401 for an invalid token, and the status of the switch for a missing scope. Checks the route, not the URL,
 * because a URL has several spellings.
 */
export function authorise(world: World, request: FastifyRequest): void {
  const path = request.routeOptions.url ?? '';
  if (open.has(path)) return;
  const token = tokenOf(request) ?? '';
  if (textOf(recordOf(request.query)['token']) !== undefined) world.hazards.add('token-in-url', pathOf(request.url));
  const scopes = world.tokens.scopes(token);
  if (!scopes) throw new Problem(401, world.tokens.isExpired(token) ? 'Unauthorized: token expired' : 'Unauthorized');
  const needed = path.startsWith('/flow/') ? world.switches.flowScope : neededScope(path);
  if (needed === undefined || scopes.includes(needed)) return;
  throw new Problem(
    world.switches.missingScope,
    `${world.switches.missingScope === 401 ? 'Unauthorized' : 'Forbidden'}: missing scope`,
  );
}

/** The last part of the route that names a scope: `/groups/:gid/receivers/:rid` needs `receivers`. */
function neededScope(path: string): string | undefined {
  const segments = path.split('/');
  return [...allScopes]
    .sort((a, b) => segments.lastIndexOf(b) - segments.lastIndexOf(a))
    .find((scope) => segments.includes(scope));
}
