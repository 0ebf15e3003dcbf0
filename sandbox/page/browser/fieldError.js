/** The error of a form field, shown directly below it. */

import { element } from './dom.js';

/**
 * Sets the elements that describe an input: its help, whose id is in `data-help`, and its error.
 * @param {HTMLInputElement} input
 * @param {string} error the id of the error
 */
function describe(input, error = '') {
  const ids = [input.dataset['help'] ?? '', error].filter((id) => id !== '');
  if (ids.length > 0) input.setAttribute('aria-describedby', ids.join(' '));
  else input.removeAttribute('aria-describedby');
}

/**
 * Shows an error below an input, and moves the focus to the input.
 * @param {HTMLInputElement} input
 * @param {string} text
 */
export function showFieldError(input, text) {
  clearFieldError(input);
  const error = element('span', 'field-error', text);
  error.id = `${input.id}-error`;
  error.role = 'alert';
  input.setAttribute('aria-invalid', 'true');
  describe(input, error.id);
  input.after(error);
  input.focus();
}

/** @param {HTMLInputElement} input */
export function clearFieldError(input) {
  document.getElementById(`${input.id}-error`)?.remove();
  input.removeAttribute('aria-invalid');
  describe(input);
}
