/** Whatever a mapping delivers, into whatever state: nobody is harmed, and the second time nothing is written. */

import fc from '../../support/fastCheck';
import { examples } from '../../support/runs';
import { mapped, newReceivers, stored, switches } from '../../support/upsert/arbitraries';
import { kinds, startBench, UPSERT, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const EMAIL = 'mia@example.org';
const before = { global_attributes: { firstname: 'Mia', lastname: 'Muster', birthday: '1980-01-02' } };
const local = { attributes: { store: 'Altona', visits: '7' } };

const stateOf = (bench: Bench) => {
  const { active, registered, activated, deactivated, bounced } = bench.stored(EMAIL) ?? {};
  return { active, registered, activated, deactivated, bounced };
};

/** Values of attributes that the record does not mention in this map, with any value at all. */
function unmentioned(values: unknown, sent: Record<string, unknown> = {}): [string, unknown][] {
  const names = Object.entries(sent).flatMap(([name, one]) => (one === null ? [] : [name.toLowerCase()]));
  return Object.entries(values as Record<string, unknown>).filter(([name]) => !names.includes(name));
}

it('a record never reactivates, never clears missing values, never removes the tags of others, and is never written twice', async () => {
  await fc.assert(
    fc.asyncProperty(mapped, stored, switches, newReceivers, async (row, state, answers, setting) => {
      const bench = await startBench(answers);
      try {
        bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, ...before, ...local, ...state });
        const [old, was] = [bench.stored(EMAIL) ?? {}, stateOf(bench)];
        const sent = record({ ...row, email: EMAIL });

        expect(['updated', 'unchanged']).toEqual(
          expect.arrayContaining(kinds(await bench.write([sent], { newReceivers: setting }))),
        );
        const now = bench.stored(EMAIL) ?? {};
        expect(stateOf(bench)).toEqual(was);
        for (const scope of ['attributes', 'global_attributes'] as const) {
          const after = now[scope] as Record<string, unknown>;
          for (const [name, kept] of unmentioned(old[scope], row[scope])) expect(after[name]).toBe(kept);
        }
        for (const foreign of state.tags.filter((one) => one === 'foreign' || one === 'shop.a')) {
          expect(now['tags']).toContain(foreign);
        }
        const written = bench.sandbox.count({ path: UPSERT });
        expect(kinds(await bench.write([sent], { newReceivers: setting }))).toEqual(['unchanged']);
        expect(bench.sandbox.count({ path: UPSERT })).toBe(written);
        expect(bench.sandbox.hazards).toEqual([]);
      } finally {
        await bench.sandbox.close();
      }
    }),
    examples(150),
  );
});
