/** Parses samples for mappings: complete messages, or bare receivers and persons. */

import { parseReceivers } from '../../lib/cleverreach/parseResponse';
import { messageOf } from '../../lib/utils/errors';
import type { MappingMessage } from '../../lib/mapping/message';
import { isObject } from '../../lib/utils/objects';
import { UsageError } from '../lib/args';
import { asMessage, isMessage, rowsIn } from '../lib/records';
import { directionOf, type Direction } from './direction';

/** A sample that no step would receive. */
export interface Fault {
  /** The name of the sample in the output. */
  name: string;
  fault: string;
}

export interface Sample {
  /** The name of the sample in the output. */
  name: string;
  /** The input of the mapping. */
  message: Required<MappingMessage>;
}

/**
 * @param json one sample or a list of samples
 * @param asked the requested direction, if any
 * @throws UsageError if there is no sample, or the direction cannot be determined
 */
export function readSamples(
  json: unknown,
  asked: Direction | undefined,
): { direction: Direction; samples: (Sample | Fault)[] } {
  const rows = rowsIn(json);
  if (rows.length === 0) throw new UsageError('The list contains no sample.');
  const found = new Set(rows.filter(isObject).map((row) => directionOf(isMessage(row) ? row.data : row)));
  const [only] = found;
  const direction = asked ?? (found.size === 1 ? only : undefined);
  if (direction === undefined) {
    throw new UsageError('The samples may be receivers or persons: add --trigger or --action.');
  }
  const samples = rows.map((row, index) => {
    const name = `sample ${index + 1}`;
    if (!isObject(row))
      return { name, fault: 'it is not an object; it must be a message {metadata, data}, a receiver or a person.' };
    return direction === 'trigger' && !isMessage(row) ? asInTrigger(row, name) : { name, message: asMessage(row) };
  });
  return { direction, samples };
}

/** A receiver as returned by CleverReach, parsed and wrapped as in a trigger. */
function asInTrigger(row: Record<string, unknown>, name: string): Sample | Fault {
  try {
    const [receiver] = parseReceivers([row], name);
    if (receiver) return { name, message: { metadata: { recordUid: receiver.id }, data: receiver } };
    return { name, fault: 'it is not a receiver.' };
  } catch (error) {
    return { name, fault: messageOf(error) };
  }
}
