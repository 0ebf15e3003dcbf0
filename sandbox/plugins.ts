import type { FastifyInstance } from 'fastify';

/** A named plugin of the server. For an unnamed one, Fastify searches all loaded modules at every start. */
export function named(
  name: string,
  routes: (app: FastifyInstance) => Promise<void> | void,
): (app: FastifyInstance) => Promise<void> {
  const plugin = async (app: FastifyInstance): Promise<void> => {
    await routes(app);
  };
  return Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
}
