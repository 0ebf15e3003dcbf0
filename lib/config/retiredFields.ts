/** Fields of earlier versions. A flow that still has one keeps working, and the log says what replaces it. */

import { isObject } from '../utils/objects';
import { CHANGE_TYPES, type ChangeType } from './changeTypes';

const NO_EFFECT = 'no longer has an effect';
const RETIRED: Readonly<Record<string, string>> = {
  changeDetection: `${NO_EFFECT}: every change of content and every deletion is detected now; see "fullReadMinutes" for how soon`,
  emitConcurrency: `${NO_EFFECT}: several messages are sent at once now, and messages about the same receiver stay in order`,
  emitDeletions:
    'is replaced by "changeTypes", where the type "deleted" stands for deletions; until you remove the field, true still adds this type',
};

/** One warning for each retired field that is set. */
export function retiredFields(cfg: unknown): string[] {
  const names = isObject(cfg) ? Object.keys(RETIRED).filter((name) => Object.hasOwn(cfg, name)) : [];
  return names.map((name) => `The field "${name}" ${RETIRED[name] ?? ''}. Remove it from the step.`);
}

/** Whether a trigger of an earlier version had the field. */
export const isRetiredField = (name: string): boolean => Object.hasOwn(RETIRED, name);

/** The fields with the type `deleted`, if the retired field `emitDeletions` asks for it. */
export function withDeletions<Fields extends { changeTypes: readonly ChangeType[]; emitDeletions: boolean }>({
  emitDeletions,
  ...fields
}: Fields): Omit<Fields, 'emitDeletions'> {
  if (!emitDeletions) return fields;
  const asked = new Set<ChangeType>([...fields.changeTypes, 'deleted']);
  return { ...fields, changeTypes: CHANGE_TYPES.filter((type) => asked.has(type)) };
}
