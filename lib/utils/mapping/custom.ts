/** Mappings that the author of a flow brings. Each is compiled once, guarded, and then kept. */

import type { Expression } from 'jsonata';
import { ConfigurationError, RecordError, messageOf } from '../errors';
import { isObject } from '../objects';
import { property } from './functions/text';
import { compileGuarded } from './guarded';
import { inSequence, messageFrom, type MapMessage } from './message';

/** How many are kept; a process that serves many flows forgets the oldest. */
const KEPT = 100;
const MAX_CHARACTERS = 64 * 1024;

const kept = new Map<string, MapMessage>();

/** JSONata throws objects that are no errors. */
function textOf(error: unknown): string {
  const text = property(error, 'message');
  return typeof text === 'string' ? text : messageOf(isObject(error) ? property(error, 'code') : error);
}

function compile(text: string): Expression {
  if (text.length > MAX_CHARACTERS) {
    throw new ConfigurationError(`customMapping has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  }
  try {
    return compileGuarded(text);
  } catch (error) {
    const position = property(error, 'position');
    const where = typeof position === 'number' ? ` at character ${position}` : '';
    throw new ConfigurationError(`customMapping cannot be parsed${where}: ${textOf(error)}`);
  }
}

async function evaluate(expression: Expression, message: unknown): Promise<string | undefined> {
  try {
    // the empty bindings give every evaluation variables of its own
    return JSON.stringify(await expression.evaluate(message, {}));
  } catch (error) {
    throw new RecordError(`the customMapping failed: ${textOf(error)}`);
  }
}

/**
 * @param text JSONata over the whole message `{metadata, data}`, which it has to give as well
 * @throws ConfigurationError when it cannot be parsed or is too long
 */
export function customMapping(text: string): MapMessage {
  const known = kept.get(text);
  if (known) return known;

  const expression = compile(text);
  const mapping = inSequence(async (message) => messageFrom(await evaluate(expression, message), 'customMapping'));

  const oldest = kept.keys().next();
  if (kept.size >= KEPT && !oldest.done) kept.delete(oldest.value);
  kept.set(text, mapping);
  return mapping;
}
