/**
 * Parses the JSON of a flow into its steps. Accepts a flow as it is posted to OIH's flow repository (`{graph: {nodes,
 * edges}}`, checked by its rules), as the repository returns it (`{data: {graph}, meta}`), and as it is posted to
 * elastic.io (`{data: {attributes: {graph}}}`).
 */

import { z } from 'zod';
import { isObject } from '../../lib/utils/objects';
import { OIH_ID, oihFlow, storedOihFlow } from './oihRules';
import { visible } from './terminal';

export interface FlowStep {
  id: string;
  /** The trigger or action of the component, or a function of another component. */
  function: string;
  fields: Record<string, unknown>;
  nodeSettings: Record<string, unknown>;
  /** OIH: the properties of the node whose id the platform would refuse; missing if there are none. */
  invalidIds?: readonly string[];
  next: FlowEdge[];
}

interface FlowEdge {
  target: FlowStep;
  /** elastic.io: JSONata expressions that map the body of this step to the body of the next one. */
  mapper?: unknown;
}

export interface Flow {
  platform: 'oih' | 'elastic.io';
  name: string;
  first: FlowStep;
}

const CONDITION =
  'must be null: conditions are not evaluated here, so the following steps would get more messages than on the platform';
const elasticNode = z.object({
  id: z.string(),
  command: z.string(),
  fields: z.record(z.string(), z.unknown()).default({}),
});
const elasticEdge = z.object({
  source: z.string(),
  target: z.string(),
  config: z
    .object({
      condition: z.null(CONDITION).optional(),
      mapper_type: z.literal('jsonata', 'must be "jsonata", the only type supported here').nullish(),
      mapper: z
        .union(
          [z.string(), z.record(z.string(), z.unknown())],
          'must be a JSONata expression, or an object of expressions',
        )
        .nullish(),
    })
    .nullish(),
});
const elasticGraph = z.object({ nodes: z.array(elasticNode).min(1), edges: z.array(elasticEdge).default([]) });
const elasticFlow = z.object({
  data: z.object({ attributes: z.object({ name: z.string().default('flow'), graph: elasticGraph }) }),
});

/** @throws Error that states what is wrong with the flow */
export function readFlow(json: unknown): Flow {
  const data = isObject(json) ? json['data'] : undefined;
  if (Array.isArray(data)) throw new Error('This is a list of flows: "data" must be a single flow.');
  const isElastic = isObject(data) && hasGraph(data['attributes']);
  const oih = isObject(data) ? data : json;
  if (!isElastic && !hasGraph(oih)) throw new Error('This is not a flow: it has no "graph" with nodes and edges.');
  const read = isElastic ? readElastic(json) : readOih(oih);
  if (typeof read === 'string') throw new Error(`This is not a flow: ${read}`);
  return read;
}

function hasGraph(holder: unknown): boolean {
  return isObject(holder) && holder['graph'] !== undefined;
}

function readElastic(json: unknown): Flow | string {
  const flow = elasticFlow.safeParse(json);
  if (!flow.success) return z.prettifyError(flow.error);
  const { name, graph } = flow.data.data.attributes;
  const steps = graph.nodes.map(({ id, command, fields }) => {
    // myteam/cleverreach:upsertReceiver@latest
    const [, named] = /:([^@]+)/.exec(command) ?? [];
    if (!named) throw new Error(`Step "${visible(id)}" names no function of the component in its "command".`);
    return { id, function: named, fields, nodeSettings: {}, next: [] };
  });
  const edges = graph.edges.map(({ source, target, config }) => ({
    source,
    target,
    mapper: config?.mapper ?? undefined,
  }));
  return { platform: 'elastic.io', name, first: connect(steps, edges) };
}

/** A flow with an id comes from the repository, which adds properties. */
function readOih(json: unknown): Flow | string {
  const isStored = isObject(json) && ('id' in json || '_id' in json);
  const flow = (isStored ? storedOihFlow : oihFlow).safeParse(json);
  if (!flow.success) return z.prettifyError(flow.error);
  const { name, graph } = flow.data;
  const steps = graph.nodes.map(({ id, function: named, fields, nodeSettings, componentId, credentials_id }) => {
    const ids = Object.entries({ componentId, credentials_id });
    const invalidIds = ids.flatMap(([name, given]) => (given === undefined || OIH_ID.test(given) ? [] : [name]));
    return { id, function: named, fields, nodeSettings, ...(invalidIds.length > 0 && { invalidIds }), next: [] };
  });
  return { platform: 'oih', name, first: connect(steps, graph.edges) };
}

/**
 * @returns the first step, from which every other step is reachable
 * @throws Error that names unreachable steps, or steps in a cycle
 */
function connect(
  list: readonly FlowStep[],
  edges: readonly { source: string; target: string; mapper?: unknown }[],
): FlowStep {
  const steps = new Map(list.map((step) => [step.id, step]));
  if (steps.size < list.length) throw new Error('This is not a flow: two steps have the same id.');
  for (const { source, target, mapper } of edges) {
    const [from, to] = [steps.get(source), steps.get(target)];
    const edge = `The edge from "${visible(source)}" to "${visible(target)}"`;
    if (!from || !to) throw new Error(`${edge} names a step that does not exist.`);
    if (from === to) throw new Error(`${edge} leads from a step to itself.`);
    from.next.push({ target: to, mapper });
  }
  const first = list.filter((step) => !edges.some((edge) => edge.target === step.id));
  if (!first[0] || first.length > 1)
    throw new Error(`A flow must have exactly one first step, to which no edge leads; this flow has ${named(first)}.`);
  const reached = new Set<FlowStep>();
  walk(first[0], [], reached);
  const left = list.filter((step) => !reached.has(step));
  if (left.length > 0) throw new Error(`No edges lead from the first step to ${named(left)}.`);
  return first[0];
}

/** @throws Error that names a step in a cycle */
function walk(step: FlowStep, before: readonly FlowStep[], reached: Set<FlowStep>): void {
  if (before.includes(step)) throw new Error(`The edges after step "${visible(step.id)}" lead back to it.`);
  if (reached.has(step)) return;
  for (const { target } of step.next) walk(target, [...before, step], reached);
  reached.add(step);
}

function named(steps: readonly FlowStep[]): string {
  return steps.length === 0 ? 'none' : steps.map(({ id }) => `"${visible(id)}"`).join(', ');
}
