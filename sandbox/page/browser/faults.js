/** The faults of the API: a list, and a field to add one. */

import { byId, element, keyed, messageOf } from './dom.js';
import { clearFieldError, showFieldError } from './fieldError.js';
import { ask } from './server.js';

/** @typedef {import('./server.js').Fault} Fault */

/** @param {(text: string) => void} notify reports what was done */
export function createFaults(notify) {
  const input = byId('fault', HTMLInputElement);
  const draw = keyed(
    (/** @type {Fault} */ { id }) => id,
    ({ id, text, hits }) => {
      const remove = element('button', '', 'Remove');
      remove.type = 'button';
      remove.setAttribute('aria-label', `Remove ${text}`);
      remove.addEventListener('click', () => {
        input.focus();
        ask('DELETE', `faults/${id}`).then(
          () => {
            notify('Fault removed.');
          },
          (/** @type {unknown} */ error) => {
            notify(messageOf(error));
          },
        );
      });
      const count = `${hits} ${hits === 1 ? 'request' : 'requests'} affected`;
      return element('li', '', element('code', '', text), element('span', 'hits', count), remove);
    },
  );

  byId('fault-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    clearFieldError(input);
    ask('POST', 'faults', { text: input.value }).then(
      () => {
        input.value = '';
        notify('Fault added.');
      },
      (/** @type {unknown} */ error) => {
        showFieldError(input, messageOf(error));
      },
    );
  });

  /** @param {readonly Fault[]} faults */
  return (faults) => {
    draw(byId('faults', HTMLUListElement), faults);
    byId('no-faults', HTMLElement).hidden = faults.length > 0;
  };
}
