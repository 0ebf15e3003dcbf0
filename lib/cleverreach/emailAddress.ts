/**
 * The canonical form of an e-mail address, used to compare, look up and write it, so that different spellings never
 * create a second receiver for the same person. Two persons never share a canonical form: an ambiguous address has
 * none.
 */

import { domainToASCII, domainToUnicode } from 'node:url';
import { composed, decomposed, isUnnormalisable, unified } from '../utils/unicode';

/** Maximum length of an address in the envelope of a mail (RFC 5321). */
const MAX_LENGTH = 254;
/** Maximum length including a display name or the parameters of a link. Longer strings are not parsed. */
const MAX_SPELLING = 2_000;

/** Blanks, control characters and invisible characters, which copy and paste leaves around an address. */
const BLANK = '[\\p{Cc}\\p{Cf}\\p{Z}\\p{Default_Ignorable_Code_Point}]';
const AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, 'gu');
const NOTHING_BUT_BLANKS = new RegExp(`^${BLANK}*$`, 'u');
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Between Latin letters a joiner is invisible; in other scripts it changes the word. */
const INVISIBLE_BUT_JOINERS = /(?!\p{Join_Control})\p{Default_Ignorable_Code_Point}/gu;
const LATIN = /^[\p{Script=Latin}\p{M}\x20-\x7e\p{Default_Ignorable_Code_Point}]*$/u;

/**
 * Blanks (U+2800 looks like one), invisible characters, code points that are no characters, and the replacements for a
 * lost object or character.
 */
const UNUSABLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufffc\ufffd]/u;
/** Characters that a local part may contain only in quotes. The comma is an exception: it is common without quotes. */
const SPECIAL = /[()<>[\]:;\\"]/;
const NEEDS_QUOTES = /[(),:;<>[\]]/;
const DOMAIN = /^[\w.\-\u0080-\u{10ffff}]+$/u;
const ASCII_DOMAIN = /^([a-z0-9_-]+\.)+[a-z0-9-]+$/;
/** Typographic quotes and brackets, which word processors put around an address, or a quote at its beginning. */
const STRAY_QUOTE = /^['`]|(?![ -~])[\p{Pi}\p{Pf}\p{Ps}\p{Pe}]/u;
/** Punctuation that a domain name cannot contain; excludes the characters that IDNA allows between letters. */
const STRAY_SIGN = /(?![.\-_\u00b7\u0375\u05f3\u05f4\u30fb])[\p{P}\p{Sk}]/u;
/** `domainToASCII` treats a domain with this end as an IPv4 address and completes it. */
const ENDS_AS_IP = /\.(\d+|0x[\da-f]*)$/;

/**
 * Removes `mailto:`, a display name and invisible characters, converts to lower case and Unicode NFC, and converts the
 * domain to ASCII. Quotes around the local part are kept only if they are required.
 * @returns undefined if the string is not an address or is ambiguous: it contains a blank or control character,
 *   full-width characters, or two addresses
 */
export function canonicalAddress(text: string): string | undefined {
  if (text.length > MAX_SPELLING || isUnnormalisable(text)) return undefined;
  const address = visible(withoutWrapping(visible(text)) ?? '');
  const [local = '', domain, ...others] = composed(address).split('@');
  if (domain === undefined || others.length > 0) return undefined;
  const [mailbox, host] = [canonicalLocal(local), canonicalDomain(domain)];
  if (mailbox === undefined || host === undefined) return undefined;
  const canonical = `${mailbox}@${host}`;
  return canonical.length <= MAX_LENGTH ? canonical : undefined;
}

/**
 * The key under which equal addresses match: the canonical form, or the lower-case string if there is no canonical
 * form.
 */
export function addressKey(text: string): string {
  return canonicalAddress(text) ?? plain(text);
}

/** The address as it is spelt in a text, without `mailto:`, a display name and the invisible characters. */
export function bareAddress(text: string): string {
  return text.length > MAX_SPELLING ? text : visible(withoutWrapping(visible(text)) ?? text);
}

export function isSameAddress(a: string, b: string): boolean {
  return addressKey(a) === addressKey(b);
}

/** Whether a string contains only blanks and invisible characters. */
export function isBlankAddress(text: string): boolean {
  return NOTHING_BUT_BLANKS.test(text);
}

/**
 * Every spelling under which CleverReach may store an address. A look-up must request all of them, because CleverReach
 * does not document which spellings it treats as equal. The canonical form comes first; most addresses have only this
 * one.
 * @param text the address, possibly as spelled in a record: CleverReach may store it with capitals and invisible
 *   characters
 */
export function addressSpellings(text: string): string[] {
  const canonical = canonicalAddress(text);
  if (canonical === undefined) return [plain(text)];
  const [local = '', ascii = ''] = canonical.split('@');
  const unicode = domainToUnicode(ascii);
  const mailboxes = local.startsWith('"') ? [local, local.slice(1, -1)] : [local];
  const locals = mailboxes.flatMap((mailbox) => [mailbox, decomposed(mailbox)]);
  const domains = [ascii, unicode, decomposed(unicode)];
  const forms = locals.flatMap((mailbox) => domains.map((domain) => `${mailbox}@${domain}`));
  const given = text.trim();
  return [...new Set(/[\s,<>\p{Cc}\p{Cs}]/u.test(given) ? forms : [...forms, given])];
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}

function visible(text: string): string {
  return text.replace(LATIN.test(text) ? INVISIBLE : INVISIBLE_BUT_JOINERS, '').replace(AROUND, '');
}

/** Removes a display name and `mailto:`. Undefined if they contain another address or cannot be parsed. */
function withoutWrapping(text: string): string | undefined {
  const [, name, inside] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
  const isOther = name?.includes('@') === true && !isSameAddress(name.replaceAll(/["']/g, ''), inside ?? '');
  if (isOther) return undefined;
  const address = visible(inside ?? text);
  if (!/^mailto:/i.test(address)) return address;
  const [encoded = ''] = address.replace(/^mailto:(\/\/)?/i, '').split('?');
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function canonicalLocal(text: string): string | undefined {
  const quoted = /^"(.*)"$/su.exec(text)?.[1];
  if (quoted === undefined && SPECIAL.test(text)) return undefined;
  const content = composed((quoted?.replaceAll(/\\(.)/gsu, '$1') ?? text).toLowerCase());
  // a look-alike or full-width character may be a typo for the address of another person
  const isAmbiguous = unified(content) !== content;
  if (content === '' || isAmbiguous || UNUSABLE.test(content) || /["\\]/.test(content)) return undefined;
  if (STRAY_QUOTE.test(content)) return undefined;
  return NEEDS_QUOTES.test(content) ? `"${content}"` : content;
}

function canonicalDomain(text: string): string | undefined {
  if (!DOMAIN.test(text)) return undefined;
  // letter by letter, because a sigma at the end of a word would become another letter; `domainToASCII` turns ẞ into "ss"
  const lower = Array.from(text, (letter) => letter.toLowerCase()).join('');
  const ascii = domainToASCII(lower).replace(/\.$/, '');
  if (!ASCII_DOMAIN.test(ascii)) return undefined;
  const isCompleted = ENDS_AS_IP.test(ascii) && ascii !== lower;
  // some "xn--" forms do not encode a name; newer versions of Node return them unchanged
  const name = domainToUnicode(ascii);
  const isOfNoName = /(^|\.)xn--/.test(name) || domainToASCII(name) !== ascii;
  return isCompleted || isOfNoName || STRAY_SIGN.test(name) ? undefined : ascii;
}
