import type { Sandbox } from '../../sandbox';
import { elasticIo } from '../support/runtimes/elasticIo';
import { apiRequests, idsIn, idsOf, sentBy } from '../support/runtimes/expectations';
import type { Step } from '../support/runtimes/flow';
import { oih } from '../support/runtimes/oih';
import type { Credential, Runtime } from '../support/runtimes/plan';
import { runtimes, useStage } from '../support/runtimes/stage';

const stage = useStage();

const PLAN = { function: 'getReceiversPolling', fields: { pageSize: 50 } } as const;

/** Requests to the API, by whether their token was valid. */
function requestsWith(account: Sandbox, token: 'none' | 'valid' | 'invalid'): number {
  return apiRequests(account).filter((request) => request.token === token).length;
}

/** The token of a run expires after a part of the receivers was sent, and nothing is lost. */
async function expectToOutliveItsToken(step: Step, account: Sandbox, group: string, expire: () => void): Promise<void> {
  const handled = await step.watch(async () => {
    await step.enqueueTick();
    await step.untilSent(60);
    expire();
  });
  expect(handled).toMatchObject({ outcome: 'ack', errors: [] });
  expect(sentBy(handled)).toEqual({ errors: [], ids: idsIn(account, group) });
  expect(requestsWith(account, 'invalid')).toBeGreaterThan(0);
}

/** An expired token with a valid refresh token. */
function expiredToken(account: Sandbox): { accessToken: string; refreshToken: string } {
  const { access_token, refresh_token } = account.issueToken();
  account.expireToken(access_token);
  return { accessToken: access_token, refreshToken: refresh_token };
}

function tokenEnv(account: Sandbox): { env: Record<string, string> } {
  return { env: { CLEVERREACH_CLIENT_ID: account.client.id, CLEVERREACH_CLIENT_SECRET: account.client.secret } };
}

describe.each(runtimes)('a client id and secret under $name', (runtime) => {
  it('get a token that is used until it expires, even in the middle of a run', async () => {
    const account = await stage.account({ switches: { expiresIn: 7_200 } });
    const [group = ''] = account.seed({ receivers: 400 }).groups;
    const step = await stage.step(runtime, account, { ...PLAN, rate: 20 });
    // CleverReach's clock jumps two hours ahead, the component's does not
    await expectToOutliveItsToken(step, account, group, () => {
      account.clock.advance(7_201);
    });
    expect(account.count({ method: 'POST', path: '/oauth/token.php' })).toBe(2);
    expect(requestsWith(account, 'none')).toBe(0);
    await step.tick();
    expect(account.count({ method: 'POST', path: '/oauth/token.php' })).toBe(2);
  });

  it('cause an error that shows neither of them when CleverReach does not know them', async () => {
    const account = await stage.account();
    account.seed({ receivers: 5 });
    const credential: Credential = { kind: 'client', id: 'somebody', secret: 'wrong-secret' };
    const step = await stage.step(runtime, account, PLAN, { credential });
    const { errors, data, outcome } = await step.tick();
    expect(outcome).toBe('reject');
    expect(data).toEqual([]);
    expect(errors).toEqual([expect.stringContaining('does not accept the client id and client secret')]);
    expect(errors.join()).not.toContain('wrong-secret');
    expect(apiRequests(account)).toEqual([]);
  });
});

describe('a classic OAuth credential under elastic.io', () => {
  const runtime: Runtime = elasticIo;

  it('whose token has expired is renewed, and the new pair reaches the platform before it is used', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 20 }).groups;
    const credential: Credential = { kind: 'oauth', ...expiredToken(account), expiresIn: 3600 };
    const step = await stage.step(runtime, account, PLAN, { credential, ...tokenEnv(account) });
    let usedBefore: number | undefined;
    step.platform.onCall = ({ method, path }) => {
      if (method === 'PUT' && path.startsWith('/v1/accounts/')) usedBefore = requestsWith(account, 'valid');
    };
    const first = await step.tick();
    expect(first).toMatchObject({ outcome: 'ack', errors: [] });
    expect(sentBy(first)).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(usedBefore).toBe(0);
    expect(step.platform.service.callsTo('PUT', /accounts/)).toHaveLength(1);

    // the runtime passes the old pair again; a component that used it would lose access to the account
    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    const second = await step.tick();
    expect(second).toMatchObject({ outcome: 'ack', errors: [] });
    expect(sentBy(second)).toEqual({ errors: [], ids: [added] });
    expect(account.count({ method: 'POST', path: '/oauth/token.php' })).toBe(1);

    // and the next container gets the new pair from the platform
    await step.end('SIGTERM');
    await step.restart();
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(account.count({ method: 'POST', path: '/oauth/token.php' })).toBe(1);
  });

  it('whose token expires in the middle of a run is renewed there', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 400 }).groups;
    const { access_token: accessToken, refresh_token: refreshToken } = account.issueToken();
    const credential: Credential = { kind: 'oauth', accessToken, refreshToken };
    const step = await stage.step(runtime, account, { ...PLAN, rate: 20 }, { credential, ...tokenEnv(account) });
    await expectToOutliveItsToken(step, account, group, () => {
      account.expireToken(accessToken);
    });
    expect(step.platform.service.callsTo('PUT', /accounts/)).toHaveLength(1);
  });

  it('is not used with a new pair that the platform could not store', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 20 }).groups;
    const credential: Credential = { kind: 'oauth', ...expiredToken(account) };
    const step = await stage.step(runtime, account, PLAN, { credential, ...tokenEnv(account) });
    step.platform.service.fail(/^\/v1\/accounts\//, 'error');
    const failed = await step.tick();
    expect(failed).toMatchObject({ outcome: 'reject', data: [] });
    expect(failed.errors.join('\n')).toContain('could not be stored');
    expect(requestsWith(account, 'valid')).toBe(0);

    step.platform.service.recover();
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(account.count({ method: 'POST', path: '/oauth/token.php' })).toBe(1);
  });
});

describe('a secret under elastic.io', () => {
  const runtime: Runtime = elasticIo;

  it('whose token has expired is refreshed by the platform', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 20 }).groups;
    const { accessToken } = expiredToken(account);
    const step = await stage.step(runtime, account, PLAN, { credential: { kind: 'secret', accessToken } });
    step.platform.secret.renewed = account.issueToken().access_token;
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(step.platform.service.callsTo('POST', /refresh$/)).toHaveLength(1);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [], errors: [] });
    expect(step.platform.service.callsTo('POST', /refresh$/)).toHaveLength(1);
  });

  it('whose token expires in the middle of a run is refreshed there', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 400 }).groups;
    const { access_token: accessToken } = account.issueToken();
    const plan = { ...PLAN, rate: 20 };
    const step = await stage.step(runtime, account, plan, { credential: { kind: 'secret', accessToken } });
    await expectToOutliveItsToken(step, account, group, () => {
      step.platform.secret.renewed = account.issueToken().access_token;
      account.expireToken(accessToken);
    });
  });
});

describe('a secret under OIH', () => {
  const runtime: Runtime = oih;

  it('whose token CleverReach refuses is read again', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 20 }).groups;
    const { accessToken } = expiredToken(account);
    const step = await stage.step(runtime, account, PLAN, { credential: { kind: 'secret', accessToken } });
    step.platform.secret.renewed = account.issueToken().access_token;
    const { data, errors } = await step.tick();
    expect(errors).toEqual([]);
    expect(idsOf(data)).toEqual(idsIn(account, group));
    expect(step.platform.service.callsTo('GET', /secrets/)).toHaveLength(2);
  });

  it('whose token expires in the middle of a run is read again there', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 400 }).groups;
    const { access_token: accessToken } = account.issueToken();
    const plan = { ...PLAN, rate: 20 };
    const step = await stage.step(runtime, account, plan, { credential: { kind: 'secret', accessToken } });
    await expectToOutliveItsToken(step, account, group, () => {
      step.platform.secret.current = account.issueToken().access_token;
      account.expireToken(accessToken);
    });
  });

  it('that is an API key is used unchanged', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 20 }).groups;
    const credential: Credential = { kind: 'key', key: account.issueToken().access_token };
    const step = await stage.step(runtime, account, PLAN, { credential });
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });
  });
});

describe.each(runtimes)('the secret service of $name', (runtime) => {
  it.each(['error', 'unreachable'] as const)(
    'causes an error when it fails (%s), and no request is sent without a token',
    async (how) => {
      const account = await stage.account();
      const [group = ''] = account.seed({ receivers: 5 }).groups;
      const { access_token: accessToken } = account.issueToken();
      const step = await stage.step(runtime, account, PLAN, { credential: { kind: 'secret', accessToken } });
      step.platform.service.fail(/secrets/, how);
      const { errors, outcome, data } = await step.tick();
      expect(outcome).toBe('reject');
      expect(data).toEqual([]);
      expect(errors).toEqual([expect.stringMatching(/secret/)]);
      expect(account.requests).toEqual([]);

      step.platform.service.recover();
      expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });
    },
  );
});

describe('the snapshots service of OIH', () => {
  it.each(['error', 'unreachable'] as const)(
    'causes an error when it fails (%s), never another first read',
    async (how) => {
      const account = await stage.account();
      const [group = ''] = account.seed({ receivers: 30 }).groups;
      const step = await stage.step(oih, account, PLAN);
      expect(sentBy(await step.tick())).toMatchObject({ errors: [], ids: { length: 30 } });

      step.platform.service.fail(/^\/snapshots\//, how);
      account.forgetRequests();
      const { errors, data, outcome } = await step.tick();
      expect(outcome).toBe('reject');
      expect(data).toEqual([]);
      expect(errors).toEqual([expect.stringContaining('snapshots service gave no clear response')]);
      expect(account.requests).toEqual([]);

      step.platform.service.recover();
      const added = account.account.addReceiver(group, { email: 'new@example.org' });
      expect(sentBy(await step.tick())).toEqual({ errors: [], ids: [added] });
    },
  );
});
