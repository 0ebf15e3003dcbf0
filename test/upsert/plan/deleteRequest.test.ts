/** Which records ask for a deletion. */

import { RecordError } from '../../../lib/utils/errors';
import { isDeleteRequest } from '../../../lib/upsert/plan/deleteRequest';
import { errorOf, kinds, record, useBench } from '../account';

const EMAIL = 'mia@example.org';

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
  it.each(YES.map((value) => [value]))('asks for a deletion with the value %j', (value) => {
    expect(isDeleteRequest({ deleteRequested: value })).toBe(true);
  });

  it.each(NO.map((value) => [value]))('asks for nothing with the value %j', (value) => {
    expect(isDeleteRequest({ deleteRequested: value })).toBe(false);
  });

  it('asks for nothing where it is missing', () => {
    expect(isDeleteRequest({})).toBe(false);
  });

  it.each(UNREADABLE.map((value) => [value]))('is an error of the record with the value %j', (value) => {
    expect(() => isDeleteRequest({ deleteRequested: value })).toThrow(RecordError);
  });
});

describe('a record', () => {
  const start = useBench();
  const asking = (deleteRequested: unknown) => {
    const entry = { email: EMAIL, deleteRequested };
    return record({ ...entry, global_attributes: { firstname: 'Mia' } }, {}, entry);
  };

  it.each(['false', '0', 0, false, '', 'no', null])(
    'whose "deleteRequested" is %j is written, and deletes nobody',
    async (value) => {
      const bench = await start();
      bench.sandbox.account.addReceiver(bench.group, { email: EMAIL });
      expect((await bench.one(asking(value), { deletes: true })).kind).toBe('updated');
      expect(bench.sandbox.account.size(bench.group)).toBe(1);
    },
  );

  it.each([true, '2026-07-26'])(
    'whose "deleteRequested" is %j after the mapping only is refused, in a dry run too',
    async (deleteRequested) => {
      const bench = await start();
      bench.sandbox.account.addReceiver(bench.group, { email: EMAIL });
      const mapped = record({ email: EMAIL, deleteRequested, tags: ['a'] }, {}, { mail: EMAIL, weg: true });
      for (const dryRun of [true, false]) {
        const error = errorOf(await bench.one(mapped, { deletes: true, dryRun }));
        expect(error).toBeInstanceOf(RecordError);
        expect(error.message).toContain(
          'delete requests are read before the mapping, so nothing is written or deleted',
        );
      }
      expect(bench.stored(EMAIL)).toMatchObject({ tags: [] });
    },
  );

  it('that the mapping gives no request for is written', async () => {
    const bench = await start();
    expect((await bench.one(record({ email: EMAIL, deleteRequested: false }))).kind).toBe('created');
  });

  it.each(['perhaps', 2, {}])(
    'whose "deleteRequested" is %j is refused by name, and costs the others nothing',
    async (value) => {
      const bench = await start();
      bench.sandbox.account.addReceiver(bench.group, { email: EMAIL });
      const unclear = { ...asking(value), metadata: { recordUid: 'crm-1007' } };
      const results = await bench.write([unclear, record({ email: 'jo@example.org' })], { deletes: true });
      expect(kinds(results)).toEqual(['failed', 'created']);
      expect(errorOf(results[0]).message).toMatch(/^The record with the recordUid "crm-1007": .*"deleteRequested"/);
      expect(bench.stored(EMAIL)).toMatchObject({ global_attributes: { firstname: '' } });
    },
  );
});
