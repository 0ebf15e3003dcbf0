/** Double opt-in with the flow of a newer account: the mail is that of the flow, and a flow that does not fit creates no receiver. */

import { AuthorisationError, ConfigurationError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { errorOf, kinds, LIST, useBench, type Bench, type Settings } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const start = useBench();
const EMAIL = 'mia@example.org';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const inviting = (doiFormId: string, more: Settings = {}) =>
  ({ newReceivers: 'unconfirmed', doiFormId, ...more }) as const;
const flowOf = (bench: Bench, more: { playbook?: string; name?: string } = {}, groupId = bench.group) =>
  bench.sandbox.account.addFlow({ groupId, ...more }).id;

/** Neither the real run nor the dry run creates a receiver, and both have the same error. */
async function isRefused(bench: Bench, doiFormId: string): Promise<Error> {
  const dry = errorOf(await bench.one(record({ email: EMAIL }), inviting(doiFormId, { dryRun: true })));
  const error = errorOf(await bench.one(record({ email: EMAIL }), inviting(doiFormId)));
  expect(error).toEqual(dry);
  expect(bench.sandbox.count({ method: 'POST', path: LIST })).toBe(0);
  expect(bench.stored(EMAIL)).toBeUndefined();
  expect(bench.sandbox.account.mails).toEqual([]);
  return error;
}

describe('a new receiver of a step with a flow', () => {
  it.each(['both', 'flows'] as const)(
    'is created as waiting and gets the mail of the flow (%s)',
    async (optInForms) => {
      const bench = await start({ optInForms });
      const id = flowOf(bench);
      const doidata = { user_ip: '203.0.113.9' };
      expect(await bench.one(record({ email: EMAIL, doidata }), inviting(id))).toMatchObject({
        kind: 'created',
        receiver: { active: false },
      });
      expect(bench.sandbox.account.mails).toMatchObject([
        { kind: 'activate', formId: id, email: EMAIL, groupId: bench.group, doidata },
      ]);
      const [mail] = bench.sandbox.requests.filter(({ path }) => path === `/flow/flow/${id}/send`);
      expect(mail?.body).toMatchObject({
        receiver_id: EMAIL,
        doidata: { ...doidata, referer: expect.any(String) as unknown },
      });
      expect(bench.sandbox.count({ path: /forms/ })).toBe(0);
    },
  );

  it('costs one look-up of the flow, however many are created in a minute', async () => {
    const bench = await start();
    const id = flowOf(bench);
    const rows = ['a', 'b', 'c'].map((name) => record({ email: `${name}@example.org` }));
    expect(kinds(await bench.write(rows, inviting(id)))).toEqual(['created', 'created', 'created']);
    await bench.one(record({ email: EMAIL }), inviting(id));
    expect(bench.sandbox.count({ method: 'GET', path: /^\/flow/ })).toBe(1);
    expect(bench.sandbox.account.mails).toHaveLength(4);
  });

  it('is not created if the app may not read the flow', async () => {
    const bench = await start();
    const id = flowOf(bench);
    bench.sandbox.faults.add({ kind: 'status', status: 403, path: `/flow/flow/${id}`, times: 9 });
    const error = await isRefused(bench, id);
    expect(error).toBeInstanceOf(AuthorisationError);
    expect(error.message).toMatch(
      new RegExp(
        `does not let this app read the flows.*whether flow ${id} \\(field "doiFormId"\\) belongs to group \\d+\\. No receiver was created\\. ` +
          'Tick the scopes for forms and flows in the OAuth app',
      ),
    );
  });

  it('is not created for a flow that does not exist', async () => {
    const bench = await start();
    const id = flowOf(bench, { name: 'Sign-up' });
    flowOf(bench, { name: 'Bye', playbook: 'unsubscribe' });
    const error = await isRefused(bench, UNKNOWN);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      `Record no. 1: There is no flow with the id ${UNKNOWN} (field "doiFormId") in CleverReach. No receiver was created, because its double-opt-in mail would never arrive. ` +
        `The flows of group "Newsletter" (${bench.group}): "Sign-up" (${id}).`,
    );
  });

  it('is not created for a flow that does not exist, and no flow of another group is suggested', async () => {
    const bench = await start();
    flowOf(bench, {}, bench.sandbox.account.addGroup('Press'));
    expect((await isRefused(bench, UNKNOWN)).message).toContain(
      `would never arrive. Group "Newsletter" (${bench.group}) has no flow: create one in CleverReach.`,
    );
  });

  it('is not created for the flow of another group', async () => {
    const bench = await start();
    const press = bench.sandbox.account.addGroup('Press');
    const id = flowOf(bench, {}, press);
    expect((await isRefused(bench, id)).message).toMatch(
      /The flow .* belongs to group "Press" \(\d+\), not to group "Newsletter" \(\d+\), the target group\..*This group has no flow: create one/,
    );
    const own = flowOf(bench, { name: 'Own' });
    bench.later(61);
    expect((await isRefused(bench, id)).message).toContain(`The flows of this group: "Own" (${own}).`);
  });

  it('is not created for a flow that unsubscribes, which would send the mail of an unsubscription', async () => {
    const bench = await start();
    const own = flowOf(bench, { name: 'Own' });
    const error = await isRefused(bench, flowOf(bench, { playbook: 'unsubscribe' }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(
      /is a flow for unsubscribing.*No receiver was created\. The flows of this group: "Own"/,
    );
    expect(error.message).toContain(own);
  });

  it('is not created if CleverReach does not return the group of the flow', async () => {
    const bench = await start();
    const id = flowOf(bench);
    bench.sandbox.faults.add({ kind: 'body', body: { id, name: 'x', setup: [] }, path: `/flow/flow/${id}` });
    expect((await isRefused(bench, id)).message).toMatch(
      /does not return the group of flow .*No receiver was created\. Set the group in the flow/,
    );
  });

  it('is redelivered while the flow cannot be read', async () => {
    const bench = await start();
    const id = flowOf(bench);
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: `/flow/flow/${id}`, times: 9 });
    const error = errorOf(await bench.one(record({ email: EMAIL }), inviting(id)));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(bench.stored(EMAIL)).toBeUndefined();
  });

  it.each([
    ['treated as spam', 'Forbidden', true],
    ['without the permission', 'Forbidden: missing scope', false],
  ])('whose mail is refused with a 403 is a record error that says why: %s', async (_, message, isAboutAddress) => {
    const bench = await start();
    const id = flowOf(bench);
    bench.sandbox.faults.add({ kind: 'status', status: 403, body: { error: { code: 403, message } }, path: /\/send$/ });
    const error = errorOf(await bench.one(record({ email: EMAIL }), inviting(id)));
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(
      new RegExp(
        `Receiver \\d+ was created .* the double-opt-in mail of flow ${id} was not sent\\. Sending the record again`,
      ),
    );
    expect(/blocked the address or treat it as spam/.test(error.message)).toBe(isAboutAddress);
  });
});

describe('a step whose id is of the kind that the account does not have', () => {
  it('is refused with the advice to use a flow if there are no forms', async () => {
    const bench = await start({ optInForms: 'flows' });
    const id = flowOf(bench, { name: 'Welcome' });
    const error = await isRefused(bench, '301');
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(
      'CleverReach has no forms for this account, probably because the account has flows instead, so the component cannot use form 301 (field "doiFormId"). ' +
        `No receiver was created. Give the id of a flow, a UUID, or leave "doiFormId" empty and send the mail yourself. The flows of group "Newsletter" (${bench.group}): "Welcome" (${id}).`,
    );
    expect(error.message).not.toContain('scope');
  });

  it('is refused with the flows of an account that returns an empty list of forms', async () => {
    const bench = await start({ optInForms: 'both' });
    const id = flowOf(bench, { name: 'Welcome' });
    expect((await isRefused(bench, '301')).message).toContain(
      `CleverReach lists no forms. If the account has flows instead of forms, give the id of a flow, a UUID. The flows of group "Newsletter" (${bench.group}): "Welcome" (${id}).`,
    );
  });

  it('is refused as unknown if there are no flows', async () => {
    const bench = await start({ optInForms: 'forms' });
    expect((await isRefused(bench, UNKNOWN)).message).toMatch(
      /There is no flow with the id .*CleverReach lists no flows\.$/,
    );
  });
});
