/**
 * Fails each test that shows a secret: records every token and secret that a test uses, and searches for all of them in
 * everything that its steps log, throw, emit and store.
 */

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { isObject } from '../../lib/utils/objects';

/** Shorter strings are ordinary words of tests. */
const SHORTEST = 8;
const NAMES = /token|secret$|password|passphrase|api_?key|^key$|headervalue/i;
/** Every token of the sandbox has one of these forms, and nothing else has. */
const SHAPES = [/eyJ0\.[0-9a-f]{6,}/, /(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/];

const secrets = new Set<string>();
const found: string[] = [];

/** Records every string with the name of a secret, at any depth. */
export function noteSecrets(value: unknown): void {
  if (Array.isArray(value)) for (const one of value) noteSecrets(one);
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && NAMES.test(name)) note(member.replace(/^bearer\s+/i, ''));
    else noteSecrets(member);
  }
}

/** @param where the output, for the message of the failure */
export function searchForSecrets(where: string, text: string): void {
  const places = [...secrets].map((secret) => text.indexOf(secret));
  for (const shape of SHAPES) places.push(text.search(shape));
  for (const at of places.filter((place) => place >= 0))
    found.push(`${where} shows a secret: …${text.slice(Math.max(0, at - 80), at)}(here)…`);
}

/** The findings since the last call. */
export const takeShownSecrets = (): string[] => found.splice(0);

function note(secret: string): void {
  const text = secret.trim();
  if (text.length < SHORTEST) return;
  secrets.add(text);
  secrets.add(encodeURIComponent(text));
}

/** The value in an `Authorization` header is a secret, wherever it comes from. */
function noteRequest(message: unknown): void {
  const { request } = message as { request: ClientRequest };
  const header = String(request.getHeader('authorization') ?? '');
  const [, scheme = '', value = ''] = /^(\w+) (.+)$/.exec(header) ?? [];
  note(value);
  if (scheme.toLowerCase() === 'basic')
    note(
      Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, ''),
    );
}

beforeAll(() => {
  subscribe('http.client.request.start', noteRequest);
});

afterEach(() => {
  expect(takeShownSecrets()).toEqual([]);
});

afterAll(() => {
  unsubscribe('http.client.request.start', noteRequest);
});
