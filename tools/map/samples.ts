/** Reads what mappings are tried on: messages as they travel, or bare receivers and persons. */

import { parseReceivers } from '../../lib/utils/cleverreach/parse';
import { messageOf } from '../../lib/utils/errors';
import type { Message } from '../../lib/utils/mapping/message';
import { isObject } from '../../lib/utils/objects';
import { directionOf, type Direction } from './direction';
import { UsageError } from './inputs';

export interface Sample {
  /** Which one it is, for whoever reads the result. */
  name: string;
  /** What the mapping of a step sees. */
  message: Required<Message>;
}

/**
 * @param json one sample or a list of them
 * @param asked the direction, where it was given
 * @throws UsageError when they are no samples, or it cannot be told what they are
 */
export function readSamples(json: unknown, asked: Direction | undefined): { direction: Direction; samples: Sample[] } {
  const rows: unknown[] = Array.isArray(json) ? json : [json];
  if (rows.length === 0) throw new UsageError('There is no sample in the list.');
  const found = new Set(rows.map((row) => directionOf(isMessage(row) ? row.data : row)));
  const [only] = found;
  const direction = asked ?? (found.size === 1 ? only : undefined);
  if (direction === undefined) {
    throw new UsageError('The samples do not tell whether they are receivers or persons: say --trigger or --action.');
  }
  const samples = rows.map((row, index) => {
    const name = `sample ${index + 1}`;
    if (!isObject(row))
      throw new UsageError(`${name} is no object; a message {metadata, data}, a receiver or a person is needed.`);
    if (isMessage(row))
      return { name, message: { metadata: isObject(row.metadata) ? row.metadata : {}, data: row.data } };
    return { name, message: direction === 'trigger' ? messageOfTrigger(row, name) : { metadata: {}, data: row } };
  });
  return { direction, samples };
}

function isMessage(row: unknown): row is { metadata?: unknown; data: Record<string, unknown> } {
  return isObject(row) && isObject(row['data']);
}

/** A receiver as CleverReach answers, read and wrapped as a trigger does it. */
function messageOfTrigger(row: Record<string, unknown>, name: string): Required<Message> {
  try {
    const [receiver] = parseReceivers([row], name);
    if (receiver) return { metadata: { recordUid: receiver.id }, data: receiver };
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  throw new UsageError(`${name} is no receiver.`);
}
