import type { FastifyInstance } from 'fastify';

/**
 * A part of the server that has a name of its own: for one that has none, Fastify looks through all modules that the process has loaded,
 * at every start.
 */
export function named(
  name: string,
  routes: (app: FastifyInstance) => Promise<void> | void,
): (app: FastifyInstance) => Promise<void> {
  const plugin = async (app: FastifyInstance): Promise<void> => {
    await routes(app);
  };
  return Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
}
