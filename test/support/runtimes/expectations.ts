/** Queries and matchers for accounts and messages. */

import { z } from 'zod';
import type { Sandbox } from '../../../sandbox';
import type { Handled } from './flow';
import type { Published } from './journal';
import type { FlowRecord } from './plan';

/** Matchers of jest with a type other than `any`. */
export const anyText: unknown = expect.any(String);
export const anyList: unknown = expect.any(Array);
export const textWith = (pattern: RegExp | string): unknown => expect.stringMatching(pattern);
export const objectWith = (members: object): unknown => expect.objectContaining(members);

/**
 * A mapping to a message of a few bytes, for tests in which the content does not matter. The runtimes do not disable
 * Nagle's algorithm: a message of more than two kilobytes with its headers is sent in two parts, and then each message
 * waits 40 ms for an acknowledgement.
 */
export const SMALL = '{ "metadata": metadata, "data": { "email": data.email } }';

/** The ids of a group's receivers, sorted. */
export function idsIn(account: Sandbox, groupId: string): string[] {
  return account.account
    .receivers(groupId)
    .map((receiver) => String(receiver['id']))
    .sort();
}

/** The ids of the receivers in messages, sorted, including repetitions. */
export function idsOf(messages: readonly FlowRecord[]): string[] {
  return messages.map((message) => z.string().parse(message.metadata['recordUid'])).sort();
}

/** The messages of a run together with its errors, so that a failed comparison shows the cause. */
export function sentBy({ data, errors }: Pick<Handled, 'data' | 'errors'>): {
  errors: readonly string[];
  ids: string[];
} {
  return { errors, ids: idsOf(data) };
}

export function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

const fullRead = z.object({ read: z.object({ at: z.object({ offset: z.number() }) }) });

/** The number of rows of the group that a snapshot covers; undefined after the end of the full read. */
export function rowsBehind(snapshot: unknown): number | undefined {
  return fullRead.safeParse(snapshot).data?.read.at.offset;
}

/**
 * For each snapshot of a full read: the number of rows that it covers, and of messages that the broker had accepted
 * before.
 */
export function coverage(published: readonly Published[]): { covered: number; confirmed: number }[] {
  const found: { covered: number; confirmed: number }[] = [];
  const sent = new Set<unknown>();
  for (const { kind, content, headers } of published) {
    if (kind === 'data') sent.add(headers['messageId']);
    const covered = kind === 'snapshot' ? rowsBehind(content) : undefined;
    if (covered !== undefined) found.push({ covered, confirmed: sent.size });
  }
  return found;
}

/** Requests to the API without those to the token endpoint. */
export function apiRequests(account: Sandbox): Sandbox['requests'] {
  return account.requests.filter((request) => request.path.startsWith('/v3/'));
}

/** The log lines at the end of full reads and quick polls. */
export function readLines(log: readonly string[]): string[] {
  return log.filter(
    (line) => /^(Full read|Quick poll)( \(incomplete\))? of /.test(line) && !line.includes(' so far; '),
  );
}

/** Advances CleverReach's clock until the next full read is due, with the default of `fullReadMinutes`. */
export function untilFullReadIsDue(account: Sandbox): void {
  account.clock.advance(3_600);
}
