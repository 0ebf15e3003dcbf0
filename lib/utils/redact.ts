/**
 * Redacts secrets in strings, and ids and addresses in paths, for a message or a log. For messages of a server, use
 * `phraseOf` instead.
 */

import { shownId } from './ids';
import { ADDRESS, redactEmails } from './redactEmails';

const REDACTED = '***';
/** The fixed segments of all paths of the component, which are not ids; `…` replaces a segment that a caller omits. */
const PARTS = new Set([
  '',
  '…',
  'activate',
  'attributes',
  'blacklist',
  'deactivate',
  'debug',
  'email',
  'filter',
  'flow',
  'forms',
  'groups',
  'insert',
  'receivers',
  'send',
  'upsertplus',
  'whoami',
]);

// each of these reads every character a fixed number of times, whatever the string is
/** Strings that look like a token or a secret of any system. */
const SECRET_SHAPES: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\b(access_token|refresh_token|client_secret|token)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]{6,}/gi, `$1$2${REDACTED}`],
  [/\beyJ[\w-]{6,}(\.[\w-]+)*/g, REDACTED],
];

/** Redacts the given secrets, plain or percent-encoded, and everything with the shape of a secret. */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of [secret, encodeURIComponent(secret)]) redacted = redacted.replaceAll(form, REDACTED);
  }
  for (const [shape, replacement] of SECRET_SHAPES) redacted = redacted.replace(shape, replacement);
  return redacted;
}

/**
 * A path below the API, with or without its method. Its segments are formatted by {@link shownId}; addresses are
 * removed.
 */
export function redactPath(path: string): string {
  const [start = '', ...segments] = path.split('/');
  return [start, ...segments.map(shownSegment)].join('/');
}

function shownSegment(segment: string): string {
  if (redactEmails(segment) !== segment) return ADDRESS;
  return PARTS.has(segment) ? segment : shownId(decoded(segment));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
