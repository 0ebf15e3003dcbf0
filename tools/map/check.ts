/** Checks the result of a mapping: by the rules of the action, or by the schema of a person for a trigger. */

import Ajv, { type ErrorObject } from 'ajv';
import personSchema from '../../lib/schemas/person.json';
import { messageOf } from '../../lib/utils/errors';
import type { MappingMessage } from '../../lib/mapping/message';
import { isDeleteRequest } from '../../lib/upsert/plan/deleteRequest';
import { noAddress } from '../../lib/upsert/plan/plan';
import { nameOf } from '../../lib/upsert/record';
import { parseRow } from '../../lib/upsert/plan/row';
import type { Direction } from './direction';
import type { Sample } from './samples';

export interface Verdict {
  /** The reason why the step would fail. */
  problems: string[];
  /** Remarks about results that may be intended. */
  hints: string[];
}

/** The fields that the action uses; it ignores all others. */
const WRITTEN = ['email', 'attributes', 'global_attributes', 'tags', 'doidata'];

const isPerson = new Ajv({ strict: true, allErrors: true }).compile(personSchema);

export interface MappedSample {
  sample: Sample;
  mapped: MappingMessage;
  /** The result of the default mapping; undefined if it fails. */
  byDefault: MappingMessage | undefined;
}

export function checkResult(result: MappedSample, direction: Direction): Verdict {
  return direction === 'trigger' ? checkPerson(result.mapped) : checkReceiver(result);
}

/** A trigger may send anything, so a result that is not a person is only a remark. */
function checkPerson({ metadata, data }: MappingMessage): Verdict {
  const uid = metadata?.['recordUid'];
  const hints = uid === undefined ? ['metadata has no recordUid, which OIH needs to link ids; a trigger sets it.'] : [];
  if (!isPerson(data)) hints.push(...(isPerson.errors ?? []).map((error) => `not an OIH person: ${inWords(error)}`));
  return { problems: [], hints };
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  const values = 'allowedValues' in params ? ` (${JSON.stringify(params['allowedValues'])})` : '';
  return `data${instancePath.replaceAll('/', '.')} ${message ?? 'is not valid'}${values}`;
}

function checkReceiver({ mapped: { data }, byDefault, sample: { message } }: MappedSample): Verdict {
  const record = nameOf(message, 0);
  try {
    if (isDeleteRequest(message.data)) {
      return { problems: [], hints: ['the action does not map a delete request; it uses the message unchanged.'] };
    }
    const row = parseRow(data, record);
    const left = Object.keys(data).filter((name) => !WRITTEN.includes(name));
    const hints = left.length === 0 ? [] : [`not written by the action: ${left.join(', ')}`];
    if (row.email !== undefined) return { problems: [], hints };
    if (byDefault?.data['email'] !== undefined) {
      return {
        problems: ['it has no "email", although the record has an address, which the default mapping uses.'],
        hints,
      };
    }
    if (message.metadata['recordUid'] === undefined) return { problems: [noAddress(record).message], hints };
    return { problems: [], hints: [...hints, 'without an address only a receiver whose id is linked can be updated.'] };
  } catch (error) {
    return { problems: [messageOf(error)], hints: [] };
  }
}
