/**
 * Removes secrets from strings, and secrets and addresses from paths, for a message or a log. Server messages need
 * `phraseOf` instead.
 */

import { shownId } from './ids';
import { ADDRESS, maskEmails } from './maskEmails';

const MASK = '***';
/** Path segments that are not ids; `…` replaces a segment that a caller omits. */
const PARTS = new Set([
  '',
  '…',
  'activate',
  'attributes',
  'blacklist',
  'debug',
  'email',
  'filter',
  'flow',
  'forms',
  'groups',
  'receivers',
  'send',
  'upsertplus',
  'whoami',
]);

// each of these reads every character a fixed number of times, whatever the string is
/** Strings that look like a token or a secret of any system. */
const SECRET_SHAPES: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/\b(access_token|refresh_token|client_secret|token)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]{6,}/gi, `$1$2${MASK}`],
  [/\beyJ[\w-]{6,}(\.[\w-]+)*/g, MASK],
];

/** Removes the given secrets, plain or percent-encoded, and everything with the shape of a secret. */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of [secret, encodeURIComponent(secret)]) masked = masked.replaceAll(form, MASK);
  }
  for (const [shape, replacement] of SECRET_SHAPES) masked = masked.replace(shape, replacement);
  return masked;
}

/**
 * A path below the API, with or without its method. Its segments are formatted by {@link shownId}; addresses are
 * removed.
 */
export function maskPath(path: string): string {
  const [start = '', ...segments] = path.split('/');
  return [start, ...segments.map(shownSegment)].join('/');
}

function shownSegment(segment: string): string {
  if (maskEmails(segment) !== segment) return ADDRESS;
  return PARTS.has(segment) ? segment : shownId(decoded(segment));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
