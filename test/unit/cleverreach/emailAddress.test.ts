import fc from '../../support/fastCheck';
import {
  addressKey,
  canonicalAddress,
  isBlankAddress,
  isSameAddress,
  addressSpellings,
} from '../../../lib/cleverreach/emailAddress';

const MIA = 'mia@example.org';
const IDN = 'info@xn--mller-kva.example';

describe('the canonical form of an address', () => {
  it.each([
    [MIA, MIA],
    [' Mia@Example.ORG\r\n', MIA],
    ['mailto:mia@example.org', MIA],
    ['MAILTO://mia@example.org?subject=Hi&cc=bo@example.org', MIA],
    ['mailto:mia%40example.org', MIA],
    ['mailto:a%2Bb@example.org', 'a+b@example.org'],
    ['<mia@example.org>', MIA],
    ['Mia Muster <Mia@example.org>', MIA],
    ['"Muster, Mia" < mia@example.org >', MIA],
    ['"mia@example.org" <mia@example.org>', MIA],
    ['<mailto:mia@example.org>', MIA],
    ['"mia"@example.org', MIA],
    ['"m\\ia"@example.org', MIA],
    ['"jo.mai"@example.org', 'jo.mai@example.org'],
    ['“Mia” <mia@example.org>', MIA],
    ['"a,b"@example.org', '"a,b"@example.org'],
    ['a,b@example.org', '"a,b"@example.org'],
    ['mia@example.org.', MIA],
    ['mia@example。org', MIA],
    ['josé@example.org', 'josé@example.org'],
    ['jose\u0301@example.org', 'josé@example.org'],
    ['JOSÉ@example.org', 'josé@example.org'],
    ['info@müller.example', IDN],
    ['info@mu\u0308ller.example', IDN],
    ['info@MÜLLER.example', IDN],
    ['info@XN--MLLER-KVA.example', IDN],
    ['info@straße.example', 'info@xn--strae-oqa.example'],
    ['INFO@STRAẞE.EXAMPLE', 'info@xn--strae-oqa.example'],
    ['info@ΟΔΟΣ.example', 'info@xn--pxavbq.example'],
    ['a@l·l.cat', 'a@xn--ll-0ea.cat'],
    ["o'neil@example.org", "o'neil@example.org"],
    ['a+b%c/d?e#f@example.org', 'a+b%c/d?e#f@example.org'],
    ['a@1.2.3.4', 'a@1.2.3.4'],
    ['INFO@example.org', 'info@example.org'],
    ['İnfo@example.org', 'i\u0307nfo@example.org'],
  ])('of %j is %j', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '',
    ' ',
    'mia',
    'a@b',
    '@example.org',
    'a@',
    'a@@example.org',
    'a b@example.org',
    'a\tb@example.org',
    'a\u0000b@example.org',
    'a@exam ple.org',
    'a@b..de',
    'a@.de',
    'a@b.de..',
    'mailto:',
    'mailto:?to=mia@example.org',
    'mailto:%E0%A4@example.org',
    'mailto:mia@example.org,bo@example.org',
    'mailto:mailto:mia@example.org',
    'smtp:mia@example.org',
    'mia@example.org, bo@example.org',
    'bo@example.org <mia@example.org>',
    'Mia <mia@example.org> <bo@example.org>',
    '[mia@example.org](mailto:mia@example.org)',
    'mia@example.org (Mia)',
    '(Mia)mia@example.org',
    '"a b"@example.org',
    '"a"b"@example.org',
    '""@example.org',
    'mia＠example.org',
    'ｍia@example.org',
    'ﬁ@example.org',
    'mia\u2800@example.org',
    'mi\ufffda@example.org',
    'mi\ufffca@example.org',
    ...['\ufffe', '\uffff', '\ufdd0', '\ufdef', '\u{1fffe}', '\u{10ffff}'].flatMap((none) => [
      `${none}mia@example.org`,
      `mi${none}a@example.org`,
      `mia@exam${none}ple.org`,
    ]),
    '\ud800@example.org',
    'a@\ud800.org',
    'mia@example.org/path',
    'mia@ex%61mple.org',
    ...[
      '“”',
      '„“',
      '‘’',
      '‚‘',
      '«»',
      '»«',
      '‹›',
      '´´',
      '‘',
      '“',
      '()',
      '[]',
      '{}',
      "''",
      '``',
      '""',
      '「」',
      '〈〉',
    ].map(([begin = '', end = '']) => `${begin}mia@example.org${end}`),
    ...['”', '“', '»', '´', '!', ';', '|', '…'].map((end) => `mia@example.org${end}`),
    'mia@“example”.org',
    '“mia”@example.org',
    'o’neil@example.org',
    "'mia@example.org",
    'mia@example.o_rg',
    'mia@example.org／path',
    'mia@[1.2.3.4]',
    'mia@1.2.3',
    'mia@xn--a.example',
    'mia@xn--abc-.example',
    'می\u200cخ@example.org',
    '👩\u200d💻@example.org',
    `${'a'.repeat(244)}@example.org`,
    `${' '.repeat(3_000)}mia@example.org`,
  ])('does not exist for %j', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  /** Each of them, with the name that a failure shows. */
  const invisible = Array.from({ length: 0x110000 }, (_none, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((char) => /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(char));

  it('contains no invisible character at the ends or in either part, or does not exist', () => {
    expect(invisible.length).toBeGreaterThan(100);
    for (const char of invisible) {
      expect(canonicalAddress(`${char}${MIA}${char}`)).toBe(MIA);
      for (const text of [`mi${char}a@example.org`, `mia@exam${char}ple.org`, `mia${char}@${char}example.org`])
        expect([MIA, undefined]).toContain(canonicalAddress(text));
    }
    for (const char of ['\u200b', '\u200d', '\u00ad', '\ufe0f', '\u3164', '\u202e', '\u{e0041}'])
      expect(canonicalAddress(`mi${char}a@exam${char}ple.org`)).toBe(MIA);
  });

  it('contains no control character and no blank, or does not exist', () => {
    for (let code = 0; code < 0x3100; code += 1) {
      const char = String.fromCodePoint(code);
      if (!/[\p{Cc}\p{Z}]/u.test(char)) continue;
      expect(canonicalAddress(`${char}${MIA}${char}`)).toBe(MIA);
      expect([char, canonicalAddress(`mi${char}a@example.org`)]).toEqual([char, undefined]);
      expect([char, canonicalAddress(`mia@exam${char}ple.org`)]).toEqual([char, undefined]);
    }
  });

  it('keeps a joiner in a domain if its script makes it part of the word', () => {
    expect(canonicalAddress('a@نامه\u200cای.example')).toBe('a@xn--mgba3gch31f060k.example');
    expect(isSameAddress('a@نامه\u200cای.example', 'a@نامهای.example')).toBe(false);
  });

  it('is not shared by addresses that only look alike', () => {
    for (const [a, b] of [
      [MIA, 'mi\u0430@example.org'],
      [MIA, 'mia@ex\u0430mple.org'],
      ['ı@example.org', 'i@example.org'],
      ['strasse@example.org', 'straße@example.org'],
      ['a@strasse.example', 'a@straße.example'],
      ['jose@example.org', 'josé@example.org'],
      ['a+b@example.org', 'a@example.org'],
      ['a.b@example.org', 'ab@example.org'],
    ] as const)
      expect([a, b, isSameAddress(a, b)]).toEqual([a, b, false]);
  });

  it('is its own canonical form, and that of each form in which it may be stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.domain(), (local, domain) => {
        const canonical = canonicalAddress(`${local}@${domain}`);
        if (canonical === undefined) return;
        expect(canonicalAddress(canonical)).toBe(canonical);
        for (const form of addressSpellings(canonical)) expect(addressKey(form)).toBe(canonical);
      }),
    );
  });

  it('is computed quickly, however long the string', () => {
    for (const unit of [' ', '\u200b', '<', '"', 'mailto:', '\\', '@', 'ü'])
      expect(canonicalAddress(`x${unit.repeat(1_000_000)}x`)).toBeUndefined();
  });
});

describe('two strings', () => {
  it('that are not addresses are equal if they differ only in case and surrounding blanks', () => {
    expect(isSameAddress(' Mia ', 'mia')).toBe(true);
    expect(isSameAddress('mia', 'bo')).toBe(false);
  });

  it.each([
    ['', true],
    [' \u200b\u3164\n', true],
    ['a', false],
    ['\u200ba', false],
  ])('%j: blank is %p', (text, is) => {
    expect(isBlankAddress(text)).toBe(is);
  });
});

describe('the forms in which an address may be stored', () => {
  it('are a single form for most addresses', () => {
    expect(addressSpellings(' mia@example.org ')).toEqual([MIA]);
  });

  it('begin with the canonical one, and include the given spelling unless a look-up cannot request it', () => {
    expect(addressSpellings(' Mia@Example.org ')).toEqual([MIA, 'Mia@Example.org']);
    expect(addressSpellings('Mi\u200ba@example.org')).toEqual([MIA, 'Mi\u200ba@example.org']);
    expect(addressSpellings('mailto:mia@example.org')).toEqual([MIA, 'mailto:mia@example.org']);
    expect(addressSpellings('Mia <mia@example.org>')).toEqual([MIA]);
    expect(addressSpellings('info@müller.example')).toEqual([IDN, 'info@müller.example', 'info@mu\u0308ller.example']);
    expect(addressSpellings('a,b@example.org')).toEqual(['"a,b"@example.org', 'a,b@example.org']);
    expect(addressSpellings(' Mia ')).toEqual(['mia']);
  });
});
