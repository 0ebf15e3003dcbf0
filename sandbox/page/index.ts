import type { FastifyInstance } from 'fastify';
import type { World } from '../world';
import { fileRoutes } from './files';
import { guard, protective } from './guard';
import { liveRoute } from './live';
import { receiverRoutes } from './receivers';

/**
 * A page for a person: looks at the account and changes it by hand, as the back-end of CleverReach does. `GET /` is the page, `/sandbox/*` is
 * what its scripts ask. No token is needed, nothing of it is recorded, and no fault meets it.
 */
export function pageRoutes(app: FastifyInstance, world: World): void {
  app.addHook('onRequest', (request, reply, next) => {
    void reply.headers(protective);
    guard(request);
    next();
  });
  fileRoutes(app);
  liveRoute(app, world);
  receiverRoutes(app, world);
}
