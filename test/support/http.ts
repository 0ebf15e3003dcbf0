import { createServer, type RequestListener } from 'node:http';
import { inspect } from 'node:util';
import nock from 'nock';
import type { Clock } from '../../lib/utils/clock';
import type { Logger } from '../../lib/utils/logger';
import { createHttpClient, type HttpClient, type HttpOptions } from '../../lib/http/httpClient';
import type { TokenSource } from '../../lib/http/tokenSource';
import { searchForSecrets } from './secrets';

// importing nock activates it for every test of this worker; `onTheWire` activates it where it is needed
nock.restore();

export const origin = 'https://rest.cleverreach.com';

/** A clock that only its sleeps move, which take no real time. */
export interface FakeClock extends Clock {
  /** The milliseconds of each sleep. */
  readonly sleeps: number[];
  advance(milliseconds: number): void;
}

/** @param random the value that `random` always returns */
export function fakeClock(start = Date.UTC(2026, 0, 1), random = 0.5): FakeClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    elapsed: () => now,
    sleep: (milliseconds) => {
      sleeps.push(milliseconds);
      const end = now + milliseconds;
      return new Promise((resolve) =>
        setImmediate(() => {
          now = Math.max(now, end);
          resolve();
        }),
      );
    },
    random: () => random,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

export interface RecordingLogger extends Logger {
  /** Everything except the details. */
  readonly lines: string[];
  readonly details: string[];
}

export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const details: string[] = [];
  const into =
    (kept: string[]) =>
    (text: string): void => {
      kept.push(text);
      searchForSecrets('the log', text);
    };
  const push = into(lines);
  return { lines, details, debug: into(details), info: push, warn: push, error: push };
}

/** A source with one token after the other, the next one after each renewal. */
export function tokensInTurn(...tokens: string[]): TokenSource & { readonly renewed: string[] } {
  const renewed: string[] = [];
  const at = (): string => tokens[Math.min(renewed.length, tokens.length - 1)] ?? '';
  return {
    renewed,
    current: () => Promise.resolve(at()),
    renew: (rejected) => {
      renewed.push(rejected);
      return Promise.resolve(at());
    },
  };
}

export const token = 'tokenAAAAAAAAAAAAAA';

export interface Bench {
  http: HttpClient;
  clock: FakeClock;
  logger: RecordingLogger;
}

export function bench(options: Partial<HttpOptions> & { clock?: FakeClock } = {}): Bench {
  const clock = options.clock ?? fakeClock();
  const logger = recordingLogger();
  const http = createHttpClient({
    baseUrl: origin,
    tokens: tokensInTurn(token),
    logger,
    budgetSeconds: 300,
    ...options,
    clock,
  });
  return { http, clock, logger };
}

/** The error with which a promise rejected. */
export async function thrownBy(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) {
    searchForSecrets('an error', visibleIn(outcome));
    return outcome;
  }
  throw new Error(`expected an error, got ${inspect(outcome)}`);
}

/** Everything that can be shown of these values: their texts, all their properties, also hidden ones, and causes. */
export function visibleIn(...values: unknown[]): string {
  const shown = values.map((value) => inspect(value, { depth: 12, showHidden: true, maxStringLength: null }));
  const errors = values.filter((value) => value instanceof Error);
  return [...shown, ...errors.map((error) => `${error.message} ${String(error.stack)} ${JSON.stringify(error)}`)].join(
    '\n',
  );
}

/** Only nock's network is available, and no interceptor of another test is left. */
export function onTheWire(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
  });
  beforeEach(() => {
    nock.disableNetConnect();
  });
  afterEach(() => {
    nock.cleanAll();
    nock.enableNetConnect();
  });
  afterAll(() => {
    nock.restore();
  });
}

/** A real server on this machine, for behaviour that depends on real sockets. */
export async function withServer<T>(answer: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  try {
    return await use(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
