/**
 * The consequences of an answer for the component. Most questions make no difference, because the component works with
 * either answer.
 */

import type { Question } from './catalogue';
import type { Finding } from './findings';

type Consequence = (answer: { position: unknown; answer: string }) => string | undefined;

const FULL_READS = 'no quick polls: every poll is a full read, so poll less often or raise "fullReadMinutes"';

const when =
  (positions: readonly unknown[], text: string): Consequence =>
  ({ position }) =>
    positions.includes(position) ? text : undefined;

const CONSEQUENCES: Partial<Record<Question, Consequence>> = {
  orderBy: when(['rejected', 'ignored'], 'full reads check the borders of pages in the order that CleverReach chooses'),
  filterEndpoint: when(['missing'], FULL_READS),
  filterRules: when(['ignored'], FULL_READS),
  filterRegistered: when(['rejected'], FULL_READS),
  filterLagSeconds: ({ position }) => (Number(position) > 60 ? FULL_READS : undefined),
  filterDrops: ({ position }) => (Number(position) > 0 ? FULL_READS : undefined),
  maxBatch: ({ position }) =>
    Number(position ?? Infinity) < 250
      ? `bulk writes are split into requests of at most ${String(position)} rows`
      : undefined,
  stampsOmitted: when(['waiting'], 'new active receivers are created one by one'),
  unknownAttributes: when(['rejected'], 'values without an attribute are omitted before the write'),
  tagsOn: when(['person'], 'a tag that a step adds in one group appears in all groups of the receiver'),
  emailLookup: when(['sensitive'], 'an address stored in capitals is found only in the same spelling'),
  receiverWithoutGroup: when(['kept'], 'a deletion is reported once the receiver is in no group'),
  eventForTags: when([false], 'with "startTime", the first read misses earlier changes of tags'),
  eventForAttributes: when([false], 'with "startTime", the first read misses earlier changes of attributes'),
  refreshTokenForClientCredentials: when([true], 'the refresh token is not used'),
  accountLookUp: ({ answer }) =>
    answer === 'yes' ? undefined : 'each group is searched before a deletion is confirmed',
  formNamesGroup: ({ answer }) => (answer === 'yes' ? undefined : 'the list of forms of the group decides'),
  flowNamesGroup: ({ answer }) => (answer === 'yes' ? undefined : 'a flow that names no group is refused'),
  blockListLookUp: ({ answer }) =>
    answer.startsWith('yes') ? undefined : 'a dry run does not foresee that an address is blocked',
  createKnownElsewhere: ({ answer }) =>
    answer === 'yes' ? undefined : 'a receiver of another group is added without timestamps',
  goneAfterDelete: ({ answer }) =>
    answer === 'yes' ? undefined : 'a delete request is repeated until the receiver is gone',
  pageIsFull: ({ answer }) => (answer === 'yes' ? undefined : 'a short page is requested again'),
  clock: ({ answer }) => (answer === 'yes' ? undefined : 'quick polls may miss changes; full reads find them'),
};

export function consequenceOf(question: Question, finding: Finding): string {
  if ('notAsked' in finding) return '';
  const { answer, position } = finding;
  return CONSEQUENCES[question]?.({ answer, position }) ?? 'no difference';
}
