/**
 * The one form of an e-mail address in which it is compared, looked up and written, so that no spelling of it makes a second
 * receiver out of one person. Two people never share it: what can be read in more than one way has no canonical form.
 */

import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321: what fits into the envelope of a mail. */
const MAX_LENGTH = 254;
/** With a display name, or the parameters of a link; a longer text is not looked at. */
const MAX_SPELLING = 2_000;

/** Blanks, control and invisible characters, which copying leaves around an address. */
const BLANK = '[\\p{Cc}\\p{Cf}\\p{Z}\\p{Default_Ignorable_Code_Point}]';
const AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, 'gu');
const NOTHING_BUT_BLANKS = new RegExp(`^${BLANK}*$`, 'u');
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Between Latin letters a joiner is as invisible as the others; in other scripts it makes another word. */
const INVISIBLE_BUT_JOINERS = /(?!\p{Join_Control})\p{Default_Ignorable_Code_Point}/gu;
const LATIN = /^[\p{Script=Latin}\p{M}\x20-\x7e\p{Default_Ignorable_Code_Point}]*$/u;

/** Blanks (U+2800 looks like one), what cannot be seen, and what stands for a character that was lost. */
const UNUSABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffd]/u;
/** What a local part may hold between quotes only. An unquoted comma is usual all the same. */
const SPECIAL = /[()<>[\]:;\\"]/;
const NEEDS_QUOTES = /[(),:;<>[\]]/;
const DOMAIN = /^[\w.\-\u0080-\u{10ffff}]+$/u;
const ASCII_DOMAIN = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;
/** `domainToASCII` takes a domain that ends so for an IPv4 address and completes it. */
const ENDS_AS_IP = /\.(\d+|0x[\da-f]*)$/;

/**
 * Without `mailto:`, a display name and characters that cannot be seen; in lower case and Unicode's form NFC; the domain in its
 * ASCII form. Quotes are left around a local part that needs them only.
 * @returns undefined for what is no address, or none that can be read in one way only: a blank or control character inside,
 *   characters of another width, two addresses
 */
export function canonicalAddress(text: string): string | undefined {
  if (text.length > MAX_SPELLING) return undefined;
  const address = visible(withoutWrapping(visible(text)) ?? '');
  const [local = '', domain, ...others] = address.normalize('NFC').split('@');
  if (domain === undefined || others.length > 0) return undefined;
  const [mailbox, host] = [canonicalLocal(local), canonicalDomain(domain)];
  if (mailbox === undefined || host === undefined) return undefined;
  const canonical = `${mailbox}@${host}`;
  return canonical.length <= MAX_LENGTH ? canonical : undefined;
}

/** What two addresses have in common if they are the same; for what has no canonical form, its text without regard to case. */
export function addressKey(text: string): string {
  return canonicalAddress(text) ?? plain(text);
}

export function isSameAddress(a: string, b: string): boolean {
  return addressKey(a) === addressKey(b);
}

/** Whether there is nothing in a text but blanks and characters that cannot be seen. */
export function isBlankAddress(text: string): boolean {
  return NOTHING_BUT_BLANKS.test(text);
}

/**
 * Every form in which CleverReach may store an address: a look-up has to ask for all of them, as it is not known which of them
 * CleverReach takes for the same. The canonical form is the first; one alone for most addresses.
 * @param text also as a record spells it: it may be stored so, capitals, invisible characters and all
 */
export function storedForms(text: string): string[] {
  const canonical = canonicalAddress(text);
  if (canonical === undefined) return [plain(text)];
  const [local = '', ascii = ''] = canonical.split('@');
  const unicode = domainToUnicode(ascii);
  const mailboxes = local.startsWith('"') ? [local, local.slice(1, -1)] : [local];
  const locals = mailboxes.flatMap((mailbox) => [mailbox, mailbox.normalize('NFD')]);
  const domains = [ascii, unicode, unicode.normalize('NFD')];
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

/** Undefined where the wrapping names another address, or cannot be read. */
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
  const content = (quoted?.replaceAll(/\\(.)/gsu, '$1') ?? text).toLowerCase().normalize('NFC');
  // what looks like other characters, or was one wide character, may be a slip for another person's address
  const isAmbiguous = content.normalize('NFKC') !== content;
  if (content === '' || isAmbiguous || UNUSABLE.test(content) || /["\\]/.test(content)) return undefined;
  return NEEDS_QUOTES.test(content) ? `"${content}"` : content;
}

function canonicalDomain(text: string): string | undefined {
  if (!DOMAIN.test(text)) return undefined;
  const ascii = domainToASCII(text).replace(/\.$/, '');
  if (!ASCII_DOMAIN.test(ascii)) return undefined;
  const isCompleted = ENDS_AS_IP.test(ascii) && ascii !== text;
  // there are "xn--" forms that no name has; newer versions of Node leave them as they are
  const name = domainToUnicode(ascii);
  const isOfNoName = /(^|\.)xn--/.test(name) || domainToASCII(name) !== ascii;
  return isCompleted || isOfNoName ? undefined : ascii;
}
