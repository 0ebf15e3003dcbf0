/**
 * The Open Integration Hub from the view of a container: its queues and exchanges, its orchestrator, and its services.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { environment } from './environment';
import type { Kind } from './journal';
import { startOihPlatform, SECRET } from './oihPlatform';
import { planOf, type FlowPlan, type Runtime, type FlowRecord, type Wiring } from './plan';
import { Topology } from './topology';

const FLOW = 'flow1';
const REBOUND_MS = 250;
const BACKCHANNEL = 'orchestrator_backchannel';

const record = z.object({ metadata: z.record(z.string(), z.unknown()), data: z.record(z.string(), z.unknown()) });
const errorMessage = z.object({ error: z.string() });
const knownHeaders = z.looseObject({ stepId: z.string().optional() });

export const oih: Runtime = {
  name: 'OIH',
  image: () => environment().RUNTIMES_OIH,
  recordOf: (content) => record.safeParse(content).data,
  wire,
};

async function wire(plan: FlowPlan): Promise<Wiring> {
  const run = `runtimes-${randomUUID()}`;
  const topology = await Topology.connect(environment().RUNTIMES_AMQP_URL);
  const flow = await topology.exchange(`${run}-flow`, 'topic');
  const backchannel = await topology.exchange(`${run}-backchannel`, 'topic');
  const collector = await topology.exchange(`${run}-collector`, 'topic');
  const bus = await topology.exchange(`${run}-bus`, 'topic');
  const steps = plan.steps.map((_, index) => `step_${index + 1}`);
  const key = (step: string, kind: string): string => `${flow}.${step}.${kind}`;

  for (const step of steps) {
    await topology.queue(`${flow}:${step}:messages`, [
      [flow, key(step, 'input')],
      [flow, key(step, 'requeue')],
    ]);
    await topology.queue(`${flow}:${step}:rebounds`, [[flow, key(step, 'rebound')]], {
      deadLetterExchange: flow,
      deadLetterRoutingKey: key(step, 'requeue'),
    });
  }
  const journalQueue = await topology.queue(`${run}:journal`, [
    [backchannel, '#'],
    [collector, '#.snapshot'],
    [bus, '#'],
    [flow, '*.*.rebound'],
  ]);
  const platform = await startOihPlatform(plan);

  /** Sends a message to a step like the orchestrator: with a token that contains the task of the step. */
  const send = async (step: string, content: object): Promise<void> => {
    const token = tokenFor(plan, step);
    const headers = { taskId: FLOW, execId: 'execution1', stepId: step, orchestratorToken: token };
    await topology.publish(flow, key(step, 'input'), Buffer.from(JSON.stringify(content)), { headers });
  };
  await orchestrate({ topology, backchannel, run, steps, send });

  return {
    topology,
    platform,
    journalQueue,
    read: ({ fields: { routingKey }, properties, content }) => {
      const headers = knownHeaders.parse(properties.headers);
      const kind = kindOf(routingKey);
      return { kind, headers, step: headers.stepId ?? routingKey.split('.')[1] ?? '', content: decode(kind, content) };
    },
    env: (step) => {
      const { rate = 100, prefetch = 1, env } = planOf(plan, step);
      const { url } = platform.service;
      return {
        ELASTICIO_COMP_ID: 'component1',
        ELASTICIO_API_URI: url,
        ELASTICIO_AMQP_URI: plan.containerAmqpUrl,
        ELASTICIO_LISTEN_MESSAGES_ON: `${flow}:${step}:messages`,
        ELASTICIO_BACKCHANNEL_EXCHANGE: backchannel,
        ELASTICIO_NODE_EXCHANGE: flow,
        ELASTICIO_SNAPSHOTS_EXCHANGE: collector,
        ELASTICIO_EVENT_BUS_EXCHANGE: bus,
        ELASTICIO_OUTPUT_ROUTING_KEY: `${BACKCHANNEL}.input`,
        ELASTICIO_ERROR_ROUTING_KEY: `${BACKCHANNEL}.error`,
        ELASTICIO_STATE_ROUTING_KEY: `${BACKCHANNEL}.step_state`,
        ELASTICIO_REBOUND_ROUTING_KEY: key(step, 'rebound'),
        ELASTICIO_SNAPSHOT_ROUTING_KEY: key(step, 'snapshot'),
        ELASTICIO_SECRET_SERVICE_BASE_URL: `${url}/api/v1`,
        ELASTICIO_SNAPSHOTS_SERVICE_BASE_URL: url,
        ELASTICIO_DATAHUB_BASE_URL: url,
        ELASTICIO_GOVERNANCE_SERVICE_BASE_URL: url,
        ELASTICIO_REBOUND_INITIAL_EXPIRATION: String(REBOUND_MS),
        ELASTICIO_OUTPUT_RATE_LIMIT: String(rate),
        ELASTICIO_RABBITMQ_PREFETCH_SAILOR: String(prefetch),
        ...plan.env,
        ...env,
      };
    },
    publish: (step, sent) => send(step, sent === undefined ? tick() : between(sent)),
    addFullQueue: (step, maxLength) =>
      topology.queue(
        `${run}:${step}:next`,
        [[backchannel, `${BACKCHANNEL}.input`]],
        { maxLength },
        { 'x-overflow': 'reject-publish' },
      ),
    close: async () => {
      await topology.remove();
      await platform.service.close();
    },
  };
}

/** Passes the messages of one step to the next. Only these four properties of a message are kept. */
async function orchestrate(flow: {
  topology: Topology;
  backchannel: string;
  run: string;
  steps: readonly string[];
  send: (step: string, content: object) => Promise<void>;
}): Promise<void> {
  if (flow.steps.length < 2) return;
  const { topology, backchannel, run, steps, send } = flow;
  const queue = await topology.queue(`${run}:orchestrator`, [[backchannel, `${BACKCHANNEL}.input`]]);
  const channel = await topology.openChannel();
  await channel.prefetch(50);
  await channel.consume(queue, (message) => {
    if (!message) return;
    const { stepId = '' } = knownHeaders.parse(message.properties.headers);
    const next = steps[steps.indexOf(stepId) + 1];
    const sent = next === undefined ? Promise.resolve() : send(next, between(record.parse(parse(message.content))));
    void sent.then(() => {
      channel.ack(message);
    });
  });
}

const between = ({ metadata, data }: FlowRecord): object => ({
  attachments: {},
  data,
  metadata,
  passthrough: {},
});

/** A message of the scheduler; its `data` is not a record. */
const tick = (): object => ({
  attachments: {},
  passthrough: {},
  headers: {},
  data: {
    sheduledTimestamp: new Date().toISOString(),
    nextSheduledTimestamp: new Date(Date.now() + 600_000).toISOString(),
  },
  metadata: { source: { name: 'scheduler', type: 'scheduler', externalExecId: randomUUID().replaceAll('-', '') } },
});

/** A JWT without a valid signature: the runtime only decodes it. */
function tokenFor(plan: FlowPlan, step: string): string {
  const { function: named, fields = {}, nodeSettings = {} } = planOf(plan, step);
  const claims = {
    flowId: FLOW,
    stepId: step,
    userId: 'user1',
    function: named,
    flowExecId: randomUUID(),
    secretId: SECRET,
    fields,
    apiKey: 'iam-token',
    nodeSettings,
    tenant: 'tenant1',
  };
  return [{ alg: 'HS256', typ: 'JWT' }, claims, 'signature']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}

function kindOf(routingKey: string): Kind {
  if (routingKey === `${BACKCHANNEL}.input`) return 'data';
  if (routingKey === `${BACKCHANNEL}.error`) return 'error';
  if (routingKey === `${BACKCHANNEL}.step_state`) return 'complete';
  if (routingKey === 'raw-record.created') return 'raw';
  if (routingKey.endsWith('.snapshot')) return 'snapshot';
  return routingKey.endsWith('.rebound') ? 'rebound' : 'other';
}

function decode(kind: Kind, content: Buffer): unknown {
  const parsed = parse(content);
  return kind === 'error' ? JSON.parse(errorMessage.parse(parsed).error) : parsed;
}

function parse(content: Buffer): unknown {
  return JSON.parse(content.toString('utf8'));
}
