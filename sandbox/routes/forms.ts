import type { FastifyInstance } from 'fastify';
import { recordOf, textOf, wholeOf } from '../input';
import { notFound, Problem } from '../problems';
import type { Form } from '../state/account';
import { formResponse } from '../wire';
import type { World } from '../world';
import { groupOf, send, type GroupParams } from './support';
import { sendMail } from './formMail';

/**
 * The forms of all groups and of one, and `POST /forms/{id}/send/activate` and `/deactivate`: the mails of double
 * opt-in and double opt-out. An account that has flows only answers 404.
 */
export function formRoutes(app: FastifyInstance, world: World): void {
  const existing = (): Form[] => {
    if (world.switches.optInForms === 'flows') throw notFound();
    return [...world.account.forms.values()];
  };
  const formResponses = (forms: readonly Form[]) => forms.map((form) => formResponse(form, world.switches));

  app.get('/forms', (_request, reply) => send(world, reply, formResponses(existing())));

  app.get<{ Params: GroupParams }>('/groups/:gid/forms', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'read');
    return send(world, reply, formResponses(existing().filter((form) => form.groupId === group.id)));
  });

  for (const kind of ['activate', 'deactivate'] as const) {
    app.post<{ Params: { fid: string } }>(`/forms/:fid/send/${kind}`, (request, reply) => {
      const form = existing().find(({ id }) => id === wholeOf(request.params.fid));
      if (!form) throw new Problem(404, 'Not Found: invalid form');
      const body = recordOf(request.body);
      sendMail(world, form, kind, { receiver: textOf(body['email']), doidata: body['doidata'] });
      return send(world, reply, { success: true });
    });
  }
}
