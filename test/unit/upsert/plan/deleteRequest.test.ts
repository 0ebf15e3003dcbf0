import { RecordError } from '../../../../lib/utils/errors';
import { isDeleteRequest } from '../../../../lib/upsert/plan/deleteRequest';

const YES = [
  true,
  'true',
  ' TRUE ',
  1,
  '1',
  'yes',
  'ja',
  '2026-07-26T00:00:00Z',
  '2026-07-26T02:00:00.123+02:00',
  '2026-07-26',
  '26.07.2026',
  'Sun, 26 Jul 2026 00:00:00 GMT',
  1_785_024_000,
  '1785024000',
  1_785_024_000_123,
];

const NO = [
  undefined,
  null,
  false,
  'false',
  'False',
  0,
  -0,
  '0',
  '0.0',
  '',
  '  ',
  'no',
  'nein',
  'off',
  'null',
  'never',
  '0000-00-00 00:00:00',
  '1970-01-01T00:00:00Z',
];

const UNREADABLE = [
  'perhaps',
  'deleted',
  'pending',
  'active',
  'not now',
  2,
  -1,
  '12',
  '3/4/2026',
  '2026-13-45',
  '2026-07-26 unless he objects',
  {},
  [],
  ['yes', 'no'],
  { at: '2026-07-26' },
];

describe('"deleteRequested"', () => {
  it.each(YES.map((value) => [value]))('requests a deletion with the value %j', (value) => {
    expect(isDeleteRequest({ deleteRequested: value })).toBe(true);
  });

  it.each(NO.map((value) => [value]))('requests nothing with the value %j', (value) => {
    expect(isDeleteRequest({ deleteRequested: value })).toBe(false);
  });

  it('requests nothing if it is missing', () => {
    expect(isDeleteRequest({})).toBe(false);
  });

  it.each(UNREADABLE.map((value) => [value]))('is an error of the record with the value %j', (value) => {
    expect(() => isDeleteRequest({ deleteRequested: value })).toThrow(RecordError);
  });
});
