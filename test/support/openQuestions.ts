/**
 * The open questions about CleverReach's API, as switches of the sandbox. The component may meet those in `met`, each
 * with all answers for which it must work; it never meets those in `unmet`, for the given reason.
 */

import type { Switches } from '../../sandbox';

export const met = {
  ids: ['strings', 'numbers'],
  emptyMaps: ['object', 'array'],
  activeAs: ['boolean', 'digit'],
  unicode: ['escaped', 'utf8'],
  singleAnswer: ['object', 'list'],
  missingReceiver: ['404', 'empty'],
  receiverWithoutGroup: ['gone', 'kept'],
  lastChanged: ['absent', 'everything', 'attributes', 'never'],
  dateFormat: ['Y-m-d', 'd.m.Y'],
  attributeGroupKey: ['group_id', 'groups_id'],
  pageOutOfRange: ['empty', '404', '400', '204'],
  emptyGroup: ['empty', '204'],
  orderBy: ['honoured', 'rejected', 'ignored'],
  unknownGroup: ['404', '400', '405', 'empty'],
  unknownAttributes: ['ignored', 'rejected'],
  attributeNames: ['lowered', 'dropped'],
  arrayOfOne: ['array', 'unwrapped'],
  wholeFailure: ['error', 'false'],
  duplicateStatus: [400, 409],
  createdStatus: [200, 201],
  bulkInsert: ['refuses', 'merges', 'missing'],
  invalidRow: ['string', 'object', 'missing'],
  blockedRow: ['missing', '403'],
  deactivatedZero: ['reactivates', 'ignored'],
  activatedOverridesUnsubscribe: [false, true],
  stampsOmitted: ['active', 'waiting'],
  upsertplusTags: [true, false],
  tagRemoval: ['immediate', 'delayed'],
  tagsOn: ['membership', 'person'],
  emailCase: ['kept', 'lowered'],
  emailDomain: ['kept', 'ascii', 'unicode'],
  emailLookup: ['insensitive', 'sensitive'],
  maxBatch: [1000, 1],
  optInForms: ['both', 'forms', 'flows'],
  flowScope: ['oa_flows', 'forms'],
  unsubscribeBlacklists: [false, true],
  eventForTags: [true, false],
  eventForAttributes: [true, false],
  eventForImport: [false, true],
  eventsShownIn: ['affectedGroups', 'groupOfTheWrite', 'everyGroup'],
  filterEndpoint: ['available', 'missing'],
  filterRules: ['honoured', 'ignored'],
  filterRegistered: ['supported', 'rejected'],
  filterBigger: ['strict', 'inclusive'],
  filterGroups: ['honoured', 'ignored'],
  filterAttributes: ['shown', 'missing'],
  filterDetail: ['honoured', 'ignored'],
  filterLagSeconds: [0, 900],
  filterDrops: [0, 30],
  expiresIn: [2_592_000, 300],
  expiresInAs: ['number', 'string'],
  refreshTokenGrace: [14 * 86_400, 0],
  refreshTokenRotation: [true, false],
  refreshTokenForClientCredentials: [false, true],
  scopeAs: ['string', 'array'],
  missingScope: [403, 401],
} as const satisfies { [K in keyof Switches]?: readonly Switches[K][] };

export type Met = keyof typeof met;

export const unmet = {
  pageSizeTooLarge: 'No page larger than 5000 is asked for.',
  tagPaging: 'The list of tags is not asked for.',
  statsCacheSeconds: 'Statistics are not asked for.',
  putTags: 'No receiver is written by a single PUT.',
  putAnswer: 'No receiver is written by a single PUT.',
  deleteWithGroupId: 'A group is named in the path of a deletion, never in its query.',
  stateEchoed: '`npm run authorize` takes either answer; no step does this.',
  ttlDate: 'The life of a token is taken from the answer that brought it.',
} as const satisfies Record<Exclude<keyof Switches, Met>, string>;

/** Requests that would show that a question in `unmet` is met. */
export const unmetRoutes: readonly RegExp[] = [
  /^\w+ \/v3\/(tags|.*\/tags)\b/,
  /^\w+ .*\/stats$/,
  /^\w+ .*\/receivers\/(upsert|update|updateplus)$/,
  /^PUT \/v3\/groups\/:gid\/receivers\/:rid$/,
  /^\w+ \/oauth\/authorize/,
  /^\w+ \/v3\/debug\/ttl$/,
];

/** One answer to one question. */
export interface Answer {
  name: string;
  switches: Partial<Switches>;
}

/** Every answer except the default of the sandbox. */
export function otherAnswers(defaults: Readonly<Switches>): Answer[] {
  return Object.entries(met).flatMap(([name, values]) =>
    values
      .filter((value) => value !== defaults[name as Met])
      .map((value) => ({ name: `${name} = ${value}`, switches: { [name]: value } })),
  );
}
