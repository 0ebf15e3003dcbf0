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
 * The fields with which a step sees all changes, and reads in this way. Quick polls need an account, or pages so small, that a
 * full read takes more than five requests; a full read still follows after an hour.
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

/** The hub links ids, so that a `recordUid` is one of ours. */
export const linked: Fields = { nodeSettings: { idLinking: true, applicationUid: 'cleverreach' } };

/** A person as a hub sends it. */
export function person(email: string, members: Fields = {}): Fields {
  return { contactData: [{ type: 'email', value: email }], ...members };
}

export const isDeletion = ({ data }: { data: Fields }): boolean => 'deleteRequested' in data;
