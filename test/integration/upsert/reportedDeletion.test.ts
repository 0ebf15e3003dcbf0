/** A deletion that a trigger reports: which receiver it is about, and from where it is deleted. */

import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { addToTwoGroups, errorOf, linking, useBench, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const start = useBench();
const EMAIL = 'mia@example.org';
const ACCOUNT = '300417';
const deletes = { deletes: true } as const;
const everywhere = { ...deletes, groupId: null };

const report = (cleverreach: unknown, entry: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) =>
  record({}, metadata, { deleteRequested: '2026-11-28T18:00:00Z', cleverreach, ...entry });

async function startWithMia(): Promise<{ bench: Bench; id: string; other: string }> {
  const bench = await start();
  return { bench, ...addToTwoGroups(bench, EMAIL) };
}

const groupsWithMia = ({ bench, other }: { bench: Bench; other: string }): string[] =>
  [bench.group, other].filter((group) => bench.stored(EMAIL, group) !== undefined);

describe('a reported deletion from the account of the step', () => {
  it.each([
    (id: string) => ({ accountId: ACCOUNT, receiverId: id }),
    (id: string) => ({ accountId: Number(ACCOUNT), receiverId: Number(id) }),
    (id: string) => [{ accountId: ` ${ACCOUNT} `, receiverId: ` ${id} ` }],
  ])('is carried out by its id in the group of the step', async (made) => {
    const world = await startWithMia();
    const result = await world.bench.one(report(made(world.id)), deletes);
    expect(result).toEqual({ groupId: world.bench.group, kind: 'deleted', outcome: 'confirmed', recordUid: world.id });
    expect(groupsWithMia(world)).toEqual([world.other]);
  });

  it('is carried out in the group of the step even if it is about another group', async () => {
    const world = await startWithMia();
    const { bench, id, other } = world;
    await bench.one(report({ accountId: ACCOUNT, receiverId: id, groupId: other }), deletes);
    expect(groupsWithMia(world)).toEqual([other]);
  });

  it('is carried out in all groups only if neither the step nor the request names a group', async () => {
    const world = await startWithMia();
    const { bench, id, other } = world;
    const one = { accountId: ACCOUNT, receiverId: id };
    expect(await bench.one(report({ ...one, groupId: Number(other) }), everywhere)).toEqual({
      groupId: other,
      kind: 'deleted',
      outcome: 'confirmed',
      recordUid: id,
    });
    expect(groupsWithMia(world)).toEqual([bench.group]);
    await bench.one(report(one), everywhere);
    expect(groupsWithMia(world)).toEqual([]);
  });

  it.each(['group_id', 'groupid', 'GroupId', 'group'])('is carried out in the group that %s names', async (member) => {
    const world = await startWithMia();
    const { bench, id, other } = world;
    await bench.one(report({ accountId: ACCOUNT, receiverId: id, [member]: other }), everywhere);
    expect(groupsWithMia(world)).toEqual([bench.group]);
  });

  it('requests the account once, however many deletions are reported', async () => {
    const { bench, id } = await startWithMia();
    const one = report({ accountId: ACCOUNT, receiverId: id });
    await bench.write([one, one, one], deletes);
    expect(bench.sandbox.count({ path: '/v3/debug/whoami' })).toBe(1);
  });

  it('is described by a dry run', async () => {
    const { bench, id } = await startWithMia();
    const one = report({ accountId: ACCOUNT, receiverId: id });
    expect(await bench.one(one, { ...deletes, dryRun: true })).toMatchObject({
      preview: { wouldDo: 'delete', receiver: { id } },
    });
    expect(bench.stored(EMAIL)).toBeDefined();
  });

  it('is denied without any request if the step may not delete', async () => {
    const { bench, id } = await startWithMia();
    bench.sandbox.forgetRequests();
    expect(await bench.one(report({ accountId: ACCOUNT, receiverId: id }))).toMatchObject({ outcome: 'denied' });
    expect(bench.sandbox.requests).toEqual([]);
  });

  it('deletes nothing if the hub means another receiver', async () => {
    const world = await startWithMia();
    const { bench, id } = world;
    const made = report({ accountId: ACCOUNT, receiverId: '70999' }, {}, { recordUid: id, oihUid: 'u' });
    const error = errorOf(await bench.one(made, { ...deletes, ...linking }));
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toContain(
      `names two receivers: ${id} in its metadata, and 70999 in "cleverreach.receiverId"`,
    );
    expect(groupsWithMia(world)).toHaveLength(2);
  });

  it('deletes nothing if its address belongs to another receiver', async () => {
    const { bench, id } = await startWithMia();
    bench.sandbox.account.addReceiver(bench.group, { email: 'bo@example.org' });
    const made = report({ accountId: ACCOUNT, receiverId: id }, { email: 'bo@example.org' });
    expect(errorOf(await bench.one(made, deletes)).message).toContain('Nothing was deleted');
    expect(bench.sandbox.count({ method: 'DELETE' })).toBe(0);
  });

  it('comes again while CleverReach cannot tell which account it is', async () => {
    const { bench, id } = await startWithMia();
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: '/v3/debug/whoami', times: Infinity });
    const error = errorOf(await bench.one(report({ accountId: ACCOUNT, receiverId: id }), deletes));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(bench.sandbox.count({ method: 'DELETE' })).toBe(0);
  });
});

describe('a reported deletion that cannot be carried out by its id', () => {
  const cases: [string, (id: string) => Record<string, unknown>, string][] = [
    [
      'of another account',
      (id) => ({ accountId: '42', receiverId: id }),
      'its "cleverreach.accountId" is 42, and the step is connected to the CleverReach account 300417',
    ],
    ['without an account', (id) => ({ receiverId: id }), 'its "cleverreach.accountId" is missing'],
    ['with a blank account', (id) => ({ accountId: ' ', receiverId: id }), 'its "cleverreach.accountId" is missing'],
    ['without an id', () => ({ accountId: ACCOUNT }), 'its "cleverreach.receiverId" is missing or is not an id'],
    ...['', '0', '..', '71-b', '071', '71/activate', true, {}, 1.5].map(
      (receiverId): [string, () => Record<string, unknown>, string] => [
        `with the id ${JSON.stringify(receiverId)}`,
        () => ({ accountId: ACCOUNT, receiverId }),
        'its "cleverreach.receiverId" is missing or is not an id',
      ],
    ),
  ];

  it.each(cases)('%s is an error that says what is missing', async (_, made, why) => {
    const world = await startWithMia();
    const { bench, id } = world;
    for (const dryRun of [true, false]) {
      const error = errorOf(await bench.one(report(made(id), {}, { recordUid: id }), { ...deletes, dryRun }));
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toContain(
        `The delete request of the record with the recordUid "${id}" cannot be carried out`,
      );
      expect(error.message).toContain(why);
    }
    expect([groupsWithMia(world).length, bench.sandbox.count({ method: 'DELETE' })]).toEqual([2, 0]);
  });

  it.each(cases)('%s is carried out by its address, if it has one', async (_, made) => {
    const world = await startWithMia();
    const { bench, id } = world;
    bench.sandbox.account.addReceiver(bench.group, { email: 'bo@example.org' });
    await bench.one(report(made(id), { email: 'bo@example.org' }, { recordUid: id }), deletes);
    expect(bench.stored('bo@example.org')).toBeUndefined();
    expect(groupsWithMia(world)).toHaveLength(2);
  });

  it('of one group deletes nothing from a step without a group, whatever else it names', async () => {
    const world = await startWithMia();
    const { bench, id, other } = world;
    const made = report({ accountId: '42', receiverId: id, groupId: other }, { email: EMAIL });
    const error = errorOf(await bench.one(made, everywhere));
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toContain('is about one group, but its "cleverreach.accountId" is 42');
    expect(error.message).toContain('Set the field "groupId" or "groupName" of the step.');
    expect(groupsWithMia(world)).toHaveLength(2);
  });

  it.each(['..', 'x', '', '  ', 0, -1, {}, true])(
    'with the group %j is an error, and nothing is deleted',
    async (groupId) => {
      const world = await startWithMia();
      const { bench, id } = world;
      const made = report({ accountId: ACCOUNT, receiverId: id, groupId }, { email: EMAIL });
      expect(errorOf(await bench.one(made, everywhere)).message).toContain('is not an id of a CleverReach group');
      expect(groupsWithMia(world)).toHaveLength(2);
    },
  );

  it('is an error if the step may not read which account it is connected to', async () => {
    const { bench, id } = await startWithMia();
    bench.sandbox.faults.add({ kind: 'status', status: 403, path: '/v3/debug/whoami', times: Infinity });
    const error = errorOf(await bench.one(report({ accountId: ACCOUNT, receiverId: id }), deletes));
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toContain('the step may not read which CleverReach account it is connected to');
    expect(bench.stored(EMAIL)).toBeDefined();
  });
});
