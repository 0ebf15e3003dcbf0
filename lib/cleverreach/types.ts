/**
 * What CleverReach's answers become at the border, and what we send. Everything behind the border works with these shapes only.
 * CleverReach documents no answer formally; the shapes come from recorded payloads and from clients in production.
 * Ids are texts here, whatever came over the wire (numeric strings in most payloads, numbers in some).
 */

/** Unix time in seconds; 0 means "never". */
export type UnixSeconds = number;

/** An entry of a receiver's history, newest first; CleverReach delivers the newest 250 at most. */
export interface ReceiverEvent {
  stamp: UnixSeconds;
  /** `api`, `log`, `user_unsubscribe`, `mail_send`, `mail_open`, `mail_click`, `mail_bounce`, and others. */
  type: string;
  [further: string]: unknown;
}

/**
 * A receiver as a member of one group. `id` is the same in every group of the account, so (`group_id`, `id`) is the key.
 * Members that CleverReach sends and we do not know are kept: a custom mapping may want them.
 */
export interface Receiver {
  id: string;
  email: string;
  group_id?: string;
  registered: UnixSeconds;
  activated: UnixSeconds;
  deactivated: UnixSeconds;
  bounced: UnixSeconds;
  imported: UnixSeconds;
  /** Not in any recorded payload; read if it turns up, never relied upon. */
  last_changed?: UnixSeconds;
  /** Read-only in CleverReach. */
  active: boolean;
  /** Attributes of the group; every defined one is present, `""` when unset. */
  attributes: Record<string, string>;
  /** Attributes of the account. */
  global_attributes: Record<string, string>;
  /** Only when asked for (`detail` bit 4). `tag` or `origin.tag`. */
  tags?: string[];
  /** Only when asked for (`detail` bit 1). */
  events?: ReceiverEvent[];
  [further: string]: unknown;
}

/** A list of receivers; CleverReach calls it a group. */
export interface Group {
  id: string;
  name: string;
}

/** A form with which people subscribe to a group, and whose double-opt-in mail can be sent. */
export interface Form {
  id: string;
  name: string;
  /** The group that it belongs to; missing where CleverReach does not tell it. */
  groupId?: string;
}

/** The definition of an attribute, of the account or of a group. */
export interface Attribute {
  /** The technical key, in lower case. */
  name: string;
  /** `text`, `number`, `gender` or `date`. */
  type: string;
}

/** The account behind the credentials, from `/debug/whoami`. */
export interface Account {
  id: string;
  company: string;
  email: string;
  login_domain: string;
}

/** A row that is written. The three stamps are for receivers that do not exist yet, and for them only. */
export interface ReceiverWrite {
  email: string;
  registered?: UnixSeconds;
  activated?: UnixSeconds;
  attributes?: Record<string, string>;
  global_attributes?: Record<string, string>;
  /** `tag` adds, `-tag` removes, `-origin.*` removes all of an origin. */
  tags?: string[];
}

/** What became of one row of an upsert, in the order of the rows sent. `receiver` is missing where the answer names only an id. */
export type UpsertResult = { ok: true; id: string; receiver?: Receiver } | { ok: false; reason: string };

/** The circumstances that CleverReach records with a double-opt-in mail; none of them may be empty. */
export interface DoiData {
  user_ip: string;
  referer: string;
  user_agent: string;
}

/** What a receiver carries beside its own members: 0 nothing, 1 events, 2 orders, 4 tags; a bit mask. */
export const detail = { events: 1, orders: 2, tags: 4 } as const;

/** CleverReach's own limit of a page. */
export const MAXIMUM_PAGE_SIZE = 5_000;

interface PageQuery {
  /** 0-based. */
  page: number;
  /** 1 to {@link MAXIMUM_PAGE_SIZE}. */
  pageSize: number;
  /** Bit mask of {@link detail}. */
  detail: number;
  /** `email asc`, for example; left out, the order is CleverReach's own. */
  orderBy?: string;
}

export interface Page {
  receivers: Receiver[];
  /** CleverReach's clock, from the `Date` header of the answer; missing where the header is. */
  serverTime?: UnixSeconds;
}

/** The part of CleverReach's API that this component uses. Every method throws the typed errors of `errors.ts` and nothing else. */
export interface CleverReachApi {
  /** `GET /debug/whoami`: which account this is. */
  whoami(): Promise<Account>;
  /** `GET /groups`. */
  groups(): Promise<Group[]>;
  /** `GET /forms`: those of all groups. */
  forms(): Promise<Form[]>;
  /** `GET /groups/{id}/forms`: those of one group. */
  groupForms(groupId: string): Promise<Form[]>;
  /** `GET /groups/{id}/receivers`. Past the end (`[]`, 204, 404 on a page > 0) the page is empty; a 404 on page 0 is a NotFoundError: no such group. */
  receivers(groupId: string, query: PageQuery): Promise<Page>;
  /** Those of `ids` that are in the group, with tags; several requests where the address would pass 2,000 characters. */
  receiversByIds(groupId: string, ids: readonly string[]): Promise<Receiver[]>;
  /** Those that have one of `emails`, in any form in which it may be stored, and are in the group; with tags. */
  receiversByEmails(groupId: string, emails: readonly string[]): Promise<Receiver[]>;
  /** `GET /groups/{id}/receivers/{id or email}`; undefined when it is not in the group. An unknown group is a NotFoundError, an answer with others only a TemporaryError. */
  receiver(groupId: string, idOrEmail: string): Promise<Receiver | undefined>;
  /**
   * `GET /receivers/{id or email}`: without what belongs to a group; undefined when the account does not have it. An address is asked
   * for as it is given. An answer with others only is a TemporaryError. CleverReach's PHP SDK and its Swagger file let the path be an
   * address.
   */
  receiverInAccount(idOrEmail: string): Promise<Receiver | undefined>;
  /** `GET /receivers/{id}/groups`: the groups that a receiver is in; undefined when the answer is a 404. */
  groupsOfReceiver(id: string): Promise<Group[] | undefined>;
  /** `GET /attributes`: the account's. */
  attributes(): Promise<Attribute[]>;
  /** `GET /groups/{id}/attributes`: the group's own. */
  groupAttributes(groupId: string): Promise<Attribute[]>;
  /** `POST /groups/{id}/receivers`: creates, refuses an address that exists (RejectedError with `duplicate`). Never repeated blindly. */
  createReceiver(groupId: string, row: ReceiverWrite): Promise<Receiver>;
  /** `POST /groups/{id}/receivers/upsertplus` with an array. Throws RejectedError with status 413 when there are too many rows. */
  upsertReceivers(groupId: string, rows: readonly ReceiverWrite[]): Promise<UpsertResult[]>;
  /** `PUT /groups/{id}/receivers/{id}/activate`. Only for a receiver that this component has just created. */
  activateReceiver(groupId: string, receiverId: string): Promise<void>;
  /** `PUT /receivers/{id}/email`: changes the address, in all groups. */
  changeEmail(receiverId: string, email: string): Promise<void>;
  /** `DELETE /groups/{gid}/receivers/{id}`, or `DELETE /receivers/{id}` (all groups) without a group. An empty id is refused. */
  deleteReceiver(receiverId: string, groupId?: string): Promise<'deleted' | 'gone'>;
  /**
   * `POST /forms/{id}/send/activate`: sends the double-opt-in mail. No mail is sent to a receiver that is active in the form's group.
   * Never repeated blindly.
   */
  sendActivationMail(formId: string, email: string, circumstances: DoiData): Promise<'sent' | 'already active'>;
}
