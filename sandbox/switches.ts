/**
 * The answers of CleverReach that no public source settles. Each is a switch, so that a client can be tested against either answer;
 * the default is the answer with the best support. Switches may be changed while the sandbox runs (`sandbox.switches.ids = 'numbers'`).
 */
export interface Switches {
  // --- shapes ---
  /** Ids of groups and receivers on the wire: numeric strings in most recorded payloads, numbers in some. */
  ids: 'strings' | 'numbers';
  /** A map without members (no attribute defined): `{}`, or `[]` as PHP writes an empty map. */
  emptyMaps: 'object' | 'array';
  /** `active` as a boolean, or as `"1"` / `"0"`. */
  activeAs: 'boolean' | 'digit';
  /** Letters outside ASCII: as `\u00fc`, which is what PHP writes unless told otherwise, or as they are, in UTF-8. */
  unicode: 'escaped' | 'utf8';
  /** One receiver or one group: the object, or a list with one element. */
  singleAnswer: 'object' | 'list';
  /** A single look-up of a receiver that is not there: `404`, or `200 []`. */
  missingReceiver: '404' | 'empty';
  /** A receiver that leaves its last group: unknown from then on, or still known to the account, in no group. */
  receiverWithoutGroup: 'gone' | 'kept';
  /** A receiver's `last_changed`: absent; moved by every change; moved by attribute writes only; there but never moved. */
  lastChanged: 'absent' | 'everything' | 'attributes' | 'never';
  /** How values of `date` attributes come back. */
  dateFormat: 'Y-m-d' | 'd.m.Y';
  /** The member of an attribute definition that names its group. */
  attributeGroupKey: 'group_id' | 'groups_id';

  // --- lists ---
  /** A page after the last one: `200 []`, `404`, or `204` without a body. Page 0 of an empty group: see `emptyGroup`. */
  pageOutOfRange: 'empty' | '404' | '400' | '204';
  /** Page 0 of a group without receivers: `200 []` or `204`. */
  emptyGroup: 'empty' | '204';
  /** `pagesize` above 5000: cut down to 5000, or refused. */
  pageSizeTooLarge: 'clamp' | '400';
  /** `order_by`: obeyed, refused with 400, or silently without effect (rows then come in the order of their ids). */
  orderBy: 'honoured' | 'rejected' | 'ignored';
  /** A group that does not exist: `404`, `400`, `405` (recorded in 2017), or (reading only) `200 []`. */
  unknownGroup: '404' | '400' | '405' | 'empty';
  /** `bg` and `sm` of a filter rule: strictly greater and smaller, or "or equal". */
  filterBigger: 'strict' | 'inclusive';
  /** Filter rules on `registered`: known, or refused with 400. */
  filterRegistered: 'supported' | 'rejected';
  /** `detail` in the body of a filter: obeyed or without effect. */
  filterDetail: 'honoured' | 'ignored';
  /** How `/tags` is paged beside `limit`: by `page` or by `offset` (the other parameter is ignored). */
  tagPaging: 'page' | 'offset';
  /** Seconds for which the numbers of `/groups/{id}/stats` are served from a cache. */
  statsCacheSeconds: number;

  // --- writing ---
  /** Attribute names that are not defined: dropped silently, or the row is refused. */
  unknownAttributes: 'ignored' | 'rejected';
  /** Upper case in an attribute name of a write: lowered, or the value is dropped silently. */
  attributeNames: 'lowered' | 'dropped';
  /** The answer to an array of one row (insert, upsert, upsertplus …): an array, or its only element. */
  arrayOfOne: 'array' | 'unwrapped';
  /** upsertplus and updateplus that fail as a whole (unknown group, unreadable body, not one row accepted): an error status
   * (`[]` when only the rows were refused), or `200 false`. */
  wholeFailure: 'error' | 'false';
  /** A refused row in the answer of insert, update and upsert: a bare text, an object with the text as `status`, or left out. */
  invalidRow: 'string' | 'object' | 'missing';
  /** Create of an address that exists. */
  duplicateStatus: 400 | 409;
  /** Status of a successful create. */
  createdStatus: 200 | 201;
  /** A blocked address in a bulk write: that row is refused, or the whole call with 403. */
  blockedRow: 'missing' | '403';
  /** `deactivated: 0` for a receiver who is deactivated. */
  deactivatedZero: 'reactivates' | 'ignored';
  /** Whether `activated > 0` re-activates a receiver who unsubscribed by himself. */
  activatedOverridesUnsubscribe: boolean;
  /** A new receiver without any stamp: active at once, or waiting for a double opt-in. */
  stampsOmitted: 'active' | 'waiting';
  /** `tags` of a single PUT: the new complete list, or changes as in upsertplus. */
  putTags: 'replace' | 'add';
  /** The answer of a single PUT: the receiver, or `true`. */
  putAnswer: 'receiver' | 'true';
  /** Whether the answer of upsertplus and updateplus carries `tags`. */
  upsertplusTags: boolean;
  /** A removed tag disappears at once, or a minute later. */
  tagRemoval: 'immediate' | 'delayed';
  /** What a tag hangs on: the membership in one group, or the person in all groups. */
  tagsOn: 'membership' | 'person';
  /** The address as stored: as sent, or in lower case. Addresses are unique without regard to case either way. */
  emailCase: 'kept' | 'lowered';
  /** A domain with letters outside ASCII, as stored: as sent, in its ASCII form (`xn--…`), or in those letters. Addresses of two forms
   * are two addresses to a look-up. */
  emailDomain: 'kept' | 'ascii' | 'unicode';
  /** Look-ups by address: without or with regard to case. */
  emailLookup: 'insensitive' | 'sensitive';
  /** `DELETE /receivers/{id}?group_id=`: leaves that group only, or all groups all the same. */
  deleteWithGroupId: 'group' | 'everywhere';
  /** Rows of a bulk write above this number are answered with 413. */
  maxBatch: number;
  /** Whether an unsubscribe puts the address on the block list and deletes the receiver everywhere (an account setting). */
  unsubscribeBlacklists: boolean;

  // --- history ---
  /** Whether a write of tags alone leaves an event. */
  eventForTags: boolean;
  /** Whether a write of attributes alone leaves an event. */
  eventForAttributes: boolean;
  /** Whether an import leaves an event (`imported` is set either way). */
  eventForImport: boolean;
  /** Where an event shows: in the group it happened in, and in all groups of the person when it changed what they share (address,
   * global attributes); only in the group it happened in; or in every group of the person. */
  eventsShownIn: 'affectedGroups' | 'groupOfTheWrite' | 'everyGroup';

  // --- OAuth ---
  /** Life of an access token in seconds, for tokens issued from now on. */
  expiresIn: number;
  /** `expires_in` as a number or as a numeric string. */
  expiresInAs: 'number' | 'string';
  /** Seconds for which a refresh token outlives its access token. */
  refreshTokenGrace: number;
  /** Whether a refresh returns a new refresh token and kills the old one; otherwise the old one goes on and is not repeated. */
  refreshTokenRotation: boolean;
  /** Whether `client_credentials` also returns a refresh token. */
  refreshTokenForClientCredentials: boolean;
  /** Whether authorize.php hands `state` back. */
  stateEchoed: boolean;
  /** `scope` of a token answer. */
  scopeAs: 'string' | 'array';
  /** A token without the scope that a call needs. */
  missingScope: 401 | 403;
  /** `date` in `/debug/ttl`: unix seconds or ISO 8601. */
  ttlDate: 'unix' | 'iso';
}

export const defaultSwitches: Readonly<Switches> = {
  ids: 'strings',
  emptyMaps: 'object',
  activeAs: 'boolean',
  unicode: 'escaped',
  singleAnswer: 'object',
  missingReceiver: '404',
  receiverWithoutGroup: 'gone',
  lastChanged: 'absent',
  dateFormat: 'Y-m-d',
  attributeGroupKey: 'group_id',
  pageOutOfRange: 'empty',
  emptyGroup: 'empty',
  pageSizeTooLarge: 'clamp',
  orderBy: 'honoured',
  unknownGroup: '404',
  filterBigger: 'strict',
  filterRegistered: 'supported',
  filterDetail: 'honoured',
  tagPaging: 'page',
  statsCacheSeconds: 0,
  unknownAttributes: 'ignored',
  attributeNames: 'lowered',
  arrayOfOne: 'array',
  wholeFailure: 'error',
  invalidRow: 'string',
  duplicateStatus: 400,
  createdStatus: 200,
  blockedRow: 'missing',
  deactivatedZero: 'reactivates',
  activatedOverridesUnsubscribe: false,
  stampsOmitted: 'active',
  putTags: 'replace',
  putAnswer: 'receiver',
  upsertplusTags: true,
  tagRemoval: 'immediate',
  tagsOn: 'membership',
  emailCase: 'kept',
  emailDomain: 'kept',
  emailLookup: 'insensitive',
  deleteWithGroupId: 'group',
  maxBatch: 1000,
  unsubscribeBlacklists: false,
  eventForTags: true,
  eventForAttributes: true,
  eventForImport: false,
  eventsShownIn: 'affectedGroups',
  expiresIn: 2_592_000,
  expiresInAs: 'number',
  refreshTokenGrace: 14 * 86_400,
  refreshTokenRotation: true,
  refreshTokenForClientCredentials: false,
  stateEchoed: true,
  scopeAs: 'string',
  missingScope: 403,
  ttlDate: 'unix',
};
