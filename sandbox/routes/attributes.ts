import type { FastifyInstance } from 'fastify';
import { recordOf, textOf, wholeOf } from '../input';
import { badRequest, notFound, Problem } from '../problems';
import { attributeLimit, attributeName, attributeTypes, type AttributeDefinition } from '../state/attributes';
import { attributeResponse } from '../wire';
import type { World } from '../world';
import { groupOf, send, single, type GroupParams, type Query } from './support';

/** Attribute definitions of the account and of a group. */
export function attributeRoutes(app: FastifyInstance, world: World): void {
  const { attributes } = world.account;
  const list = (groupId: number) => attributes.of(groupId).map((one) => attributeResponse(one, world.switches));
  const find = (aid: string): AttributeDefinition => {
    const found = attributes.find(wholeOf(aid) ?? -1);
    if (!found) throw notFound();
    return found;
  };

  app.get<{ Querystring: Query }>('/attributes', (request, reply) => {
    const groupId = textOf(request.query['group_id']) ?? '0';
    return send(world, reply, list(groupId === '0' ? 0 : groupOf(world, groupId, 'read').id));
  });

  app.post('/attributes', (request, reply) => {
    const groupId = textOf(recordOf(request.body)['group_id']) ?? '0';
    return send(world, reply, create(world, groupId === '0' ? 0 : groupOf(world, groupId, 'write').id, request.body));
  });

  app.get('/attributes/limits', (_request, reply) =>
    send(world, reply, { limit: attributeLimit, used: attributes.of(0).length }),
  );

  app.get<{ Params: { aid: string } }>('/attributes/:aid', (request, reply) =>
    send(world, reply, single(world, attributeResponse(find(request.params.aid), world.switches))),
  );

  app.put<{ Params: { aid: string } }>('/attributes/:aid', (request, reply) => {
    const definition = find(request.params.aid);
    const body = recordOf(request.body);
    definition.description = textOf(body['description']) ?? definition.description;
    definition.previewValue = textOf(body['preview_value']) ?? definition.previewValue;
    definition.defaultValue = textOf(body['default_value']) ?? definition.defaultValue;
    return send(world, reply, attributeResponse(definition, world.switches));
  });

  app.delete<{ Params: { aid: string } }>('/attributes/:aid', (request, reply) => {
    attributes.remove(find(request.params.aid).id);
    return send(world, reply, true);
  });

  app.get<{ Params: GroupParams }>('/groups/:gid/attributes', (request, reply) =>
    send(world, reply, list(groupOf(world, request.params.gid, 'read').id)),
  );

  app.post<{ Params: GroupParams }>('/groups/:gid/attributes', (request, reply) =>
    send(world, reply, create(world, groupOf(world, request.params.gid, 'write').id, request.body)),
  );
}

/** Returns only a part of the definition, like the API since 2023. */
function create(world: World, groupId: number, body: unknown): Record<string, unknown> {
  const sent = recordOf(body);
  const label = textOf(sent['name'])?.trim() ?? '';
  const name = attributeName(label);
  const type = attributeTypes.find((one) => one === (sent['type'] ?? 'text'));
  if (name === '') throw badRequest('invalid name');
  if (!type) throw badRequest('invalid type');
  const { attributes } = world.account;
  if (attributes.taken(name, groupId)) throw new Problem(409, `Conflict: attribute '${name}' exists`);
  const used = attributes.of(0).length + (groupId === 0 ? 0 : attributes.of(groupId).length);
  if (used >= attributeLimit) throw badRequest(`at most ${attributeLimit} attributes`);
  const added = attributes.add({
    groupId,
    name,
    type,
    description: textOf(sent['description']) ?? label,
    previewValue: textOf(sent['preview_value']) ?? '',
    defaultValue: textOf(sent['default_value']) ?? '',
  });
  return { id: added.id, name: added.name, type: added.type };
}
