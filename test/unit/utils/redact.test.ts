/** What keeps secrets, addresses and foreign texts out of errors and logs, in a time that grows with the length of the text. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bounded, shortened } from '../../../lib/utils/truncate';
import { RecordError } from '../../../lib/utils/errors';
import { redactPath, redactSecrets } from '../../../lib/utils/redact';
import { redactEmails } from '../../../lib/utils/redactEmails';
import { phraseOf, phraseOfPage } from '../../../lib/http/safeErrorText';
import { safeLogger } from '../../../lib/utils/logger';
import { effort } from '../../support/effort';

describe('a string for the log', () => {
  it.each([
    ['a header', 'Authorization: Bearer  abcdefgh', 'Authorization: Bearer ***'],
    ['a header of client id and secret', 'basic YTpiOmM6ZA==, twice', 'basic ***, twice'],
    ['a form', 'access_token=secret1&grant_type=x', 'access_token=***&grant_type=x'],
    ['JSON', '{"refresh_token": "secret1", "a": 1}', '{"refresh_token": "***", "a": 1}'],
    ['words', "client_secret : 'secret1'; token  =  secret2", "client_secret : '***'; token  =  ***"],
    ['a JWT', 'with eyJhbGciOi.eyJzdWIiOi.c2ln-bmF0_dXJl.', 'with ***.'],
    ['a JWT that is cut', 'with eyJhbGciOi and more', 'with *** and more'],
  ])('shows nothing that looks like a secret: %s', (_where, text, shown) => {
    expect(redactSecrets(text)).toBe(shown);
  });

  it.each(['a bearer of news', 'the basic thing is', 'no token=abcde', 'keyJumps over eyJfive'])(
    'is unchanged if a word only resembles a secret: %s',
    (text) => {
      expect(redactSecrets(text)).toBe(text);
    },
  );

  it('shows no known secret, plain or in a URL', () => {
    expect(redactSecrets('a+b c%2Bd a%2Bb', ['a+b', 'c+d'])).toBe('*** *** ***');
  });

  it('is unchanged by an empty secret', () => {
    expect(redactSecrets('as it is', [''])).toBe('as it is');
  });

  it('shows no address, plain or percent-encoded', () => {
    expect(redactEmails('of <jo@example.org>, "JO%40example.org" or (mia@example.org)')).toBe(
      'of <<address>>, "<address>" or (<address>)',
    );
    expect(redactPath('/groups/1/receivers/jo%40example.org/groups')).toBe('/groups/1/receivers/<address>/groups');
    expect(redactPath('POST /groups/1/receivers/max-mustermann/activate')).toBe(
      'POST /groups/1/receivers/sha256:b00348bccd22/activate',
    );
  });

  it('keeps every fixed word of a path of CleverReach', () => {
    const folder = join(__dirname, '../../../lib/cleverreach');
    const source = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const paths = source.join('\n').match(/(?<=[`'}])\/[a-z]+(?:\/[a-z]+)*(?=[`'/?])/g) ?? [];
    expect(paths).toEqual(expect.arrayContaining(['/groups', '/deactivate', '/insert', '/receivers/filter']));
    for (const path of paths) expect(redactPath(path)).toBe(path);
  });
});

describe('an address', () => {
  it.each([
    'jo@example.org',
    'JO%40example.org',
    'jo%2540example.org',
    'jo&#64;example.org',
    'jo&#x40;example.org',
    'jo&commat;example.org',
    'jo\\u0040example.org',
    'jo=40example.org',
    'jo＠example.org',
    'jo﹫example.org',
    'jo%EF%BC%A0example.org',
    'jo\u200b@\u200bexample.org',
    'jo\u200b @ \u200bexample.org',
    'jo (at) example (dot) org',
    'jo[at]example.org',
    'jo {ät} example [punkt] org',
    'jo at example dot org',
    'jo @ example . org',
    'jo(comment)@example.org',
    'jo,jo@example.org',
    'jo/jo=jo@example.org',
    '"jo q"@example.org',
    '"jo \\"q\\" jo".jo@example.org',
    '\\"jo q\\"@example.org',
    '&quot;jo q&quot;@example.org',
    '%22jo q%22%40example.org',
    '“jo q”@example.org',
    'jo q"@example.org'.replace('jo q', 'jo'),
    '"jo a"<x@example.org>',
    'Jo Joansson <x@example.org>',
    '"jo a" <"jo q"@example.org>',
    'jo@[IPv6:fe80::127]',
    "o'jo@example.org",
    'jo@[127.0.0.1]',
  ])('is not shown as %s', (address) => {
    const shown = redactEmails(`of ${address}, twice`);
    expect(shown).toContain('<address>');
    expect(shown).not.toMatch(/jo\b.*example|@|127/i);
  });

  it.each(['size=40 of 4', 'pagesize=400', 'a &#6; b', '#64; x', '"@"', 'data[a] at 5 (dot) “x”', 'stop at once dots'])(
    'is not detected in %s',
    (text) => {
      expect(redactEmails(text)).toBe(text);
    },
  );

  it('in a path is replaced with its segment, and an id that is not plain with its hash', () => {
    expect(redactPath(`/receivers/${'7'.repeat(40)}/email`)).toBe(`/receivers/${'7'.repeat(40)}/email`);
    expect(redactPath(`/receivers/${'7'.repeat(41)}/email`)).toBe('/receivers/sha256:eff2312616ca/email');
    expect(redactPath('GET /groups/Jo%20Doe/receivers')).toBe('GET /groups/sha256:7c0a7e89233a/receivers');
    expect(redactPath('GET /receivers/…/groups')).toBe('GET /receivers/…/groups');
    expect(redactPath('POST /receivers/filter')).toBe('POST /receivers/filter');
  });
});

/** Texts on which an expression with nested or overlapping repetitions takes a time that grows with the square of the length. */
const hostile: Record<string, (length: number) => string> = {
  letters: (length) => 'a'.repeat(length),
  brackets: (length) => '<'.repeat(length),
  scripts: (length) => '<script>'.repeat(length / 8),
  'at signs': (length) => '@'.repeat(length),
  'percent signs': (length) => '%4'.repeat(length / 2),
  entities: (length) => '&#0'.repeat(length / 3),
  'words of secrets': (length) => 'token '.repeat(length / 6),
  'secrets without an end': (length) => `token${' '.repeat(length)}`,
  'tokens of one kind': (length) => 'eyJ'.repeat(length / 3),
  'tokens that are cut': (length) => 'eyJa.'.repeat(length / 5),
  bearers: (length) => 'bearer\t'.repeat(length / 7),
  blanks: (length) => ' '.repeat(length),
  quotes: (length) => '"'.repeat(length),
  'quotes before at signs': (length) => '"@'.repeat(length / 2),
  'escaped quotes before at signs': (length) => `${'\\"'.repeat(length / 2)}@`,
  'quotes that do not end': (length) => `"${'a\\"@'.repeat(length / 4)}`,
  'names before addresses': (length) => 'A <a@'.repeat(length / 5),
  'blanks before at signs': (length) => '   @'.repeat(length / 4),
  'brackets behind at signs': (length) => '@['.repeat(length / 2),
  'backslashes before at signs': (length) => `${'\\'.repeat(length)}"@`,
  slashes: (length) => '/'.repeat(length),
  punctuation: (length) => '.'.repeat(length),
  'control characters': (length) => '\u0001'.repeat(length),
};

const functions: Record<string, (text: string) => string> = {
  redactEmails,
  redactPath,
  redactSecrets: (text) => redactSecrets(text, ['secret1']),
  phraseOf,
  phraseOfPage,
  'the message of an error': (text) => new RecordError(text).message,
  'a line of the log': (text) => {
    let shown = '';
    const at = (line: string) => void (shown = line);
    safeLogger({ debug: at, info: at, warn: at, error: at }).info(text);
    return shown;
  },
};

const MEGABYTE = 1_000_000;

describe.each(Object.entries(functions))('%s', (name, apply) => {
  it.each(Object.entries(hostile))('takes linear time for any string: %s', (_, make) => {
    const effortFor = (text: string): number => {
      const spent = effort();
      apply(text);
      return spent();
    };
    const [once, eightfold] = [effortFor(make(MEGABYTE / 8)), effortFor(make(MEGABYTE))];
    // eight times as much where it is linear, and 64 times where it is quadratic: minutes for a megabyte, so half a second says nothing
    expect(eightfold).toBeLessThan(Math.max(50, 30 * once));
  });

  if (name.startsWith('redact')) return;
  it.each(Object.entries(hostile))('is never longer than 2,000 characters: %s', (_, make) => {
    expect(apply(make(MEGABYTE)).length).toBeLessThanOrEqual(2_000);
  });
});

describe('a string beyond the maximum length of an error or a log line', () => {
  it('keeps its beginning, which names the record, and its end, which states what to do', () => {
    const { message } = new RecordError(`Record no. 1: ${'x'.repeat(5_000)}. Do this.`);
    expect(message).toHaveLength(2_000);
    expect(message).toMatch(/^Record no\. 1: x+ … x+\. Do this\.$/);
  });

  it('contains no half of a character at the cut', () => {
    for (const offset of [0, 1]) {
      const text = bounded(`${'x'.repeat(offset)}${'😀'.repeat(2_000)}`);
      expect(text).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
    }
    expect(shortened('x😀', 2)).toBe('x…');
  });

  it('is unchanged at 2,000 characters', () => {
    expect(bounded('x'.repeat(2_000))).toBe('x'.repeat(2_000));
    expect(bounded('x'.repeat(2_001))).toHaveLength(2_000);
    expect(shortened('abc', 3)).toBe('abc');
  });
});
