import { connect } from 'node:net';

/**
 * Sends bytes unchanged, which no HTTP client does, and returns the response as text. The response must end the
 * connection.
 * @param head the request line and the headers, without the empty line
 */
export async function sendRaw(url: string, head: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => (answer += String(text)));
    socket.on('error', reject);
    socket.on('end', () => {
      resolve(answer);
    });
    socket.write(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  });
}

/** The status of an answer. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}
