/** Asks an account all questions, and leaves nothing behind. */

import type { Clock } from '../../lib/utils/clock';
import { checkBaseUrl } from '../../lib/http/baseUrl';
import { credentialKey, stepCredentials } from '../../lib/oauth/credentials';
import { selectTokenSource } from '../../lib/oauth/selectTokenSource';
import type { Logger } from '../../lib/utils/logger';
import { ComponentError, messageOf } from '../../lib/utils/errors';
import { accepted } from './answers';
import { receiversOf, type Asking } from './asking';
import { questions, reasonFor, wordsOf, type Question } from './catalogue';
import { askFilter, askFilterRows, type FilterSubject } from './filter';
import { Findings } from './findings';
import { askHistory, askTwoGroups } from './history';
import { askBatchSize, askLateAnswers } from './late';
import { askLists } from './lists';
import { askAttributes, noteEmptyGroup, noteIds, noteUnicode, readSample, type AccountSample } from './reading';
import { askService, askTagPaging, askTokens } from './service';
import { Workshop } from './testGroups';
import { Interrupted, NotAnswered, Wire } from './wire';
import { askAddresses, askAttributeWrites, askCreates, askUpserts, TEXT_ATTRIBUTE, type Writing } from './writing';

/** The maximum number of requests; tests compare it with the number that is needed. */
export const LIMITS = { reading: 100, writing: 300, removal: 30 } as const;

export interface ProbeOptions {
  /** `https://rest.cleverreach.com` */
  baseUrl: string;
  /** The credentials as a platform adds them to the fields of a step. */
  credentials: Record<string, unknown>;
  /** May name the OAuth app. */
  env: NodeJS.ProcessEnv;
  /** Whether the probe may create groups of its own and write to them. */
  writes: boolean;
  clock: Clock;
  logger: Logger;
  signal?: AbortSignal;
  /** Called before each group of questions. */
  progress?: (text: string) => void;
}

export interface ProbeResult {
  findings: Findings;
  requests: number;
  isInterrupted: boolean;
  /** Data that could not be removed. */
  left: readonly string[];
}

/** @throws ComponentError or NotAnswered if CleverReach does not accept the credentials */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { credentials, env, clock, logger, writes, signal } = options;
  const baseUrl = checkBaseUrl(options.baseUrl);
  const resolved = stepCredentials(credentials, {});
  const key = credentialKey(resolved, baseUrl);
  const tokens = selectTokenSource(resolved, key, { baseUrl, clock, logger, platform: {} });
  const wireOf = (limit: number, until?: AbortSignal): Wire =>
    new Wire({ baseUrl, tokens, clock, limit, signal: until });
  const wire = wireOf(writes ? LIMITS.writing : LIMITS.reading, signal);
  const findings = new Findings();
  const asking: Asking = { wire, findings, ask: askerFor(findings, options) };
  const workshop = new Workshop(wire);
  let obstacle: string | undefined;
  const asked = await attempt(async () => {
    accepted(await wire.send('GET', '/debug/whoami'), 'the question which account this is');
    await askTokens(asking, baseUrl, env);
    await askService(asking);
    const sample = await askReading(asking, writes);
    if (writes) obstacle = await askWriting(asking, workshop, sample);
  });
  const isInterrupted = asked instanceof Interrupted;
  if (writes) options.progress?.('Removing the groups of the probe');
  const removal = wireOf(LIMITS.removal);
  const left = await workshop.close(removal);
  if (asked !== undefined && !isInterrupted)
    throw left.length === 0 ? asked : new Error(`${asked.message}. Not removed: ${left.join('; ')}`);
  for (const question of questions)
    findings.notAsked(question, reasonFor(question, writes, isInterrupted ? 'interrupted' : obstacle));
  return { findings, requests: wire.requests + removal.requests, isInterrupted, left };
}

/** @returns the error with which it rejects; undefined if it resolves */
async function attempt(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

function askerFor(findings: Findings, { progress }: ProbeOptions): Asking['ask'] {
  return async (about: readonly Question[], how: () => Promise<void>) => {
    const [question] = about;
    if (question !== undefined) progress?.(wordsOf(question));
    try {
      await how();
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const isKnown = error instanceof NotAnswered || error instanceof ComponentError;
      for (const one of about) findings.notAsked(one, isKnown ? error.message : 'the probe failed');
    }
  };
}

async function askReading(asking: Asking, writes: boolean): Promise<AccountSample> {
  const sample = await readSample(asking);
  const { subject } = sample;
  await askAttributes(asking, subject);
  await askTagPaging(asking);
  if (subject === undefined) return sample;
  await askFilter(asking, subject);
  // asked again in a group that is known completely
  if (!writes) {
    await askLists(asking, subject, sample.groups);
    if (asking.findings.position('filterEndpoint') === 'available') await askFilterRows(asking, subject);
  }
  return sample;
}

/** @returns why nothing can be written; undefined if it can */
async function askWriting(asking: Asking, workshop: Workshop, sample: AccountSample): Promise<string | undefined> {
  const { ask, wire, findings } = asking;
  let writing: Writing | undefined;
  let obstacle = 'no group could be created';
  await ask(['ids', 'unicode', 'emptyGroup'], async () => {
    const groups = await workshop.open().catch((error: unknown) => {
      obstacle = messageOf(error);
      throw error;
    });
    writing = { ...asking, workshop, groups };
    noteIds(findings, groups.row);
    noteUnicode(findings, (await wire.send('GET', '/groups')).text);
    noteEmptyGroup(findings, accepted(await receiversOf(wire, groups.first, { page: 0 }), 'a list of receivers'));
  });
  if (writing === undefined) return obstacle;
  const { first, second } = writing.groups;
  const email = await askCreates(writing);
  await askAttributeWrites(writing, email);
  await askBatchSize(writing, email);
  await askUpserts(writing, email);
  await askAddresses(writing);
  await askFilter(asking, { groupId: first, otherGroupId: second, rows: [] });
  const own = { groupId: first, otherGroupId: second, rows: await askLateAnswers(writing) };
  await askFilters(asking, { ...own, attribute: TEXT_ATTRIBUTE }, sample);
  await askLists(asking, own, [...sample.groups, first, second]);
  await askTagPaging(asking, first);
  await askHistory(writing);
  await askTwoGroups(writing);
  return undefined;
}

/** In the groups of the probe; then open questions in a group whose receivers the filter already includes. */
async function askFilters(asking: Asking, own: FilterSubject, { subject }: AccountSample): Promise<void> {
  await askFilter(asking, own);
  for (const one of [own, ...(subject ? [subject] : [])])
    if (asking.findings.position('filterEndpoint') === 'available') await askFilterRows(asking, one);
}
