/** The main module of the page: the URL selects the group, the sandbox reports changes, and the modules render them. */

import { byId, messageOf } from './dom.js';
import { createEditor } from './editor.js';
import { createFaults } from './faults.js';
import { drawGroups, drawRequests } from './lists.js';
import { createReceivers } from './receivers.js';
import { follow } from './server.js';

/** @typedef {import('./server.js').Overview} Overview @typedef {import('./server.js').Group} Group */

const noticeMs = 4000;

/** @type {Overview} */
let overview = { account: '', groups: [], faults: [], requests: [] };
/** @type {Group | undefined} */
let chosen;

const editor = createEditor(notify);
const drawFaults = createFaults(notify);
const receivers = createReceivers((id) => {
  if (chosen) editor.open(chosen, id).catch(tellError);
}, notify);

let silence = 0;
/** @param {string} text */
function notify(text) {
  const notice = byId('notice', HTMLElement);
  notice.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => (notice.textContent = ''), noticeMs);
}

/** @param {unknown} error */
function tellError(error) {
  notify(messageOf(error));
}

/** The group in the URL, else the first one. */
function choose() {
  const wanted = Number(location.hash.slice(1));
  chosen = overview.groups.find(({ id }) => id === wanted) ?? overview.groups[0];
  receivers.choose(chosen);
  drawGroups(overview.groups, chosen?.id);
  byId('add', HTMLButtonElement).disabled = !chosen;
  void receivers.refresh();
}

/** @param {Overview} now */
function show(now) {
  const isChanged = now.account !== overview.account;
  overview = now;
  drawFaults(now.faults);
  drawRequests(now.requests);
  if (!isChanged) return;
  choose();
  void editor.refresh();
}

/** @param {boolean} isLive */
function connected(isLive) {
  const connection = byId('connection', HTMLElement);
  connection.dataset['state'] = isLive ? 'live' : 'lost';
  connection.textContent = isLive ? 'Live' : 'Connection lost, trying again …';
}

// the fragment of the URL selects the group, so the link must not change it
byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
  event.preventDefault();
  byId('receivers', HTMLElement).focus();
});
byId('address', HTMLElement).textContent = location.origin;
byId('add', HTMLButtonElement).addEventListener('click', () => {
  if (chosen) editor.open(chosen).catch(tellError);
});
window.addEventListener('hashchange', choose);
follow(show, connected);
