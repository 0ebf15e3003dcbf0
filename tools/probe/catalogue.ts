/** Every question with what it takes to ask it: reading, writing in groups of the probe, or something that a client cannot do. */

import type { Switches } from '../../sandbox/switches';

/** The questions of docs/open-questions.md: those of a switch of the sandbox, and those without one. */
export type Question =
  | keyof Switches
  | 'clock'
  | 'pageIsFull'
  | 'accountLookUp'
  | 'formNamesGroup'
  | 'flowNamesGroup'
  | 'blockListLookUp'
  | 'createKnownElsewhere'
  | 'goneAfterDelete'
  | 'rateLimit';

type Entry = { words: string } & ({ needs: 'reading' | 'writing' } | { impossible: string });

const PERSON = 'only a receiver can unsubscribe, by a link in a mail';

const CATALOGUE: Record<Question, Entry> = {
  ids: { words: 'Are ids strings or numbers?', needs: 'reading' },
  emptyMaps: { words: 'Is an empty object returned as {} or []?', needs: 'reading' },
  activeAs: { words: 'Is "active" a boolean or a digit?', needs: 'reading' },
  unicode: { words: 'Are letters outside ASCII escaped?', needs: 'reading' },
  singleAnswer: { words: 'Is a single object returned as an object or as a list of one?', needs: 'reading' },
  missingReceiver: { words: 'What is the answer for an unknown receiver?', needs: 'reading' },
  receiverWithoutGroup: { words: 'What happens to a receiver that leaves its last group?', needs: 'writing' },
  lastChanged: { words: 'What updates "last_changed" of a receiver?', needs: 'reading' },
  dateFormat: { words: 'In which format do dates come back?', needs: 'reading' },
  attributeGroupKey: { words: 'Which field of an attribute names its group?', needs: 'reading' },
  pageOutOfRange: { words: 'What is the response to a page after the last one?', needs: 'reading' },
  emptyGroup: { words: 'What is the first page of an empty group?', needs: 'reading' },
  pageSizeTooLarge: { words: 'Is a page size above 5000 accepted?', needs: 'reading' },
  orderBy: { words: 'Is the order of a list honoured?', needs: 'reading' },
  unknownGroup: { words: 'What is the answer for an unknown group?', needs: 'reading' },
  filterEndpoint: { words: 'Is there a filter?', needs: 'reading' },
  filterRules: { words: 'Does a filter apply its rules?', needs: 'reading' },
  filterGroups: { words: 'Does a filter apply its list of groups?', needs: 'reading' },
  filterAttributes: { words: 'Do the rows of a filter hold attributes?', needs: 'reading' },
  filterLagSeconds: { words: 'After how long does the filter return a change?', needs: 'writing' },
  filterDrops: { words: 'Does a filter return every receiver?', needs: 'reading' },
  filterBigger: { words: 'Does "bigger" include the value itself?', needs: 'reading' },
  filterRegistered: { words: 'Does the filter support "registered"?', needs: 'reading' },
  filterDetail: { words: 'Does a filter apply "detail"?', needs: 'reading' },
  tagPaging: { words: 'How is the list of tags paged?', needs: 'reading' },
  statsCacheSeconds: { words: 'When do the statistics of a group show a change?', needs: 'writing' },
  unknownAttributes: { words: 'Are undefined attributes ignored or rejected?', needs: 'writing' },
  attributeNames: { words: 'What happens to upper case in the name of an attribute?', needs: 'writing' },
  arrayOfOne: { words: 'Is the answer to an array of one row an array?', needs: 'writing' },
  wholeFailure: { words: 'What is the answer to a bulk write that fails?', needs: 'writing' },
  bulkInsert: { words: 'Does a bulk insert refuse an address that exists?', needs: 'writing' },
  invalidRow: { words: 'What is the answer to an invalid row?', needs: 'writing' },
  duplicateStatus: { words: 'What is the status of a create that exists?', needs: 'writing' },
  createdStatus: { words: 'What is the status of a create?', needs: 'writing' },
  blockedRow: { words: 'What is the answer to a blocked address?', needs: 'writing' },
  deactivatedZero: { words: 'Does "deactivated": 0 reactivate a receiver?', needs: 'writing' },
  activatedOverridesUnsubscribe: { words: 'Does "activated" undo an unsubscribe?', impossible: PERSON },
  stampsOmitted: { words: 'Is a receiver created without timestamps active?', needs: 'writing' },
  putTags: { words: 'Do tags of a single PUT replace or add?', needs: 'writing' },
  putAnswer: { words: 'What is the answer to a single PUT?', needs: 'writing' },
  upsertplusTags: { words: 'Does the answer to a bulk write hold tags?', needs: 'writing' },
  tagRemoval: { words: 'Does a removed tag disappear at once?', needs: 'writing' },
  tagsOn: { words: 'Do tags belong to a membership or to the person?', needs: 'writing' },
  emailCase: { words: 'Is the case of an address kept?', needs: 'writing' },
  emailDomain: { words: 'How is a domain outside ASCII stored?', needs: 'writing' },
  emailLookup: { words: 'Are look-ups by address case-sensitive?', needs: 'reading' },
  deleteWithGroupId: { words: 'What does a deletion with "group_id" delete?', needs: 'writing' },
  maxBatch: { words: 'How many rows does a bulk write take?', needs: 'writing' },
  optInForms: { words: 'Does the account have forms, flows, or both?', needs: 'reading' },
  flowScope: {
    words: 'Which scope do flows need?',
    impossible: 'only an app that lacks one of the two scopes would show it',
  },
  unsubscribeBlacklists: { words: 'Does an unsubscribe delete and block the address?', impossible: PERSON },
  eventForTags: { words: 'Does a write of tags leave an event?', needs: 'writing' },
  eventForAttributes: { words: 'Does a write of attributes leave an event?', needs: 'writing' },
  eventForImport: { words: 'Does an import leave an event?', impossible: 'an import is made in the back end' },
  eventsShownIn: { words: 'In which groups is an event shown?', needs: 'writing' },
  expiresIn: { words: 'How long does an access token live?', needs: 'reading' },
  expiresInAs: { words: 'Is "expires_in" a number or a string?', needs: 'reading' },
  refreshTokenGrace: {
    words: 'How long does a refresh token outlive its access token?',
    impossible: 'a token would have to expire first',
  },
  refreshTokenRotation: { words: 'Does a refresh bring a new refresh token?', needs: 'reading' },
  refreshTokenForClientCredentials: { words: 'Does client_credentials bring a refresh token?', needs: 'reading' },
  stateEchoed: {
    words: 'Does the consent page return "state"?',
    impossible: 'a person has to allow the access; "npm run authorize" shows it',
  },
  scopeAs: { words: 'Is "scope" a string or a list?', needs: 'reading' },
  missingScope: { words: 'What is the status without a scope?', needs: 'reading' },
  ttlDate: { words: 'Is the date of /debug/ttl a number or a date?', needs: 'reading' },
  clock: { words: 'Do responses and timestamps use the same clock?', needs: 'writing' },
  pageIsFull: { words: 'Does a page contain as many rows as requested?', needs: 'reading' },
  accountLookUp: { words: 'Can an address be looked up in the account?', needs: 'reading' },
  formNamesGroup: { words: 'Does a form name its group?', needs: 'reading' },
  flowNamesGroup: { words: 'Does a flow name its group?', needs: 'reading' },
  blockListLookUp: { words: 'Can one address be looked up in the block list?', needs: 'reading' },
  createKnownElsewhere: { words: 'Does a plain create accept an address of another group?', needs: 'writing' },
  goneAfterDelete: { words: 'Is a receiver gone after the response to its deletion?', needs: 'writing' },
  rateLimit: { words: 'How many requests are allowed?', impossible: 'it would disturb the account' },
};

/** In the order in which answers are shown. */
export const questions = Object.keys(CATALOGUE) as Question[];

export const wordsOf = (question: Question): string => CATALOGUE[question].words;

/**
 * Why a question that the probe did not come to has no answer.
 * @param obstacle what kept it from asking the rest, if anything
 */
export function reasonFor(question: Question, writes: boolean, obstacle?: string): string {
  const entry = CATALOGUE[question];
  if ('impossible' in entry) return entry.impossible;
  if (obstacle !== undefined) return obstacle;
  if (entry.needs === 'writing' && !writes) return 'needs --write';
  return writes ? 'nothing in the account shows it' : 'nothing in the account shows it; --write may';
}
