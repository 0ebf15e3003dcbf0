import { maskEmails, maskPath, maskSecrets, snippetOf, withoutAnswer } from '../../lib/utils/http/mask';

describe('a text for the log', () => {
  it.each([
    ['a header', 'Authorization: Bearer  abcdefgh', 'Authorization: Bearer ***'],
    ['a header of client id and secret', 'basic YTpiOmM6ZA==, twice', 'basic ***, twice'],
    ['a form', 'access_token=secret1&grant_type=x', 'access_token=***&grant_type=x'],
    ['JSON', '{"refresh_token": "secret1", "a": 1}', '{"refresh_token": "***", "a": 1}'],
    ['words', "client_secret : 'secret1'; token  =  secret2", "client_secret : '***'; token  =  ***"],
    ['a JWT', 'with eyJhbGciOi.eyJzdWIiOi.c2ln-bmF0_dXJl.', 'with ***.'],
    ['a JWT that is cut', 'with eyJhbGciOi and more', 'with *** and more'],
  ])('shows nothing of what looks like a secret: %s', (_where, text, shown) => {
    expect(maskSecrets(text)).toBe(shown);
  });

  it.each(['a bearer of news', 'the basic thing is', 'no token=abcde', 'keyJumps over eyJfive'])(
    'is left as it is where a word only resembles one: %s',
    (text) => {
      expect(maskSecrets(text)).toBe(text);
    },
  );

  it('shows no secret that is known, as it is or in an address', () => {
    expect(maskSecrets('a+b c%2Bd a%2Bb', ['a+b', 'c+d'])).toBe('*** *** ***');
  });

  it('is left as it is by a secret that is empty', () => {
    expect(maskSecrets('as it is', [''])).toBe('as it is');
  });

  it('shows no address, as it is or percent-encoded', () => {
    expect(maskEmails('of <jo@example.org>, "JO%40example.org" or (mia@example.org)')).toBe(
      'of <<address>>, "<address>" or (<address>)',
    );
    expect(maskPath('/groups/1/receivers/jo%40example.org/tags')).toBe('/groups/1/receivers/<address>/tags');
  });
});

describe('the text of an error', () => {
  it('ends with the status, since what comes after it may repeat what was sent', () => {
    expect(withoutAnswer('CleverReach refused it (400): "name"\nMuster (500) (x)')).toBe(
      'CleverReach refused it (400)',
    );
  });

  it('is left as it is where no status is', () => {
    expect(withoutAnswer('It was refused (4), (abc) and (4000)')).toBe('It was refused (4), (abc) and (4000)');
  });

  it('shows no address before the status either', () => {
    expect(withoutAnswer('jo@example.org (404): x')).toBe('<address> (404)');
  });
});

describe('what is shown of a page', () => {
  it('is its words', () => {
    const page =
      '<html><style>\n a {}\n</style><SCRIPT src="x">\nlet b;\n</SCRIPT><b>Bad</b><i>gateway</i>\n\n at  1 </html>';
    expect(snippetOf(page)).toBe('Bad gateway at 1');
  });

  it('are told apart where only a script stands between them', () => {
    expect(snippetOf('Bad<script>let b;</script>gateway')).toBe('Bad gateway');
  });

  it('is no secret and no address', () => {
    expect(snippetOf('<p>secret1 of jo@example.org</p>', ['secret1'])).toBe('*** of <address>');
  });

  it('is no more than two hundred characters', () => {
    expect(snippetOf('x'.repeat(200))).toBe('x'.repeat(200));
    expect(snippetOf('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
  });
});
