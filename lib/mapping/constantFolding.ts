/**
 * Objects of constant texts in a JSONata expression, such as the tables of the default mappings. JSONata makes them anew
 * for every record, each key and each value in steps of their own, which takes longer than all the rest of a mapping.
 */

import { isObject } from '../utils/objects';

/** A table as functions of mappings get it, or a text in one. */
type Constant = string | Readonly<Record<string, unknown>>;

/** Its keys are refused by JSONata. */
const RESERVED = /^_jsonata_/;

/** @returns the value of a node that is an object of texts and of such objects; undefined of any other */
function tableOf({ type, value, lhs, ...more }: Record<string, unknown>): Constant | undefined {
  delete more['position'];
  if (type !== 'unary' || value !== '{' || !Array.isArray(lhs) || Object.keys(more).length > 0) return undefined;

  // without a prototype, as JSONata makes its objects
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
 * Makes the tables in an expression once and for all.
 * @param node what `expression.ast()` gives, or a part of it; it is changed
 */
export function foldTables(node: unknown): void {
  if (Array.isArray(node)) node.forEach(foldTables);
  if (!isObject(node)) return;
  const table = tableOf(node);
  if (table === undefined) {
    Object.values(node).forEach(foldTables);
  } else {
    Object.assign(node, { type: 'value', value: table });
    delete node['lhs'];
  }
}
