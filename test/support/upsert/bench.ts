/** An account in the sandbox with one group, a real client for it, and records to write. */

import nock from 'nock';
import { createClient } from '../../../lib/cleverreach/endpoints';
import type { CleverReachApi, Receiver } from '../../../lib/cleverreach/types';
import type { ComponentError } from '../../../lib/utils/errors';
import { createHttpClient } from '../../../lib/http/httpClient';
import type { Logger } from '../../../lib/utils/logger';
import { AccountCache, type AccountDirectory } from '../../../lib/cleverreach/accountCache';
import { CreateSupport } from '../../../lib/upsert/plan/createSupport';
import { createStoredSpellings } from '../../../lib/upsert/plan/storedSpellings';
import type { IncomingRecord } from '../../../lib/upsert/record';
import type { WriteResult } from '../../../lib/upsert/output/writeResult';
import type { WriteSettings } from '../../../lib/upsert/writeSettings';
import { writeRecords } from '../../../lib/upsert/writeRecords';
import { settings } from './records';
import { startSandbox, type Sandbox, type Switches } from '../../../sandbox';
import { fakeClock, tokensInTurn, type FakeClock } from '../http';
import { searchForSecrets } from '../secrets';

// requests go to the sandbox over real sockets
nock.restore();

export const NOW = 1_764_000_000;
export const DAY = 86_400;
export const UPSERT = /\/receivers\/upsertplus$/;
export const LIST = /\/groups\/\d+\/receivers$/;

interface Lines {
  debug: string[];
  info: string[];
  warn: string[];
  error: string[];
}

/** `groupId: null` omits the group of the bench. */
export type Settings = Partial<Omit<WriteSettings, 'groupId'>> & { groupId?: string | null };

export interface Bench {
  sandbox: Sandbox;
  group: string;
  api: CleverReachApi;
  clock: FakeClock;
  directory: AccountDirectory;
  lines: Lines;
  /** Writes to the group of the bench unless the settings name another one. */
  write(records: readonly IncomingRecord[], settings?: Settings): Promise<WriteResult[]>;
  one(record: IncomingRecord, settings?: Settings): Promise<WriteResult>;
  /** The receiver as the sandbox stores it, with all details. */
  stored(ref: string, group?: string): Record<string, unknown> | undefined;
  /** Rows of each upsert so far. */
  batches(): Record<string, unknown>[][];
  /** The row of each plain create so far. */
  creates(): unknown[];
  /** Moves both clocks. */
  later(seconds: number): void;
  /** The requests of the write, by method and route, without look-ups of definitions. */
  asked(): string[];
}

/** Is closed after each test, and fails the test if a receiver was harmed. */
export function useBench(): (switches?: Partial<Switches>) => Promise<Bench> {
  const open: Sandbox[] = [];
  afterEach(async () => {
    const sandboxes = open.splice(0);
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
    expect(sandboxes.flatMap((sandbox) => sandbox.hazards)).toEqual([]);
  });
  return async (switches = {}) => {
    const bench = await startBench(switches);
    open.push(bench.sandbox);
    return bench;
  };
}

export async function startBench(switches: Partial<Switches> = {}): Promise<Bench> {
  const sandbox = await startSandbox({ now: NOW, switches });
  const group = sandbox.account.addGroup('Newsletter');
  const account = sandbox.account;
  for (const name of ['firstname', 'lastname']) account.addAttribute({ name });
  account.addAttribute({ name: 'birthday', type: 'date' });
  account.addAttribute({ name: 'store', groupId: group });
  account.addAttribute({ name: 'visits', type: 'number', groupId: group });

  const lines: Lines = { debug: [], info: [], warn: [], error: [] };
  const into = (kept: string[]) => (text: string) => {
    kept.push(text);
    searchForSecrets('the log', text);
  };
  const logger: Logger = {
    debug: into(lines.debug),
    info: into(lines.info),
    warn: into(lines.warn),
    error: into(lines.error),
  };
  const clock = fakeClock(NOW * 1_000);
  const tokens = tokensInTurn(sandbox.issueToken().access_token);
  const api = createClient(createHttpClient({ baseUrl: sandbox.url, tokens, clock, logger, budgetSeconds: 30 }));
  const directory = new AccountCache(clock).directory(api);
  const memory = { spellings: createStoredSpellings(), createSupport: new CreateSupport(clock) };
  const write: Bench['write'] = (records, { groupId = group, ...more } = {}) => {
    const place = groupId === null ? {} : { groupId };
    const context = { settings: { ...settings(), ...place, ...more }, api, clock, logger, directory, ...memory };
    return writeRecords(records, context);
  };
  return {
    sandbox,
    group,
    api,
    clock,
    directory,
    lines,
    write,
    one: async (record, more) => {
      const [result, ...others] = await write([record], more);
      if (!result || others.length > 0) throw new Error('not one result');
      return result;
    },
    stored: (ref, inGroup = group) => account.receiver(inGroup, ref),
    batches: () =>
      sandbox.requests
        .filter(({ path }) => UPSERT.test(path))
        .map(({ body }) => (Array.isArray(body) ? (body as Record<string, unknown>[]) : [])),
    creates: () => sandbox.requests.filter(isCreate).map(({ body }) => body),
    later: (seconds) => {
      sandbox.clock.advance(seconds);
      clock.advance(seconds * 1_000);
    },
    asked: () =>
      sandbox.requests
        .filter(({ route = '' }) => !/attributes$|\/groups$/.test(route))
        .map(({ method, route = '?' }) => `${method} ${route.replace('/v3', '')}`),
  };
}

const isCreate = ({ method, path }: { method: string; path: string }): boolean => method === 'POST' && LIST.test(path);

/** Adds a receiver to the group of the bench and to another group. */
export function addToTwoGroups({ sandbox, group }: Bench, email: string): { id: string; other: string } {
  const other = sandbox.account.addGroup('Other');
  const id = sandbox.account.addReceiver(group, { email });
  sandbox.account.addReceiver(other, { email });
  return { id, other };
}

export const linking = { idLinking: true } as const;

export function errorOf(result: WriteResult | undefined): ComponentError {
  if (result?.kind !== 'failed') throw new Error(`expected a failure, got ${JSON.stringify(result)}`);
  return result.error;
}

export function receiverOf(result: WriteResult | undefined): Receiver {
  if (!result || !('receiver' in result)) throw new Error(`expected a receiver, got ${JSON.stringify(result)}`);
  return result.receiver;
}

export function kinds(results: readonly WriteResult[]): string[] {
  return results.map(({ kind }) => kind);
}
