import fc from '../../support/fastCheck';
import { birthday, isoDate } from '../../../lib/utils/dates';
import { examples } from '../../support/runs';

const NEW_YEARS_EVE = [
  '1990-12-31',
  ' 1990-12-31 ',
  '1990-12-31T00:00:00Z',
  '1990-12-31T23:30:00-05:00',
  '1990-12-31T23:30:00.123+0200',
  '1990-12-31 00:00:00',
  '1990-12-31T10:15',
  '1990-12-31 11:59 PM',
  '1990-12-31Z',
  '1990-12-31+01:00',
  '1990/12/31',
  '1990.12.31',
  '1990/12/31 08:00',
  '19901231',
  '19901231T000000Z',
  '19901231000000',
  '31.12.1990',
  '31. 12. 1990',
  '31.12.1990 12:00 Uhr',
  '31.12.90',
  '31/12/1990',
  '12/31/1990',
  '31-12-1990',
  '12-31-1990',
  '31/12/90',
  '12/31/90',
  '12/31/1990 12:00:00 AM',
  '31. Dezember 1990',
  '31 December 1990',
  '31st of December 1990',
  'Monday, 31. Dezember 1990',
  'December 31, 1990',
  'Dec 31st, 1990',
  'Montag, den 31. Dezember 1990',
  '31-Dec-1990',
  '31-Dec-90',
  '31 dez. 1990',
  '1990 Dec 31',
  'Mon, 31 Dec 1990 00:00:00 GMT',
  'Mon, 31 Dec 1990 23:30:00 -0500',
  'Monday, 31-Dec-90 12:00:00 GMT',
  'Mon Dec 31 00:00:00 1990',
  'Mon Dec 31 1990 00:00:00 GMT+0100 (Central European Standard Time)',
  '662601600',
  662_601_600,
  '662601600000',
  662_601_600_000,
  19_901_231,
];

describe('a date', () => {
  it.each(NEW_YEARS_EVE)('%j is the last day of 1990, in either direction', (written) => {
    expect(isoDate(written)).toBe('1990-12-31');
    expect(birthday(written)).toBe('1990-12-31');
  });

  it.each([
    ['1. März 1985', '1985-03-01'],
    ['1 Mrz 1985', '1985-03-01'],
    ['7. Jänner 1985', '1985-01-07'],
    ['May 5, 2001', '2001-05-05'],
    ['5/5/1990', '1990-05-05'],
    ['29.2.92', '1992-02-29'],
    [-86_400, '1969-12-31'],
    ['-86400', '1969-12-31'],
    [39_113_280, '1971-03-29'],
    ['-2208988800', '1900-01-01'],
    ['-1000000000', '1938-04-24'],
    ['99999999999', '1973-03-03'],
  ])('%j is %s', (written, date) => {
    expect(isoDate(written)).toBe(date);
  });

  it.each([
    '3/4/1990',
    '03-04-1990',
    '1/2/03',
    '31/12/05',
    '31/11/05',
    '31-11-05',
    '29-02-01',
    '30-02-05',
    '32/11/05',
    '90/12/31',
    '12345',
    33_238,
    '39113280',
    '31121990',
    '10122010',
    '199012310000',
    '9'.repeat(14),
    '9'.repeat(20),
    '1990',
    '12/1990',
    '31.12.',
    'December 1990',
    'Dec 31',
    '31 Dec 1990 1991',
    '31 12 1990',
    '31.12/1990',
    '31.2.1990',
    '1990-02-30',
    '1990-13-01',
    '1990-00-10',
    '1990-01-00',
    '29.2.1990',
    '31 Nov 1990',
    '99.12.31',
    '0099-01-02',
    '1.1.099',
    'in spring',
    'on 1990-12-31',
    '1990-12-31 at noon',
    '1990-12-311',
    'x'.repeat(100_000),
    '1'.repeat(100_000),
    '1 '.repeat(40),
    `1${' '.repeat(100_000)}:`,
  ])('%j is not guessed: reading keeps the string, and writing gives no date', (written) => {
    expect(isoDate(written)).toBeUndefined();
    expect(birthday(written)).toBe(String(written).trim());
  });

  it.each([
    undefined,
    null,
    '',
    ' ',
    0,
    '0',
    '000',
    '-0',
    '0000-00-00',
    '0000-00-00 00:00:00',
    '00.00.0000',
    '0001-01-01T00:00:00',
    '-62135596800',
    -62_135_596_800,
    '-62135596800000',
    '-12219292800',
    '-10000000000',
    '-2208988800000',
    '-2208988801',
  ])('%j is not a date', (written) => {
    expect(isoDate(written)).toBeUndefined();
    expect(birthday(written)).toBeUndefined();
  });

  it('in Unix time is not a birthday if it is after today, but may be another date', () => {
    const tomorrow = Math.floor(Date.now() / 1_000) + 86_400;
    for (const written of [tomorrow, String(tomorrow), tomorrow * 1_000, 4_102_444_800]) {
      expect(isoDate(written)).toMatch(/^2\d{3}-/);
      expect(birthday(written)).toBeUndefined();
    }
    expect(birthday(tomorrow - 86_400)).toBe(new Date().toISOString().slice(0, 10));
  });

  it('with a year of two digits is the last such day that is not in the future', () => {
    const now = new Date();
    const [today = '', tomorrow = ''] = [0, 1].map((days) =>
      new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10),
    );
    const short = (date: string): string => date.slice(2).split('-').reverse().join('.');
    expect(isoDate(short(today))).toBe(today);
    expect(isoDate(short(tomorrow))).toBe(`19${tomorrow.slice(2)}`);
  });

  it('that was read can be written and is unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.stringMatching(/^[\d./ :TZ-]{4,20}$/)), (written) => {
        const date = isoDate(written);
        if (date === undefined) return;
        expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        const isLater = date > new Date().toISOString().slice(0, 10);
        expect([date, isLater ? undefined : date]).toContain(birthday(written));
        expect(isoDate(date)).toBe(date);
      }),
      examples(2_000),
    );
  });

  it.each([
    ['1990-02-01', '1990-02-01'],
    [' 1990-02-01 ', '1990-02-01'],
    ['1990-02-01T10:00:00Z', '1990-02-01'],
    ['1990-02-01 10:00', '1990-02-01'],
    ['1.2.1990', '1990-02-01'],
    ['01.02.1990', '1990-02-01'],
    ['31.12.1990', '1990-12-31'],
    ['2000-02-29', '2000-02-29'],
    ['0001-01-01', undefined],
    ['1900-02-28', '1900-02-28'],
    ['1900-02-29', undefined],
    ['1990-02-31', undefined],
    ['31.2.1990', undefined],
    ['1990-13-01', undefined],
    ['1990-00-01', undefined],
    ['1990-01-00', undefined],
    ['1990-02-011', undefined],
    ['x1990-02-01', undefined],
    ['11990-02-01', undefined],
    ['1990-2-1', '1990-02-01'],
    ['1.2.90', '1990-02-01'],
    ['1.2.19900', undefined],
    ['111.2.1990', undefined],
    ['x1.2.1990', undefined],
    ['1.2.1990 10:00', '1990-02-01'],
    ['1x2x1990', undefined],
    ['635817600', '1990-02-24'],
    ['', undefined],
    [undefined, undefined],
    [{}, undefined],
  ])('of %j is %j', (value, date) => {
    expect(isoDate(value)).toBe(date);
  });

  it.each([
    ['1.2.1990', '1990-02-01'],
    ['1990-02-01T10:00:00Z', '1990-02-01'],
    [635_817_600, '1990-02-24'],
    ['635817600', '1990-02-24'],
    [-86_400, '1969-12-31'],
    ['12345', '12345'],
    ['1234', '1234'],
    ['-1234', '-1234'],
    ['x12345', 'x12345'],
    ['12345x', '12345x'],
    ['9'.repeat(20), '9'.repeat(20)],
    ['9'.repeat(12), '2001-09-09'],
    ['31.2.1990', '31.2.1990'],
    ['in spring', 'in spring'],
    [0, undefined],
    ['0', undefined],
    ['000', undefined],
    ['-0', undefined],
    ['x0', 'x0'],
    ['0x', '0x'],
    ['0000-00-00', undefined],
    ['0000-00-00 00:00:00', undefined],
    ['x0000-00-00', 'x0000-00-00'],
    [' ', undefined],
    [undefined, undefined],
  ])('of birth of %j is %j', (value, date) => {
    expect(birthday(value)).toBe(date);
  });
});
