/**
 * The requests of the page to the sandbox.
 * @typedef {{ id: number, name: string, size: number }} Group
 * @typedef {{ number: number, method: string, path: string, time: number, body: string, status: number, ms: number }} RequestLine
 * @typedef {{ id: number, text: string, hits: number }} Fault
 * @typedef {{ account: string, groups: Group[], faults: Fault[], requests: RequestLine[] }} Overview
 * @typedef {'active' | 'unsubscribed' | 'inactive' | 'bounced' | 'unconfirmed'} State
 * @typedef {{ id: number, email: string, state: State, tags: string[], changed: number }} Row
 * @typedef {{ match: 'contains' | 'beginsWith', total: number, offset: number, receivers: Row[] }} Found
 * @typedef {{ name: string, value: string }} Field
 * @typedef {{ global_attributes: Field[], attributes: Field[] }} Fields
 * @typedef {Row & Fields & {
 *   groups: { id: number, name: string, state: State }[],
 *   history: { stamp: number, text: string }[],
 * }} Details
 */

/** The sandbox has refused a request of the page. */
export class RefusedError extends Error {
  /** @param {string} message @param {string | undefined} field the field that has to be corrected */
  constructor(message, field) {
    super(message);
    this.field = field;
  }
}

/**
 * @template T
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path below `/sandbox/`
 * @param {unknown} [body]
 * @returns {Promise<T>}
 * @throws {RefusedError} with the error message of the sandbox
 */
export async function ask(method, path, body) {
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/sandbox/${path}`, { method, ...sent });
  const answer = response.status === 204 ? undefined : await response.json();
  if (response.ok) return answer;
  const { message, field } = answer.error;
  throw new RefusedError(String(message).replace(/^(Bad Request|Not Found|Forbidden): /, ''), field);
}

/**
 * Receives live updates while the page is visible: a browser limits the connections per origin, and hidden pages would use them up.
 * @param {(overview: Overview) => void} show
 * @param {(isLive: boolean) => void} connected
 */
export function follow(show, connected) {
  /** @type {EventSource | undefined} */
  let source;
  const start = () => {
    source = new EventSource('/sandbox/live');
    source.onopen = () => {
      connected(true);
    };
    source.onerror = () => {
      connected(false);
    };
    source.onmessage = ({ data }) => {
      show(JSON.parse(data));
    };
  };
  document.addEventListener('visibilitychange', () => {
    source?.close();
    if (!document.hidden) start();
  });
  start();
}

/**
 * Never runs the work twice at the same time; calls during a run lead to one more run after it.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>}
 */
export function oneAtATime(work) {
  let isRunning = false;
  let again = false;
  return async () => {
    again = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (again) {
        again = false;
        await work();
      }
    } finally {
      isRunning = false;
    }
  };
}
