/** Requests to delete: who is meant, where it is removed from, and what the hub is told. */

import { ConfigurationError, NotFoundError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { addToTwoGroups, errorOf, kinds, linking, useBench, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const start = useBench();
const EMAIL = 'mia@example.org';
const deletes = { deletes: true } as const;
const everywhere = { ...deletes, groupId: null };

const request = (entry: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) =>
  record({}, metadata, { deleteRequested: true, ...entry });

const stale = (id: string, email: string) => request({ email }, { recordUid: id, oihUid: 'oih-1' });
const linked = (id: string, entry: Record<string, unknown> = {}) => request(entry, { recordUid: id, oihUid: 'oih-1' });

async function startWithMia(): Promise<{ bench: Bench; id: string; other: string }> {
  const bench = await start();
  return { bench, ...addToTwoGroups(bench, EMAIL) };
}

it('a delete request is denied without any request if the step may not delete', async () => {
  const { bench } = await startWithMia();
  bench.sandbox.forgetRequests();
  expect(await bench.one(request({ email: EMAIL }))).toMatchObject({ kind: 'deleted', outcome: 'denied' });
  expect(bench.sandbox.requests).toEqual([]);
});

it.each([
  ['our own id', (id: string) => linked(id), linking],
  ['the address of a receiver', () => request({ email: ' Mia@Example.org' }), {}],
  ['the primary contact of a person', () => request({ contactData: contacts }), {}],
])('%s identifies the receiver to delete, only from the group of the step', async (_what, made, settings) => {
  const { bench, id, other } = await startWithMia();
  const result = await bench.one(made(id), { ...deletes, ...settings });
  expect(result).toEqual({ groupId: bench.group, kind: 'deleted', outcome: 'confirmed', recordUid: id });
  expect(bench.stored(EMAIL)).toBeUndefined();
  expect(bench.stored(EMAIL, other)).toBeDefined();
});

const contacts = [
  null,
  { type: 'phone', value: '1' },
  { type: 'email', value: 'other@example.org' },
  { type: 'Email', value: EMAIL, description: 'primary' },
];

it('the group may be selected by its name', async () => {
  const { bench, other } = await startWithMia();
  await bench.one(request({ email: EMAIL }), { ...everywhere, groupName: 'other' });
  expect(bench.stored(EMAIL)).toBeDefined();
  expect(bench.stored(EMAIL, other)).toBeUndefined();
});

it.each([
  ['our own id', (id: string) => linked(id), linking],
  ['the address', () => request({ email: ' Mia@Example.org' }), {}],
  ['the contact of a person', () => request({ contactData: contacts }), {}],
  ['the address, because the id no longer exists', () => stale('70999', EMAIL), linking],
])('without a group a receiver is deleted from all groups, by %s', async (_what, made, settings) => {
  const { bench, id, other } = await startWithMia();
  const bo = bench.sandbox.account.addReceiver(other, { email: 'bo@example.org' });
  const result = await bench.one(made(id), { ...everywhere, ...settings });
  expect(result).toEqual({ kind: 'deleted', outcome: 'confirmed', recordUid: id });
  expect([bench.stored(EMAIL), bench.stored(EMAIL, other)]).toEqual([undefined, undefined]);
  expect(bench.stored(bo, other)).toBeDefined();
});

it('without a group all forms of an address are looked up in the account', async () => {
  const { bench, other } = await startWithMia();
  bench.sandbox.account.addReceiver(bench.group, { email: 'info@müller.example' });
  bench.sandbox.account.addReceiver(other, { email: 'info@xn--mller-kva.example' });
  const result = await bench.one(request({ email: 'INFO@müller.example' }), everywhere);
  expect(result).toMatchObject({ outcome: 'confirmed' });
  expect([bench.group, other].map((group) => bench.sandbox.account.size(group))).toEqual([1, 1]);
});

it('without a group a request is not confirmed by an account that does not accept an address as an id', async () => {
  const { bench, id, other } = await startWithMia();
  const body = { error: { code: 404, message: 'Not Found: invalid receiver' } };
  bench.sandbox.faults.add({ kind: 'status', status: 404, body, method: 'GET', path: /\/receivers\/[^/]*(@|%40)/ });
  const result = await bench.one(request({ email: EMAIL }), everywhere);
  expect(result).toEqual({ kind: 'deleted', outcome: 'confirmed', recordUid: id });
  expect([bench.stored(EMAIL), bench.stored(EMAIL, other)]).toEqual([undefined, undefined]);
});

it('without a group no receiver is deleted if the account returns another receiver for the address', async () => {
  const { bench } = await startWithMia();
  const bo = bench.sandbox.account.addReceiver(bench.group, { email: 'bo@example.org' });
  const body = { id: bo, email: 'bo@example.org' };
  bench.sandbox.faults.add({ kind: 'body', body, method: 'GET', path: /\/v3\/receivers\//, times: Infinity });
  expect(errorOf(await bench.one(request({ email: EMAIL }), everywhere))).toBeInstanceOf(TemporaryError);
  expect(bench.sandbox.count({ method: 'DELETE' })).toBe(0);
});

describe('a delete request with our id and an address', () => {
  it.each([{}, { groupId: null }])('selects the receiver with the address if the id is outdated (%j)', async (more) => {
    const { bench, id } = await startWithMia();
    const settings = { ...deletes, ...linking, ...more };
    expect(await bench.one(stale('70999', EMAIL), { ...settings, dryRun: true })).toMatchObject({
      preview: { wouldDo: 'delete', receiver: { id } },
    });
    expect(bench.stored(EMAIL)).toBeDefined();
    expect(await bench.one(stale('70999', EMAIL), settings)).toMatchObject({ outcome: 'confirmed', recordUid: id });
    expect(bench.stored(EMAIL)).toBeUndefined();
  });

  it('is confirmed if neither exists, and names the id', async () => {
    const { bench } = await startWithMia();
    const result = await bench.one(stale('70999', 'nobody@example.org'), { ...deletes, ...linking });
    expect(result).toMatchObject({ outcome: 'confirmed', recordUid: '70999' });
    expect(bench.stored(EMAIL)).toBeDefined();
  });

  it('deletes nothing if the id and the address belong to two receivers, however often it is delivered', async () => {
    const { bench, id } = await startWithMia();
    const bo = bench.sandbox.account.addReceiver(bench.group, { email: 'bo@example.org' });
    for (let delivery = 0; delivery < 2; delivery += 1) {
      const error = errorOf(await bench.one(stale(id, 'bo@example.org'), { ...deletes, ...linking }));
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toContain(
        `belongs to receiver ${id}, but its address to receiver ${bo}. Nothing was deleted`,
      );
    }
    expect(bench.stored(EMAIL)).toBeDefined();
    expect(bench.stored('bo@example.org')).toBeDefined();
  });

  it('is carried out by its id if the address is invalid, and is not confirmed if the id is outdated', async () => {
    const { bench, id } = await startWithMia();
    const settings = { ...deletes, ...linking };
    expect(errorOf(await bench.one(stale('70999', 'a@b@c'), settings)).message).toMatch(/address .* is not valid/);
    expect(await bench.one(stale(id, 'a@b@c'), settings)).toMatchObject({ outcome: 'confirmed', recordUid: id });
    expect(bench.stored(EMAIL)).toBeUndefined();
  });
});

it.each([
  ['by id', linked('70999'), linking],
  ['by address', request({ email: 'nobody@example.org' }), {}],
  ['by id, from all groups', linked('70999'), { ...linking, groupId: null }],
  ['by address, from all groups', request({ email: 'nobody@example.org' }), { groupId: null }],
])('the deletion of a missing receiver is confirmed, %s', async (_how, made, settings) => {
  const { bench } = await startWithMia();
  const result = await bench.one(made, { ...deletes, ...settings });
  expect(result).toMatchObject({ kind: 'deleted', outcome: 'confirmed', wasThere: false });
});

it.each([
  ['by id', (id: string) => linked(id), linking],
  ['by address', () => request({ email: EMAIL }), {}],
])('nothing is confirmed in a group that does not exist, %s', async (_how, made, settings) => {
  const { bench, id } = await startWithMia();
  const result = await bench.one(made(id), { ...deletes, ...settings, groupId: '999999' });
  expect(errorOf(result)).toBeInstanceOf(NotFoundError);
  expect(bench.stored(EMAIL)).toBeDefined();
});

it.each([
  ['another application', { recordUid: 'ID', applicationUid: 'crm' }],
  ['an unknown application', { recordUid: 'ID' }],
])('an id of %s deletes no receiver', async (_whose, metadata) => {
  const { bench, id } = await startWithMia();
  const error = errorOf(await bench.one(request({}, { ...metadata, recordUid: id }), deletes));
  expect(error).toBeInstanceOf(RecordError);
  expect(error.message).toMatch(/neither a CleverReach receiver id/);
  expect(bench.stored(EMAIL)).toBeDefined();
});

it.each(['ann@example.org', 'ann+1@example.org', 'ann@müller.example'])(
  'an id of the group and an address of another group (%s) belong to different receivers, so nothing is deleted',
  async (email) => {
    const { bench, id } = await startWithMia();
    const second = bench.sandbox.account.addGroup('Second');
    const other = bench.sandbox.account.addReceiver(second, { email });
    for (const dryRun of [true, false]) {
      const error = errorOf(await bench.one(linked(id, { email }), { ...deletes, ...linking, dryRun }));
      expect(error.message).toContain(`belongs to receiver ${id}, but its address to receiver ${other}.`);
    }
    expect([bench.stored(EMAIL), bench.stored(email, second)]).toEqual([expect.anything(), expect.anything()]);
  },
);

it('an id of the group deletes its receiver although the account has the address of the request nowhere', async () => {
  const { bench, id } = await startWithMia();
  const settings = { ...deletes, ...linking };
  expect(await bench.one(linked(id, { email: 'former@example.org' }), settings)).toMatchObject({
    outcome: 'confirmed',
  });
  expect(bench.stored(EMAIL)).toBeUndefined();
});

it.each(['', '  ', '..', 'a/b', 'x@example.org', '1,2'])('an invalid id (%j) deletes no receiver', async (id) => {
  const { bench } = await startWithMia();
  bench.sandbox.forgetRequests();
  expect(errorOf(await bench.one(linked(id), { ...deletes, ...linking }))).toBeInstanceOf(RecordError);
  expect(bench.sandbox.count({ method: 'DELETE' })).toBe(0);
});

it('a deletion that CleverReach refuses with a 400 has failed', async () => {
  const { bench } = await startWithMia();
  const body = { error: { code: 400, message: 'No' } };
  bench.sandbox.faults.add({ kind: 'status', status: 400, body, method: 'DELETE', path: /receivers/ });
  expect(await bench.one(request({ email: EMAIL }), deletes)).toMatchObject({ kind: 'deleted', outcome: 'failed' });
});

describe.each([
  [401, 'rejected the access token'],
  [403, 'does not allow'],
])('a deletion that is answered with %i', (status, words) => {
  const body = { error: { code: status, message: 'No' } };

  it.each([
    ['DELETE', {}],
    ['DELETE', { groupId: null }],
    ['GET', {}],
    ['GET', { groupId: null }],
  ] as const)('to %s is an error, as that of any other record, and carried out later (%j)', async (method, more) => {
    const { bench } = await startWithMia();
    bench.sandbox.faults.add({ kind: 'status', status, body, method, path: /receivers/, times: Infinity });
    const error = errorOf(await bench.one(request({ email: EMAIL }), { ...deletes, ...more }));
    expect([error.name, error.correctable, error.message]).toEqual([
      'AuthorisationError',
      true,
      expect.stringContaining(words),
    ]);
    expect(bench.stored(EMAIL)).toBeDefined();
    bench.sandbox.faults.clear();
    expect(await bench.one(request({ email: EMAIL }), { ...deletes, ...more })).toMatchObject({ outcome: 'confirmed' });
  });
});

it('a deletion whose check is answered with 401 is an error, and confirmed later', async () => {
  const { bench, id } = await startWithMia();
  bench.sandbox.faults.add({ kind: 'status', status: 401, method: 'GET', path: /receivers/, times: Infinity });
  expect(errorOf(await bench.one(linked(id), { ...deletes, ...linking })).name).toBe('AuthorisationError');
  bench.sandbox.faults.clear();
  expect(await bench.one(linked(id), { ...deletes, ...linking })).toMatchObject({ outcome: 'confirmed' });
});

it('a request to a group with an unknown name is an error that names the record', async () => {
  const { bench, id } = await startWithMia();
  const error = errorOf(await bench.one(linked(id), { ...everywhere, ...linking, groupName: 'Nowhere' }));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.message).toContain(`recordUid "${id}"`);
  expect(bench.stored(EMAIL)).toBeDefined();
});

it('a temporary failure is an error, so that the message is redelivered', async () => {
  const { bench } = await startWithMia();
  bench.sandbox.faults.add({ kind: 'status', status: 503, method: 'DELETE', path: /receivers/, times: Infinity });
  expect(errorOf(await bench.one(request({ email: EMAIL }), deletes))).toBeInstanceOf(TemporaryError);
});

it('a deletion is confirmed only when the receiver is no longer visible, whatever the response says', async () => {
  const { bench, id } = await startWithMia();
  const body = { error: { code: 404, message: 'Not Found: invalid receiver' } };
  bench.sandbox.faults.add({ kind: 'status', status: 404, body, method: 'DELETE', path: /receivers/ });
  expect(errorOf(await bench.one(request({ email: EMAIL }), deletes))).toMatchObject({
    name: 'TemporaryError',
    message: `Record no. 1: Receiver ${id} could not be deleted: CleverReach answered that it does not exist, but group ${bench.group} still contains it.`,
  });
  expect(bench.stored(EMAIL)).toBeDefined();
});

it('a deletion is verified once, in the group of the deleted receiver', async () => {
  const { bench, id } = await startWithMia();
  bench.sandbox.forgetRequests();
  await bench.one(linked(id), { ...deletes, ...linking });
  expect(bench.asked()).toEqual(['DELETE /groups/:gid/receivers/:rid', 'GET /groups/:gid/receivers/:rid']);
});

it.each([
  ['group', {}, [200, true]],
  ['group', {}, [200, {}]],
  ['group', {}, [204, undefined]],
  ['the account', { groupId: null }, [200, true]],
  ['the account', { groupId: null }, [404, { error: { code: 404, message: 'Not Found: invalid receiver' } }]],
] as const)(
  'a deletion is not confirmed while %s still shows the receiver (%j, answered %j)',
  async (place, more, how) => {
    const { bench, id } = await startWithMia();
    const [status, body] = how;
    bench.sandbox.faults.add({ kind: 'status', status, body, method: 'DELETE', path: /receivers/ });
    const first = errorOf(await bench.one(linked(id), { ...deletes, ...linking, ...more }));
    expect(first).toBeInstanceOf(TemporaryError);
    expect(first.message).toMatch(
      new RegExp(`Receiver ${id} could not be deleted: .*, but ${place}.* still contains it`),
    );
    expect(await bench.one(linked(id), { ...deletes, ...linking, ...more })).toMatchObject({ outcome: 'confirmed' });
    expect(bench.stored(EMAIL)).toBeUndefined();
  },
);

it.each(['gone', 'kept'] as const)(
  'a receiver without a group (%s) counts as deleted',
  async (receiverWithoutGroup) => {
    const bench = await start({ receiverWithoutGroup });
    const id = bench.sandbox.account.addReceiver(bench.group, { email: EMAIL });
    const settings = { ...everywhere, ...linking };
    expect(await bench.one(linked(id), settings)).toMatchObject({ outcome: 'confirmed' });
  },
);

it.each([{}, { groupId: null }])('a deletion that temporarily cannot be verified is redelivered (%j)', async (more) => {
  const { bench, id } = await startWithMia();
  bench.sandbox.faults.add({ kind: 'status', status: 503, method: 'GET', path: /receivers/, times: Infinity });
  const error = errorOf(await bench.one(linked(id), { ...deletes, ...linking, ...more }));
  expect(error).toBeInstanceOf(TemporaryError);
});

it('a deletion that may not be verified is neither confirmed nor denied', async () => {
  const { bench, id } = await startWithMia();
  bench.sandbox.faults.add({ kind: 'status', status: 403, method: 'GET', path: /receivers/, times: Infinity });
  expect(await bench.one(linked(id), { ...deletes, ...linking })).toMatchObject({
    kind: 'deleted',
    outcome: 'failed',
    reason: expect.stringMatching(
      /request to delete receiver \d+ was sent, but the component could not verify the deletion/,
    ) as string,
  });
});

it('an incomplete request fails with an error that states what is missing', async () => {
  const { bench } = await startWithMia();
  for (const contactData of [
    undefined,
    'x',
    [{ type: 'phone', value: EMAIL }],
    [{ value: EMAIL }],
    [EMAIL],
    [{ type: 5 }],
  ])
    expect(errorOf(await bench.one(request({ contactData }), deletes)).message).toBe(
      'The delete request names no receiver: record no. 1 has neither a CleverReach receiver id nor a readable e-mail address; nothing was deleted. ' +
        'Send "cleverreach" with "accountId" and "receiverId", as the triggers do, or the address as "email": a mapping does not apply to delete requests.',
    );
  expect(bench.stored(EMAIL)).toBeDefined();
});

it.each([' E-Mail ', ' EMAIL '])('an address is found in a contact of the type %j', async (type) => {
  const { bench, id } = await startWithMia();
  const contactData = [
    { type: 'phone', value: 'no@example.org' },
    { type, value: EMAIL },
  ];
  const made = request({ contactData });
  expect(await bench.one(made, deletes)).toMatchObject({ outcome: 'confirmed', recordUid: id });
});

it.each([
  ['an id', (id: string) => linked(id), true],
  ['an address that no receiver has', () => request({ email: 'nobody@example.org' }), false],
])('a dry run shows whether a receiver would be deleted, and from which group: %s', async (_who, made, isThere) => {
  const { bench, id } = await startWithMia();
  const result = await bench.one(made(id), { ...deletes, ...linking, dryRun: true });
  expect(result).toMatchObject({ kind: 'dryRun', groupId: bench.group });
  expect(JSON.stringify(result).includes(`"id":"${id}"`)).toBe(isThere);
  expect(bench.stored(EMAIL)).toBeDefined();
});

it('a dry run without a group names none', async () => {
  const { bench, id } = await startWithMia();
  const result = await bench.one(linked(id), { ...everywhere, ...linking, dryRun: true });
  expect(result).toMatchObject({ kind: 'dryRun' });
  expect(result).not.toHaveProperty('groupId');
  const denied = await bench.one(linked(id), { ...linking, dryRun: true });
  expect(denied).toMatchObject({ kind: 'dryRun', preview: { wouldDo: 'deny' } });
});

it('a dry run of a request that temporarily cannot be looked up is an error too, and has no result', async () => {
  const { bench, id } = await startWithMia();
  bench.sandbox.faults.add({ kind: 'status', status: 503, method: 'GET', path: /receivers/, times: Infinity });
  const error = errorOf(await bench.one(linked(id), { ...deletes, ...linking, dryRun: true }));
  expect(error).toBeInstanceOf(TemporaryError);
});

it('a failed request does not affect the others', async () => {
  const { bench } = await startWithMia();
  const results = await bench.write(
    [request(), request({ email: EMAIL }), record({ email: 'x@example.org' })],
    deletes,
  );
  expect(kinds(results)).toEqual(['failed', 'deleted', 'created']);
  expect(results[1]).toMatchObject({ outcome: 'confirmed' });
});
