/** Reads what mappings are tried on: messages as they travel, or bare receivers and persons. */

import { parseReceivers } from '../../lib/cleverreach/parseResponse';
import { messageOf } from '../../lib/utils/errors';
import type { MappingMessage } from '../../lib/mapping/message';
import { isObject } from '../../lib/utils/objects';
import { UsageError } from '../lib/args';
import { directionOf, type Direction } from './direction';

/** A sample that no step would be given. */
export interface Fault {
  /** Which one it is, for whoever reads the result. */
  name: string;
  fault: string;
}

export interface Sample {
  /** Which one it is, for whoever reads the result. */
  name: string;
  /** What the mapping of a step sees. */
  message: Required<MappingMessage>;
}

/**
 * @param json one sample or a list of them
 * @param asked the direction, where it was given
 * @throws UsageError when there is none, or it cannot be told what they are
 */
export function readSamples(
  json: unknown,
  asked: Direction | undefined,
): { direction: Direction; samples: (Sample | Fault)[] } {
  const rows: unknown[] = Array.isArray(json) ? json : [json];
  if (rows.length === 0) throw new UsageError('There is no sample in the list.');
  const found = new Set(rows.filter(isObject).map((row) => directionOf(isMessage(row) ? row.data : row)));
  const [only] = found;
  const direction = asked ?? (found.size === 1 ? only : undefined);
  if (direction === undefined) {
    throw new UsageError('The samples may be receivers or persons: add --trigger or --action.');
  }
  const samples = rows.map((row, index) => {
    const name = `sample ${index + 1}`;
    if (!isObject(row))
      return { name, fault: 'it is not an object; a message {metadata, data}, a receiver or a person is needed.' };
    if (isMessage(row))
      return { name, message: { metadata: isObject(row.metadata) ? row.metadata : {}, data: row.data } };
    return direction === 'trigger' ? asInTrigger(row, name) : { name, message: { metadata: {}, data: row } };
  });
  return { direction, samples };
}

function isMessage(row: unknown): row is { metadata?: unknown; data: Record<string, unknown> } {
  return isObject(row) && isObject(row['data']);
}

/** A receiver as CleverReach answers, read and wrapped as a trigger does it. */
function asInTrigger(row: Record<string, unknown>, name: string): Sample | Fault {
  try {
    const [receiver] = parseReceivers([row], name);
    if (receiver) return { name, message: { metadata: { recordUid: receiver.id }, data: receiver } };
    return { name, fault: 'it is not a receiver.' };
  } catch (error) {
    return { name, fault: messageOf(error) };
  }
}
