/**
 * The types of CleverReach's data after parsing, and of what we send. All code after `parseResponse.ts` works with
 * these types only. CleverReach does not document its responses formally; the types come from recorded payloads and
 * from clients in production. Ids are strings here, although some payloads contain numbers.
 */

/** Unix time in seconds; 0 means "never". */
export type UnixSeconds = number;

/** An entry of a receiver's history, newest first. CleverReach returns at most the newest 250. */
export interface ReceiverEvent {
  stamp: UnixSeconds;
  /** `api`, `log`, `user_unsubscribe`, `mail_send`, `mail_open`, `mail_click`, `mail_bounce`, and others. */
  type: string;
  [further: string]: unknown;
}

/**
 * A receiver as a member of one group. `id` is the same in every group of the account, so (`group_id`, `id`) is the
 * key. Unknown members are kept, because a custom mapping may use them.
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
  /** Not in any recorded payload; read if present, never required. */
  last_changed?: UnixSeconds;
  /** Read-only in CleverReach. */
  active: boolean;
  /** Attributes of the group. Every defined attribute is present, `""` if it is not set. */
  attributes: Record<string, string>;
  /** Attributes of the account. */
  global_attributes: Record<string, string>;
  /** Present only if requested (`detail` bit 4). `tag` or `origin.tag`. */
  tags?: string[];
  /** Present only if requested (`detail` bit 1). */
  events?: ReceiverEvent[];
  [further: string]: unknown;
}

/** A list of receivers; CleverReach calls it a group. */
export interface Group {
  id: string;
  name: string;
}

/** A form with which people subscribe to a group. CleverReach can send its double-opt-in mail. */
export interface Form {
  id: string;
  name: string;
  /** The group of the form; missing if CleverReach does not return it. */
  groupId?: string;
}

/** Newer accounts have flows instead of forms. A flow sends one mail, for example that of a double opt-in. */
export interface Flow extends Form {
  /** The purpose of the flow, such as `unsubscribe`; empty if CleverReach does not return it. */
  playbook: string;
}

/** The definition of an attribute, of the account or of a group. */
export interface Attribute {
  /** The technical key, in lower case. */
  name: string;
  /** `text`, `number`, `gender` or `date`. */
  type: string;
}

/** The account behind the credentials, from `/debug/whoami`. */
export interface AccountInfo {
  id: string;
  company: string;
  email: string;
  login_domain: string;
}

/** A row to write. The three timestamps apply only to receivers that do not exist yet. */
export interface ReceiverWrite {
  email: string;
  registered?: UnixSeconds;
  activated?: UnixSeconds;
  attributes?: Record<string, string>;
  global_attributes?: Record<string, string>;
  /** `tag` adds a tag, `-tag` removes it, `-origin.*` removes all tags of an origin. */
  tags?: string[];
}

/**
 * The result for one row of an upsert, in the order of the rows. `receiver` is missing if the response contains only an
 * id.
 */
export type UpsertResult = { ok: true; id: string; receiver?: Receiver } | { ok: false; reason: string };

/** The result for one row of an insert, in the order of the rows. */
export type InsertResult = { ok: true; id: string } | { ok: false; reason: string };

/** The context that CleverReach records with a double-opt-in mail. No member may be empty. */
export interface DoiData {
  user_ip: string;
  referer: string;
  user_agent: string;
}

/** What a receiver contains in addition to its own members, as a bit mask: 0 nothing, 1 events, 2 orders, 4 tags. */
export const detail = { events: 1, orders: 2, tags: 4 } as const;

/** CleverReach's maximum page size. */
export const MAXIMUM_PAGE_SIZE = 5_000;

interface PageQuery {
  /** 0-based. */
  page: number;
  /** 1 to {@link MAXIMUM_PAGE_SIZE}. */
  pageSize: number;
  /** Bit mask of {@link detail}. */
  detail: number;
  /** For example `email asc`; if omitted, CleverReach decides the order. */
  orderBy?: string;
}

export interface FilterQuery {
  field: 'registered' | 'activated' | 'deactivated' | 'bounced';
  after: UnixSeconds;
  /** 0-based. */
  page: number;
  /** 1 to {@link MAXIMUM_PAGE_SIZE}. */
  pageSize: number;
}

export interface Page {
  receivers: Receiver[];
  /**
   * Size of the response in bytes; missing if there is no response to measure, for example after the end of the list.
   */
  bytes?: number;
  /** Duration of the response; missing in the same cases. */
  milliseconds?: number;
}

export interface GroupList {
  groups: Group[];
  /** CleverReach's time, from the `Date` header; missing if there is no header. */
  serverTime?: UnixSeconds;
}

/**
 * The part of the CleverReach API that this component uses. Every method throws only the typed errors of `errors.ts`.
 */
export interface CleverReachApi {
  /** `GET /debug/whoami`: which account this is. */
  whoami(): Promise<AccountInfo>;
  /** `GET /groups`. */
  groups(): Promise<Group[]>;
  /** `GET /groups`, with CleverReach's time. */
  groupList(): Promise<GroupList>;
  /** `GET /forms`: the forms of all groups. */
  forms(): Promise<Form[]>;
  /** `GET /groups/{id}/forms`: the forms of one group. */
  groupForms(groupId: string): Promise<Form[]>;
  /** `GET /flow/flow`: the flows of all groups. Not below `/v3`, but on the same host. */
  flows(): Promise<Flow[]>;
  /** `GET /flow/flow/{id}`; undefined if there is no such flow, or if the account has no flows. */
  flow(id: string): Promise<Flow | undefined>;
  /**
   * `GET /groups/{id}/receivers`. A page past the end (`[]`, 204, or 404 on a page > 0) is empty. A 404 on page 0 is a
   * NotFoundError: the group does not exist.
   */
  receivers(groupId: string, query: PageQuery): Promise<Page>;
  /**
   * The receivers of `ids` that are in the group, with their tags, and with their events if requested. Split into
   * several requests if the URL would be too long.
   */
  receiversByIds(groupId: string, ids: readonly string[], options?: { withHistory?: boolean }): Promise<Receiver[]>;
  /** The receivers of the group that have one of `emails`, in any form in which it may be stored; with tags. */
  receiversByEmails(groupId: string, emails: readonly string[]): Promise<Receiver[]>;
  /**
   * `POST /receivers/filter`: receivers whose timestamp is later, once per group, without tags and history. A client in
   * production polls unsubscribes in this way. Whether CleverReach knows rules on `registered`, and whether "bigger" includes
   * equal, is not documented.
   * @param groupIds all groups if empty
   */
  receiversChangedAfter(groupIds: readonly string[], query: FilterQuery): Promise<Receiver[]>;
  /**
   * `GET /groups/{id}/receivers/{id or email}`; undefined if the receiver is not in the group. An unknown group is a
   * NotFoundError; a response with only other receivers is a TemporaryError.
   */
  receiver(groupId: string, idOrEmail: string): Promise<Receiver | undefined>;
  /**
   * `GET /receivers/{id or email}`: the receiver without the data of a group; undefined if it is not in the account.
   * The address is sent as given. A response with only other receivers is a TemporaryError. CleverReach's PHP SDK and
   * its Swagger file allow an address in the path.
   */
  receiverInAccount(idOrEmail: string): Promise<Receiver | undefined>;
  /** `GET /receivers/{id}/groups`: the groups of a receiver; undefined if the response is a 404. */
  groupsOfReceiver(id: string): Promise<Group[] | undefined>;
  /** `GET /attributes`: the attributes of the account. */
  attributes(): Promise<Attribute[]>;
  /** `GET /groups/{id}/attributes`: the attributes of the group. */
  groupAttributes(groupId: string): Promise<Attribute[]>;
  /**
   * `GET /blacklist/{entry}`, or `GET /groups/{id}/blacklist/{entry}`: whether the block list of the account, or of the
   * group, has this entry. The list of the account is not included in that of the group.
   * @param entry an address, or `*@example.org`
   */
  isBlocked(entry: string, groupId?: string): Promise<boolean>;
  /**
   * `POST /groups/{id}/receivers`: creates a receiver. An existing address is refused (RejectedError with `duplicate`).
   * Never retried without a check.
   */
  createReceiver(groupId: string, row: ReceiverWrite): Promise<Receiver>;
  /**
   * `POST /groups/{id}/receivers/insert` with an array: creates receivers. A row with an existing address is refused.
   * Never retried without a check.
   * @throws UnexplainedError if the rows may have been written, and the response does not show which of them
   */
  insertReceivers(groupId: string, rows: readonly ReceiverWrite[]): Promise<InsertResult[]>;
  /**
   * `POST /groups/{id}/receivers/upsertplus` with an array. Throws RejectedError with status 413 if there are too many
   * rows.
   */
  upsertReceivers(groupId: string, rows: readonly ReceiverWrite[]): Promise<UpsertResult[]>;
  /** `PUT /groups/{id}/receivers/{id}/activate`. Only for a receiver that this component has just created. */
  activateReceiver(groupId: string, receiverId: string): Promise<void>;
  /** `PUT /groups/{id}/receivers/{id}/deactivate`: unsubscribes the receiver from this group. */
  deactivateReceiver(groupId: string, receiverId: string): Promise<void>;
  /** `PUT /receivers/{id}/email`: changes the address, in all groups. */
  changeEmail(receiverId: string, email: string): Promise<void>;
  /**
   * `DELETE /groups/{gid}/receivers/{id}`, or `DELETE /receivers/{id}` (all groups) if no group is given. An empty id
   * is rejected.
   */
  deleteReceiver(receiverId: string, groupId?: string): Promise<'deleted' | 'gone'>;
  /**
   * `POST /forms/{id}/send/activate`, or `POST /flow/flow/{id}/send` for the id of a flow: sends the double-opt-in mail.
   * CleverReach sends no mail to a receiver that is active in the group of the form. Never retried without a check.
   */
  sendActivationMail(id: string, email: string, circumstances: DoiData): Promise<'sent' | 'already active'>;
}
