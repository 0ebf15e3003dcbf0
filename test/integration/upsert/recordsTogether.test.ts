/** Records that are written together leave the account as they do one by one. */

import fc from '../../support/fastCheck';
import { examples } from '../../support/runs';
import { kinds, startBench, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const emails = ['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org', 'new@example.org'];

interface Incoming {
  /** Number of a receiver of the account at the beginning, or of one that does not exist. */
  id: number | undefined;
  email: string | undefined;
  name: string;
}

const incoming: fc.Arbitrary<Incoming[]> = fc.array(
  fc.record({
    id: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
    email: fc.option(fc.constantFrom(...emails), { nil: undefined }),
    name: fc.constantFrom('Ada', 'Bo', 'Cy'),
  }),
  { minLength: 2, maxLength: 5 },
);

const newReceivers = fc.constantFrom('active' as const, 'unconfirmed' as const, 'skip' as const);

/** Two receivers of the group, two of another group only. @returns their ids, and one that nobody has */
function people({ sandbox, group }: Bench): { ids: string[]; other: string } {
  const other = sandbox.account.addGroup('Other');
  const of = [group, group, other, other];
  const ids = of.map((one, index) => sandbox.account.addReceiver(one, { email: emails[index] ?? '' }));
  return { ids: [...ids, '79999'], other };
}

/** Who is in which group, with which name and state. */
function left({ sandbox, group }: Bench, other: string): string[] {
  const rows = [group, other].flatMap((one) => sandbox.account.receivers(one));
  return rows
    .map((row) => JSON.stringify([row['group_id'], row['email'], row['active'], row['global_attributes']]))
    .sort();
}

async function play(records: readonly Incoming[], setting: 'active' | 'unconfirmed' | 'skip', isTogether: boolean) {
  const bench = await startBench();
  try {
    const { ids, other } = people(bench);
    const sent = records.map(({ id, email, name }) => {
      const metadata = id === undefined ? {} : { recordUid: ids[id], oihUid: 'u' };
      return record({ ...(email !== undefined && { email }), global_attributes: { firstname: name } }, metadata);
    });
    const settings = { idLinking: true, newReceivers: setting };
    const results = [];
    for (const batch of isTogether ? [sent] : sent.map((one) => [one])) {
      results.push(...(await bench.write(batch, settings)));
    }
    expect(bench.sandbox.hazards).toEqual([]);
    return { failed: kinds(results).map((kind) => kind === 'failed'), left: left(bench, other) };
  } finally {
    await bench.sandbox.close();
  }
}

it('records that arrive together have the same result as one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(incoming, newReceivers, async (records, setting) => {
      expect(await play(records, setting, true)).toEqual(await play(records, setting, false));
    }),
    {
      ...examples(60),
      examples: [
        [[c(undefined, 'c'), c(2, undefined)], 'active'],
        [[c(undefined, 'c'), c(2, 'new')], 'active'],
      ],
    },
  );
});

function c(id: number | undefined, who: string | undefined): Incoming {
  return { id, email: who && `${who}@example.org`, name: id === undefined ? 'Ada' : 'Bo' };
}
