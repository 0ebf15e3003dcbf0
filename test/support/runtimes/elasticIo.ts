/** elastic.io from the view of a container: its queues and exchange, the encryption of its messages, its API. */

import { createCipheriv, createDecipheriv, createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { environment } from './environment';
import { HttpDouble, type Answer } from './httpDouble';
import type { Kind } from './journal';
import { planOf, type FlowPlan, type Platform, type Runtime, type Wiring } from './plan';
import { Topology } from './topology';

const FLOW = 'flow1';
const WORKSPACE = 'workspace1';
const ACCOUNT = 'account1';
const SECRET = 'secret1';
const PASSWORD = 'messages-are-encrypted';
const IV = 'sixteen-bytes-iv';
const KINDS: readonly Kind[] = ['data', 'error', 'snapshot', 'rebound'];
/** The wait before the first rebound in milliseconds, instead of the platform's 15 s. */
const REBOUND_MS = 250;

const message = z.object({
  id: z.string(),
  headers: z.looseObject({}),
  attachments: z.looseObject({}),
  body: z.object({ metadata: z.record(z.string(), z.unknown()), data: z.record(z.string(), z.unknown()) }),
});
const errorMessage = z.object({ error: z.string(), errorInput: z.string().optional() });

export const elasticIo: Runtime = {
  name: 'elastic.io',
  image: () => environment().RUNTIMES_ELASTIC_IO,
  recordOf: (content) => {
    const parsed = message.safeParse(content);
    return parsed.success ? parsed.data.body : undefined;
  },
  wire,
};

async function wire(plan: FlowPlan): Promise<Wiring> {
  const run = `runtimes-${randomUUID()}`;
  const topology = await Topology.connect(environment().RUNTIMES_AMQP_URL);
  const exchange = await topology.exchange(run, 'direct');
  const nameOf = (index: number): string => `step_${index + 1}`;
  const key = (step: string, kind: string): string => `${run}.${step}.${kind}`;

  for (const index of plan.steps.keys()) {
    const step = nameOf(index);
    const before = index > 0 ? ([[exchange, key(nameOf(index - 1), 'data')]] as const) : [];
    await topology.queue(`${run}:${step}:messages`, [[exchange, key(step, 'input')], ...before]);
    await topology.queue(`${run}:${step}:rebounds`, [[exchange, key(step, 'rebound')]], {
      deadLetterExchange: exchange,
      deadLetterRoutingKey: key(step, 'input'),
    });
  }
  const journalKeys = plan.steps.flatMap((_, index) =>
    KINDS.map((kind) => [exchange, key(nameOf(index), kind)] as const),
  );
  const journalQueue = await topology.queue(`${run}:journal`, journalKeys);
  const platform = await startPlatform(plan);

  return {
    topology,
    platform,
    journalQueue,
    read: ({ fields, properties, content }) => {
      const [, step = '', kind = ''] = fields.routingKey.split('.');
      return {
        step,
        kind: KINDS.find((one) => one === kind) ?? 'other',
        headers: z.looseObject({}).parse(properties.headers),
        content: decode(kind, content),
      };
    },
    env: (step) => {
      const { function: named, rate = 100, prefetch = 1, env } = planOf(plan, step);
      return {
        ELASTICIO_FLOW_ID: FLOW,
        ELASTICIO_EXEC_ID: 'execution1',
        ELASTICIO_STEP_ID: step,
        ELASTICIO_CONTAINER_ID: randomUUID(),
        ELASTICIO_WORKSPACE_ID: WORKSPACE,
        ELASTICIO_USER_ID: 'user1',
        ELASTICIO_COMP_ID: 'component1',
        ELASTICIO_FUNCTION: named,
        ELASTICIO_API_URI: platform.service.url,
        ELASTICIO_API_USERNAME: 'task-user',
        ELASTICIO_API_KEY: 'task-key',
        ELASTICIO_AMQP_URI: plan.containerAmqpUrl,
        ELASTICIO_LISTEN_MESSAGES_ON: `${run}:${step}:messages`,
        ELASTICIO_PUBLISH_MESSAGES_TO: exchange,
        ELASTICIO_DATA_ROUTING_KEY: key(step, 'data'),
        ELASTICIO_ERROR_ROUTING_KEY: key(step, 'error'),
        ELASTICIO_REBOUND_ROUTING_KEY: key(step, 'rebound'),
        ELASTICIO_SNAPSHOT_ROUTING_KEY: key(step, 'snapshot'),
        ELASTICIO_MESSAGE_CRYPTO_PASSWORD: PASSWORD,
        ELASTICIO_MESSAGE_CRYPTO_IV: IV,
        ELASTICIO_REBOUND_INITIAL_EXPIRATION: String(REBOUND_MS),
        ELASTICIO_DATA_RATE_LIMIT: String(rate),
        ELASTICIO_RABBITMQ_PREFETCH_SAILOR: String(prefetch),
        ...plan.env,
        ...env,
      };
    },
    publish: async (step, record) => {
      const headers = { execId: 'execution1', taskId: FLOW, userId: 'user1', messageId: randomUUID() };
      const content = { id: randomUUID(), attachments: {}, body: record ?? {}, headers: {}, metadata: {} };
      await topology.publish(exchange, key(step, 'input'), encrypt(content), { headers });
    },
    addFullQueue: (step, maxLength) =>
      topology.queue(
        `${run}:${step}:next`,
        [[exchange, key(step, 'data')]],
        { maxLength },
        { 'x-overflow': 'reject-publish' },
      ),
    close: async () => {
      await topology.remove();
      await platform.service.close();
    },
  };
}

async function startPlatform(plan: FlowPlan): Promise<Platform> {
  const { credential } = plan;
  const keys = credentialFields(plan);
  const snapshots = new Map<string, unknown>();
  const secret: Platform['secret'] = { current: credential.kind === 'secret' ? credential.accessToken : '' };
  const secretAnswer = (): Answer => ({
    body: {
      data: {
        id: SECRET,
        type: 'auth-secret',
        attributes: { name: 'CleverReach', type: 'oauth2', credentials: { access_token: secret.current } },
      },
    },
  });
  const answer = (method: string, path: string, body: unknown): Answer | undefined => {
    const [, step] = /^\/v1\/tasks\/[^/]+\/steps\/([^/]+)$/.exec(path) ?? [];
    if (method === 'GET' && step !== undefined) {
      const config = { ...asTyped(planOf(plan, step).fields ?? {}), ...keys };
      return { body: { config, snapshot: snapshots.get(step) ?? {}, is_passthrough: false } };
    }
    if (method === 'PUT' && path === `/v1/accounts/${ACCOUNT}`) {
      Object.assign(keys, z.object({ keys: z.looseObject({}) }).parse(body).keys);
      return { body: {} };
    }
    const secretPath = `/v2/workspaces/${WORKSPACE}/secrets/${SECRET}`;
    if (method === 'GET' && path === secretPath) return secretAnswer();
    if (method === 'POST' && path === `${secretPath}/refresh`) {
      secret.current = secret.renewed ?? secret.current;
      return secretAnswer();
    }
    return undefined;
  };
  const service = await HttpDouble.start(answer, (call) => platform.onCall?.(call));
  const platform: Platform = { service, snapshots, secret };
  return platform;
}

function credentialFields({ credential }: FlowPlan): Record<string, unknown> {
  switch (credential.kind) {
    case 'client':
      return { _account: ACCOUNT, client_id: credential.id, client_secret: credential.secret };
    case 'oauth': {
      const { accessToken, refreshToken, expiresIn = 3600 } = credential;
      const oauth = {
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_in: expiresIn,
        token_type: 'bearer',
      };
      return { _account: ACCOUNT, oauth };
    }
    case 'secret':
      return { secretId: SECRET };
    case 'key':
      throw new Error('elastic.io has no such credential.');
  }
}

/** The fields as a form submits them: numbers as strings, and no field for a box that is not ticked. */
function asTyped(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).filter(([, value]) => value !== false);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]));
}

const KEY = createHash('sha256').update(PASSWORD).digest();

function encrypt(content: unknown): Buffer {
  const cipher = createCipheriv('aes-256-cbc', KEY, IV);
  const encrypted = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
  return Buffer.from(encrypted.toString('base64'));
}

function decrypt(base64: string): unknown {
  const decipher = createDecipheriv('aes-256-cbc', KEY, IV);
  const plain = Buffer.concat([decipher.update(Buffer.from(base64, 'base64')), decipher.final()]);
  return JSON.parse(plain.toString('utf8'));
}

/** Snapshots are not encrypted. In error messages each part is encrypted, in other messages the whole content. */
function decode(kind: string, content: Buffer): unknown {
  const text = content.toString('utf8');
  if (kind === 'snapshot') return JSON.parse(text);
  if (kind === 'error') return decrypt(errorMessage.parse(JSON.parse(text)).error);
  return decrypt(text);
}
