import type { FastifyInstance } from 'fastify';
import { recordOf, textOf, wholeOf } from '../input';
import { badRequest, invalidReceiver, Problem } from '../problems';
import { typeOf } from '../state/model';
import { wireForm } from '../wire';
import type { World } from '../world';
import { personId, send } from './support';

const circumstances = ['user_ip', 'referer', 'user_agent'];

/**
 * The forms of all groups, and `POST /forms/{id}/send/activate` and `/deactivate`: the mails of double opt-in and
 * double opt-out.
 */
export function formRoutes(app: FastifyInstance, world: World): void {
  const { account } = world;
  app.get('/forms', (_request, reply) => {
    const forms = [...account.forms.values()].map((form) => wireForm(form, world.switches));
    return send(world, reply, forms);
  });

  for (const kind of ['activate', 'deactivate'] as const) {
    app.post<{ Params: { fid: string } }>(`/forms/:fid/send/${kind}`, (request, reply) => {
      const form = account.forms.get(wholeOf(request.params.fid) ?? -1);
      const group = form && account.groups.get(form.groupId);
      if (!form || !group) throw new Problem(404, 'Not Found: invalid form');
      const body = recordOf(request.body);
      const doidata = recordOf(body['doidata']);
      const missing = circumstances.find((name) => (textOf(doidata[name])?.trim() ?? '') === '');
      if (missing !== undefined) throw badRequest(`invalid doidata: ${missing}`);
      const id = personId(world, textOf(body['email']) ?? '');
      const receiver = id === undefined ? undefined : account.receiver(group, id);
      if (!receiver) throw invalidReceiver();
      const active = typeOf(receiver.member) === 'active';
      if (kind === 'activate' && active) throw badRequest('receiver is already active');
      if (kind === 'deactivate' && !active) throw badRequest('receiver is already inactive');
      account.mails.push({
        kind,
        formId: String(form.id),
        groupId: String(group.id),
        receiverId: String(receiver.person.id),
        email: receiver.person.email,
        doidata,
        time: world.clock.now(),
      });
      return send(world, reply, { success: true });
    });
  }
}
