/** Validates every message that a step sends against the schema that the step declares for its fields. */

import Ajv, { type ValidateFunction } from 'ajv';
import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { parseShapeFields, type ShapeFields } from '../../lib/config/stepConfig';
import { actionSchemas, triggerSchemas, type MessageSchemas } from '../../lib/metadata/messageSchemas';

type DeclareSchemas = (fields: ShapeFields) => MessageSchemas;

/** By the function that is run. */
const declarations = new Map<unknown, DeclareSchemas>([
  [pollAll, triggerSchemas],
  [pollOne, triggerSchemas],
  [upsert, actionSchemas],
]);

// a choice between two records names properties that stand beside it
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
const validators = new Map<DeclareSchemas, Map<string, ValidateFunction>>();
const mismatches: string[] = [];

/** Records a message that does not match the declared schema; the test in which it was sent then fails. */
export function checkDeclaredSchema(process: unknown, cfg: unknown, message: unknown): void {
  const declareSchemas = declarations.get(process);
  if (!declareSchemas) throw new Error('A function without declared schemas has sent a message.');
  const validate = validatorOf(declareSchemas, parseShapeFields(cfg));
  if (validate(message)) return;
  const problems = (validate.errors ?? []).map(({ instancePath, message: why }) => `${instancePath} ${why ?? ''}`);
  mismatches.push(`${problems.join(', ')}: ${JSON.stringify(message)}`);
}

function validatorOf(declareSchemas: DeclareSchemas, fields: ShapeFields): ValidateFunction {
  const known = validators.get(declareSchemas) ?? new Map<string, ValidateFunction>();
  validators.set(declareSchemas, known);
  const key = JSON.stringify(fields);
  const validate = known.get(key) ?? ajv.compile(declareSchemas(fields).out);
  known.set(key, validate);
  return validate;
}

/** What was noted since it was asked for last. */
export const takeMismatches = (): string[] => mismatches.splice(0);

afterEach(() => {
  expect(takeMismatches()).toEqual([]);
});
