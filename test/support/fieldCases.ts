/** For every field of every step, a value that makes a difference, and a situation in which it does. */

import type { Stage } from './stage';
import { person, type Fields } from './steps';

/** The data of the steps: an account with two groups, three receivers in the first and one in the second. */
export interface World {
  stage: Stage;
  newsletter: string;
  customers: string;
  /** A form of the first group. */
  form: string;
}

export interface FieldCase {
  /** The value that makes a difference. */
  value: unknown;
  /** The field that selects the group; the name `Newsletter` if it is not set. */
  group?: Fields;
  /** Further fields of the step, set both with and without the tested field. */
  beside?: Fields;
  /** The incoming message; for the action only. */
  message?: unknown;
  /** What happens between the first run and the second. */
  between?: () => void;
  /** The time that the next step takes for a message, in seconds. */
  secondsPerMessage?: number;
}

/** By step and field. */
export type FieldCases = Record<string, Record<string, (world: World) => FieldCase>>;

const MAPPING = '{"metadata": metadata, "data": {"email": data.email, "mapped": true}}';

const polling: Record<string, (world: World) => FieldCase> = {
  startTime: () => ({ value: '2100-01-01' }),
  pageSize: () => ({ value: 2 }),
  // with pages of two receivers, the first page is sent before the minute has passed, the second is not
  maxRunMinutes: () => ({ value: 1, beside: { pageSize: 2 }, secondsPerMessage: 40 }),
  // with pages of one receiver, a full read takes so many requests that quick polls run
  fullReadMinutes: () => ({ value: 10_080, beside: { pageSize: 1 } }),
  emitBehavior: () => ({ value: 'fetchPage' }),
  changeTypes: ({ stage, newsletter }) => ({
    value: 'deleted',
    between: () => {
      stage.sandbox.account.remove(newsletter, 'p0@example.org');
    },
  }),
  tag: () => ({ value: 'vip' }),
  skipTransformation: () => ({ value: true }),
  customMapping: () => ({ value: MAPPING }),
  devMode: () => ({ value: true }),
};

const incoming = (email: string, members: Fields = {}): Fields => ({ metadata: {}, data: person(email, members) });

export const fieldCases: FieldCases = {
  getReceiversPolling: polling,
  getReceiversByGroupIdPolling: {
    ...polling,
    groupId: ({ customers }) => ({ value: customers }),
    groupName: () => ({ value: 'Newsletter', group: {} }),
  },
  upsertReceiver: {
    groupId: ({ customers }) => ({ value: customers }),
    groupName: () => ({ value: 'Newsletter', group: {} }),
    newReceivers: () => ({ value: 'skip' }),
    doiFormId: ({ form }) => ({ value: form, beside: { newReceivers: 'unconfirmed' } }),
    optOuts: () => ({ value: true, message: incoming('p0@example.org', { subscription: { status: 'unsubscribed' } }) }),
    deletes: () => ({ value: true, message: incoming('p0@example.org', { deleteRequested: true }) }),
    dryRun: () => ({ value: true }),
    // the record has no address
    onError: () => ({ value: 'emit', message: { metadata: { recordUid: '17' }, data: { firstName: 'Mia' } } }),
    skipTransformation: () => ({
      value: true,
      message: incoming('p0@example.org', { email: 'p1@example.org', global_attributes: { firstname: 'Bo' } }),
    }),
    customMapping: () => ({
      value: '{"metadata": metadata, "data": {"email": "p1@example.org", "global_attributes": {"firstname": "Bo"}}}',
      message: incoming('p0@example.org', { firstName: 'Mia' }),
    }),
    devMode: () => ({ value: true }),
  },
};

/** The incoming message of cases without their own: a person who is not in any group yet. */
export const NEW_PERSON = incoming('new@example.org', { firstName: 'Mia' });
