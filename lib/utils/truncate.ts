/** Keeps texts short that hold something from outside. */

/** How long an error's message or a line of the log may be, in UTF-16 units. */
const LONGEST_TEXT = 2_000;
/** How much of the end is kept: errors end with what to do. */
const KEPT_AT_THE_END = 600;

/** The text, or its beginning and its end where it is longer than an error or a line of the log may be. */
export function bounded(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const gap = ' … ';
  const start = LONGEST_TEXT - KEPT_AT_THE_END - gap.length;
  return `${beginning(text, start)}${gap}${text.slice(-KEPT_AT_THE_END).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** The beginning of a value from outside, such as a name, for a text that holds other things too. */
export function shortened(value: string, characters: number): string {
  return value.length > characters ? `${beginning(value, characters)}…` : value;
}

/** Without half a character at its end. */
function beginning(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '');
}
