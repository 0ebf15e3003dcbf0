/** Which records ask for a deletion. */

import { RecordError } from '../../../lib/utils/errors';
import { errorOf, kinds, useBench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const EMAIL = 'mia@example.org';

describe('a record', () => {
  const start = useBench();
  const asking = (deleteRequested: unknown) => {
    const entry = { email: EMAIL, deleteRequested };
    return record({ ...entry, global_attributes: { firstname: 'Mia' } }, {}, entry);
  };

  it.each(['false', '0', 0, false, '', 'no', null])(
    'whose "deleteRequested" is %j is written, and deletes no receiver',
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

  it('without a delete request in the mapping result is written', async () => {
    const bench = await start();
    expect((await bench.one(record({ email: EMAIL, deleteRequested: false }))).kind).toBe('created');
  });

  it.each(['perhaps', 2, {}])(
    'whose "deleteRequested" is %j is refused by name, and does not affect the others',
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
