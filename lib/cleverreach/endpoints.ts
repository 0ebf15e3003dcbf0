/** The CleverReach API client: the path, method, request body and response of each endpoint. */

import { messageOf, NotFoundError, RejectedError } from '../utils/errors';
import { addressKey, isSameAddress, addressSpellings } from './emailAddress';
import { shownId } from '../utils/ids';
import type { HttpResponse, HttpRequest, Requests } from '../http/httpClient';
import { sendActivationMail } from './activationMail';
import { containsEntry } from './blockList';
import { createReceiverLookup } from './listLookup';
import {
  parseAccount,
  parseAttributes,
  parseCreated,
  parseFlows,
  parseForms,
  parseGroups,
  parseOneOf,
  parseReceivers,
} from './parseResponse';
import { parseInsertResponse } from './parseInsertResponse';
import { paths } from './paths';
import { detail, type CleverReachApi, type GroupList, type Page, type Receiver, type ReceiverWrite } from './types';
import { parseUpsertResponse } from './parseUpsertResponse';

/** A request whose response is parsed. */
interface ApiRequest extends Omit<HttpRequest, 'method'> {
  /** `GET` if it is omitted. */
  method?: HttpRequest['method'];
  /** The path shown in errors. Default: `path`. */
  shown?: string;
}

/** @param what the name of the request in errors */
type Parse<T> = (body: unknown, what: string, response: HttpResponse) => T;

export function createClient(http: Requests): CleverReachApi {
  const send = async <T>({ method = 'GET', shown, ...rest }: ApiRequest, parse: Parse<T>): Promise<T> => {
    const response = await http.request({ method, ...rest });
    return parse(response.body, `${method} ${shown ?? rest.path}`, response);
  };

  /** Like `send`; undefined if the error means that the object does not exist. */
  const find = async <T>(request: ApiRequest, parse: Parse<T>, isAbsent = isNotFound): Promise<T | undefined> => {
    try {
      return await send(request, parse);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };

  const receiver = async (groupId: string, idOrEmail: string): Promise<Receiver | undefined> => {
    const wanted = lookUp(idOrEmail);
    const request = { path: paths.groupReceiver(groupId, wanted), shown: `${paths.receivers(groupId)}/…` };
    return await find(request, (body, what) => parseOneOf(body, what, groupId, matches(wanted)), isNotInGroup);
  };

  const groupList = (): Promise<GroupList> =>
    send({ path: '/groups' }, (body, what, { serverTime }) => ({
      groups: parseGroups(body, what),
      ...(serverTime !== undefined && { serverTime }),
    }));

  const receiversByList = createReceiverLookup(send, receiver);

  return {
    whoami: () => send({ path: '/debug/whoami' }, parseAccount),

    groups: async () => (await groupList()).groups,

    groupList,

    forms: () => send({ path: '/forms' }, parseForms),

    groupForms: async (groupId) => await send({ path: `${paths.group(groupId)}/forms` }, parseForms),

    flows: () => send({ api: 'flow', path: '/flow', shown: '/flow/flow' }, parseFlows),

    flow: async (id) => {
      const flows = await find({ api: 'flow', path: paths.flow(id), shown: '/flow/flow/…' }, parseFlows);
      const wanted = id.trim().toLowerCase();
      return flows?.find((one) => one.id === wanted);
    },

    receivers: async (groupId, { page, pageSize, detail: bits, orderBy }): Promise<Page> => {
      const order = orderBy === undefined ? {} : { order_by: orderBy };
      const request = {
        path: paths.receivers(groupId),
        query: { type: 'all', page, pagesize: pageSize, detail: bits, ...order },
        whenTooLarge: pageSize > 1 ? 'set the field "pageSize" to a smaller number.' : receiverTooLarge(groupId, page),
      };
      const parse: Parse<Page> = (body, what, { bytes, milliseconds }) => ({
        receivers: parseReceivers(body, what, groupId, page * pageSize),
        ...{ bytes, milliseconds },
      });
      if (page === 0) return await send(request, parse);
      return (await find(request, parse, isPastTheEnd)) ?? { receivers: [] };
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
      return await send({ method: 'POST', path: '/receivers/filter', body, isRead: true }, (rows, what) =>
        parseReceivers(rows, what),
      );
    },

    receiver,

    receiverInAccount: async (idOrEmail) =>
      await find({ path: paths.receiver(idOrEmail), shown: '/receivers/…' }, (body, what) =>
        parseOneOf(body, what, undefined, matches(idOrEmail)),
      ),

    groupsOfReceiver: async (id) =>
      await find({ path: paths.receiverGroups(id), shown: '/receivers/…/groups' }, parseGroups),

    attributes: () => send({ path: '/attributes' }, parseAttributes),

    groupAttributes: async (groupId) => await send({ path: `${paths.group(groupId)}/attributes` }, parseAttributes),

    isBlocked: async (entry, groupId) =>
      (await find({ path: paths.blocked(entry, groupId) }, (body) => containsEntry(body, entry))) ?? false,

    createReceiver: async (groupId, row) =>
      await send({ method: 'POST', path: paths.receivers(groupId), body: row }, (body, what) =>
        parseCreated(body, what, groupId, ({ email }) => isSameAddress(email, row.email)),
      ),

    insertReceivers: async (groupId, rows) =>
      await send({ method: 'POST', path: `${paths.receivers(groupId)}/insert`, body: rows }, (body, what) =>
        parseInsertResponse(body, rows.length, what),
      ),

    upsertReceivers: async (groupId, rows) => {
      const path = `${paths.receivers(groupId)}/upsertplus`;
      if (rows.length === 0) return [];
      return await send({ method: 'POST', path, body: rows, repeatable: !rows.some(hasIncrement) }, (body, what) =>
        parseUpsertResponse(body, rows, what, groupId),
      );
    },

    activateReceiver: async (groupId, receiverId) => {
      await send(
        { method: 'PUT', path: `${paths.groupReceiver(groupId, receiverId)}/activate`, once: true },
        ignoreBody,
      );
    },

    deactivateReceiver: async (groupId, receiverId) => {
      await send({ method: 'PUT', path: `${paths.groupReceiver(groupId, receiverId)}/deactivate` }, ignoreBody);
    },

    changeEmail: async (receiverId, email) => {
      await send({ method: 'PUT', path: `${paths.receiver(receiverId)}/email`, body: { email } }, ignoreBody);
    },

    deleteReceiver: async (receiverId, groupId) => {
      const path = groupId === undefined ? paths.receiver(receiverId) : paths.groupReceiver(groupId, receiverId);
      return (await find({ method: 'DELETE', path }, () => 'deleted' as const)) ?? 'gone';
    },

    sendActivationMail: (id, email, circumstances) => sendActivationMail(http, id, email, circumstances),
  };
}

/** @param index of the receiver in the list */
function receiverTooLarge(groupId: string, index: number): string {
  return (
    `receiver no. ${index + 1} of group ${shownId(groupId)} (sorted by address) is larger than this on its own. ` +
    'Shorten its values in CleverReach, or remove it from the group.'
  );
}

/** Single addresses are looked up in lower case. */
function lookUp(idOrEmail: string): string {
  return idOrEmail.trim().toLowerCase();
}

function matches(idOrEmail: string): (row: Receiver) => boolean {
  return ({ id, email }) => (idOrEmail.includes('@') ? isSameAddress(email, idOrEmail) : id === idOrEmail);
}

/** The response to a write that has no result. */
const ignoreBody = (): void => undefined;

const isNotFound = (error: unknown): boolean => error instanceof NotFoundError;

const isAboutGroup = (error: unknown): boolean => /invalid group/i.test(messageOf(error));

/** A 404 about the group does not mean that the receiver does not exist. */
const isNotInGroup = (error: unknown): boolean => isNotFound(error) && !isAboutGroup(error);

/** A page past the end may return 404 or 400. A 404 or 400 about the group or the order has another meaning. */
function isPastTheEnd(error: unknown): boolean {
  const isRefusal = isNotFound(error) || (error instanceof RejectedError && error.status === 400);
  return isRefusal && !isAboutGroup(error) && !/order/i.test(messageOf(error));
}

/**
 * `"+5"` and `"-5"` increment and decrement a number attribute, so a row that contains one must not be written twice.
 */
function hasIncrement({ attributes, global_attributes }: ReceiverWrite): boolean {
  const values = [...Object.values(attributes ?? {}), ...Object.values(global_attributes ?? {})];
  return values.some((value) => /^[+-]\s*\d/.test(value));
}
