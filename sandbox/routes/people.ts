import type { FastifyInstance } from 'fastify';
import { flagOf, isAddress, isRecord, recordOf, textOf, textsOf, wholeOf } from '../input';
import { badRequest, invalidReceiver, notFound, Problem } from '../problems';
import { storedAddress } from '../state/addresses';
import { setValue, shownValue } from '../state/attributes';
import { detailBits, attributeResponse, groupResponse, personResponse, receiverResponse } from '../wire';
import type { World } from '../world';
import {
  groupOf,
  missingReceiver,
  personId,
  personOf,
  receiverOf,
  send,
  single,
  type Query,
  type ReceiverParams,
} from './support';

type ByPerson = { Params: ReceiverParams; Querystring: Query };

/** `/receivers/{rid}`: a person across all groups. */
export function peopleRoutes(app: FastifyInstance, world: World): void {
  const { account, switches } = world;

  app.get<ByPerson>('/receivers/:rid', (request, reply) => {
    const id = personId(world, request.params.rid);
    const person = id === undefined ? undefined : account.pool.view(id);
    if (!person) throw missingReceiver(world);
    const gid = textOf(request.query['group_id']);
    if (gid === undefined) return send(world, reply, single(world, personResponse(account, person)));
    const group = groupOf(world, gid, 'read');
    const receiver = account.receiver(group, person.id);
    if (!receiver) throw missingReceiver(world);
    return send(world, reply, single(world, receiverResponse(account, group, person, receiver.member, detailBits.all)));
  });

  app.delete<ByPerson>('/receivers/:rid', (request, reply) => {
    const { id } = personOf(world, request.params.rid);
    const gid = textOf(request.query['group_id']);
    if (gid === undefined || switches.deleteWithGroupId === 'everywhere') account.leaveAll(id);
    else {
      const group = groupOf(world, gid, 'write');
      account.leave(group, receiverOf(world, group, request.params.rid).person.id);
    }
    return send(world, reply, true);
  });

  app.post('/receivers/delete', (request, reply) => {
    const refs = textsOf(isRecord(request.body) ? request.body['receivers'] : request.body);
    const answer = refs.map((ref) => {
      const id = personId(world, ref);
      if (id === undefined) return { status: 'invalid receiver' };
      account.leaveAll(id);
      return { status: 'success' };
    });
    return send(world, reply, answer);
  });

  app.get<ByPerson>('/receivers/:rid/groups', (request, reply) =>
    send(
      world,
      reply,
      account.groupsOf(personOf(world, request.params.rid).id).map((group) => groupResponse(group, switches)),
    ),
  );

  app.put<ByPerson>('/receivers/:rid/email', (request, reply) => {
    const { id } = personOf(world, request.params.rid);
    const sent = textOf(recordOf(request.body)['email'])?.trim() ?? '';
    const email = storedAddress(sent, switches);
    if (!isAddress(email)) throw badRequest('invalid address');
    const taken = account.pool.idOf(email);
    if (taken !== undefined && taken !== id)
      throw new Problem(switches.duplicateStatus, 'Bad Request: duplicate address');
    account.rename(id, email);
    account.record(id, { type: 'api', typeId: 'REST update', value: '127.0.0.1, 127.0.0.1', aboutPerson: true });
    return send(world, reply, personResponse(account, personOf(world, String(id))));
  });

  app.get<ByPerson>('/receivers/:rid/attributes', (request, reply) => {
    const person = personOf(world, request.params.rid);
    const gid = textOf(request.query['group_id']);
    const group = gid === undefined ? undefined : groupOf(world, gid, 'read');
    const values = group ? receiverOf(world, group, request.params.rid).member.values : person.values;
    const definitions = account.attributes.of(group?.id ?? 0);
    return send(
      world,
      reply,
      definitions.map((one) => ({
        ...attributeResponse(one, switches),
        value: shownValue(one, values.get(one.id), switches.dateFormat),
      })),
    );
  });

  app.put<{ Params: ReceiverParams & { aid: string } }>('/receivers/:rid/attributes/:aid', (request, reply) => {
    const { id } = personOf(world, request.params.rid);
    const definition = account.attributes.find(wholeOf(request.params.aid) ?? -1);
    const value = textOf(recordOf(request.body)['value']);
    if (definition?.groupId !== 0) throw notFound();
    if (value === undefined) throw badRequest('invalid value');
    const person = account.pool.edit(id);
    setValue(person.values, definition, value);
    account.touchPerson(person, true);
    if (switches.eventForAttributes) {
      account.record(id, { type: 'api', typeId: 'REST update', value: '127.0.0.1, 127.0.0.1', aboutPerson: true });
    }
    return send(world, reply, { value: person.values.get(definition.id) ?? '' });
  });

  app.post('/receivers/isvalid', (request, reply) => {
    const body = recordOf(request.body);
    const groupId = wholeOf(body['group_id']) ?? 0;
    const bounced = (email: string) => {
      const id = account.pool.idOf(email);
      return id !== undefined && account.groupsOf(id).some((group) => group.members.view(id)?.bounced);
    };
    const isValid = (email: string) => isAddress(email) && !account.blockList.blocks(groupId, email) && !bounced(email);
    const wanted = !flagOf(body['invert']);
    return send(
      world,
      reply,
      textsOf(body['emails']).filter((email) => isValid(email) === wanted),
    );
  });

  app.post<ByPerson>('/receivers/:rid/clone', (request, reply) => {
    const { id } = personOf(world, request.params.rid);
    const body = recordOf(request.body);
    const group = groupOf(world, textOf(body['group_id']) ?? '', 'write');
    const from = account.groupsOf(id)[0]?.members.view(id);
    if (!from) throw invalidReceiver();
    if (group.members.view(id)) throw new Problem(switches.duplicateStatus, 'Bad Request: duplicate address');
    account.join(group, id, {
      ...from,
      values: new Map(),
      tags: [...from.tags],
      pendingRemovals: new Map(),
      orders: [],
    });
    return send(world, reply, true);
  });
}
