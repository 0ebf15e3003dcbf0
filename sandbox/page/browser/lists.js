/** The lists of groups and requests. */

import { byId, clockTime, element, fullTime, keyed } from './dom.js';

/** @typedef {import('./server.js').Group} Group @typedef {import('./server.js').RequestLine} RequestLine */

const number = new Intl.NumberFormat('en');

const groups = keyed(
  (/** @type {Group & { chosen: boolean }} */ { id }) => id,
  ({ id, name, size, chosen }) => {
    const link = element('a', '', element('span', 'name', name), element('span', 'size', number.format(size)));
    link.href = `#${id}`;
    if (chosen) link.setAttribute('aria-current', 'true');
    return element('li', '', link);
  },
);

/**
 * @param {readonly Group[]} all
 * @param {number | undefined} chosen
 */
export function drawGroups(all, chosen) {
  groups(
    byId('groups', HTMLUListElement),
    all.map((group) => ({ ...group, chosen: group.id === chosen })),
  );
  byId('no-groups', HTMLElement).hidden = all.length > 0;
}

const requests = keyed(
  (/** @type {RequestLine} */ line) => line.number,
  ({ method, path, time, body, status, ms }) => {
    const cut = path.indexOf('?');
    const address = element('span', 'path', cut < 0 ? path : path.slice(0, cut));
    if (cut >= 0) address.append(element('span', 'query', path.slice(cut)));
    address.title = path;
    const outcome = status === 0 ? 'no response' : `${status}`;
    const at = element('time', '', clockTime(time));
    at.dateTime = new Date(time * 1000).toISOString();
    at.title = fullTime(time);
    return element(
      'li',
      '',
      element('span', `method ${method.toLowerCase()}`, method),
      element('span', status >= 400 || status === 0 ? 'status bad' : 'status', outcome),
      element('span', 'ms', status === 0 ? '' : `${number.format(ms)} ms`),
      at,
      address,
      ...(body === '' ? [] : [bodyOf(body)]),
    );
  },
);

/** @param {string} body */
function bodyOf(body) {
  return element('details', 'body', element('summary', '', 'Body'), element('pre', '', body));
}

/** @param {readonly RequestLine[]} newestFirst */
export function drawRequests(newestFirst) {
  requests(byId('requests', HTMLOListElement), newestFirst);
  byId('no-requests', HTMLElement).hidden = newestFirst.length > 0;
}
