import fc from '../../support/fastCheck';
import { eraOf } from '../../../lib/subscription/memberValues';
import { signsIn } from '../../../lib/subscription/signs';

/** 0, as databases, spreadsheets and programs in any time zone show it. */
const NONE =
  `1970-01-01|1970-1-1|1970-1-1 00:00:00|1970-01-01t00:00:00z|1970-01-01t10:00:00+10:00|1/1/1970|01/01/1970|01/01/1970 00:00|1.1.1970|
01.01.1970, 00:00 uhr|1970/01/01|1-1-1970|19700101|19700101000000|197001010000|1969-12-31|12/31/1969|12/31/1969 7:00 pm|31/12/1969|31.12.1969|19691231|
1900-01-01|01.01.1900|1/1/1900|1899-12-30|30.12.1899|12/30/1899|0001-01-01|0001-01-01t00:00:00|01.01.0001|1/1/0001|0000-00-00|0000-00-00 00:00:00|
00.00.0000|00/00/0000|0/0/0000|0000-01-01|00.00.2024|2024-00-00|1. januar 1970|jan 1, 1970|-2208988800`.split(/\|\s*/);
const EARLY = [
  '1970-01-02',
  '1971-05-05',
  '31.12.1994',
  '12/31/1994',
  '19941231',
  '100000000',
  '788918399',
  '31.12.1990 12:00',
];
const PAST =
  `1995-01-02|2024-05-05|2024-5-5|2024-05-05t10:00:00.123z|2024-05-05 10:00:00+02:00|2024-05-05z|05.05.2024|5.5.2024 10:00 uhr|3/4/2024|
13/4/2024|4/13/2024|2024/05/05|20240505|20240505103000|788918400|1763000000|1763000000.5|1763000000000|5. mai 2024|may 5, 2024`.split(
    /\|\s*/,
  );
const FUTURE = ['9999-12-31', '31.12.2999', '12/31/2999', '20991231', '4000000000', '32503680000000'];
const NO_TIME =
  `|0|1|2|3600|12345678.5|-1|2024|2024-13-45|32.01.2024|13/13/2024|2024-01-01 unsubscribed|2024-01-01unsubscribed|01.01.2024 until 2025|
2024-01|1.5.|active|some day|2024-05-055|99999999|123456789012345`.split(/\|\s*/);

describe('a word is a time', () => {
  it.each([
    ['none', NONE],
    ['early', EARLY],
    ['past', PAST],
    ['future', FUTURE],
    [undefined, NO_TIME],
  ] as const)('of the era "%s"', (era, words) => {
    expect(words.filter((word) => eraOf(word) !== era)).toEqual([]);
  });

  it('of an era for every spelling of its day', () => {
    const two = (part: number): string => String(part).padStart(2, '0');
    const day = fc.record({
      y: fc.integer({ min: 1801, max: 2099 }),
      m: fc.integer({ min: 1, max: 12 }),
      d: fc.integer({ min: 13, max: 28 }),
    });
    fc.assert(
      fc.property(day, ({ y, m, d }) => {
        const spellings = [
          `${y}-${m}-${d}`,
          `${y}-${two(m)}-${two(d)}t00:00:00z`,
          `${d}.${m}.${y}`,
          `${two(d)}.${two(m)}.${y}`,
        ];
        const others = [
          `${m}/${d}/${y}`,
          `${d}/${m}/${y}`,
          `${y}/${m}/${d}`,
          `${y}${two(m)}${two(d)}`,
          `${d}-${m}-${y}`,
        ];
        expect(new Set([...spellings, ...others].map(eraOf)).size).toBe(1);
      }),
    );
  });
});

describe('the time of a consent', () => {
  const names = ['activated', 'optInDate', 'confirmedAt', 'consentDate', 'subscribed', 'einwilligungAm', 'bestätigtAm'];

  it.each(names)('"%s" does not count if it is a spelling of 0, or from before there were emails', (name) => {
    const given = [...NONE, ...EARLY].filter((word) => signsIn({ [name]: word.toUpperCase() }).inactive === undefined);
    expect(given).toEqual([]);
  });

  it.each(names)('"%s" does not count if it is in the future', (name) => {
    expect(FUTURE.map((word) => signsIn({ [name]: word }))).toEqual(FUTURE.map(() => ({ unreadable: name })));
  });

  it.each(names)('"%s" counts in any other spelling', (name) => {
    expect(PAST.map((word) => signsIn({ [name]: word }))).toEqual(PAST.map(() => ({ active: name })));
  });

  it.each(['deactivated', 'unsubscribedAt', 'abgemeldetAm'])(
    'has not ended by a 0 in "%s", and by any other time',
    (name) => {
      expect(NONE.map((word) => signsIn({ [name]: word }))).toEqual(NONE.map(() => ({})));
      const times = [...EARLY, ...PAST];
      expect(times.map((word) => signsIn({ [name]: word }))).toEqual(
        times.map(() => ({ inactive: name, status: 'unsubscribed' })),
      );
    },
  );
});
