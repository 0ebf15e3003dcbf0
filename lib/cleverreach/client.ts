/** The CleverReach API client: the path, method, request body and response of each endpoint. */

import { NotFoundError, RejectedError } from '../utils/errors';
import { addressKey, isSameAddress, addressSpellings } from './emailAddress';
import { shownId } from '../utils/ids';
import type { HttpClient, HttpAnswer, HttpRequest } from '../http/httpClient';
import { sendActivationMail } from './activationMail';
import { containsEntry } from './blockList';
import { createReceiverLookup } from './listLookup';
import {
  parseAccount,
  parseAttributes,
  parseFlows,
  parseForms,
  parseGroups,
  parseOneOf,
  parseReceivers,
  unreadable,
} from './parseResponse';
import { parseInsertResponse } from './parseInsertResponse';
import { paths } from './paths';
import { detail, type CleverReachApi, type GroupList, type Page, type Receiver, type ReceiverWrite } from './types';
import { parseUpsertResponse } from './parseUpsertResponse';

export function createClient(http: HttpClient): CleverReachApi {
  const get = async (path: string, query?: HttpRequest['query']): Promise<HttpAnswer> =>
    await http.request({ method: 'GET', path, ...(query && { query }) });

  const receiver = async (groupId: string, idOrEmail: string): Promise<Receiver | undefined> => {
    const wanted = lookUp(idOrEmail);
    const path = paths.groupReceiver(groupId, wanted);
    const answer = await unlessNotInGroup(get(path));
    return answer && parseOneOf(answer.body, `GET ${paths.receivers(groupId)}/…`, groupId, isOne(wanted));
  };

  const groupList = async (): Promise<GroupList> => {
    const { body, serverTime } = await get('/groups');
    return { groups: parseGroups(body, 'GET /groups'), ...(serverTime !== undefined && { serverTime }) };
  };

  const receiversByList = createReceiverLookup(get, receiver);

  return {
    whoami: async () => parseAccount((await get('/debug/whoami')).body, 'GET /debug/whoami'),

    groups: async () => (await groupList()).groups,

    groupList,

    forms: async () => parseForms((await get('/forms')).body, 'GET /forms'),

    groupForms: async (groupId) => {
      const path = `${paths.group(groupId)}/forms`;
      return parseForms((await get(path)).body, `GET ${path}`);
    },

    flows: async () => {
      const answer = await http.request({ method: 'GET', api: 'flow', path: '/flow' });
      return parseFlows(answer.body, 'GET /flow/flow');
    },

    flow: async (id) => {
      const answer = await unlessNotFound(http.request({ method: 'GET', api: 'flow', path: paths.flow(id) }));
      const wanted = id.trim().toLowerCase();
      return answer && parseFlows(answer.body, 'GET /flow/flow/…').find((one) => one.id === wanted);
    },

    receivers: async (groupId, { page, pageSize, detail: bits, orderBy }): Promise<Page> => {
      const path = paths.receivers(groupId);
      const order = orderBy === undefined ? {} : { order_by: orderBy };
      const query = { type: 'all', page, pagesize: pageSize, detail: bits, ...order };
      const reading = http.request({
        method: 'GET',
        path,
        query,
        whenTooLarge: pageSize > 1 ? 'set the field "pageSize" to a smaller number.' : oneTooLarge(groupId, page),
      });
      const answer = page > 0 ? await unlessPastTheEnd(reading) : await reading;
      if (answer === undefined) return { receivers: [] };
      const { body, bytes, milliseconds } = answer;
      return { receivers: parseReceivers(body, `GET ${path}`, groupId), bytes, milliseconds };
    },

    receiversByIds: (groupId, ids, { withHistory = false } = {}) => {
      const keys = new Set(ids.map((id) => id.trim()));
      const bits = withHistory ? detail.events | detail.tags : detail.tags;
      return receiversByList(groupId, 'id_list', [...keys], { keys, keyOf: (id) => id, detail: bits });
    },

    receiversByEmails: (groupId, emails) => {
      const keys = new Set(emails.map(addressKey));
      return receiversByList(groupId, 'email_list', emails.flatMap(addressSpellings), {
        ...{ keys, keyOf: addressKey, detail: detail.tags },
      });
    },

    receiversChangedAfter: async (groupIds, { field, after, page, pageSize }) => {
      const rules = [{ field, logic: 'bg', condition: String(after) }];
      const body = { groups: groupIds, operator: 'AND', activeonly: false, rules, detail: 0, pagesize: pageSize, page };
      const path = '/receivers/filter';
      const answer = await http.request({ method: 'POST', path, body, isRead: true });
      return parseReceivers(answer.body, `POST ${path}`);
    },

    receiver,

    receiverInAccount: async (idOrEmail) => {
      const answer = await unlessNotFound(get(paths.receiver(idOrEmail)));
      return answer && parseOneOf(answer.body, 'GET /receivers/…', undefined, isOne(idOrEmail));
    },

    groupsOfReceiver: async (id) => {
      const answer = await unlessNotFound(get(paths.receiverGroups(id)));
      return answer && parseGroups(answer.body, 'GET /receivers/…/groups');
    },

    attributes: async () => parseAttributes((await get('/attributes')).body, 'GET /attributes'),

    groupAttributes: async (groupId) => {
      const path = `${paths.group(groupId)}/attributes`;
      return parseAttributes((await get(path)).body, `GET ${path}`);
    },

    isBlocked: async (entry, groupId) => {
      const answer = await unlessNotFound(get(paths.blocked(entry, groupId)));
      return answer !== undefined && containsEntry(answer.body, entry);
    },

    createReceiver: async (groupId, row) => {
      const path = paths.receivers(groupId);
      const { body } = await http.request({ method: 'POST', path, body: row });
      const created = parseOneOf(body, `POST ${path}`, groupId, ({ email }) => isSameAddress(email, row.email));
      if (!created) throw unreadable(`POST ${path}`, 'an empty answer');
      return created;
    },

    insertReceivers: async (groupId, rows) => {
      const path = `${paths.receivers(groupId)}/insert`;
      const { body } = await http.request({ method: 'POST', path, body: rows });
      return parseInsertResponse(body, rows.length, `POST ${path}`);
    },

    upsertReceivers: async (groupId, rows) => {
      const path = `${paths.receivers(groupId)}/upsertplus`;
      if (rows.length === 0) return [];
      const { body } = await http.request({ method: 'POST', path, body: rows, repeatable: !rows.some(counts) });
      return parseUpsertResponse(body, rows, `POST ${path}`, groupId);
    },

    activateReceiver: async (groupId, receiverId) => {
      await http.request({ method: 'PUT', path: `${paths.groupReceiver(groupId, receiverId)}/activate`, once: true });
    },

    deactivateReceiver: async (groupId, receiverId) => {
      await http.request({ method: 'PUT', path: `${paths.groupReceiver(groupId, receiverId)}/deactivate` });
    },

    changeEmail: async (receiverId, email) => {
      await http.request({ method: 'PUT', path: `${paths.receiver(receiverId)}/email`, body: { email } });
    },

    deleteReceiver: async (receiverId, groupId) => {
      const path = groupId === undefined ? paths.receiver(receiverId) : paths.groupReceiver(groupId, receiverId);
      const answer = await unlessNotFound(http.request({ method: 'DELETE', path }));
      return answer === undefined ? 'gone' : 'deleted';
    },

    sendActivationMail: (id, email, circumstances) => sendActivationMail(http, id, email, circumstances),
  };
}

/** @param index of the receiver in the list */
function oneTooLarge(groupId: string, index: number): string {
  return (
    `receiver no. ${index + 1} of group ${shownId(groupId)}, counted in the order of addresses, is so large on its own. ` +
    'Shorten its values in CleverReach, or remove it from the group.'
  );
}

/** Single addresses are looked up in lower case. */
function lookUp(idOrEmail: string): string {
  return idOrEmail.trim().toLowerCase();
}

function isOne(idOrEmail: string): (row: Receiver) => boolean {
  return ({ id, email }) => (idOrEmail.includes('@') ? isSameAddress(email, idOrEmail) : id === idOrEmail);
}

async function unlessNotFound(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  return await answer.catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
}

/** A 404 about the group does not mean that the receiver does not exist. */
async function unlessNotInGroup(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  return await answer.catch((error: unknown) => {
    if (error instanceof NotFoundError && !isAboutGroup(error)) return undefined;
    throw error;
  });
}

const isAboutGroup = ({ message }: Error): boolean => /invalid group/i.test(message);

/** A page past the end may return 404 or 400. A 404 or 400 about the group or the order has another meaning. */
async function unlessPastTheEnd(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  return await answer.catch((error: unknown) => {
    const isPastTheEnd = error instanceof NotFoundError || (error instanceof RejectedError && error.status === 400);
    if (isPastTheEnd && !isAboutGroup(error) && !/order/i.test(error.message)) return undefined;
    throw error;
  });
}

/**
 * `"+5"` and `"-5"` increment and decrement a number attribute, so a row that contains one must not be written twice.
 */
function counts({ attributes, global_attributes }: ReceiverWrite): boolean {
  const values = [...Object.values(attributes ?? {}), ...Object.values(global_attributes ?? {})];
  return values.some((value) => /^[+-]\s*\d/.test(value));
}
