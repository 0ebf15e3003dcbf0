/**
 * Logs the results of a write: one line per group, details by record at debug level. Reasons are our own messages,
 * which quote only words of a response that cannot be personal data.
 */

import type { ComponentError } from '../../utils/errors';
import type { Logger } from '../../utils/logger';
import type { DryRunResult, WriteResult } from './writeResult';
import { nameOf, type IncomingRecord } from '../record';
import { shownId } from '../../utils/ids';
import type { Candidate } from '../plan/candidate';
import type { DroppedValues } from '../plan/plan';
import type { GroupContext } from '../plan/writeContext';

/** Maximum number of reasons in a line; the others are only counted. */
const REASONS_SPELT_OUT = 5;
/** Maximum number of records per reason. */
const NAMES_SPELT_OUT = 5;

type Level = 'info' | 'warn' | 'error';

/** The possible results, in the order of the report, with their log level. */
const levels = {
  created: 'info',
  updated: 'info',
  'address changed': 'info',
  unsubscribed: 'info',
  unchanged: 'info',
  deleted: 'info',
  // deleted by an earlier attempt whose response was lost, or never there
  'already gone': 'info',
  skipped: 'info',
  'to create': 'info',
  'to update': 'info',
  'address to change': 'info',
  'to unsubscribe': 'info',
  'to leave unchanged': 'info',
  'to delete': 'info',
  'to skip': 'info',
  'deletion denied': 'warn',
  'to be retried': 'warn',
  'not written': 'error',
  'deletion failed': 'error',
  rejected: 'error',
} as const satisfies Record<string, Level>;

type ReportLabel = keyof typeof levels;

const DRY_RUN_LABELS: Record<DryRunResult['wouldDo'], ReportLabel> = {
  create: 'to create',
  update: 'to update',
  changeAddress: 'address to change',
  unsubscribe: 'to unsubscribe',
  nothing: 'to leave unchanged',
  skip: 'to skip',
  delete: 'to delete',
  deny: 'deletion denied',
  refuse: 'rejected',
};

interface ReportedRecord {
  name: string;
  label: ReportLabel;
  /** Missing for results that need no explanation. */
  reason?: string;
}

/** Does not throw: a failed report must not affect what was written. */
export function reportRecords(
  records: readonly Pick<IncomingRecord, 'metadata'>[],
  results: readonly WriteResult[],
  dryRun: boolean,
  logger: Logger,
): void {
  try {
    report(records, results, dryRun, logger);
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    logger.error(`The report about ${plural(results.length, 'record')} could not be written (${kind}).`);
  }
}

function report(
  records: readonly Pick<IncomingRecord, 'metadata'>[],
  results: readonly WriteResult[],
  dryRun: boolean,
  logger: Logger,
): void {
  const byDestination = new Map<string, ReportedRecord[]>();
  for (const [index, result] of results.entries()) {
    const record = records[index];
    if (!record) throw new Error('there are more results than records');
    const reported = { name: nameOf(record, index), ...labelOf(result) };
    const destination = destinationOf(result);
    byDestination.set(destination, [...(byDestination.get(destination) ?? []), reported]);
    const who = idIn(result);
    const why = reported.reason === undefined ? '' : `: ${reported.reason}`;
    logger.debug(
      `${capitalised(reported.name)}${who === undefined ? '' : `, receiver ${shownId(who)}`}: ${reported.label}${why}`,
    );
  }
  for (const [destination, reported] of byDestination) {
    const level = worst(reported);
    const [what, end] = dryRun ? ['Dry run for ', '; nothing was written'] : ['Wrote to ', ''];
    logger[level](
      `${what}${destination}, ${plural(reported.length, 'record')}: ${counts(reported)}${end}.${reasons(reported)}`,
    );
  }
}

function destinationOf(result: WriteResult): string {
  if (result.groupId !== undefined) return `group ${shownId(result.groupId)}`;
  const isGone = result.kind === 'deleted' && result.outcome === 'confirmed';
  return isGone || (result.kind === 'dryRun' && result.preview.wouldDo === 'delete') ? 'all groups' : 'no group';
}

function labelOf(result: WriteResult): { label: ReportLabel; reason?: string } {
  switch (result.kind) {
    case 'moved':
      return { label: 'address changed' };
    case 'skipped':
      return { label: 'skipped', reason: result.reason };
    case 'deleted': {
      if (result.wasThere === false) return { label: 'already gone' };
      const label = ({ confirmed: 'deleted', denied: 'deletion denied', failed: 'deletion failed' } as const)[
        result.outcome
      ];
      return { label, ...(result.reason !== undefined && { reason: result.reason }) };
    }
    case 'failed':
      return { label: labelOfError(result.error), reason: result.error.message };
    case 'dryRun': {
      const { wouldDo, reasons: given } = result.preview;
      const label = DRY_RUN_LABELS[wouldDo];
      return levels[label] === 'info' ? { label } : { label, reason: given.join(' ') };
    }
    case 'created':
    case 'updated':
    case 'unsubscribed':
    case 'unchanged':
      return { label: result.kind };
  }
}

/** A correctable error is a problem of the setup, not of the record. */
function labelOfError({ temporary, correctable }: ComponentError): ReportLabel {
  if (temporary) return 'to be retried';
  return correctable ? 'not written' : 'rejected';
}

function counts(reported: readonly ReportedRecord[]): string {
  const labels = Object.keys(levels).map(
    (label) => [label, reported.filter((one) => one.label === label).length] as const,
  );
  return labels.flatMap(([label, count]) => (count === 0 ? [] : [`${count} ${label}`])).join(', ');
}

/** Groups equal reasons and appends their number. */
function reasons(reported: readonly ReportedRecord[]): string {
  const alike = new Map<string, ReportedRecord[]>();
  for (const one of reported) {
    if (one.reason === undefined) continue;
    const key = `${one.label} ${withoutName(one)}`;
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  const sentences = [...alike.values()].map((those) => {
    const [first] = those;
    return first ? ` ${capitalised(first.label)} (${those.length}; ${names(those)}): ${withReceivers(those)}` : '';
  });
  const more = sentences.length - REASONS_SPELT_OUT;
  return sentences.slice(0, REASONS_SPELT_OUT).join('') + (more > 0 ? ` And ${plural(more, 'other reason')}.` : '');
}

function names(reported: readonly ReportedRecord[]): string {
  const shown = reported.slice(0, NAMES_SPELT_OUT).map(({ name }) => name.replace(/^the record with the /, ''));
  const more = reported.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Matches a receiver in a reason; capture group 2 is its id. */
const RECEIVER = /\b([Rr]eceiver) (\d+|sha256:\w+)/g;

/** The reason without what is different for each record, so that equal reasons are found. */
function withoutName(one: ReportedRecord): string {
  return sentence(unnamed(one).replace(RECEIVER, '$1 …'));
}

/** The reason that the records have in common; where it names one receiver, it lists the ids of all of them. */
function withReceivers(reported: readonly ReportedRecord[]): string {
  const [first, ...others] = reported.map(unnamed);
  const idsOfOthers = others.map((reason) => [...reason.matchAll(RECEIVER)].map(([, , id = '']) => id));
  let place = 0;
  const text = first?.replace(RECEIVER, (_, word: string, id: string) => {
    const ids = [...new Set([id, ...idsOfOthers.flatMap((those) => those[place] ?? [])])];
    place += 1;
    const more = ids.length - NAMES_SPELT_OUT;
    return `${word} ${ids.slice(0, NAMES_SPELT_OUT).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  });
  return sentence(text ?? '');
}

function unnamed({ reason = '', name }: ReportedRecord): string {
  return reason.replaceAll(name, 'the record');
}

function sentence(text: string): string {
  return `${capitalised(text)}${text.endsWith('.') ? '' : '.'}`;
}

function idIn(result: WriteResult): string | undefined {
  if ('receiver' in result) return result.receiver.id;
  if (result.kind === 'dryRun') return result.preview.receiver?.id;
  return result.kind === 'deleted' ? result.recordUid : undefined;
}

function worst(reported: readonly ReportedRecord[]): Level {
  const present = new Set<Level>(reported.map(({ label }) => levels[label]));
  return present.has('error') ? 'error' : present.has('warn') ? 'warn' : 'info';
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Maximum number of records in a log line. */
const NAMES_IN_A_LINE = 5;

/**
 * Logs which values of records are not written, without the values themselves. What is missing in the account is logged
 * once, and values that cannot be written are logged once for all records of a call.
 * @param prepared each record with its dropped values
 */
export function reportDroppedValues(
  prepared: readonly { candidate: Candidate; losses: DroppedValues }[],
  { groupId, directory, logger }: Pick<GroupContext, 'groupId' | 'directory' | 'logger'>,
): void {
  const missing = new Set(prepared.flatMap(({ losses }) => losses.missing));
  for (const sentence of missing) {
    const line = `Group ${shownId(groupId)}: ${sentence}`;
    if (directory.isFirstOccurrence(line)) logger.warn(line);
  }
  const byReason = new Map<string, string[]>();
  for (const { candidate, losses } of prepared) {
    for (const sentence of losses.dropped) byReason.set(sentence, [...(byReason.get(sentence) ?? []), candidate.name]);
  }
  for (const [sentence, names] of byReason) logger.warn(`Group ${shownId(groupId)}, ${listed(names)}: ${sentence}`);
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_IN_A_LINE;
  return `${names.slice(0, NAMES_IN_A_LINE).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
