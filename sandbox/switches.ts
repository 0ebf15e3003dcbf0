/**
 * The behaviour of CleverReach that no public source documents. Each open question is a switch, so that a client can be
 * tested with every possible answer. The first value is the default, for which there is the best evidence. Switches may be
 * changed while the sandbox runs (`sandbox.switches.ids = 'numbers'`).
 */
export const switchTable = {
  // --- shapes ---
  ids: choice(
    ['strings', 'numbers'],
    'Ids of groups and receivers on the wire: numeric strings in most recorded payloads, numbers in some.',
  ),
  emptyMaps: choice(
    ['object', 'array'],
    'A map without entries (no attribute defined): `{}`, or `[]` as PHP writes an empty map.',
  ),
  activeAs: choice(['boolean', 'digit'], '`active` as a boolean, or as `"1"` / `"0"`.'),
  unicode: choice(
    ['escaped', 'utf8'],
    'Letters outside ASCII: as `\\u00fc`, as PHP writes them by default, or as they are, in UTF-8.',
  ),
  singleAnswer: choice(['object', 'list'], 'One receiver or one group: the object, or a list with one element.'),
  missingReceiver: choice(['404', 'empty'], 'A single look-up of a receiver that does not exist: `404`, or `200 []`.'),
  receiverWithoutGroup: choice(
    ['gone', 'kept'],
    'A receiver that leaves its last group: unknown from then on, or still known to the account, in no group.',
  ),
  lastChanged: choice(
    ['absent', 'everything', 'attributes', 'never'],
    "A receiver's `last_changed`: absent; updated by every change; updated by attribute writes only; present but never updated.",
  ),
  dateFormat: choice(['Y-m-d', 'd.m.Y'], 'How values of `date` attributes come back.'),
  attributeGroupKey: choice(['group_id', 'groups_id'], 'The field of an attribute definition that names its group.'),

  // --- lists ---
  pageOutOfRange: choice(
    ['empty', '404', '400', '204'],
    'A page after the last one: `200 []`, `404`, or `204` without a body. For page 0 of an empty group, see `emptyGroup`.',
  ),
  emptyGroup: choice(['empty', '204'], 'Page 0 of a group without receivers: `200 []` or `204`.'),
  pageSizeTooLarge: choice(['clamp', '400'], '`pagesize` above 5000: reduced to 5000, or refused.'),
  orderBy: choice(
    ['honoured', 'rejected', 'ignored'],
    '`order_by`: applied, refused with 400, or silently ignored (rows are then sorted by id).',
  ),
  unknownGroup: choice(
    ['404', '400', '405', 'empty'],
    'A group that does not exist: `404`, `400`, `405` (recorded in 2017), or (reading only) `200 []`.',
  ),
  filterEndpoint: choice(['available', 'missing'], '`POST /receivers/filter`: served, or answered with 404.'),
  filterRules: choice(
    ['honoured', 'ignored'],
    'The rules of a filter: applied, or ignored (every receiver of the groups is returned).',
  ),
  filterGroups: choice(
    ['honoured', 'ignored'],
    '`groups` of a filter: applied, or ignored (receivers of all groups are returned).',
  ),
  filterAttributes: choice(
    ['shown', 'missing'],
    'Whether the rows of a filter hold the attributes of the group and the tags.',
  ),
  filterLagSeconds: number(0, 'Seconds after which a filter knows a change of a timestamp that it tests.'),
  filterDrops: number(0, 'Percentage of the memberships, always the same ones, that a filter never returns.'),
  filterBigger: choice(
    ['strict', 'inclusive'],
    '`bg` and `sm` of a filter rule: strictly greater and smaller, or "or equal".',
  ),
  filterRegistered: choice(['supported', 'rejected'], 'Filter rules on `registered`: supported, or rejected with 400.'),
  filterDetail: choice(['honoured', 'ignored'], '`detail` in the body of a filter: applied or ignored.'),
  tagPaging: choice(
    ['both', 'page', 'offset'],
    'How `/tags` is paged in addition to `limit`: by `page` and by `offset`, or by one of them (the other parameter is ignored).',
  ),
  statsCacheSeconds: number(0, 'Seconds for which `/groups/{id}/stats` is served from a cache.'),

  // --- writing ---
  unknownAttributes: choice(
    ['ignored', 'rejected'],
    'Undefined attribute names: dropped silently, or the row is rejected.',
  ),
  attributeNames: choice(
    ['lowered', 'dropped'],
    'Upper case in an attribute name of a write: converted to lower case, or the value is dropped silently.',
  ),
  arrayOfOne: choice(
    ['array', 'unwrapped'],
    'The response to an array of one row (insert, upsert, upsertplus …): an array, or its only element.',
  ),
  wholeFailure: choice(
    ['error', 'false'],
    'upsertplus and updateplus that fail completely (unknown group, invalid body, all rows rejected): an error status (`[]` if only the rows were rejected), or `200 false`.',
  ),
  bulkInsert: choice(
    ['refuses', 'merges', 'missing'],
    'An address that exists in an array of insert: rejects that row, or is updated as by upsert; or the endpoint returns 404.',
  ),
  invalidRow: choice(
    ['string', 'object', 'missing'],
    'A rejected row in the response of insert, update and upsert: a bare string, an object with the string as `status`, or omitted.',
  ),
  duplicateStatus: choice([400, 409], 'Status of creating an address that exists.'),
  createdStatus: choice([200, 201], 'Status of a successful create.'),
  blockedRow: choice(
    ['missing', '403'],
    'A blocked address in a bulk write: rejects that row, or the whole call with 403.',
  ),
  deactivatedZero: choice(['reactivates', 'ignored'], '`deactivated: 0` for a receiver who is deactivated.'),
  activatedOverridesUnsubscribe: choice(
    [false, true],
    'Whether `activated > 0` re-activates a receiver that has unsubscribed.',
  ),
  stampsOmitted: choice(
    ['active', 'waiting'],
    'A new receiver without any timestamp: active immediately, or waiting for a double opt-in.',
  ),
  putTags: choice(['replace', 'add'], '`tags` of a single PUT: the new complete list, or changes as in upsertplus.'),
  putAnswer: choice(['receiver', 'true'], 'The answer of a single PUT: the receiver, or `true`.'),
  upsertplusTags: choice([true, false], 'Whether the answer of upsertplus and updateplus carries `tags`.'),
  tagRemoval: choice(['immediate', 'delayed'], 'A removed tag disappears immediately, or a minute later.'),
  tagsOn: choice(
    ['membership', 'person'],
    'The owner of a tag: the membership in one group, or the person in all groups.',
  ),
  emailCase: choice(
    ['kept', 'lowered'],
    'The address as stored: as sent, or in lower case. Addresses are unique without regard to case either way.',
  ),
  emailDomain: choice(
    ['kept', 'ascii', 'unicode'],
    'A domain with letters outside ASCII, as stored: as sent, in its ASCII form (`xn--…`), or in those letters. Addresses of two forms are two addresses to a look-up.',
  ),
  emailLookup: choice(['insensitive', 'sensitive'], 'Look-ups by address: without or with regard to case.'),
  deleteWithGroupId: choice(
    ['group', 'everywhere'],
    '`DELETE /receivers/{id}?group_id=`: removes the receiver from that group only, or from all groups.',
  ),
  maxBatch: number(1000, 'A bulk write with more rows returns 413.'),
  optInForms: choice(
    ['both', 'forms', 'flows'],
    'What the account has for double opt-in: forms and flows, forms only, or flows only, as newer accounts do. The endpoints of what it does not have return 404.',
  ),
  flowScope: choice(['oa_flows', 'forms'], 'The scope that a token needs for the Flow API.'),
  unsubscribeBlacklists: choice(
    [false, true],
    'Whether an unsubscribe puts the address on the block list and deletes the receiver everywhere (an account setting).',
  ),

  // --- history ---
  eventForTags: choice([true, false], 'Whether a write of tags alone adds an event.'),
  eventForAttributes: choice([true, false], 'Whether a write of attributes alone adds an event.'),
  eventForImport: choice([false, true], 'Whether an import adds an event (`imported` is set in both cases).'),
  eventsShownIn: choice(
    ['affectedGroups', 'groupOfTheWrite', 'everyGroup'],
    'Where an event appears: in its group, and in all groups of the person if it changed shared data (address, global attributes); only in its group; or in every group of the person.',
  ),

  // --- OAuth ---
  expiresIn: number(2_592_000, 'Lifetime of an access token in seconds, for tokens issued from now on.'),
  expiresInAs: choice(['number', 'string'], '`expires_in` as a number or as a numeric string.'),
  refreshTokenGrace: number(14 * 86_400, 'Seconds for which a refresh token outlives its access token.'),
  refreshTokenRotation: choice(
    [true, false],
    'Whether a refresh returns a new refresh token and invalidates the old one; otherwise the old one stays valid and is not returned.',
  ),
  refreshTokenForClientCredentials: choice([false, true], 'Whether `client_credentials` also returns a refresh token.'),
  stateEchoed: choice([true, false], 'Whether authorize.php returns `state`.'),
  scopeAs: choice(['string', 'array'], '`scope` of a token response.'),
  missingScope: choice([403, 401], 'Status for a token without the required scope.'),
  ttlDate: choice(['unix', 'iso'], '`date` in `/debug/ttl`: unix seconds or ISO 8601.'),
};

type Value = string | number | boolean;

/** A switch with fixed values, or, without `values`, with any whole number from 0. */
interface Switch<T extends Value> {
  readonly initial: T;
  readonly values: readonly T[] | undefined;
  readonly about: string;
}

type Table = typeof switchTable;

export type Switches = { [K in keyof Table]: Table[K] extends Switch<infer T> ? T : never };

export const defaultSwitches = Object.freeze(
  Object.fromEntries(Object.entries(switchTable).map(([name, { initial }]) => [name, initial])),
) as Readonly<Switches>;

function choice<const T extends Value>(values: readonly [T, ...T[]], about: string): Switch<T> {
  return { initial: values[0], values, about };
}

function number(initial: number, about: string): Switch<number> {
  return { initial, values: undefined, about };
}
