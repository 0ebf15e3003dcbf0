/** Shortens strings that contain external data. */

/** Maximum length of an error message or a log line, in UTF-16 units. */
const LONGEST_TEXT = 2_000;
/** Number of characters that are kept at the end, because errors end with the advice. */
const KEPT_AT_THE_END = 600;

/** The string, or its beginning and end if it is too long for an error or a log line. */
export function bounded(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const gap = ' … ';
  const start = LONGEST_TEXT - KEPT_AT_THE_END - gap.length;
  return `${beginning(text, start)}${gap}${text.slice(-KEPT_AT_THE_END).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** The beginning of an external value, such as a name, for use in a longer string. */
export function shortened(value: string, characters: number): string {
  return value.length > characters ? `${beginning(value, characters)}…` : value;
}

/** Removes half of a surrogate pair at the end. */
function beginning(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '');
}
