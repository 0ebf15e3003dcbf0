import type { FastifyInstance } from 'fastify';
import { parseFault } from '../faultText';
import { recordOf, textOf, wholeOf } from '../input';
import { Problem } from '../problems';
import type { World } from '../world';

/** The operations of the page on faults: add one by its text, remove it. The live updates contain the list. */
export function faultRoutes(app: FastifyInstance, { faults }: World): void {
  app.post('/sandbox/faults', ({ body }) => ({ id: faults.add(parseFault(textOf(recordOf(body)['text']) ?? '')) }));

  app.delete<{ Params: { id: string } }>('/sandbox/faults/:id', ({ params }, reply) => {
    if (!faults.remove(wholeOf(params.id) ?? -1)) throw new Problem(404, 'Not Found: this fault has ended');
    return reply.code(204).send();
  });
}
