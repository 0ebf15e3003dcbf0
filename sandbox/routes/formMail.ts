import { recordOf, textOf } from '../input';
import { badRequest, invalidReceiver, Problem } from '../problems';
import type { Flow, Form } from '../state/account';
import { typeOf, type Mail } from '../state/model';
import type { World } from '../world';
import { personId } from './support';

const circumstances = ['user_ip', 'referer', 'user_agent'];

/** Sends the mail of a form or flow to a receiver of its group; throws the response if it cannot be sent. */
export function sendMail(
  world: World,
  source: Pick<Form | Flow, 'id' | 'groupId'>,
  kind: Mail['kind'],
  sent: { receiver: string | undefined; doidata: unknown },
): void {
  const { account } = world;
  const group = account.groups.get(source.groupId);
  if (!group) throw new Problem(404, 'Not Found: invalid form');
  const doidata = recordOf(sent.doidata);
  const missing = circumstances.find((name) => (textOf(doidata[name])?.trim() ?? '') === '');
  if (missing !== undefined) throw badRequest(`invalid doidata: ${missing}`);
  const id = personId(world, sent.receiver ?? '');
  const receiver = id === undefined ? undefined : account.receiver(group, id);
  if (!receiver) throw invalidReceiver();
  const active = typeOf(receiver.member) === 'active';
  if (kind === 'activate' && active) throw badRequest('receiver is already active');
  if (kind === 'deactivate' && !active) throw badRequest('receiver is already inactive');
  account.mails.push({
    kind,
    formId: String(source.id),
    groupId: String(group.id),
    receiverId: String(receiver.person.id),
    email: receiver.person.email,
    doidata,
    time: world.clock.now(),
  });
}
