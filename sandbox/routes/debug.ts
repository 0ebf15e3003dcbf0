import type { FastifyInstance, FastifyRequest } from 'fastify';
import { send } from './support';
import { tokenOf } from '../authorisation';
import type { World } from '../world';

/** `/debug/*`: the account of the token, and its validity and lifetime. `ping` needs no token. */
export function debugRoutes(app: FastifyInstance, world: World): void {
  const account = {
    id: String(world.accountId),
    name: 'Muster',
    firstname: 'Mia',
    salutation: 'Frau',
    street: 'Ring 1',
    company: 'Muster GmbH',
    zip: '20095',
    city: 'Hamburg',
    phone: '',
    fax: '',
    email: 'mia@example.org',
    country: 'Germany',
    login_domain: `${world.accountId}.eu2.cleverreach.com`,
  };
  const expires = (request: FastifyRequest) => world.tokens.expires(tokenOf(request) ?? '') ?? 0;

  app.get('/debug/whoami', (_request, reply) => send(world, reply, account));
  app.get('/debug/validate', (_request, reply) => send(world, reply, true));
  app.get('/debug/ping', (_request, reply) => send(world, reply, 'pong'));
  app.get('/debug/ttl', (request, reply) => {
    const end = expires(request);
    const date = world.switches.ttlDate === 'unix' ? end : new Date(end * 1000).toISOString();
    return send(world, reply, { ttl: Math.max(0, end - world.clock.now()), date });
  });
}
