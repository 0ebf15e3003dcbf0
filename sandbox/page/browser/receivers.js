/** The receivers of a group: one window of the list, with paging and search. */

import { byId, element, fullTime, keyed, messageOf, shortTime } from './dom.js';
import { ask, oneAtATime } from './server.js';

/** @typedef {import('./server.js').Group} Group @typedef {import('./server.js').Row} Row @typedef {import('./server.js').Found} Found */

const page = 50;
const typingMs = 150;
const number = new Intl.NumberFormat('en');
const labels = { contains: 'Address contains', beginsWith: 'Address begins with' };

/**
 * @param {(id: number) => void} open what happens when a receiver is chosen
 * @param {(problem: string) => void} notify
 */
export function createReceivers(open, notify) {
  const [previous, next] = [byId('previous', HTMLButtonElement), byId('next', HTMLButtonElement)];
  const searchField = byId('search', HTMLInputElement);
  /** @type {{ group: Group | undefined, offset: number }} */
  const view = { group: undefined, offset: 0 };
  let drawn = '';

  const rows = keyed(
    (/** @type {Row} */ { id }) => id,
    (receiver) => drawRow(receiver, open),
  );

  /** @param {Found} found @param {string} path */
  const draw = ({ match, total, offset, receivers }, path) => {
    view.offset = offset;
    const redrawn = rows(byId('rows', HTMLTableSectionElement), receivers);
    // the same window as before: differences are recent changes
    if (path === drawn) redrawn.forEach(flash);
    drawn = path;
    const first = total === 0 ? 0 : offset + 1;
    byId('range', HTMLElement).textContent =
      `${number.format(first)}–${number.format(offset + receivers.length)} of ${number.format(total)}`;
    byId('search-label', HTMLElement).textContent = labels[match];
    const empty = byId('no-receivers', HTMLElement);
    empty.hidden = total > 0;
    empty.textContent = searchField.value === '' ? 'This group has no receivers.' : 'No address matches.';
    previous.disabled = offset === 0;
    next.disabled = offset + receivers.length >= total;
  };

  const refresh = oneAtATime(async () => {
    if (!view.group) return;
    const query = new URLSearchParams({ address: searchField.value, offset: String(view.offset) });
    const path = `groups/${view.group.id}/receivers?${query}`;
    try {
      /** @type {Found} */
      const found = await ask('GET', path);
      draw(found, path);
    } catch (error) {
      notify(messageOf(error));
    }
  });

  /** @param {number} offset */
  const move = (offset) => {
    view.offset = offset;
    void refresh();
  };
  previous.addEventListener('click', () => {
    move(view.offset - page);
  });
  next.addEventListener('click', () => {
    move(view.offset + page);
  });
  let typing = 0;
  searchField.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      move(0);
    }, typingMs);
  });

  return {
    refresh,
    /** @param {Group | undefined} group */
    choose(group) {
      byId('receivers-title', HTMLElement).textContent = group?.name ?? 'Receivers';
      if (group?.id !== view.group?.id) view.offset = 0;
      view.group = group;
    },
  };
}

/** @param {Row} receiver @param {(id: number) => void} open */
function drawRow({ id, email, state, tags, changed }, open) {
  const button = element('button', 'address', email);
  button.type = 'button';
  button.addEventListener('click', () => {
    open(id);
  });
  const time = element('time', '', shortTime(changed));
  time.dateTime = new Date(changed * 1000).toISOString();
  time.title = fullTime(changed);
  const row = element(
    'tr',
    '',
    element('td', '', button),
    element('td', '', element('span', `state ${state}`, state)),
    element('td', 'tags', ...tags.map((tag) => element('span', 'tag', tag))),
    element('td', 'changed', time),
  );
  row.cells[2]?.setAttribute('title', tags.join(', '));
  // the style sheet renders the table as a grid, which removes its table semantics in some browsers
  row.role = 'row';
  for (const cell of row.cells) cell.role = 'cell';
  row.dataset['id'] = String(id);
  return row;
}

/** @param {HTMLElement} row */
function flash(row) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  row.animate({ backgroundColor: ['var(--fresh)', 'transparent'] }, { duration: 2500, easing: 'ease-out' });
}
