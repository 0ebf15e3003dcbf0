/** The drawer for adding, editing and deleting a receiver, and for changing its state. */

import { byId, element, fullTime, messageOf } from './dom.js';
import { clearFieldError, showFieldError } from './fieldError.js';
import { ask, RefusedError } from './server.js';

/**
 * @typedef {import('./server.js').Group} Group @typedef {import('./server.js').Details} Details
 * @typedef {import('./server.js').Field} Field @typedef {import('./server.js').Fields} Fields
 * @typedef {{ into: 'email' | 'tags' | 'attributes' | 'global_attributes', name: string, input: HTMLInputElement }} Shown
 */

/**
 * The buttons that change the state: what they report, and the states in which they change nothing.
 * @type {Record<'confirm' | 'unsubscribe' | 'bounce', { done: string, without: import('./server.js').State[] }>}
 */
const stateChanges = {
  confirm: { done: 'Confirmed.', without: ['active', 'bounced'] },
  unsubscribe: { done: 'Unsubscribed.', without: ['unsubscribed'] },
  bounce: { done: 'Bounced.', without: ['bounced'] },
};

/** @param {(text: string) => void} notify reports what was done */
export function createEditor(notify) {
  const dialog = byId('editor', HTMLDialogElement);
  const problem = byId('problem', HTMLElement);
  const sure = byId('sure', HTMLElement);
  /** @type {{ group: Group, id: number | undefined } | undefined} */
  let target;
  /** @type {Shown[]} */
  let shown = [];

  const pathOf = (/** @type {{ group: Group, id: number | undefined }} */ { group, id }) =>
    `groups/${group.id}/receivers${id === undefined ? '' : `/${id}`}`;

  /**
   * @param {Group} group
   * @param {number} [id] omitted for a new receiver
   */
  async function open(group, id) {
    target = { group, id };
    const isNew = id === undefined;
    /** @type {Details | Fields} */
    const receiver = await ask('GET', isNew ? `groups/${group.id}/blank` : pathOf(target));
    shown = drawFields(receiver);
    drawRest(receiver);
    for (const name of [...Object.keys(stateChanges), 'delete', 'past', 'memberships'])
      byId(name, HTMLElement).hidden = isNew;
    byId('editor-title', HTMLElement).textContent = isNew ? `New receiver of ${group.name}` : titleOf(receiver);
    byId('save', HTMLButtonElement).textContent = isNew ? 'Add' : 'Save';
    problem.hidden = true;
    sure.hidden = true;
    if (!dialog.open) dialog.showModal();
    shown[0]?.input.focus();
  }

  /** Updates the shown state of the receiver; unsaved input stays. */
  async function refresh() {
    if (!dialog.open || target?.id === undefined) return;
    try {
      /** @type {Details} */
      const receiver = await ask('GET', pathOf(target));
      updateFields(shown, receiver);
      drawRest(receiver);
    } catch {
      dialog.close();
      notify('The receiver is no longer in this group.');
    }
  }

  /** @param {() => Promise<unknown>} work @param {string} done */
  async function attempt(work, done) {
    problem.hidden = true;
    for (const { input } of shown) clearFieldError(input);
    try {
      await work();
      dialog.close();
      notify(done);
    } catch (error) {
      const named = error instanceof RefusedError ? error.field : undefined;
      const field = shown.find(({ into, name }) => named === into || named === `${into}.${name}`);
      if (field) {
        showFieldError(field.input, messageOf(error));
        return;
      }
      problem.textContent = messageOf(error);
      problem.hidden = false;
    }
  }

  byId('form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const to = target;
    if (!to) return;
    const isNew = to.id === undefined;
    void attempt(() => ask(isNew ? 'POST' : 'PUT', pathOf(to), changesIn(shown)), isNew ? 'Added.' : 'Saved.');
  });
  for (const [name, { done }] of Object.entries(stateChanges)) {
    byId(name, HTMLButtonElement).addEventListener('click', () => {
      const of = target;
      if (of) void attempt(() => ask('POST', `${pathOf(of)}/${name}`), done);
    });
  }
  byId('delete', HTMLButtonElement).addEventListener('click', () => {
    sure.hidden = false;
    byId('keep', HTMLButtonElement).focus();
  });
  byId('keep', HTMLButtonElement).addEventListener('click', () => {
    sure.hidden = true;
    byId('delete', HTMLButtonElement).focus();
  });
  byId('really', HTMLButtonElement).addEventListener('click', () => {
    const from = target;
    if (from) void attempt(() => ask('DELETE', pathOf(from)), 'Deleted.');
  });
  byId('close', HTMLButtonElement).addEventListener('click', () => {
    dialog.close();
  });
  return { open, refresh };
}

/** @param {Details | Fields} receiver */
function titleOf(receiver) {
  return 'email' in receiver ? receiver.email : '';
}

/** @param {Details | Fields} receiver @returns {Shown[]} */
function drawFields(receiver) {
  const isKnown = 'email' in receiver;
  const own = [
    fieldOf('email', 'Address', isKnown ? receiver.email : ''),
    fieldOf('tags', 'Tags, separated by commas', isKnown ? receiver.tags.join(', ') : ''),
  ];
  const local = receiver.attributes.map(({ name, value }) => fieldOf('attributes', name, value));
  const global = receiver.global_attributes.map(({ name, value }) => fieldOf('global_attributes', name, value));
  byId('fields', HTMLElement).replaceChildren(
    ...own.map(({ label }) => label),
    ...setOf('Attributes of the group', local),
    ...setOf('Attributes of the account', global),
  );
  return [...own, ...local, ...global].map(({ shown }) => shown);
}

/** The number of input elements that were created; part of their ids, because a name may contain any character. */
let fields = 0;

/** @param {Shown['into']} into @param {string} name @param {string} value */
function fieldOf(into, name, value) {
  const input = element('input', '');
  fields += 1;
  input.id = `field-${fields}`;
  input.type = into === 'email' ? 'email' : 'text';
  input.defaultValue = value;
  input.autocomplete = 'off';
  input.spellcheck = false;
  return { label: element('label', '', element('span', '', name), input), shown: { into, name, input } };
}

/** @param {string} legend @param {{ label: HTMLElement }[]} fields */
function setOf(legend, fields) {
  if (fields.length === 0) return [];
  return [element('fieldset', '', element('legend', '', legend), ...fields.map(({ label }) => label))];
}

/** @param {readonly Shown[]} shown @param {Details} receiver */
function updateFields(shown, receiver) {
  for (const { into, name, input } of shown) {
    const value =
      into === 'email'
        ? receiver.email
        : into === 'tags'
          ? receiver.tags.join(', ')
          : receiver[into].find((field) => field.name === name)?.value;
    if (input.value !== input.defaultValue || value === undefined) continue;
    input.defaultValue = value;
    input.value = value;
  }
}

/**
 * The changed fields.
 * @param {readonly Shown[]} shown
 */
function changesIn(shown) {
  /** @type {{ email?: string, tags?: string[], attributes?: Record<string, string>, global_attributes?: Record<string, string> }} */
  const changes = {};
  for (const { into, name, input } of shown) {
    if (input.value === input.defaultValue) continue;
    if (into === 'email') changes.email = input.value;
    else if (into === 'tags') changes.tags = input.value.split(',').flatMap((tag) => tag.trim() || []);
    else changes[into] = { ...changes[into], [name]: input.value };
  }
  return changes;
}

/**
 * The read-only fields.
 * @param {Details | Fields} receiver
 */
function drawRest(receiver) {
  if (!('email' in receiver)) return;
  byId('memberships', HTMLElement).replaceChildren(
    ...receiver.groups.map(({ name, state }) =>
      element('span', 'membership', element('span', '', name), element('span', `state ${state}`, state)),
    ),
  );
  for (const [name, { without }] of Object.entries(stateChanges))
    byId(name, HTMLButtonElement).disabled = without.includes(receiver.state);
  byId('history', HTMLOListElement).replaceChildren(
    ...receiver.history.map(({ stamp, text }) =>
      element('li', '', element('time', '', fullTime(stamp)), element('span', '', text)),
    ),
  );
}
