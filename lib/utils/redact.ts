/** Keeps secrets out of texts, and both secrets and addresses out of paths, that end in a message or a log. What a server says is not for these: see `phrase`. */

import { shownId } from './ids';
import { ADDRESS, maskEmails } from './maskEmails';

const MASK = '***';
/** Segments of paths that are no ids; `…` stands for one that a caller leaves out. */
const PARTS = new Set([
  '',
  '…',
  'activate',
  'attributes',
  'debug',
  'email',
  'forms',
  'groups',
  'receivers',
  'send',
  'upsertplus',
  'whoami',
]);

// each of these looks at every character of a text a fixed number of times, whatever the text is
/** What looks like a token or a secret, whoever it belongs to. */
const SECRET_SHAPES: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/\b(access_token|refresh_token|client_secret|token)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]{6,}/gi, `$1$2${MASK}`],
  [/\beyJ[\w-]{6,}(\.[\w-]+)*/g, MASK],
];

/** Without the given secrets, as they are or percent-encoded, and without anything that has the shape of one. */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of [secret, encodeURIComponent(secret)]) masked = masked.replaceAll(form, MASK);
  }
  for (const [shape, replacement] of SECRET_SHAPES) masked = masked.replace(shape, replacement);
  return masked;
}

/** A path below the API, with or without its method, and its segments as {@link shownId} shows them; addresses are left out. */
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
