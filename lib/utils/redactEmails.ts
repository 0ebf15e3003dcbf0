/** Redacts e-mail addresses, in any spelling, in strings for a message or a log. */

export const ADDRESS = '<address>';

// each of these reads every character a fixed number of times, whatever the string is
/**
 * Spellings of `@`: percent-encoded, in HTML, in JSON, in quoted-printable, full-width, and the words that people write
 * instead.
 */
const AT_SIGNS =
  /%(?:25)*40|%ef%bc%a0|%ef%b9%ab|&#0{0,4}(?:64|65131|65312);?|&#x0{0,4}(?:40|fe6b|ff20);?|&commat;|\\u(?:0040|fe6b|ff20)|\\x40|=40(?=[a-z[])|[﹫＠]|[([{]\s{0,3}[aä]t\s{0,3}[)\]}]|\s{1,3}[aä]t\s{1,3}(?=\S{1,64}\s{1,3}(?:dot|punkt)\s)/gi;
/**
 * A string without any of these contains no at sign in any spelling. Most strings do not, and this check takes a fifth
 * of the time of the replacement.
 */
const MAY_HOLD_AT_SIGN = /[@%&\\=([{﹫＠]|\s[aä]t\s/i;
const DOTS = /\s{0,3}[([{]\s{0,3}(?:dot|punkt|\.)\s{0,3}[)\]}]\s{0,3}|\s{1,3}(?:dot|punkt|\.)\s{1,3}/gi;
const QUOTES = /%(?:25)*22|&#0{0,4}34;?|&#x0{0,4}22;?|&quot;|\\u0022|[“”„‟＂]/gi;

const BLANK = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/**
 * The characters that end the backwards search for an unquoted local part. Punctuation before its first letter is not
 * part of it.
 */
const BEFORE_LOCAL = /[\s"<>]/;
const PUNCTUATION = /[([{'`,;:]/;
const AFTER_DOMAIN = /[\s/'"<>,;:?=&()]/;
/** The longest domain in brackets is an IPv6 address. */
const LITERAL = /^\[[^\]]{0,80}\]/;
/** Words before an address in angle brackets, which may be a name. */
const NAME = /(?:\p{Lu}\S*\s{1,3}){1,5}$/u;
const NAME_CHARACTERS = 80;

/** Removes e-mail addresses, including whole quoted local parts and names before `<address>`. */
export function redactEmails(text: string): string {
  if (!MAY_HOLD_AT_SIGN.test(text)) return text;
  const marked = text.replace(AT_SIGNS, '@');
  if (!marked.includes('@')) return text;
  const plain = marked.replace(DOTS, '.').replace(QUOTES, '"');
  let redacted = '';
  let done = 0;
  for (let at = plain.indexOf('@'); at >= 0; at = plain.indexOf('@', Math.max(done, at + 1))) {
    const [start, end] = boundsOf(plain, at, done);
    if (end - start === 1) continue;
    redacted += plain.slice(done, start) + ADDRESS;
    done = end;
  }
  return redacted + plain.slice(done);
}

/** @param from the start of the part that was not searched yet, so that no character is read twice */
function boundsOf(text: string, at: number, from: number): [start: number, end: number] {
  const start = startOf(text, at, from);
  const end = endOf(text, at);
  const bracket = (text[start - 1] === '"' ? start - 1 : start) - 1;
  const name = bracket >= from && text[bracket] === '<' ? startOfName(text, bracket, from) : undefined;
  if (name !== undefined) return [name, text[end] === '>' ? end + 1 : end];
  let local = start;
  while (local < at && PUNCTUATION.test(text.charAt(local))) local += 1;
  return [local, end];
}

function startOf(text: string, at: number, from: number): number {
  const last = beforeBlanks(text, at, from);
  let start = last;
  while (start > from) {
    const before = text.charAt(start - 1);
    const opening =
      before === '"' && (start === last || text[start] === '.') ? openingQuote(text, start - 1, from) : undefined;
    if (opening !== undefined) start = opening;
    else if (BEFORE_LOCAL.test(before)) break;
    else start -= 1;
  }
  return start === last ? at : start;
}

function endOf(text: string, at: number): number {
  let first = at + 1;
  while (first < text.length && BLANK.test(text.charAt(first))) first += 1;
  const [literal] = LITERAL.exec(text.slice(first, first + NAME_CHARACTERS + 2)) ?? [];
  let end = first + (literal?.length ?? 0);
  while (end < text.length && !AFTER_DOMAIN.test(text.charAt(end))) end += 1;
  return end === first ? at + 1 : end;
}

function startOfName(text: string, bracket: number, from: number): number | undefined {
  const last = beforeBlanks(text, bracket, from);
  if (text[last - 1] === '"' && last > from) return openingQuote(text, last - 1, from);
  const words = `${text.slice(Math.max(from, last - NAME_CHARACTERS), last)} `;
  const name = NAME.exec(words);
  return name === null ? undefined : last - (words.length - 1 - name.index);
}

function beforeBlanks(text: string, end: number, from: number): number {
  let last = end;
  while (last > from && BLANK.test(text.charAt(last - 1))) last -= 1;
  return last;
}

/** Inner quotes are preceded by more backslashes than the outer ones. */
function openingQuote(text: string, closing: number, from: number): number | undefined {
  const escapes = backslashesBefore(text, closing, from);
  for (let end = closing; end > from;) {
    const quote = text.lastIndexOf('"', end - 1);
    if (quote < from) break;
    const start = quote - backslashesBefore(text, quote, from);
    if (quote - start <= escapes) return start;
    end = quote;
  }
  // the beginning of the quoted part was truncated
  const cut = closing - escapes;
  return cut > from && !BEFORE_LOCAL.test(text.charAt(cut - 1)) ? cut : undefined;
}

function backslashesBefore(text: string, end: number, from: number): number {
  let start = end;
  while (start > from && text[start - 1] === '\\') start -= 1;
  return end - start;
}
