import type { FastifyInstance } from 'fastify';
import { isAddress, recordOf, textOf, textsOf, wholeOf } from '../input';
import { fieldProblem, invalidReceiver, Problem } from '../problems';
import type { Group } from '../state/account';
import type { Edit } from '../state/placing';
import { Scenario } from '../state/scenario';
import type { World } from '../world';
import { search } from './search';
import { blankOf, detailsOf, rowOf } from './views';

interface OfGroup {
  Params: { gid: string };
}

interface OfReceiver {
  Params: { gid: string; rid: string };
}

/** The operations of the page on receivers: view, add, edit, confirm, unsubscribe, bounce, delete. */
export function receiverRoutes(app: FastifyInstance, world: World): void {
  const { account } = world;
  const byHand = new Scenario(account);
  const list = '/sandbox/groups/:gid/receivers';
  const one = `${list}/:rid`;

  app.get<OfGroup & { Querystring: Record<string, unknown> }>(list, ({ params, query }) => {
    const group = groupOf(world, params.gid);
    const { ids, ...found } = search(account, group, textOf(query['address']) ?? '', wholeOf(query['offset']) ?? 0);
    return { ...found, receivers: ids.flatMap((id) => rowOf(account, group, id) ?? []) };
  });

  app.get<OfGroup>('/sandbox/groups/:gid/blank', ({ params }) => blankOf(account, groupOf(world, params.gid)));

  app.post<OfGroup>(list, ({ params, body }) => {
    const group = groupOf(world, params.gid);
    const email = addressIn(body);
    if (email === undefined) throw fieldProblem(400, 'Bad Request: an address is required', 'email');
    const known = account.pool.idOf(email);
    if (known !== undefined && group.members.view(known))
      throw fieldProblem(409, `${email} is already in this group`, 'email');
    if (account.blockList.blocks(group.id, email)) throw fieldProblem(409, `${email} is on the block list`, 'email');
    return { id: Number(byHand.addReceiver(group.id, { email, ...editIn(world, group, body) })) };
  });

  app.get<OfReceiver>(one, ({ params }) => {
    const { group, id } = receiverOf(world, params);
    return detailsOf(account, group, id);
  });

  app.put<OfReceiver>(one, ({ params, body }, reply) => {
    const { group, id } = receiverOf(world, params);
    const edit = editIn(world, group, body);
    const email = addressIn(body);
    const owner = email === undefined ? id : (account.pool.idOf(email) ?? id);
    if (owner !== id) throw fieldProblem(409, `${email ?? ''} belongs to another receiver`, 'email');
    if (email !== undefined) byHand.changeEmail(id, email);
    if (Object.keys(edit).length > 0) byHand.edit(group.id, id, edit);
    return reply.code(204).send();
  });

  const changes = {
    confirm: (group: number, id: number) => {
      byHand.confirm(group, id);
    },
    unsubscribe: (group: number, id: number) => {
      byHand.unsubscribe(group, id, 'backEnd');
    },
    bounce: (group: number, id: number) => {
      byHand.bounce(group, id);
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    app.post<OfReceiver>(`${one}/${name}`, ({ params }, reply) => {
      const { group, id } = receiverOf(world, params);
      change(group.id, id);
      return reply.code(204).send();
    });
  }

  app.delete<OfReceiver>(one, ({ params }, reply) => {
    const { group, id } = receiverOf(world, params);
    byHand.remove(group.id, id);
    return reply.code(204).send();
  });
}

function groupOf(world: World, gid: string): Group {
  const group = world.account.groups.get(wholeOf(gid) ?? -1);
  if (!group) throw new Problem(404, 'Not Found: this group no longer exists');
  return group;
}

function receiverOf(world: World, { gid, rid }: OfReceiver['Params']): { group: Group; id: number } {
  const group = groupOf(world, gid);
  const id = wholeOf(rid) ?? -1;
  if (!group.members.view(id)) throw invalidReceiver();
  return { group, id };
}

function addressIn(body: unknown): string | undefined {
  const email = textOf(recordOf(body)['email'])?.trim();
  if (email !== undefined && !isAddress(email))
    throw fieldProblem(400, `Bad Request: '${email}' is not an address`, 'email');
  return email;
}

/** The submitted attributes and tags; throws 400 for an attribute that is not defined. */
function editIn({ account }: World, group: Group, body: unknown): Edit {
  const { attributes, global_attributes, tags } = recordOf(body);
  const read = (scope: 'attributes' | 'global_attributes', sent: unknown, groupId: number): Record<string, string> => {
    const names = new Set(account.attributes.of(groupId).map(({ name }) => name));
    return Object.fromEntries(
      Object.entries(recordOf(sent)).map(([name, value]) => {
        if (!names.has(name))
          throw fieldProblem(400, `Bad Request: there is no attribute '${name}'`, `${scope}.${name}`);
        return [name, textOf(value) ?? ''];
      }),
    );
  };
  return {
    ...(attributes !== undefined && { attributes: read('attributes', attributes, group.id) }),
    ...(global_attributes !== undefined && { global_attributes: read('global_attributes', global_attributes, 0) }),
    ...(tags !== undefined && { tags: textsOf(tags) }),
  };
}
