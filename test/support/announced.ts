/** Validates every message that a step sends against the schema that the step declares for its fields. */

import Ajv, { type ValidateFunction } from 'ajv';
import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { parseShapeFields, type ShapeFields } from '../../lib/config/stepConfig';
import { actionSchemas, triggerSchemas, type MessageSchemas } from '../../lib/metadata/messageSchemas';

type Announce = (fields: ShapeFields) => MessageSchemas;

/** By the function that is run. */
const announcements = new Map<unknown, Announce>([
  [pollAll, triggerSchemas],
  [pollOne, triggerSchemas],
  [upsert, actionSchemas],
]);

// a choice between two records names properties that stand beside it
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
const validators = new Map<Announce, Map<string, ValidateFunction>>();
const unannounced: string[] = [];

/** Records a message that does not match the declared schema; the test in which it was sent then fails. */
export function checkAnnounced(process: unknown, cfg: unknown, message: unknown): void {
  const announce = announcements.get(process);
  if (!announce) throw new Error('A step that announces nothing has sent a message.');
  const validate = validatorOf(announce, parseShapeFields(cfg));
  if (validate(message)) return;
  const problems = (validate.errors ?? []).map(({ instancePath, message: why }) => `${instancePath} ${why ?? ''}`);
  unannounced.push(`${problems.join(', ')}: ${JSON.stringify(message)}`);
}

function validatorOf(announce: Announce, fields: ShapeFields): ValidateFunction {
  const known = validators.get(announce) ?? new Map<string, ValidateFunction>();
  validators.set(announce, known);
  const key = JSON.stringify(fields);
  const validate = known.get(key) ?? ajv.compile(announce(fields).out);
  known.set(key, validate);
  return validate;
}

/** What was noted since it was asked for last. */
export const takeUnannounced = (): string[] => unannounced.splice(0);

afterEach(() => {
  expect(takeUnannounced()).toEqual([]);
});
