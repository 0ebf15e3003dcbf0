/** Events of an account and of a flow that polls it, and their description in words for counter-examples. */

import type { ReceiverChange } from '../../../lib/config/changeTypes';

type AboutReceiver = 'edit' | 'tag' | 'unsubscribe' | 'subscribe' | 'bounce' | 'delete' | 'rename';

/**
 * Changes that may happen at any time, also between two requests of a poll. Numbers are taken modulo the number of
 * items.
 */
export type Change =
  | { kind: 'register' | 'import'; group: number; name: number }
  | { kind: AboutReceiver; group: number; who: number; value: number }
  | { kind: 'move' | 'copy'; group: number; who: number; to: number }
  /** `isLow`: its id is lower than those of all other groups. Its receivers have old timestamps. */
  | { kind: 'createGroup'; isLow: boolean; names: readonly number[] }
  | { kind: 'deleteGroup' | 'renameGroup'; group: number }
  /** Every receiver of the group is edited: more changes than a small sketch can identify. */
  | { kind: 'editAll'; group: number; value: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'clock'; seconds: number };

/**
 * The failure at one step of a poll: its time is over; a message is not confirmed; a message is rejected as a record; a
 * request fails; the process dies. `arrives`: a message that is not confirmed, or the last one before a death, has
 * reached the broker.
 */
export interface Interruption {
  kind: 'time' | 'emit' | 'record' | 'request' | 'death';
  /** The number of the emit, or for `request` of the request, at which it happens; from 1. */
  at: number;
  arrives: boolean;
}

export interface Poll {
  kind: 'poll';
  /** Changes by the number of the request before which they happen. */
  meanwhile: readonly { before: number; change: Change }[];
  interruption?: Interruption | undefined;
  /** Whether it starts from the snapshot before the last one, because the last one was not stored yet. */
  isStale: boolean;
}

/** The types of changes that the flow asks for from now on. */
export interface Wanted {
  kind: 'wanted';
  types: readonly ReceiverChange[];
  tag: 'vip' | undefined;
}

/** Which requests fail from now on, while all others work. */
export interface Failing {
  kind: 'failing';
  /** A receiver that was in the account, whose look-ups fail; none if undefined. */
  who: number | undefined;
  /** Whether the request for the id of the account fails. */
  isAccountUnknown: boolean;
}

export type Event = Change | Poll | Wanted | Failing;

/** The behaviour of CleverReach's filter. */
export interface FilterOptions {
  behaviour: 'works' | 'is missing' | 'ignores rules' | 'refuses registered';
  isInclusive: boolean;
  /** Percentage of receivers that it never returns. */
  drops: number;
  /** Seconds until it includes a change. */
  lag: number;
}

export interface FlowOptions {
  trigger: 'one group' | 'all groups';
  pageSize: number;
  emitDeletions: boolean;
  wanted: Wanted;
  fullReadMinutes: number;
  /** Cells of a sketch; with few cells it is soon too small. */
  cells: number;
  groups: number;
  /** With more than one, messages are confirmed later, and not always in order. */
  concurrency: number;
  /** Whether the first receivers were sent before the first event. */
  hasPolled: boolean;
  /** Whether a move or a copy leaves a timestamp. */
  movesLeaveTrace: boolean;
  /** Whether the history has an entry for each edit. */
  hasHistory: boolean;
  filter: FilterOptions;
  /** Whether the account still returns a receiver that is no longer in a group. */
  keepsReceiversWithoutGroup: boolean;
  /** Whether the list of a group that does not exist is empty; otherwise it is a 404. */
  unknownGroupIsEmpty: boolean;
  /** Whether requests take minutes, so that a full read takes several polls. */
  isSlow: boolean;
  /** How far the clock of CleverReach's responses is ahead of its timestamps, in seconds. */
  lead: number;
}

/** All changes of all receivers. */
export const everything: Wanted = {
  kind: 'wanted',
  types: ['new', 'changed', 'confirmed', 'unsubscribed', 'bounced'],
  tag: undefined,
};

export const nothingFails: Failing = { kind: 'failing', who: undefined, isAccountUnknown: false };

export const quietPoll: Poll = { kind: 'poll', meanwhile: [], isStale: false };

/** Describes the events, one per line. */
export function describeEvents(options: FlowOptions, events: readonly Event[]): string {
  const { trigger, groups, emitDeletions, pageSize, concurrency, hasPolled, fullReadMinutes, cells, filter } = options;
  const flow =
    `${trigger} of ${groups} polled${emitDeletions ? ' with deletions' : ''}, in pages of ${pageSize}, ` +
    `with ${concurrency} messages at once, ${hasPolled ? 'once so far' : 'for the first time'}, a full read every ${fullReadMinutes} minutes, ` +
    `${cells} cells; ${sentence(options.wanted)}; its filter ${filter.behaviour}, ${filter.isInclusive ? 'inclusive' : 'strict'}, drops ${filter.drops} %, lags ${filter.lag} s` +
    (options.unknownGroupIsEmpty ? '; the list of an unknown group is empty' : '') +
    (options.hasHistory ? '' : '; edits leave no entry in the history') +
    (options.movesLeaveTrace ? '' : '; moves leave no timestamp') +
    (options.isSlow ? '; its requests take minutes' : '') +
    (options.lead > 0 ? `; its answers are ${options.lead} s ahead` : '') +
    `${options.keepsReceiversWithoutGroup ? '; the account keeps receivers without a group' : ''}.`;
  return [flow, ...events.map((event, index) => `${index + 1}. ${sentence(event)}`)].join('\n');
}

const DEEDS: Record<AboutReceiver, string> = {
  edit: 'is edited',
  tag: 'is tagged',
  unsubscribe: 'unsubscribes',
  subscribe: 'subscribes again',
  bounce: 'bounces',
  delete: 'is deleted',
  rename: 'gets another address',
};

function sentence(event: Event): string {
  if (event.kind === 'editAll') return `all receivers of group ${event.group} are edited (${event.value})`;
  if ('value' in event)
    return `receiver no. ${event.who} of group ${event.group} ${DEEDS[event.kind]} (${event.value})`;
  switch (event.kind) {
    case 'register':
      return `n${event.name}@example.org registers in group ${event.group}`;
    case 'import':
      return `n${event.name}@example.org is imported into group ${event.group}`;
    case 'move':
    case 'copy':
      return `receiver no. ${event.who} of group ${event.group}: ${event.kind} to group ${event.to}`;
    case 'createGroup':
      return `a group with ${event.isLow ? 'the lowest' : 'the highest'} id is created, with ${event.names.join(', ') || 'no receivers'}`;
    case 'deleteGroup':
      return `group ${event.group} is deleted`;
    case 'renameGroup':
      return `group ${event.group} is renamed`;
    case 'wait':
      return `${event.seconds} seconds pass`;
    case 'clock':
      return `CleverReach's clock jumps by ${event.seconds} seconds`;
    case 'wanted':
      return `the flow asks for ${event.types.join(', ') || 'no changes'}${event.tag === undefined ? '' : ' of receivers with the tag vip'}`;
    case 'failing':
      return `look-ups of ${event.who === undefined ? 'no receiver' : `receiver no. ${event.who} of the account`}${event.isAccountUnknown ? ' and of the account' : ''} fail from now on`;
    case 'poll':
      return pollSentence(event);
  }
}

const FAULTS: Record<Interruption['kind'], string> = {
  time: 'its time is up at emit',
  emit: 'the message is not confirmed at emit',
  record: 'the record is rejected at emit',
  request: 'CleverReach fails at request',
  death: 'it dies at emit',
};

function pollSentence({ meanwhile, interruption, isStale }: Poll): string {
  const fault = interruption && `${FAULTS[interruption.kind]} ${interruption.at}${arrival(interruption)}`;
  return [
    `a poll${isStale ? ' from the snapshot before the last one' : ''}`,
    ...(fault === undefined ? [] : [fault]),
    ...meanwhile.map(({ before, change }) => `before request ${before} ${sentence(change)}`),
  ].join('; ');
}

const arrival = ({ kind, arrives }: Interruption): string =>
  kind === 'emit' || kind === 'death' ? ` (which ${arrives ? 'arrives' : 'does not arrive'})` : '';
