/** Whatever comes in, into whatever state: a dry run only reads, and the real run then does what it has predicted. */

import fc from '../../support/fastCheck';
import type { DryRunResult, Change, WriteResult } from '../../../lib/upsert/output/writeResult';
import type { IncomingRecord } from '../../../lib/upsert/record';
import { mapped, newReceivers, stored, switches } from '../../support/upsert/arbitraries';
import { DAY, NOW, startBench, type Bench, type Settings } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const MIA = 'mia@example.org';

const own = {
  global_attributes: { firstname: 'Mia', birthday: '1980-01-02' },
  attributes: { store: 'Altona', visits: '7' },
};

const event = fc.record({
  row: mapped,
  /** Who is written to: by address, by our own id with an address or without, or by an id that nobody has. */
  by: fc.constantFrom(
    'address',
    'other address',
    'id',
    'id and other address',
    'id and international address',
    'unknown id',
    'nothing',
    'no address at all',
  ),
  /** Whether a request to delete names no group. */
  everywhere: fc.boolean(),
  /** Another receiver that has the other addresses, one of them in another form. */
  twin: fc.constantFrom('nowhere', 'nowhere', 'in the group', 'in another group', 'in both'),
  twinState: stored,
  deletes: fc.constantFrom('no request', 'a request', 'a request that is not allowed'),
  isThere: fc.boolean(),
  state: fc.oneof(stored, fc.constant({ registered: NOW - DAY, tags: ['foreign'] })),
  says: fc.constantFrom({}, { subscription: { status: 'unsubscribed' } }),
  newReceivers,
  optOuts: fc.boolean(),
  form: fc.boolean(),
  answers: switches,
});

type Scenario = typeof event extends fc.Arbitrary<infer T> ? T : never;

function messageOf({ by, row, says, deletes }: Scenario, id: string): IncomingRecord {
  const addresses: Partial<Record<typeof by, unknown>> = {
    address: ' Mia@example.org',
    'other address': 'bo@example.org',
    'id and other address': 'bo@example.org',
    'id and international address': 'Info@xn--mller-kva.example',
    'unknown id': MIA,
    'no address at all': 'Mia',
  };
  const email = addresses[by];
  const receiver = { ...row, ...(email !== undefined && { email }) };
  const ids: Partial<Record<typeof by, string>> = {
    id,
    'id and other address': id,
    'id and international address': id,
    'unknown id': '70999',
  };
  const recordUid = ids[by];
  const metadata = recordUid === undefined ? {} : { recordUid, oihUid: 'u' };
  if (deletes === 'no request')
    return record(receiver, metadata, { ...says, ...(row.active === false && { active: false }) });
  const entry = { deleteRequested: true, ...(email !== undefined && { email }) };
  return record(entry, metadata, entry);
}

const settingsFor = ({ newReceivers: setting, optOuts, deletes, everywhere, form }: Scenario): Settings => ({
  ...(everywhere && deletes !== 'no request' && { groupId: null }),
  newReceivers: setting,
  optOuts,
  deletes: deletes === 'a request',
  idLinking: true,
  ...(form && setting === 'unconfirmed' && { doiFormId: '7' }),
});

let elsewhere = '';
const all = ({ sandbox, group }: Bench) => [group, elsewhere].flatMap((one) => sandbox.account.receivers(one));

const tos = (changes: Record<string, Change> = {}) =>
  Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to]));

/** What the real run did, in the words of a dry run. */
function kindOf(result: WriteResult, gone: boolean): string {
  if (result.kind === 'deleted')
    return { confirmed: gone ? 'delete' : 'nothing', denied: 'deny', failed: 'refuse' }[result.outcome];
  const expected = {
    created: 'create',
    updated: 'update',
    moved: 'changeAddress',
    unsubscribed: 'unsubscribe',
    unchanged: 'nothing',
    skipped: 'skip',
  } as const;
  return result.kind === 'failed' || result.kind === 'dryRun' ? result.kind : expected[result.kind];
}

/** CleverReach may write it as a digit. */
const isActive = (receiver: Record<string, unknown> | undefined) =>
  [true, 1, '1'].includes(receiver?.['active'] as string);

function checkValues(bench: Bench, predicted: DryRunResult, before: Record<string, unknown> | undefined): void {
  const writes = bench.sandbox.requests.filter(({ method }) => method !== 'GET');
  const bodies = writes.flatMap(({ body }) => body ?? []) as Record<string, unknown>[];
  const row = bodies.find((one) => 'attributes' in one || 'global_attributes' in one || 'tags' in one) ?? {};
  expect(row['attributes'] ?? {}).toEqual(tos(predicted.changes?.attributes));
  expect(row['global_attributes'] ?? {}).toEqual(tos(predicted.changes?.global_attributes));

  const after = bench.stored(predicted.changes?.email?.to ?? predicted.receiver?.id ?? predicted.receiver?.email ?? '');
  if (predicted.receiver?.email === undefined || !after) return;
  for (const scope of ['attributes', 'global_attributes'] as const) {
    const changes = predicted.changes?.[scope] ?? {};
    for (const [name, { from }] of Object.entries(changes)) {
      const isNew = predicted.wouldDo === 'create' && (scope === 'attributes' || before === undefined);
      expect(from).toBe(isNew ? undefined : (before?.[scope] as Record<string, string> | undefined)?.[name]);
    }
    const untouched = Object.entries((predicted.wouldDo !== 'create' && before?.[scope]) || {}).filter(
      ([name]) => !(name in changes),
    );
    expect(after[scope]).toMatchObject(Object.fromEntries(untouched));
  }
  const { add = [], remove = [] } = predicted.changes?.tags ?? {};
  const had = predicted.wouldDo === 'create' ? [] : ((before?.['tags'] ?? []) as string[]);
  expect(new Set(after['tags'] as string[])).toEqual(new Set([...had.filter((tag) => !remove.includes(tag)), ...add]));
  expect([...remove].every((tag) => had.includes(tag))).toBe(true);
  if (predicted.wouldDo === 'create') expect(isActive(after)).toBe(predicted.state === 'active');
  else expect(isActive(after)).toBe(predicted.wouldDo !== 'unsubscribe' && isActive(before));
  const mails = writes.filter(({ path }) => path.endsWith('/send/activate')).map(({ path }) => path);
  expect(mails).toEqual(predicted.doiFormId === undefined ? [] : [`/v3/forms/${predicted.doiFormId}/send/activate`]);
}

const written = ({ sandbox }: Bench) => sandbox.requests.filter(({ method }) => method !== 'GET');

const one = ([result]: WriteResult[]): WriteResult => {
  if (!result) throw new Error('no result');
  return result;
};

/** Runs the dry run and then the real one. @returns the result that the dry run predicted */
async function compareRuns(bench: Bench, scenario: Scenario): Promise<string> {
  const { account } = bench.sandbox;
  account.addForm({ groupId: bench.group, id: '7' });
  const other = account.addReceiver(bench.group, { email: 'other@example.org', registered: NOW - DAY });
  const id = scenario.isThere ? account.addReceiver(bench.group, { email: MIA, ...own, ...scenario.state }) : '70998';
  elsewhere = account.addGroup('Elsewhere');
  const places = {
    nowhere: [],
    'in the group': [bench.group],
    'in another group': [elsewhere],
    'in both': [bench.group, elsewhere],
  }[scenario.twin];
  for (const place of places)
    for (const email of ['bo@example.org', 'info@müller.example'])
      account.addReceiver(place, { email, global_attributes: own.global_attributes, ...scenario.twinState });
  const [message, settings, before] = [messageOf(scenario, id), settingsFor(scenario), all(bench)];

  const predicted = one(await bench.write([message], { ...settings, dryRun: true }));
  expect(written(bench)).toEqual([]);
  expect(all(bench)).toEqual(before);

  const meant = predicted.kind === 'dryRun' ? (predicted.preview.receiver?.id ?? id) : id;
  const old = bench.stored(meant);
  const stranger =
    predicted.kind === 'dryRun' ? bench.stored(predicted.preview.receiver?.email ?? '', elsewhere) : undefined;
  bench.sandbox.forgetRequests();
  const real = one(await bench.write([message], settings));
  expect(bench.stored(other)).toMatchObject({ email: 'other@example.org', tags: [] });
  expect(bench.sandbox.hazards).toEqual([]);
  if (predicted.kind === 'failed') {
    expect(real).toEqual(predicted);
    return 'error';
  }
  if (predicted.kind !== 'dryRun') throw new Error(`no dry run: ${predicted.kind}`);
  const { preview } = predicted;
  const { wouldDo } = preview;
  expect(kindOf(real, all(bench).length < before.length)).toBe(wouldDo);
  if (['nothing', 'skip', 'deny', 'refuse'].includes(wouldDo)) expect(all(bench)).toEqual(before);
  else if (wouldDo === 'delete') expect(bench.stored(meant)).toBeUndefined();
  else checkValues(bench, preview, preview.receiver?.id === undefined ? stranger : old);
  return wouldDo;
}

it('a dry run sends only reads, and the real run makes exactly the changes of its result, with the same values', async () => {
  const results = new Set<string>();
  await fc.assert(
    fc.asyncProperty(event, async (scenario) => {
      const bench = await startBench(scenario.answers);
      try {
        results.add(await compareRuns(bench, scenario));
      } finally {
        await bench.sandbox.close();
      }
    }),
    // always the same scenarios, which together contain every result
    { numRuns: 150, seed: 71 },
  );
  const expected = ['changeAddress', 'create', 'delete', 'deny', 'error', 'nothing', 'skip', 'unsubscribe', 'update'];
  expect([...results].sort()).toEqual(expected);
});

it.each([
  ['', '  ', ''],
  ['1990-03-04', '  ', ''],
  ['1990-03-04', '4.3.1990', '1990-03-04'],
  ['1990-03-04', '5.3.1990', '1990-03-05'],
])(
  'a dry run shows the birthday that a new receiver of another group will have: %j, sent as %j',
  async (before, sent, after) => {
    const bench = await startBench();
    try {
      const { account } = bench.sandbox;
      const other = account.addGroup('Other');
      account.addReceiver(other, { email: MIA, global_attributes: { birthday: before } });
      const record = { metadata: {}, entry: {}, receiver: { email: MIA, global_attributes: { birthday: sent } } };
      const predicted = one(await bench.write([record], { dryRun: true }));
      const changes = before === after ? {} : { global_attributes: { birthday: { from: before, to: after } } };
      expect(predicted).toMatchObject({ preview: { wouldDo: 'create' } });
      expect(predicted.kind === 'dryRun' && predicted.preview.changes).toEqual(changes);
      expect(one(await bench.write([record])).kind).toBe('created');
      for (const group of [bench.group, other])
        expect(bench.stored(MIA, group)).toMatchObject({ global_attributes: { birthday: after } });
      expect(bench.creates()).toMatchObject([{ global_attributes: { birthday: after } }]);
    } finally {
      await bench.sandbox.close();
    }
  },
);
