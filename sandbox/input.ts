/** Parses client input. It is untrusted: numbers may be strings, and invalid input is undefined. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A whole number, given as a number or as digits. */
export function wholeOf(value: unknown): number | undefined {
  const text = textOf(value)?.trim();
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: unknown): string[] {
  return listOf(value).flatMap((one) => textOf(one) ?? []);
}

/** `a,b` as a query parameter. */
export function commaList(value: unknown): string[] | undefined {
  const text = Array.isArray(value) ? textsOf(value).join(',') : textOf(value);
  return text
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** true for `true`, `1`, `"1"`, `"true"`. */
export function flagOf(value: unknown): boolean {
  return ['true', '1'].includes(String(textOf(value)).toLowerCase());
}

const localPart = /^(?:[^\s@,;<>"]+|"(?:[^"\\\r\n]|\\.)+")$/;
const domain = /^[^\s@,;<>"'.]+(?:\.[^\s@,;<>"'.]+)+$/;

/**
 * Distinguishes addresses from other strings, including addresses with a quoted local part; not a full RFC 5322 check.
 */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && text.length <= 254 && localPart.test(text.slice(0, at)) && domain.test(text.slice(at + 1));
}
