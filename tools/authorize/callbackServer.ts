/** Receives the redirect of the consent page, on this machine only. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../lib/utils/errors';
import type { Answer } from './consent';
import { errorCode } from './errorCode';
import { showPage } from './page';

export const CALLBACK_PATH = '/callback';
const HOST = '127.0.0.1';

/** Resolves when the server listens, so that the redirect URI is known before the consent is requested. */
export async function openCallbackServer(port: number): Promise<{ server: Server; redirectUri: string }> {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening').catch((error: unknown) => {
    throw new Error(
      `Port ${port} of this machine cannot be used (${errorCode(error)}). Stop the program that uses it, or select another port with --port and ` +
        'enter that redirect URI in the OAuth app.',
    );
  });
  const { port: actual } = server.address() as AddressInfo;
  return { server, redirectUri: `http://${HOST}:${actual}${CALLBACK_PATH}` };
}

export interface Taking<T> {
  /** Classifies a redirect and parses its result. */
  judge: (query: URLSearchParams) => Answer;
  /** Exchanges the code while the browser waits. */
  exchange: (code: string) => Promise<T>;
  /** The text that the browser shows after the exchange. */
  describe: (result: T) => string;
  /** Reports requests that do not belong to this authorisation. */
  onForeign: (why: string) => void;
  /** Stops waiting. */
  signal: AbortSignal;
}

/**
 * The result of the exchange. The server is closed in every case.
 * @throws Error if access was refused, the exchange failed, or waiting was stopped
 */
export async function takeAnswer<T>(server: Server, taking: Taking<T>): Promise<T> {
  let isTaken = false;
  try {
    return await new Promise<T>((resolve, reject) => {
      const onEnd = (): void => {
        if (!isTaken)
          reject(new Error('The consent page was not completed within the time limit. No account was connected.'));
      };
      taking.signal.addEventListener('abort', onEnd, { once: true });
      server.on('request', (request, response) => {
        const answer = judgeRequest(request, response, taking, isTaken);
        if (answer === undefined) return;
        isTaken = true;
        void settle(answer, response, taking).then(resolve, reject);
      });
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Handles the expected redirect; all other requests get a response here and change nothing. */
function judgeRequest<T>(
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
  { judge, onForeign }: Taking<T>,
  isTaken: boolean,
): Exclude<Answer, { kind: 'foreign' }> | undefined {
  const base = `http://${HOST}`;
  const { pathname, searchParams } = new URL(URL.canParse(url, base) ? url : '/', base);
  if (pathname !== CALLBACK_PATH) {
    showPage(response, 404, 'Not found', 'This page does not exist.');
    return undefined;
  }
  if (method !== 'GET') {
    response.setHeader('Allow', 'GET');
    showPage(response, 405, 'Not allowed', 'The redirect of the consent page must be a GET request.');
    return undefined;
  }
  if (isTaken) {
    showPage(response, 409, 'Already received', 'The redirect of the consent page was already received.');
    return undefined;
  }
  const answer = judge(searchParams);
  if (answer.kind !== 'foreign') return answer;
  // Any page in the browser can send this request. Stopping here would let such a page end the authorisation;
  // continuing is safe, because 256 random bits cannot be guessed.
  onForeign(answer.why);
  showPage(response, 400, 'Not connected', answer.why);
  return undefined;
}

async function settle<T>(
  answer: Exclude<Answer, { kind: 'foreign' }>,
  response: ServerResponse,
  { exchange, describe }: Taking<T>,
): Promise<T> {
  const sent = new Promise((resolve) => response.once('close', resolve));
  try {
    if (answer.kind === 'refused') throw new Error(`${answer.why} No account was connected.`);
    const result = await exchange(answer.code);
    showPage(response, 200, 'Connected', `${describe(result)} You can close this window and go back to the terminal.`);
    return result;
  } catch (error) {
    showPage(response, 400, 'Not connected', `${messageOf(error)} You can close this window.`);
    throw error;
  } finally {
    await sent;
  }
}
