/**
 * The rules by which OIH's repositories check a flow and the document of a component, with one exception: a flow may have
 * any ids, so that it can be tried before the platform has given it some.
 */

import { z } from 'zod';
import { isObject } from '../../lib/utils/objects';

/** An id of OIH, as its repositories require it. */
export const OIH_ID = /^[0-9a-f]{24}$/i;

const texts = z.record(z.string(), z.string('must be a string'));
const settings = z.record(z.string(), z.unknown()).default({});

const node = z.looseObject({
  id: z.string().min(1).max(30),
  componentId: z.string(),
  function: z.string().min(1),
  credentials_id: z.string().optional(),
  fields: settings,
  nodeSettings: settings,
});

const edge = z.looseObject({ id: z.string().min(1).max(10).optional(), source: z.string(), target: z.string() });

const graph = z
  .object({ nodes: z.array(node).min(1), edges: z.array(edge).default([]) })
  .refine(({ nodes, edges }) => nodes.length === 1 || edges.length > 0, 'a flow with more than one step needs edges')
  .refine(({ nodes }) => new Set(nodes.map(({ id }) => id)).size === nodes.length, 'two steps have the same id');

/** A flow as posted to the flow repository. Without `cron` it waits for a webhook. */
export const oihFlow = z.looseObject({
  name: z.string().min(1).default('flow'),
  description: z.string().optional(),
  cron: z.string().optional(),
  status: z.undefined('is set by the platform').optional(),
  graph,
});

/** A flow as returned by the repository: it has an id and a status, and null for omitted properties. */
export const storedOihFlow = z.preprocess(withoutNulls, oihFlow.extend({ status: z.string().optional() }));

/** The document of a component as posted to the component repository. */
export const oihComponent = z.looseObject({
  name: z.string().min(1).max(50),
  description: z.string().max(300),
  isGlobal: z.boolean(),
  access: z.enum(['public', 'private']),
  distribution: z.object({ type: z.literal('docker'), image: z.string().regex(/^[\w./-]+:[\w.-]+$/, 'needs a tag') }),
  resources: z.object({ limits: z.object({ cpu: z.string(), memory: z.string() }) }).optional(),
  descriptor: z
    .looseObject({ environment: z.object({ variables: texts }).optional() })
    .optional()
    // the platform adds the prefix to every name
    .refine((one) => !Object.keys(one?.environment?.variables ?? {}).some((name) => name.startsWith('ELASTICIO_')), {
      message: 'names variables without the prefix ELASTICIO_',
    }),
});

/** Does not change the fields of a step, in which null is a value. */
function withoutNulls(stored: unknown): unknown {
  if (!isObject(stored) || !isObject(stored['graph'])) return stored;
  const { nodes, edges, ...rest } = stored['graph'];
  const lists = { nodes: eachWithoutNull(nodes), edges: eachWithoutNull(edges) };
  return { ...withoutNull(stored), graph: withoutNull({ ...rest, ...lists }) };
}

function eachWithoutNull(list: unknown): unknown {
  return Array.isArray(list) ? list.map((one: unknown) => (isObject(one) ? withoutNull(one) : one)) : list;
}

function withoutNull(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
