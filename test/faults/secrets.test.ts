/** No token and no client secret is ever shown in a log, an error, a message or a snapshot, with any credentials. */

import { randomBytes } from 'node:crypto';
import axios from 'axios';
import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import type { RuntimeContext } from '../../lib/platform/runtimeContext';
import type { TokenPair } from '../../sandbox';
import { visibleIn } from '../support/http';
import { FakeRuntime } from '../support/runtime';
import { searchForSecrets, takeShownSecrets } from '../support/secrets';
import { startStage, type Stage } from '../support/stage';
import { person, type Fields } from '../support/steps';
import { startWiretap, type Wiretap } from '../support/wiretap';

let stage: Stage;
let wiretap: Wiretap;
const PLATFORM_KEY = `key-${randomBytes(12).toString('hex')}`;

beforeEach(async () => {
  stage = await startStage();
  wiretap = await startWiretap(stage.sandbox.url);
  Object.assign(process.env, {
    CLEVERREACH_URL: wiretap.url,
    ELASTICIO_API_URI: `${wiretap.url}/platform`,
    ELASTICIO_API_USERNAME: 'user',
    ELASTICIO_API_KEY: PLATFORM_KEY,
  });
});

afterEach(async () => {
  for (const name of ['ELASTICIO_API_URI', 'ELASTICIO_API_USERNAME', 'ELASTICIO_API_KEY'])
    Reflect.deleteProperty(process.env, name);
  await wiretap.close();
  expect(await stage.close()).toEqual([]);
});

/** The source of a step's token. */
interface Credential {
  fields: Fields;
  context?: Partial<RuntimeContext>;
  tokenData?: Fields;
  /** The response of the platform to the request for another token. */
  platform?: (token: string) => unknown;
}

const unique = (): string => randomBytes(6).toString('hex');
const secretOf = (access_token: string): object => ({
  data: { attributes: { type: 'oauth2', credentials: { access_token, refresh_token: `refresh-${PLATFORM_KEY}` } } },
});

const credentials: Record<string, (pair: TokenPair) => Credential> = {
  'a client id and secret': () => ({ fields: stage.credentials }),
  'a token pair that is stored by us': ({ access_token, refresh_token }) => ({
    fields: { ...stage.credentials, oauth: { access_token, refresh_token }, _account: unique() },
  }),
  'a secret of elastic.io': () => ({ fields: { secretId: unique() }, platform: secretOf }),
  'a secret of OIH': ({ access_token }) => ({
    fields: { accessToken: access_token },
    context: { getConfig: () => ({ SECRET_SERVICE_BASE_URL: `${wiretap.url}/platform` }) },
    tokenData: { secretId: unique(), apiKey: PLATFORM_KEY, flowId: 'f', stepId: 's' },
    platform: (accessToken) => ({ data: { value: { accessToken } } }),
  }),
  'a fixed token': ({ access_token }) => ({ fields: { key: `Bearer ${access_token}` } }),
};

const functions = { 'a poll of one group': pollOne, 'a poll of all groups': pollAll, 'an upsert': upsert };

describe.each(Object.entries(credentials))('with %s', (_, credential) => {
  it.each(Object.entries(functions))(
    '%s shows no secret, whether the token is valid, expired, refused, or echoed',
    async (name, run) => {
      const pair = stage.sandbox.issueToken();
      const { fields, context = {}, tokenData, platform } = credential(pair);
      const secrets = new Set([
        stage.credentials['client_secret'] ?? '',
        PLATFORM_KEY,
        pair.access_token,
        pair.refresh_token,
      ]);
      const known: TokenPair[] = [pair];
      const offer = (next: TokenPair): void => {
        known.push(next);
        wiretap.platform = platform && (() => platform(next.access_token));
      };
      offer(pair);
      stage.sandbox.account.addReceiver(stage.group, { email: 'jo@example.org' });

      const seen: string[] = [];
      const step = new FakeRuntime(
        tokenData ? 'oih' : 'elastic.io',
        async function (this: RuntimeContext, message, cfg, snapshot) {
          await run.call({ ...this, ...context }, message, cfg, snapshot, {}, tokenData);
        },
        {
          ...(name !== 'a poll of all groups' && { groupId: stage.group }),
          skipTransformation: name !== 'an upsert',
          ...fields,
        },
        run,
      );
      const attempt = async (round: string): Promise<boolean> => {
        const data = person('jo@example.org', { firstName: round });
        const { error } = await stage.attempt(step, tokenData ? { data } : { body: data });
        seen.push(
          visibleIn(
            error,
            step.emitted.filter(({ event }) => event !== 'updateKeys'),
            step.snapshot,
            step.log,
          ),
        );
        return error === undefined;
      };

      const outcomes = [await attempt('good')];
      for (const token of [...known.map(({ access_token }) => access_token), ...wiretap.secrets])
        stage.sandbox.expireToken(token);
      offer(stage.sandbox.issueToken());
      outcomes.push(await attempt('expired'));
      for (let repeating = 1; repeating <= 6; repeating += 1) {
        stage.later(4000);
        wiretap.repeating = repeating;
        await attempt(`repeated ${repeating}`);
      }
      wiretap.repeating = 0;
      for (const token of [...known.map(({ access_token }) => access_token), ...wiretap.secrets])
        stage.sandbox.revokeToken(token);
      wiretap.repeating = 2;
      await attempt('revoked');

      const isRenewable = fields['key'] === undefined;
      expect(outcomes).toEqual([true, isRenewable]);
      for (const { access_token, refresh_token } of known) secrets.add(access_token).add(refresh_token);
      for (const secret of wiretap.secrets) secrets.add(secret);
      const everything = seen.join('\n');
      const shown = [...secrets].filter(
        (secret) => secret !== '' && [secret, encodeURIComponent(secret)].some((form) => everything.includes(form)),
      );
      expect(shown).toEqual([]);
      expect(secrets.size).toBeGreaterThan(3);
      expect(everything).toContain('jo@example.org');
    },
  );
});

describe('a secret that is revealed', () => {
  const careless: Record<string, (this: RuntimeContext, secret: string) => unknown> = {
    logs: function (secret) {
      this.logger.debug(`asking with ${secret}`);
    },
    throws: (secret) => Promise.reject(new Error('refused', { cause: { header: `Bearer ${secret}` } })),
    emits: function (secret) {
      return this.emit('error', new Error(secret));
    },
    stores: function (secret) {
      return this.emit('snapshot', { last: [secret] });
    },
  };

  it.each(Object.entries(careless))('is detected wherever a test runs a step: one that %s it', async (_, show) => {
    const secret = `of this test ${unique()}`;
    const step = new FakeRuntime(
      'oih',
      async function (this: RuntimeContext) {
        await show.call(this, secret);
      },
      { client_secret: secret },
    );
    await step.run().catch(() => undefined);
    expect(takeShownSecrets()).toEqual([expect.stringContaining('shows a secret')]);
  });

  it('is detected even if it is only known from an authorised request', async () => {
    const token = `unheard-of-${unique()}`;
    await axios.get(`${stage.sandbox.url}/v3/groups.json`, {
      headers: { authorization: `Bearer ${token}` },
      validateStatus: null,
    });
    searchForSecrets('a log', `refused: ${token}`);
    expect(takeShownSecrets()).toHaveLength(1);
  });
});
