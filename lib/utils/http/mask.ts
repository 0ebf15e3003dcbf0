/** Keeps secrets and personal data out of texts that end in a message or a log. */

const MASK = '***';
const SNIPPET_CHARACTERS = 200;

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

/** The text of an error for the log: up to the status, as what CleverReach says after it may repeat what it was sent. */
export function withoutAnswer(text: string): string {
  return maskEmails(text.replace(/ \((\d{3})\)[\s\S]*$/, ' ($1)'));
}

/** A path below the API, without the segments that hold an e-mail address. */
export function maskPath(path: string): string {
  return path.replace(/[^/]*(@|%40)[^/]*/gi, '<address>');
}

/** Without e-mail addresses, as they are or percent-encoded. */
export function maskEmails(text: string): string {
  return text.replace(/[^\s/'"<>,;:?=&()]+(@|%40)[^\s/'"<>,;:?=&()]+/gi, '<address>');
}

/** The beginning of a page that should have been JSON, without its tags. */
export function snippetOf(page: string, secrets: readonly string[] = []): string {
  const words = page.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
  const text = maskEmails(maskSecrets(words.replace(/\s+/g, ' ').trim(), secrets));
  return text.length > SNIPPET_CHARACTERS ? `${text.slice(0, SNIPPET_CHARACTERS)}…` : text;
}
