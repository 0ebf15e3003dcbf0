import type { FastifyReply } from 'fastify';
import { wholeOf } from '../input';
import { Rows, toJson } from '../json';
import { badRequest, invalidReceiver, Problem } from '../problems';
import type { Group } from '../state/account';
import type { MemberView, PersonView } from '../state/model';
import { detailBits, receiverResponse } from '../wire';
import type { World } from '../world';

export interface GroupParams {
  gid: string;
}

export interface ReceiverParams {
  rid: string;
}

export type GroupReceiverParams = GroupParams & ReceiverParams;

export type Query = Record<string, unknown>;

/** Responds with JSON, whatever the value: CleverReach also sends bare booleans, numbers and strings. */
export function send(world: World, reply: FastifyReply, value: unknown, status = 200): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(toJson(value, world.switches.unicode));
}

/** The group, or the response for an unknown one; only read requests may return an empty list. */
export function groupOf(world: World, gid: string, purpose: 'read' | 'write'): Group {
  const group = world.account.groups.get(wholeOf(gid) ?? -1);
  if (group) return group;
  if (world.switches.unknownGroup === 'empty' && purpose === 'read') throw new Problem(200, 'invalid group', []);
  if (world.switches.unknownGroup === '400') throw badRequest('invalid group');
  if (world.switches.unknownGroup === '405') throw new Problem(405, 'Method Not Allowed: invalid group');
  throw new Problem(404, 'Not Found: invalid group');
}

/**
 * The ids of the people with an id or an address, the one with this spelling first; a switch decides whether case matters
 * in an address.
 */
export function personIds(world: World, ref: string): number[] {
  const { pool } = world.account;
  const id = wholeOf(ref);
  if (id !== undefined) return pool.view(id) ? [id] : [];
  const isExact = (one: number): boolean => pool.view(one)?.email === ref;
  const ids = pool.idsOf(ref).toSorted((a, b) => Number(isExact(b)) - Number(isExact(a)));
  return world.switches.emailLookup === 'insensitive' ? ids : ids.filter(isExact);
}

/** Of several people with an address, the one with this spelling, else any of them. */
export function personId(world: World, ref: string): number | undefined {
  return personIds(world, ref)[0];
}

export function personOf(world: World, ref: string): PersonView {
  const id = personId(world, ref);
  const person = id === undefined ? undefined : world.account.pool.view(id);
  if (!person) throw invalidReceiver();
  return person;
}

/** The receiver of a group by id or address; throws 404 if the person is not in it. */
export function receiverOf(world: World, group: Group, ref: string): { person: PersonView; member: MemberView } {
  const receiver = findReceiver(world, group, ref);
  if (!receiver) throw invalidReceiver();
  return receiver;
}

/** Like {@link receiverOf}; undefined if the person is not in the group. */
export function findReceiver(world: World, group: Group, ref: string): ReturnType<World['account']['receiver']> {
  const id = personIds(world, ref).find((one) => group.members.view(one) !== undefined);
  return id === undefined ? undefined : world.account.receiver(group, id);
}

/** The rows of existing receivers, in the format of the API, each made when it is needed. */
export function* wireEach(
  world: World,
  group: Group,
  ids: readonly number[],
  detail: number,
): Generator<Record<string, unknown>> {
  for (const id of ids) {
    const receiver = world.account.receiver(group, id);
    if (receiver) yield receiverResponse(world.account, group, receiver.person, receiver.member, detail);
  }
}

export function wireRows(
  world: World,
  group: Group,
  ids: readonly number[],
  detail: number,
): Record<string, unknown>[] {
  return [...wireEach(world, group, ids, detail)];
}

/** Responds with the rows of receivers. */
export function sendRows(
  world: World,
  reply: FastifyReply,
  group: Group,
  ids: readonly number[],
  detail: number,
): FastifyReply {
  return send(world, reply, new Rows(ids.length, wireEach(world, group, ids, detail)));
}

/** The full view of one receiver, as returned by a write. */
export function wireFull(world: World, group: Group, id: number): unknown {
  return wireRows(world, group, [id], detailBits.all)[0];
}

/** One object as the response to a look-up. */
export function single(world: World, value: unknown): unknown {
  return world.switches.singleAnswer === 'list' ? [value] : value;
}

/** 404, or the empty list that some clients expect. */
export function missingReceiver(world: World): Problem {
  return world.switches.missingReceiver === '404' ? invalidReceiver() : new Problem(200, 'invalid receiver', []);
}
