/** The three functions of the component as steps of a flow on a stage. */

import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { FakeRuntime } from './runtime';
import type { Stage } from './stage';
import { EVERY_TYPE } from './everyType';

export type Fields = Record<string, unknown>;
export type Kind = 'oih' | 'elastic.io';
export const readings = ['full reads', 'quick polls'] as const;
export type Reading = (typeof readings)[number];

/**
 * Fields of a step that asks for all changes and reads in this way. Quick polls run only if a full read takes more than
 * five requests, so the account must be large enough or the pages small enough; a full read still follows after an
 * hour.
 */
export const readingBy = (reading: Reading): Fields => ({
  changeTypes: EVERY_TYPE,
  fullReadMinutes: reading === 'full reads' ? 0 : 60,
});

export const stepOfOne = ({ group, credentials }: Stage, fields: Fields = {}, kind: Kind = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, pollOne, { groupId: group, ...fields, ...credentials });

export const stepOfAll = ({ credentials }: Stage, fields: Fields = {}, kind: Kind = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, pollAll, { ...fields, ...credentials });

export const action = ({ group, credentials }: Stage, fields: Fields = {}, kind: Kind = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, upsert, { groupId: group, ...fields, ...credentials });

/** The hub links ids, so a `recordUid` is an id of CleverReach. */
export const linked: Fields = { nodeSettings: { idLinking: true, applicationUid: 'cleverreach' } };

/** A person in the form of the hub. */
export function person(email: string, members: Fields = {}): Fields {
  return { contactData: [{ type: 'email', value: email }], ...members };
}

export const isDeletion = ({ data }: { data: Fields }): boolean => 'deleteRequested' in data;
