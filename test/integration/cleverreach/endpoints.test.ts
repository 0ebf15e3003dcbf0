/** The whole client, tokens included, against a CleverReach that answers over real sockets, whichever way the open questions go. */
import nock from 'nock';
import { createClient } from '../../../lib/cleverreach/endpoints';
import { detail, type CleverReachApi } from '../../../lib/cleverreach/types';
import { NotFoundError } from '../../../lib/utils/errors';
import { createHttpClient } from '../../../lib/http/httpClient';
import { unique } from '../../support/oauth';
import { credentialKey } from '../../../lib/oauth/credentials';
import { selectTokenSource } from '../../../lib/oauth/selectTokenSource';
import { startSandbox, type Sandbox, type Switches } from '../../../sandbox';
import { fakeClock, recordingLogger, thrownBy } from '../../support/http';

nock.restore();

const answers: [string, Partial<Switches>][] = [
  ['as is most likely', {}],
  [
    'the other way',
    {
      ids: 'numbers',
      emptyMaps: 'array',
      activeAs: 'digit',
      singleAnswer: 'list',
      missingReceiver: 'empty',
      attributeGroupKey: 'groups_id',
      pageOutOfRange: '404',
      emptyGroup: '204',
      arrayOfOne: 'unwrapped',
      wholeFailure: 'false',
      duplicateStatus: 409,
      createdStatus: 201,
      putAnswer: 'true',
      upsertplusTags: false,
      emailCase: 'lowered',
      expiresInAs: 'string',
      scopeAs: 'array',
    },
  ],
];

describe.each(answers)('CleverReach, responding with %s', (_how, switches) => {
  let sandbox: Sandbox;
  let api: CleverReachApi;
  let groupId: string;

  beforeEach(async () => {
    sandbox = await startSandbox({ switches });
    groupId = sandbox.seed({ receivers: 120 }).groups[0] ?? '';
    const shared = { baseUrl: sandbox.url, clock: fakeClock(Date.now()), logger: recordingLogger() };
    const credentials = { kind: 'client', client: sandbox.client } as const;
    const key = credentialKey(credentials, sandbox.url);
    const tokens = selectTokenSource(credentials, key, { ...shared, platform: {} });
    api = createClient(createHttpClient({ ...shared, tokens, budgetSeconds: 300 }));
  });

  afterEach(async () => {
    await sandbox.close();
    if (sandbox.hazards.length > 0) throw new Error(`harm was done: ${JSON.stringify(sandbox.hazards)}`);
  });

  it('returns the account, its groups and its attributes', async () => {
    await expect(api.whoami()).resolves.toMatchObject({ id: expect.stringMatching(/^\d+$/) as string });
    await expect(api.groups()).resolves.toEqual([{ id: groupId, name: expect.any(String) as string }]);
    expect((await api.groupList()).serverTime).toBeGreaterThan(1_700_000_000);
    await expect(api.attributes()).resolves.toContainEqual({ name: 'firstname', type: 'text' });
    await expect(api.groupAttributes(groupId)).resolves.toContainEqual({ name: 'visits', type: 'number' });
  });

  it('lists receivers page by page to the end', async () => {
    const pages = [];
    for (const page of [0, 1, 2, 3]) {
      pages.push(
        await api.receivers(groupId, { page, pageSize: 50, detail: detail.events | detail.tags, orderBy: 'email asc' }),
      );
    }
    expect(pages.map(({ receivers }) => receivers.length)).toEqual([50, 50, 20, 0]);
    const row = pages[0]?.receivers[0];
    expect(row).toMatchObject({
      id: expect.any(String) as string,
      group_id: groupId,
      active: expect.any(Boolean) as boolean,
    });
    expect(Array.isArray(row?.tags) && Array.isArray(row.events)).toBe(true);
  });

  it('returns no page 0 of a group that does not exist', async () => {
    const query = { page: 0, pageSize: 50, detail: 0 };
    expect(await thrownBy(api.receivers('999999', query))).toBeInstanceOf(NotFoundError);
  });

  it('finds all receivers of a long list by id and by address', async () => {
    const { receivers } = await api.receivers(groupId, { page: 0, pageSize: 120, detail: 0 });
    const byId = await api.receiversByIds(
      groupId,
      receivers.map(({ id }) => id),
    );
    const byEmail = await api.receiversByEmails(
      groupId,
      receivers.map(({ email }) => email.toUpperCase()),
    );
    for (const found of [byId, byEmail])
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set(receivers.map(({ id }) => id)));
    await expect(api.receiversByEmails(groupId, ['nobody@example.org'])).resolves.toEqual([]);
  });

  it('creates, updates, moves and deletes a receiver', async () => {
    const created = await api.createReceiver(groupId, {
      email: 'new@example.org',
      registered: 1_700_000_000,
      activated: 0,
    });
    expect(await thrownBy(api.createReceiver(groupId, { email: 'new@example.org' }))).toMatchObject({
      duplicate: true,
    });
    await api.activateReceiver(groupId, created.id);
    await expect(api.receiver(groupId, 'New@example.org')).resolves.toMatchObject({ id: created.id, active: true });
    await expect(
      api.upsertReceivers(groupId, [{ email: 'new@example.org', global_attributes: { firstname: 'Jo' }, tags: ['a'] }]),
    ).resolves.toMatchObject([{ ok: true, id: created.id, receiver: { global_attributes: { firstname: 'Jo' } } }]);
    await api.changeEmail(created.id, 'moved@example.org');
    await expect(api.receiver(groupId, 'new@example.org')).resolves.toBeUndefined();
    await expect(api.deleteReceiver(created.id, groupId)).resolves.toBe('deleted');
    await expect(api.deleteReceiver(created.id, groupId)).resolves.toBe('gone');
    await expect(api.receiver(groupId, created.id)).resolves.toBeUndefined();
  });

  it('reports which rows of an upsert it rejected', async () => {
    const rows = ['one@example.org', 'no address', 'Two@example.org'].map((email) => ({ email }));
    await expect(api.upsertReceivers(groupId, rows)).resolves.toMatchObject([
      { ok: true },
      { ok: false },
      { ok: true },
    ]);
  });

  it('may fail sporadically, before the request and after it', async () => {
    const upsertplus = `/groups/${groupId}/receivers/upsertplus`;
    sandbox.faults.add({ kind: 'status', status: 502, path: '/groups', body: '<html>' });
    sandbox.faults.add({ kind: 'truncate', path: '/groups' });
    sandbox.faults.add({ kind: 'truncate', path: '/groups', connection: 'closed' });
    sandbox.faults.add({ kind: 'html', path: '/groups' });
    sandbox.faults.add({ kind: 'drop', applied: true, path: upsertplus });
    sandbox.faults.add({ kind: 'drop', path: '/oauth/token.php' });
    await expect(api.groups()).resolves.toHaveLength(1);
    await expect(api.upsertReceivers(groupId, [{ email: 'one@example.org' }])).resolves.toMatchObject([{ ok: true }]);
    expect(sandbox.faults.pending).toBe(0);
  });
});

describe('a token that CleverReach revokes', () => {
  it('is replaced by a new one without an error', async () => {
    const sandbox = await startSandbox();
    sandbox.seed();
    const stored: unknown[] = [];
    const pair = sandbox.issueToken();
    const shared = { baseUrl: sandbox.url, clock: fakeClock(Date.now()), logger: recordingLogger() };
    const { access_token: accessToken, refresh_token: refreshToken } = pair;
    const tokens = selectTokenSource(
      { kind: 'pair', client: sandbox.client, pair: { accessToken, refreshToken, members: { ...pair } } },
      unique('key'),
      {
        ...shared,
        platform: {
          storeKeys: ({ oauth }) => {
            stored.push(oauth['refresh_token']);
            return Promise.resolve();
          },
        },
      },
    );
    const api = createClient(createHttpClient({ ...shared, tokens, budgetSeconds: 300 }));
    for (let times = 1; times <= 3; times += 1) {
      sandbox.expireToken(await tokens.current());
      await expect(Promise.all([api.groups(), api.groups(), api.groups()])).resolves.toHaveLength(3);
      expect(stored).toHaveLength(times);
    }
    expect(new Set([refreshToken, ...stored]).size).toBe(4);
    expect(sandbox.count({ path: '/oauth/token.php' })).toBe(3);
    await sandbox.close();
  });
});
