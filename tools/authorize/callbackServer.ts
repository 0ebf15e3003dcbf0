/** Takes the one answer of the consent page, on this machine only. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../lib/utils/errors';
import type { Answer } from './consent';
import { errorCode } from './errorCode';
import { showPage } from './page';

export const CALLBACK_PATH = '/callback';
const HOST = '127.0.0.1';

/** Resolves when it listens, so that the redirect URI is known before the consent is asked for. */
export async function openCallbackServer(port: number): Promise<{ server: Server; redirectUri: string }> {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening').catch((error: unknown) => {
    throw new Error(
      `Port ${port} of this machine cannot be used (${errorCode(error)}). End the program that holds it, or choose another with --port and ` +
        'enter that redirect URI in the OAuth app.',
    );
  });
  const { port: actual } = server.address() as AddressInfo;
  return { server, redirectUri: `http://${HOST}:${actual}${CALLBACK_PATH}` };
}

export interface Taking<T> {
  /** Whose answer it is, and what it says. */
  judge: (query: URLSearchParams) => Answer;
  /** What is done with the code while the browser waits. */
  exchange: (code: string) => Promise<T>;
  /** What the browser shows when that is done. */
  describe: (result: T) => string;
  /** Told of answers that were not for us. */
  onForeign: (why: string) => void;
  /** Ends the waiting. */
  signal: AbortSignal;
}

/**
 * What the exchange gave. The server is closed at the end, whatever the end is.
 * @throws Error when access was refused, the exchange failed, or the waiting was ended
 */
export async function takeAnswer<T>(server: Server, taking: Taking<T>): Promise<T> {
  let isTaken = false;
  try {
    return await new Promise<T>((resolve, reject) => {
      const onEnd = (): void => {
        if (!isTaken)
          reject(new Error('The consent page was not answered within the time limit. Nothing was connected.'));
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

/** The answer that we waited for; everything else is answered here and changes nothing. */
function judgeRequest<T>(
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
  { judge, onForeign }: Taking<T>,
  isTaken: boolean,
): Exclude<Answer, { kind: 'foreign' }> | undefined {
  const base = `http://${HOST}`;
  const { pathname, searchParams } = new URL(URL.canParse(url, base) ? url : '/', base);
  if (pathname !== CALLBACK_PATH) {
    showPage(response, 404, 'Not found', 'There is nothing here.');
    return undefined;
  }
  if (method !== 'GET') {
    response.setHeader('Allow', 'GET');
    showPage(response, 405, 'Not allowed', 'The answer of the consent page comes by GET.');
    return undefined;
  }
  if (isTaken) {
    showPage(response, 409, 'Not taken', 'The answer of the consent page has come already.');
    return undefined;
  }
  const answer = judge(searchParams);
  if (answer.kind !== 'foreign') return answer;
  // Any page in the browser can send it here. To stop because of it would let that page end the authorisation, and to go on
  // waiting gives it nothing: 256 random bits cannot be found by trying.
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
    if (answer.kind === 'refused') throw new Error(`${answer.why} Nothing was connected.`);
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
