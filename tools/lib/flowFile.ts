/**
 * Reads the JSON of a flow, as it is posted to OIH's flow repository (`{graph: {nodes, edges}}`) or to elastic.io
 * (`{data: {attributes: {graph}}}`), into the steps that it consists of.
 */

import { z } from 'zod';

export interface FlowStep {
  id: string;
  /** The trigger or action of the component. */
  function: string;
  fields: Record<string, unknown>;
  nodeSettings: Record<string, unknown>;
  next: FlowEdge[];
}

export interface FlowEdge {
  target: FlowStep;
  /** elastic.io: JSONata expressions that make the next step's body of this one's. */
  mapper?: unknown;
}

export interface Flow {
  platform: 'oih' | 'elastic.io';
  name: string;
  first: FlowStep;
}

const graph = z.object({
  nodes: z
    .array(
      z.object({
        id: z.string(),
        function: z.string().optional(),
        command: z.string().optional(),
        fields: z.record(z.string(), z.unknown()).default({}),
        nodeSettings: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .min(1),
  edges: z
    .array(
      z.object({
        source: z.string(),
        target: z.string(),
        config: z.object({ mapper: z.unknown() }).partial().optional(),
      }),
    )
    .default([]),
});
const oihFlow = z.object({ name: z.string().default('flow'), graph });
const elasticFlow = z.object({ data: z.object({ attributes: z.object({ name: z.string().default('flow'), graph }) }) });

/** @throws Error that says what is wrong with the flow */
export function readFlow(json: unknown): Flow {
  const elastic = elasticFlow.safeParse(json);
  if (elastic.success) return build('elastic.io', elastic.data.data.attributes);
  const oih = oihFlow.safeParse(json);
  if (oih.success) return build('oih', oih.data);
  throw new Error(`This is no flow: ${z.prettifyError(oih.error)}`);
}

function build(platform: Flow['platform'], { name, graph: { nodes, edges } }: z.output<typeof oihFlow>): Flow {
  const steps = new Map<string, FlowStep>();
  for (const { id, fields, nodeSettings, function: named, command } of nodes) {
    // myteam/cleverreach:upsertReceiver@latest
    const name = named ?? /:([^@]+)/.exec(command ?? '')?.[1];
    if (!name) throw new Error(`Step "${id}" names no function of the component ("function" or "command").`);
    steps.set(id, { id, function: name, fields, nodeSettings, next: [] });
  }
  for (const { source, target, config } of edges) {
    const [from, to] = [steps.get(source), steps.get(target)];
    if (!from || !to) throw new Error(`The edge from "${source}" to "${target}" names a step that is not there.`);
    from.next.push({ target: to, mapper: config?.mapper });
  }
  const first = [...steps.values()].filter((step) => !edges.some((edge) => edge.target === step.id));
  if (!first[0] || first.length > 1) throw new Error('A flow has exactly one first step, which no edge points to.');
  return { platform, name, first: first[0] };
}
