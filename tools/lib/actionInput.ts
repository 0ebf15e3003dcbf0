/** What `npm run flow -- --input` runs: the action alone, with messages from a file. */

import type { MappingMessage } from '../../lib/mapping/message';
import { isObject } from '../../lib/utils/objects';
import type { Flow, FlowStep } from './flowFile';
import { asMessage, rowsIn } from './records';
import { visible } from './terminal';

const ACTION = 'upsertReceiver';

/**
 * The messages of a file: one or a list, each `{metadata, data}` or the record itself.
 * @throws Error that names the first entry that is neither
 */
export function messagesIn(json: unknown, from: string): Required<MappingMessage>[] {
  const rows = rowsIn(json);
  if (rows.length === 0) throw new Error(`${from} contains no message: its list is empty.`);
  return rows.map((row, index) => {
    if (isObject(row) && !('data' in row && !isObject(row['data']))) return asMessage(row);
    const problem = isObject(row) ? 'its "data" is not an object' : 'it is not an object';
    throw new Error(`${from}, message ${index + 1}: ${problem}. Give {metadata, data}, or the record itself.`);
  });
}

/**
 * A flow of the action alone, with the fields of the first such step of a flow, and then those from the command line.
 * @param given `name=value` each
 * @throws Error if the flow has no such step, or a field has no value
 */
export function actionAlone(flow: Flow | undefined, given: readonly string[]): Flow {
  const step = flow
    ? firstAction(flow.first)
    : { id: ACTION, function: ACTION, fields: {}, nodeSettings: {}, next: [] };
  if (step === undefined) throw new Error(`The flow has no step ${ACTION}, which --input needs.`);
  const fields = { ...step.fields, ...Object.fromEntries(given.map(fieldIn)) };
  return { platform: flow?.platform ?? 'oih', name: flow?.name ?? ACTION, first: { ...step, fields, next: [] } };
}

function firstAction(step: FlowStep): FlowStep | undefined {
  if (step.function === ACTION) return step;
  for (const { target } of step.next) {
    const found = firstAction(target);
    if (found) return found;
  }
  return undefined;
}

function fieldIn(text: string): [name: string, value: string] {
  const cut = text.indexOf('=');
  if (cut <= 0)
    throw new Error(`--field needs a name and a value, such as groupName=Customers, not '${visible(text)}'.`);
  return [text.slice(0, cut).trim(), text.slice(cut + 1)];
}
