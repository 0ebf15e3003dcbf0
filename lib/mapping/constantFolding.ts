/**
 * Folds objects of constant strings in a JSONata expression, such as the tables of the default mappings. JSONata
 * evaluates them again for every record, key by key, which takes longer than the rest of a mapping.
 */

import { isObject } from '../utils/objects';

/** A table as passed to a mapping function, or a string in it. */
type Constant = string | Readonly<Record<string, unknown>>;

/** JSONata rejects these keys. */
const RESERVED = /^_jsonata_/;

/** @returns the value of a node that is an object of strings and of such objects; undefined for any other node */
function tableOf({ type, value, lhs, ...more }: Record<string, unknown>): Constant | undefined {
  delete more['position'];
  if (type !== 'unary' || value !== '{' || !Array.isArray(lhs) || Object.keys(more).length > 0) return undefined;

  // without a prototype, like the objects that JSONata creates
  const table = Object.create(null) as Record<string, unknown>;
  for (const [key, content] of lhs as [unknown, unknown][]) {
    const name = constantOf(key);
    const constant = constantOf(content);
    if (typeof name !== 'string' || RESERVED.test(name) || name in table || constant === undefined) return undefined;
    table[name] = constant;
  }
  return Object.freeze(table);
}

function constantOf(node: unknown): Constant | undefined {
  if (!isObject(node)) return undefined;
  if (node['type'] === 'string' && typeof node['value'] === 'string' && !('predicate' in node)) return node['value'];
  return tableOf(node);
}

/**
 * Evaluates the tables of an expression once.
 * @param node the result of `expression.ast()` or a part of it; modified in place
 */
export function foldConstants(node: unknown): void {
  if (Array.isArray(node)) node.forEach(foldConstants);
  if (!isObject(node)) return;
  const table = tableOf(node);
  if (table === undefined) {
    Object.values(node).forEach(foldConstants);
  } else {
    Object.assign(node, { type: 'value', value: table });
    delete node['lhs'];
  }
}
