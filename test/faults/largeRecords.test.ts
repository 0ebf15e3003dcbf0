/** Records that are large, or have large values: they are processed quickly, and do not affect other records. */

import { unreadFields } from '../../lib/upsert/plan/ignoredFields';
import { isCanonicalNumber, isNumber, isSameValue, unfitReason } from '../../lib/upsert/plan/attributeValues';
import { placeValues } from '../../lib/upsert/plan/attributeFilter';
import { errorOfRecord } from '../../lib/upsert/recordError';
import { RecordError } from '../../lib/utils/errors';
import { receiver } from '../support/receiver';
import { effort } from '../support/effort';

it.each(['addresses', 'contactData'])('a person with 140,000 entries in %s is processed completely', (list) => {
  const entries = Array.from({ length: 140_000 }, (_, n) => ({ [`x${n}`]: 1 }));
  const [notice] = unreadFields({ [list]: entries });
  expect(notice).toMatch(/^Not written/);
});

it.each([
  ['digits', '9'.repeat(2_000_000)],
  ['zeros', `${'0'.repeat(2_000_000)}1`],
  ['decimals', `1,${'0'.repeat(2_000_000)}`],
  ['groups', `1${'.000'.repeat(500_000)}`],
])('a number with two million %s is rejected quickly', (_, digits) => {
  const spent = effort();
  expect([isNumber(digits), isCanonicalNumber(digits), isSameValue(digits, '1', 'number')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(unfitReason(digits, 'number', '1')).toBe('uncounted');
  expect(spent()).toBeLessThan(200);
});

it.each(['\u200b', '\u0000', '\u00ad', '\u2800', '\u3164', '\ufe0f'])(
  'a value that consists only of %j counts as missing',
  (blank) => {
    expect(isSameValue(blank, '', undefined)).toBe(true);
    const stored = receiver('1', { attributes: { title: blank }, global_attributes: { titel: 'Dr.' } });
    const row = {
      attributes: {},
      global_attributes: { title: 'Dr.', titel: 'Dr.' },
      tags: [],
      aliases: { title: ['title', 'titel'] },
      doidata: {},
    };
    const names = new Map([
      ['title', 'text'],
      ['titel', 'text'],
    ]);
    const types = { attributes: names, global_attributes: names };
    expect(placeValues(row, stored, types).row).toMatchObject({ attributes: {}, global_attributes: {} });
  },
);

it('a bug that one record triggers is reported as an error of that record', () => {
  expect(errorOfRecord(new RangeError('Maximum call stack size exceeded'))).toEqual(
    new RecordError(
      'An unexpected error occurred while the record was read (Maximum call … size exceeded); nothing was written. Waiting does not help: report this message.',
    ),
  );
});
