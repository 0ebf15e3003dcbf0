import type { FastifyInstance } from 'fastify';
import { refuseForeignPage } from '../guard';
import { named } from '../plugins';
import type { World } from '../world';
import { faultRoutes } from './faults';
import { documentRoute, fileRoutes } from './files';
import { liveRoute } from './live';
import { receiverRoutes } from './receivers';

/** Security headers of every response: no external content, no frames, no caching. */
const protective = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

/**
 * A page on which a user views and edits the account, as in the CleverReach back end. `GET /` is the page; its
 * scripts request `/sandbox/*`. These requests need no token, are not recorded, and are not affected by faults. They
 * are therefore accepted only from the page itself: any page may link to the document, but every other route is
 * guarded, whatever the spelling of the URL.
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
      faultRoutes(own, world);
    }),
  );
}
