/** An error or the log repeats only ordinary words of a response, and nothing of what was sent or of other receivers. */

import { classifyResponse } from '../../../lib/http/classifyResponse';
import { phraseOf, phraseOfPage } from '../../../lib/http/safeErrorText';

describe('a known error of CleverReach', () => {
  it.each([
    'Not Found: invalid receiver',
    'Not Found: invalid group',
    'Method Not Allowed: invalid group',
    'Not Found',
    'Unauthorized',
    'Unauthorized: token expired',
    'Unauthorized: invalid token',
    'Forbidden: account not veryfied yet',
    'Bad Request: invalid address',
    'Bad Request: duplicate address',
    'Conflict: attribute already exists',
    'Too Many Requests',
    'Request Entity Too Large',
    'Service Temporarily Unavailable',
    'receiver is already active',
    'invalid_grant',
    'unsupported_grant_type',
    'The contact limit of the account is exceeded.',
  ])('is repeated unchanged: %s', (text) => {
    expect(phraseOf(text)).toBe(text);
  });

  it('is repeated without the values in it', () => {
    expect(phraseOf("Bad Request: duplicate address 'jo@example.org' in group 512")).toBe(
      'Bad Request: duplicate address … in group …',
    );
  });
});

const PERSON = {
  email: 'zacharias.oettinger@example.org',
  name: 'Zacharias Öttinger',
  phone: '+49 461 5512 77',
  born: '1971-12-31',
};
const TOKEN = 'q8Zx77-Lm.n0';

const hex = (text: string): string => Buffer.from(text).toString('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const forms: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in upper case': (text) => text.toUpperCase(),
  'in base64': base64,
  'in base64, cut': (text) => base64(text).slice(0, 9),
  'in hex': hex,
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in entities': (text) =>
    Array.from(text)
      .map((one) => `&#${one.codePointAt(0)};`)
      .join(''),
  'in unicode escapes': (text) =>
    Array.from(text)
      .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  'quoted-printable': (text) =>
    Array.from(Buffer.from(text))
      .map((one) => `=${one.toString(16).toUpperCase()}`)
      .join(''),
  'as JSON in JSON': (text) => JSON.stringify(JSON.stringify({ value: text })),
  'in quotes': (text) => `'${text}'`,
  'between brackets': (text) => `[${text}](${text})`,
  backwards: (text) => Array.from(text).reverse().join(''),
  'cut in the middle': (text) => text.slice(0, Math.ceil(text.length / 2)),
  'with another at sign': (text) => text.replace('@', ' (at) ').replace('.', ' [dot] '),
  'with wide characters': (text) => text.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)),
};

/** Parts that would tell something, in lower case. */
const TELLING = [...Object.values(PERSON), TOKEN].flatMap((value) => {
  const whole = value.toLowerCase();
  return [
    ...whole.split(/[\s@.+-]+/).filter((part) => part.length > 2 && part !== 'org'),
    base64(value).slice(0, 8).toLowerCase(),
  ];
});

describe.each(Object.entries(forms))('what was sent, %s,', (_, encode) => {
  it.each([...Object.entries(PERSON), ['token', TOKEN]])('is not repeated: %s', (_member, value) => {
    const text = `Bad Request: invalid row ${encode(value)} of the batch`;
    for (const body of [
      JSON.stringify({ error: { code: 400, message: text } }),
      JSON.stringify({ error: text, error_description: text }),
      JSON.stringify({ message: text }),
      JSON.stringify({ errors: [text] }),
      `<html><script>var x = "${text}";</script><p title="${text}">${text}</p></html>`,
      text,
    ]) {
      const note = {
        what: 'POST /v3/groups/1/receivers',
        repeatable: false,
        reads: false,
        within: 180_000,
        token: TOKEN,
        now: () => 0,
      };
      for (const status of [200, 400, 403, 404, 503]) {
        const outcome = classifyResponse({ status, text: body }, note);
        const message = outcome.ok ? '' : outcome.error.message.toLowerCase();
        expect(TELLING.filter((part) => message.includes(part))).toEqual([]);
      }
    }
  });
});

describe('a phrase', () => {
  it('contains no digits, which may be a telephone number or a date', () => {
    expect(phraseOf('limit 0461 123 456 7 reached on 31 12 71')).toBe('limit … reached on …');
  });

  it('is empty if no word is ordinary', () => {
    expect(phraseOf('Zacharias Öttinger')).toBe('');
    expect(phraseOf(' ')).toBe('');
    expect(phraseOf('--- ...')).toBe('');
  });

  it('has at most 200 characters and an ellipsis', () => {
    const text = phraseOf('invalid '.repeat(100));
    expect(text).toMatch(/^(invalid )+…$/);
    expect(text.length).toBeGreaterThan(190);
    expect(text.length).toBeLessThanOrEqual(202);
  });

  it('contains no word that is too long as a whole, even if its parts are ordinary', () => {
    expect(phraseOf(`bad ${'token-'.repeat(7)}`)).toBe('bad …');
    expect(phraseOf(`bad ${'token-'.repeat(6)}`)).toBe(`bad ${'token-'.repeat(6)}`);
  });
});

describe('the shown text of a page', () => {
  it('consists of its ordinary words', () => {
    const page =
      '<html><style>\n a {}\n</style><SCRIPT src="x">\nlet b;\n</SCRIPT><b>Bad</b><i>gateway</i>\n\n at  1 </html>';
    expect(phraseOfPage(page)).toBe('Bad gateway at …');
  });

  it('separates words with only a script between them', () => {
    expect(phraseOfPage('Bad<script>let b;</script>gateway')).toBe('Bad gateway');
  });

  it('ends at a tag or a script that is not closed', () => {
    expect(phraseOfPage('Bad gateway <script> the server')).toBe('Bad gateway');
    expect(phraseOfPage('Bad gateway <b the server')).toBe('Bad gateway');
  });

  it('stays aligned after letters that are longer in lower case', () => {
    expect(phraseOfPage(`${'İ'.repeat(9)}<script>the token</script> is invalid`)).toBe('… is invalid');
  });
});
