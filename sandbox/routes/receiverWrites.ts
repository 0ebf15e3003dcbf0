import type { FastifyInstance, FastifyReply } from 'fastify';
import { isRecord } from '../input';
import { badRequest, invalidReceiver, Problem } from '../problems';
import type { Group } from '../state/account';
import { writeRow, type Mode, type Outcome } from '../state/writing';
import { detailBits } from '../wire';
import type { World } from '../world';
import { groupOf, receiverOf, send, wireFull, wireRows, type GroupParams, type GroupReceiverParams } from './support';

/** Creates and updates receivers of a group, one at a time and in bulk. */
export function receiverWriteRoutes(app: FastifyInstance, world: World): void {
  app.post<{ Params: GroupParams }>('/groups/:gid/receivers', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    if (!isRecord(request.body)) throw badRequest('invalid data');
    return createOne(world, group, request.body, reply);
  });
  app.put<{ Params: GroupReceiverParams }>('/groups/:gid/receivers/:rid', (request, reply) => {
    const group = groupOf(world, request.params.gid, 'write');
    const { person } = receiverOf(world, group, request.params.rid);
    if (!isRecord(request.body)) throw badRequest('invalid data');
    const tags = world.switches.putTags === 'replace' ? 'replace' : 'change';
    const row = { ...request.body, email: person.email };
    accepted(world, writeRow(world.account, world.hazards, group, row, { mode: 'update', tags }));
    return send(world, reply, world.switches.putAnswer === 'true' ? true : wireFull(world, group, person.id));
  });
  const bulk = {
    insert: 'insert',
    upsert: 'upsert',
    update: 'update',
    upsertplus: 'upsert',
    updateplus: 'update',
  } as const;
  for (const [name, mode] of Object.entries(bulk)) {
    app.route<{ Params: GroupParams }>({
      method: mode === 'update' ? 'PUT' : 'POST',
      url: `/groups/:gid/receivers/${name}`,
      handler: (request, reply) => {
        const plus = name.endsWith('plus');
        if (name === 'insert' && world.switches.bulkInsert === 'missing') throw new Problem(404, 'Not Found');
        return wholeFailure(world, plus, reply, () =>
          writeMany(world, groupOf(world, request.params.gid, 'write'), request.body, modeOf(world, mode), plus, reply),
        );
      },
    });
  }
}

/** The insert of an array may merge with existing receivers. */
function modeOf({ switches }: World, mode: Mode): Mode {
  return mode === 'insert' && switches.bulkInsert === 'merges' ? 'upsert' : mode;
}

function createOne(world: World, group: Group, row: Record<string, unknown>, reply: FastifyReply): FastifyReply {
  const outcome = writeRow(world.account, world.hazards, group, row, { mode: 'insert', tags: 'change' });
  return send(world, reply, wireFull(world, group, accepted(world, outcome)), world.switches.createdStatus);
}

function writeMany(
  world: World,
  group: Group,
  body: unknown,
  mode: Mode,
  plus: boolean,
  reply: FastifyReply,
): FastifyReply {
  if (isRecord(body)) {
    const outcome = writeRow(world.account, world.hazards, group, body, { mode, tags: 'change' });
    return send(world, reply, wireFull(world, group, accepted(world, outcome)));
  }
  if (!Array.isArray(body) || body.length === 0) throw badRequest('invalid data');
  if (body.length > world.switches.maxBatch) throw new Problem(413, 'Request Entity Too Large');
  const outcomes = body.map((row: unknown) =>
    writeRow(world.account, world.hazards, group, row, { mode, tags: 'change' }),
  );
  const answer = plus ? plusAnswer(world, group, outcomes) : outcomes.flatMap((one) => shortAnswer(world, one, mode));
  const unwrapped = body.length === 1 && answer.length === 1 && world.switches.arrayOfOne === 'unwrapped';
  if (plus && answer.length === 0 && world.switches.wholeFailure === 'false') return send(world, reply, false);
  return send(world, reply, unwrapped ? answer[0] : answer);
}

/** Full receivers; rejected rows are missing. */
function plusAnswer(world: World, group: Group, outcomes: readonly Outcome[]): unknown[] {
  const ids = outcomes.flatMap((one) => (one.ok ? [one.id] : []));
  return wireRows(world, group, ids, world.switches.upsertplusTags ? detailBits.tags : 0);
}

/** `{"status", "id"}` by position; a switch decides the result of rejected rows. */
function shortAnswer(world: World, outcome: Outcome, mode: Mode): unknown[] {
  if (outcome.ok) return [{ status: `${outcome.created ? 'insert' : 'update'} success`, id: String(outcome.id) }];
  switch (world.switches.invalidRow) {
    case 'missing':
      return [];
    case 'object':
      return [{ status: outcome.why === 'unknown' ? 'invalid receiver' : `${outcome.why} address` }];
    case 'string':
      return [mode === 'insert' && outcome.why === 'duplicate' ? 'duplicate address' : outcome.text];
  }
}

/** The id of a written row; throws the response for a rejected one. */
function accepted(world: World, outcome: Outcome): number {
  if (outcome.ok) return outcome.id;
  switch (outcome.why) {
    case 'unknown':
      throw invalidReceiver();
    case 'duplicate':
      throw new Problem(
        world.switches.duplicateStatus,
        `${world.switches.duplicateStatus === 409 ? 'Conflict' : 'Bad Request'}: duplicate address`,
      );
    case 'blocked':
      throw new Problem(403, 'Forbidden: address is blocked');
    case 'invalid':
      throw badRequest('invalid address');
  }
}

function wholeFailure(world: World, plus: boolean, reply: FastifyReply, write: () => FastifyReply): FastifyReply {
  try {
    return write();
  } catch (error) {
    if (plus && error instanceof Problem && world.switches.wholeFailure === 'false') return send(world, reply, false);
    throw error;
  }
}
