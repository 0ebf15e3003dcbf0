import type { FastifyInstance } from 'fastify';
import { recordOf, textOf } from '../input';
import { notFound } from '../problems';
import type { Flow } from '../state/account';
import { flowResponse } from '../wire';
import type { World } from '../world';
import { sendMail } from './formMail';
import { send, type Query } from './support';

interface FlowParams {
  fid: string;
}

/**
 * The Flow API, below `/flow`: the list of flows, one of them, and `POST /flow/{id}/send`, which sends the mail that the
 * playbook of the flow is for. An account that has forms only answers 404.
 */
export function flowRoutes(app: FastifyInstance, world: World): void {
  const existing = (): Flow[] => {
    if (world.switches.optInForms === 'forms') throw notFound();
    return [...world.account.flows.values()];
  };
  const flowOf = (id: string): Flow => {
    const flow = existing().find((one) => one.id === id.toLowerCase());
    if (!flow) throw notFound();
    return flow;
  };

  app.get<{ Querystring: Query }>('/flow', (request, reply) => {
    const playbook = textOf(request.query['playbook']);
    const flows = existing().filter((flow) => playbook === undefined || flow.playbook === playbook);
    return send(
      world,
      reply,
      flows.map((flow) => flowResponse(flow, world.switches)),
    );
  });
  app.get<{ Params: FlowParams }>('/flow/:fid', (request, reply) =>
    send(world, reply, flowResponse(flowOf(request.params.fid), world.switches)),
  );
  app.post<{ Params: FlowParams }>('/flow/:fid/send', (request, reply) => {
    const flow = flowOf(request.params.fid);
    const body = recordOf(request.body);
    const kind = flow.playbook === 'unsubscribe' ? 'deactivate' : 'activate';
    sendMail(world, flow, kind, { receiver: textOf(body['receiver_id']), doidata: body['doidata'] });
    return send(world, reply, { success: true });
  });
}
