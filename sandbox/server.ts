import fastify, { type FastifyInstance } from 'fastify';
import { authorise } from './authorisation';
import { installBodies } from './bodies';
import { installFaults } from './faultHooks';
import { refuseForeignHost } from './guard';
import { pageRoutes } from './page';
import { named } from './plugins';
import { normaliseUrl } from './paths';
import { badRequest, notFound, Problem } from './problems';
import { installByteCount, installRecorder } from './recorderHooks';
import { attributeRoutes } from './routes/attributes';
import { blackListRoutes } from './routes/blacklist';
import { debugRoutes } from './routes/debug';
import { filterRoutes } from './routes/filter';
import { flowRoutes } from './routes/flows';
import { formRoutes } from './routes/forms';
import { groupRoutes } from './routes/groups';
import { historyRoutes } from './routes/history';
import { hookRoutes } from './routes/hooks';
import { oauthRoutes } from './routes/oauth';
import { peopleRoutes } from './routes/people';
import { receiverListRoutes } from './routes/receiverLists';
import { receiverRoutes } from './routes/receivers';
import { receiverWriteRoutes } from './routes/receiverWrites';
import { storedFilterRoutes } from './routes/storedFilters';
import { tagRoutes } from './routes/tags';
import type { World } from './world';

const bodyLimit = 32 * 1024 * 1024;

const routes = [
  debugRoutes,
  groupRoutes,
  attributeRoutes,
  receiverListRoutes,
  receiverRoutes,
  receiverWriteRoutes,
  peopleRoutes,
  historyRoutes,
  filterRoutes,
  storedFilterRoutes,
  tagRoutes,
  blackListRoutes,
  formRoutes,
  hookRoutes,
];

/** The HTTP server of a sandbox: the page at `/` and `/sandbox/*`, and the API at `/oauth/*`, `/v3/*` and `/flow/*`. */
export async function createServer(world: World): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    rewriteUrl: (request) => normaliseUrl(request.url ?? '/'),
    routerOptions: { maxParamLength: 2000 },
    // a URL that cannot be routed, for example because of invalid encoding; it is not repeated
    frameworkErrors: (_error, _request, reply) => {
      const { status, body } = badRequest('invalid URL');
      const text = JSON.stringify(body);
      const head = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
      reply.raw.writeHead(status, head).end(text);
    },
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    parseJson(String(body), done);
  });
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('Date', new Date(world.clock.now() * 1000).toUTCString());
    refuseForeignHost(request);
    next();
  });
  app.setErrorHandler((error, _request, reply) => {
    const problem = error instanceof Problem ? error : new Problem(statusOf(error), messageOf(error));
    return problem.status === 204 ? reply.code(204).send() : reply.code(problem.status).send(problem.body);
  });
  await app.register(named('page', (page) => pageRoutes(page, world)));
  await app.register(named('api', (api) => registerApi(api, world)));
  return app;
}

/** The order of processing: recorder, fault, token check, route. */
async function registerApi(api: FastifyInstance, world: World): Promise<void> {
  await installBodies(api, bodyLimit);
  const recorded = installRecorder(api, world);
  installFaults(api, world, recorded);
  installByteCount(api, recorded);
  api.setNotFoundHandler(() => {
    throw notFound();
  });
  oauthRoutes(api, world);
  const withToken = (scope: FastifyInstance): void => {
    scope.addHook('preValidation', (request, _reply, next) => {
      authorise(world, request);
      next();
    });
  };
  await api.register(
    named('v3', (v3) => {
      withToken(v3);
      for (const register of routes) register(v3, world);
    }),
    { prefix: '/v3' },
  );
  await api.register(
    named('flow', (flow) => {
      withToken(flow);
      flowRoutes(flow, world);
    }),
    { prefix: '/flow' },
  );
  // the documentation omits the version in these paths, clients use both forms
  await api.register(
    named('hooks', (hooks) => {
      withToken(hooks);
      hookRoutes(hooks, world);
    }),
  );
}

/** An empty body is accepted: some clients send the content type of JSON with a DELETE. */
function parseJson(text: string, done: (error: Error | null, body?: unknown) => void): void {
  if (text.trim() === '') {
    done(null, undefined);
    return;
  }
  try {
    done(null, JSON.parse(text));
  } catch {
    done(badRequest('invalid JSON'));
  }
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
