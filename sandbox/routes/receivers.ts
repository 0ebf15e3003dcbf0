import type { FastifyInstance } from 'fastify';
import { isRecord, recordOf, textOf, textsOf, wholeOf } from '../input';
import { badRequest, notFound, Problem } from '../problems';
import { setValue } from '../state/attributes';
import { typeOf } from '../state/model';
import { setActivated } from '../state/writing';
import { detailBits, receiverResponse } from '../wire';
import type { World } from '../world';
import {
  groupOf,
  missingReceiver,
  findReceiver,
  receiverOf,
  send,
  single,
  type GroupParams,
  type GroupReceiverParams,
} from './support';

/** One receiver of a group: read, remove, activate and deactivate, set a value, history. */
export function receiverRoutes(app: FastifyInstance, world: World): void {
  const { account } = world;

  app.get<{ Params: GroupReceiverParams }>('/groups/:gid/receivers/:rid', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'read');
    const receiver = findReceiver(world, group, request.params.rid);
    if (!receiver) throw missingReceiver(world);
    return send(
      world,
      reply,
      single(world, receiverResponse(account, group, receiver.person, receiver.member, detailBits.all)),
    );
  });

  app.delete<{ Params: GroupReceiverParams }>('/groups/:gid/receivers/:rid', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    account.leave(group, receiverOf(world, group, request.params.rid).person.id);
    return send(world, reply, true);
  });

  app.delete<{ Params: GroupParams }>('/groups/:gid/receivers', (request) => {
    world.hazards.add('delete-without-id', request.url);
    throw new Problem(405, 'Method Not Allowed');
  });

  app.post<{ Params: GroupParams }>('/groups/:gid/receivers/delete', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    const refs = textsOf(isRecord(request.body) ? request.body['receivers'] : request.body);
    const answer = refs.map((ref) => {
      const receiver = findReceiver(world, group, ref);
      if (!receiver) return { status: 'invalid receiver' };
      account.leave(group, receiver.person.id);
      return { status: 'success' };
    });
    return send(world, reply, answer);
  });

  for (const what of ['activate', 'deactivate'] as const) {
    app.put<{ Params: GroupReceiverParams }>(`/groups/:gid/receivers/:rid/${what}`, (request, reply) => {
      const group = groupOf(world, request.params.gid, 'write');
      const { id } = receiverOf(world, group, request.params.rid).person;
      const member = group.members.edit(id);
      const wasLeft = member.left;
      if (what === 'activate') setActivated(account, member, world.clock.now());
      else member.deactivated = world.clock.now();
      if (wasLeft && typeOf(member) === 'active')
        world.hazards.add('reactivated', `receiver ${id} of group ${group.id}`);
      account.touchMember(member, false);
      account.record(id, { type: 'api', typeId: 'REST update', value: '127.0.0.1, 127.0.0.1', groupId: group.id });
      return send(world, reply, true);
    });
  }

  app.put<{ Params: GroupReceiverParams & { aid: string } }>(
    '/groups/:gid/receivers/:rid/attributes/:aid',
    (request, reply) => {
      const group = groupOf(world, request.params.gid, 'write');
      const { id } = receiverOf(world, group, request.params.rid).person;
      const definition = account.attributes.find(wholeOf(request.params.aid) ?? -1);
      if (!definition || ![0, group.id].includes(definition.groupId)) throw notFound();
      const value = textOf(recordOf(request.body)['value']);
      if (value === undefined) throw badRequest('invalid value');
      const holder = definition.groupId === 0 ? account.pool.edit(id) : group.members.edit(id);
      setValue(holder.values, definition, value);
      if (definition.groupId === 0) account.touchPerson(account.pool.edit(id), true);
      else account.touchMember(group.members.edit(id), true);
      if (world.switches.eventForAttributes) {
        const aboutPerson = definition.groupId === 0;
        account.record(id, {
          type: 'api',
          typeId: 'REST update',
          value: '127.0.0.1, 127.0.0.1',
          groupId: group.id,
          aboutPerson,
        });
      }
      return send(world, reply, { value: holder.values.get(definition.id) ?? '' });
    },
  );
}
