import type { FastifyInstance } from 'fastify';
import { refuseForeignPage } from '../guard';
import { named } from '../plugins';
import type { World } from '../world';
import { documentRoute, fileRoutes } from './files';
import { liveRoute } from './live';
import { receiverRoutes } from './receivers';

/** What the browser is told with every answer: nothing from elsewhere, in no frame, kept nowhere. */
const protective = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

/**
 * A page for a person: looks at the account and changes it by hand, as the back-end of CleverReach does. `GET /` is the page, `/sandbox/*` is
 * what its scripts ask. No token is needed, nothing of it is recorded, and no fault meets it. So it answers only to itself: any page may link to the
 * document, but everything else is guarded by the route that serves it, however the address was written.
 */
export async function pageRoutes(app: FastifyInstance, world: World): Promise<void> {
  app.addHook('onRequest', (_request, reply, next) => {
    void reply.headers(protective);
    next();
  });
  documentRoute(app);
  await app.register(
    named('page of its own', (own) => {
      own.addHook('onRequest', (request, _reply, next) => {
        refuseForeignPage(request);
        next();
      });
      fileRoutes(own);
      liveRoute(own, world);
      receiverRoutes(own, world);
    }),
  );
}
