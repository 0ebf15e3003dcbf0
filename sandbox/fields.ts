import { badRequest } from './problems';

/**
 * PHP's defaults: `max_input_vars` and `max_input_nesting_level`. PHP drops what exceeds them; the sandbox refuses it,
 * so that a test notices.
 */
const limits = { fields: 1000, levels: 64 } as const;

type Node = Map<string, string | Node>;

/**
 * The fields of a form, nested like in PHP: `a[b]=x` is an object, `a[]=x` and `a[0]=x` are lists in the order of the
 * fields. Later values replace earlier ones of the same name.
 * @throws Problem 400 for more than 1,000 fields, or names with more than 64 levels
 */
export function nestFields(fields: readonly (readonly [name: string, value: string])[]): Record<string, unknown> {
  if (fields.length > limits.fields) throw badRequest(`more than ${limits.fields} fields`);
  const root: Node = new Map();
  for (const [name, value] of fields) put(root, pathOf(name), value);
  return objectOf(root);
}

/** `a[b][]` has the keys `a`, `b` and an empty one. A name with unbalanced brackets is a single key. */
function pathOf(name: string): [string, ...string[]] {
  const [, first, rest = ''] = /^([^[]+)((?:\[[^\]]*\])+)/.exec(name) ?? [];
  if (first === undefined) return [name];
  const keys = rest.slice(1, -1).split('][');
  if (keys.length >= limits.levels) throw badRequest(`a field of more than ${limits.levels} levels`);
  return [first, ...keys];
}

function put(node: Node, [first, second, ...more]: readonly [string, ...string[]], value: string): void {
  const key = first === '' ? nextIndex(node) : first;
  if (second === undefined) {
    node.set(key, value);
    return;
  }
  const known = node.get(key);
  const child: Node = typeof known === 'object' ? known : new Map<string, string | Node>();
  node.set(key, child);
  put(child, [second, ...more], value);
}

function nextIndex(node: Node): string {
  return String(Math.max(-1, ...[...node.keys()].filter(isIndex).map(Number)) + 1);
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(key);
}

/** Only own properties count, whatever their names: `__proto__` is a name like any other. */
function objectOf(node: Node): Record<string, unknown> {
  return Object.fromEntries([...node].map(([key, value]) => [key, valueOf(value)]));
}

function valueOf(value: string | Node): unknown {
  if (typeof value === 'string') return value;
  return [...value.keys()].every(isIndex) ? [...value.values()].map(valueOf) : objectOf(value);
}
